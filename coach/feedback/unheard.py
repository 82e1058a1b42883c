"""Topics that the partner came back to and the mentor never took up.

Words decide: a thing or person that the partner calls theirs ("my uncle"), speaks of in two turns
or more, and that the mentor neither names at any time nor points to in the next turn ("he",
"that"). A mention in other words is not recognised, so a moment is shown only where no word points.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from coach.conversation import Sentence
from coach.feedback.context import Estimate, FeedbackContext
from coach.feedback.topic import Telling
from coach.feedback.values import Suggestion
from coach.feedback.wording import sentence, with_noun
from coach.lexicon import FEELING_FAMILY, content
from coach.turns import Turn

_SHOWN = 3
_FEWEST_TURNS = 2
_OWN = re.compile(r"\b(?:my|our)\s+([a-z'-]+)(?:\s+([a-z'-]+))?")
_POINTS = re.compile(
    r"\b(?:he|him|his|she|her|hers|it|its|they|them|their|that|those|this|these|there)\b"
)


@dataclass(frozen=True, slots=True)
class Unheard:
    """A thing or person of the partner's; `said` are sentences that name it, one for each turn."""

    word: str
    said: tuple[Sentence, ...]


def unheard(context: FeedbackContext) -> tuple[Unheard, ...]:
    """Find what the partner named in two turns or more and the mentor never took up, in order.

    Examples
    --------
    >>> from coach.talk import talk
    >>> from coach.turns import floor
    >>> told = talk("B 0-3 My uncle wants me to stay.", "A 4-6 How many hours do you work?",
    ...             "B 7-10 Forty. My uncle counts.", "A 11-13 And who makes the plan?")
    >>> [each.word for each in unheard(FeedbackContext(floor(told), (), told.mentor))]
    ['uncle']
    """
    if not context.has_words:
        return ()
    named = {key for said in context.mentor_sentences for key in _contents(said)}
    found: dict[str, dict[Turn, Sentence]] = {}
    words: dict[str, str] = {}
    for turn, said in _pair_with_turns(context):
        for key, word in _find_possessions(said):
            words.setdefault(key, word)
        for key in _contents(said):
            found.setdefault(key, {}).setdefault(turn, said)
    return tuple(
        Unheard(word, tuple(found[key].values()))
        for key, word in words.items()
        if key not in named
        and len(found[key]) >= _FEWEST_TURNS
        and not any(_is_met(context, turn) for turn in found[key])
    )


def _find_possessions(said: Sentence) -> Iterator[tuple[str, str]]:
    """The first word with content after each "my" or "our", as it is compared and as it is said."""
    for match in _OWN.finditer(said.text.lower()):
        after = ((content(word), word) for word in match.groups(default=""))
        key, word = next(((key, word) for key, word in after if key is not None), (None, ""))
        if key is not None and word not in FEELING_FAMILY:
            yield key, word


def _contents(said: Sentence) -> set[str]:
    return {key for word in said.text.split() if (key := content(word)) is not None}


def _pair_with_turns(context: FeedbackContext) -> Iterator[tuple[Turn, Sentence]]:
    """The partner's sentences with the turn that each is in."""
    turns = iter(context.partner_turns)
    turn = next(turns, None)
    for said in context.partner_sentences:
        while turn is not None and turn.span.end <= said.span.middle:
            turn = next(turns, None)
        if turn is not None and turn.span.contains(said.span.middle):
            yield turn, said


def _is_met(context: FeedbackContext, turn: Turn) -> bool:
    """Whether the mentor's next turn points to something that was said."""
    after = context.turns_between(turn.span.start, float("inf"))[:1]
    said = (said for each in after for said in context.mentor_sentences_in(each.span))
    return any(_POINTS.search(each.text.lower()) for each in said)


def unheard_balance(context: FeedbackContext) -> Estimate | None:
    """Count the things that the partner came back to in vain, below 0; None without any."""
    found = unheard(context)
    return Estimate.exact(-len(found)) if found else None


def propose_asking(context: FeedbackContext) -> Telling | None:
    """Show where the partner raised what was not taken up, and suggest to ask about it."""
    found = unheard(context)
    if not found:
        return None
    first = max(found, key=lambda each: len(each.said))
    others = [each for each in found if each is not first][: _SHOWN - 1]
    return Telling(
        f"Ask about what {context.partner} comes back to",
        f"{sentence(context.partner)} spoke of {with_noun(len(found), 'thing')} more than once "
        "that you did not name.",
        tuple(context.quote(each.said[0], _note(each)) for each in others),
        Suggestion(
            "You could have asked",
            f"You spoke of your {first.word}. Tell me more about that.",
            context.quote(first.said[0], _note(first)),
        ),
    )


def _note(each: Unheard) -> str:
    return f"“{each.word}” came up in {len(each.said)} turns"
