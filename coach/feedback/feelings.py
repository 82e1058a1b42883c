"""Feelings that the partner names, and whether the mentor picks them up.

Only what is said in words counts; nothing is inferred from a voice. Words that name one feeling
stand together, for an answer may use another word for it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from coach.conversation import FeelingKind, Sentence
from coach.feedback.context import FeedbackContext
from coach.lexicon import FEELING_FAMILY

_WORD = re.compile(r"[a-z]+(?:'[a-z]+)?")
_OWN = re.compile(r"\b(?:i|i'm|i've|i'd|me|myself|feel|feels|felt|feeling)\b")
_STANDS = r"(?:'s|'re| is| was| are| were| got| gets| seems| seemed| looked)(?: \w+)?$"
_ANOTHERS = re.compile(
    r"\b(?:he|she|they|you|who|people|everyone|everybody|someone|somebody|mom|mum|dad)" + _STANDS
)
# Somebody else's state, as in "my boss was angry"; "the meeting was embarrassing" is one's own.
_OTHER_SUBJECT = re.compile(r"\b(?:my|his|her|your|our|their|the|this|that) [a-z]+" + _STANDS)
# "Not afraid" names no fear, while "not happy" says how it is.
_DENIED = re.compile(r"(?:\b(?:not|never)|n't)(?! just| only)(?: \w+){0,2}$")
_GLAD = frozenset(
    FEELING_FAMILY[word] for word in ("happy", "proud", "relieved", "hopeful", "grateful")
)
# These name a feeling only where they are said of one's state: "felt lost", not "lost the client".
_AMBIGUOUS = frozenset(
    "alone calm cross down hurt ignored lost mad rejected stuck torn trapped".split()
)
_DOWN_TO = re.compile(r"\s+(?:to|from|for|with|on|by|at|in|the|there)\b")
_NO_STATE = re.compile(r"\s+(?:hours?|birthday|christmas|new year|easter|ending|medium)\b")
_STATE = re.compile(
    r"\b(?:feel|feels|felt|feeling|am|i'm|was|got|so|really|very|quite|bit|completely|totally|left)$"
)
_UNNAMED = 0.5
_BEFORE = 200  # characters before a word: more than the few words that decide about it


@dataclass(frozen=True, slots=True)
class NamedFeeling:
    """A feeling word of the partner; `answer` is the mentor's sentence that picks it up.

    `chance` is the probability that it does: certain where it names the feeling.
    """

    sentence: Sentence
    word: str
    answer: Sentence | None
    chance: float = 0.0


def feeling_word(text: str) -> str | None:
    """The first word by which the speaker names a feeling of their own.

    Examples
    --------
    >>> feeling_word("I was so embarrassed, you know?")
    'embarrassed'
    >>> feeling_word("My boss was angry with me.") is None
    True
    """
    lowered = text.lower().replace("\u2019", "'")
    if not _OWN.search(lowered):
        return None
    for match in _WORD.finditer(lowered):
        word = match[0]
        before = lowered[max(0, match.start() - _BEFORE) : match.start()].rstrip()
        if word == "happy" and _NO_STATE.match(lowered, match.end()):
            continue
        if word == "down" and _DOWN_TO.match(lowered, match.end()):
            continue
        if word in FEELING_FAMILY and _is_own(word, before) and not _is_denied(word, before):
            return word
    return None


def _is_own(word: str, before: str) -> bool:
    if _ANOTHERS.search(before) or (not word.endswith("ing") and _OTHER_SUBJECT.search(before)):
        return False
    return word not in _AMBIGUOUS or _STATE.search(before) is not None


def _is_denied(word: str, before: str) -> bool:
    return FEELING_FAMILY[word] not in _GLAD and _DENIED.search(before) is not None


def named_feelings(context: FeedbackContext) -> tuple[NamedFeeling, ...]:
    """Find the feelings that the partner named, each with the mentor's answer to it."""
    named = [(sentence, feeling_word(sentence.text)) for sentence in context.partner_sentences]
    judged = {(r.speaker, r.span): r.kind for r in context.conversation.feelings}
    return tuple(
        NamedFeeling(sentence, word, *_judge_answer(context, sentence, word, kind))
        for sentence, word in named
        if word is not None and (kind := judged.get((sentence.speaker, sentence.span))) != "none"
    )


def _judge_answer(
    context: FeedbackContext, sentence: Sentence, word: str, kind: FeelingKind | None
) -> tuple[Sentence | None, float]:
    """The answer as a reader judged it, or else as it was found."""
    if kind == "passed":
        return None, 0.0
    answer, chance = _answer(context, sentence, word)
    if kind != "picked_up":
        return answer, chance
    return answer or _next_sentence(context, sentence), 1.0


def _next_sentence(context: FeedbackContext, sentence: Sentence) -> Sentence | None:
    """Find the mentor's next sentence."""
    last = sentence.span.end + context.rules.feeling_within
    turns = context.turns_between(sentence.span.start, last)[: context.rules.feeling_turns]
    return next((said for turn in turns for said in context.mentor_sentences_in(turn.span)), None)


def _answer(
    context: FeedbackContext, sentence: Sentence, word: str
) -> tuple[Sentence | None, float]:
    """The sentence that picks the feeling up, the surest one, and the probability that it does."""
    last = sentence.span.end + context.rules.feeling_within
    after = context.turns_between(sentence.span.start, last)[: context.rules.feeling_turns]
    for number, turn in enumerate(after):
        said_then = context.mentor_sentences_in(turn.span)
        named = next((said for said in said_then if _names(said, word)), None)
        if named is not None:
            return named, 1.0
        deeper = [(said, _chance_of_depth(context, said)) for said in said_then if number == 0]
        if any(chance > 0 for _, chance in deeper):
            return max(deeper, key=lambda pair: pair[1])
    return None, 0.0


def _names(said: Sentence, word: str) -> bool:
    own = {FEELING_FAMILY.get(match[0]) for match in _WORD.finditer(said.text.lower())}
    return FEELING_FAMILY[word] in own


def _chance_of_depth(context: FeedbackContext, said: Sentence) -> float:
    """Probability that it is about the feeling, unnamed; a turn later it is about the rest.

    A reflection may be about something else of what was said, so it alone is never sure.
    """
    reflects = (
        context.surety.chance_of_reflection(said)
        if "reflection_complex" in said.acts.listening
        else 0.0
    )
    return max(_UNNAMED * reflects, context.surety.chance_of_kind(said, "feeling_probe"))
