"""Choose the moments to quote: the surest and most telling of the whole conversation."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from coach.conversation import Sentence
from coach.feedback.context import FeedbackContext
from coach.lexicon import contents
from coach.measures.forms import is_whole

SHOWN = 3
# With fewer moments that surely show it, a strength is not said.
FEWEST = 2
_PARTS = 3
_ALIKE = 0.5
_LEAST_WORDS = 2


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence that may be quoted.

    Parameters
    ----------
    sentence : what was said.
    chance : probability that it is what the quote says it is.
    telling : how well it shows that, to order those that are sure enough.
    """

    sentence: Sentence
    chance: float
    telling: float = 0.0


def choose_quotes(
    context: FeedbackContext, candidates: Iterable[Candidate], *, fewest: int = 1
) -> tuple[Sentence, ...]:
    """Choose the moments to quote, in order of time.

    Those that are sure (`Rules.sure_quote`) and whole, the most telling first, from different parts
    of the conversation before two of one, and no two that say the same. None where fewer than
    `fewest` are sure.

    Parameters
    ----------
    context : of the conversation.
    candidates : sentences that may be quoted, in any order.
    fewest : number of sure candidates below which nothing is quoted.
    """
    sure = [each for each in candidates if _is_sure(context, each)]
    if len(sure) < fewest:
        return ()
    best = sorted(sure, key=lambda each: (-each.telling, each.sentence.span))
    chosen: list[Sentence] = []
    for parts in (set(range(_PARTS)), set()):
        for each in best:
            part = _part(context, each.sentence)
            is_new = not any(_is_alike(each.sentence, other) for other in chosen)
            if is_new and len(chosen) < SHOWN and (part in parts or not parts):
                chosen.append(each.sentence)
                parts.discard(part)
    return tuple(sorted(chosen, key=lambda sentence: sentence.span))


def _is_sure(context: FeedbackContext, each: Candidate) -> bool:
    text = each.sentence.text
    says = len(text.split()) >= _LEAST_WORDS or bool(contents(text))
    return each.chance >= context.floor.rules.sure_quote and says and is_whole(text)


def _part(context: FeedbackContext, sentence: Sentence) -> int:
    length = context.conversation.recording.duration
    return min(_PARTS - 1, int(_PARTS * sentence.span.start / length))


def _is_alike(one: Sentence, other: Sentence) -> bool:
    if one is other:
        return True
    about, others = contents(one.text), contents(other.text)
    if not about and not others:
        return one.text.casefold().strip(" .?!") == other.text.casefold().strip(" .?!")
    return len(about & others) > _ALIKE * len(about | others)
