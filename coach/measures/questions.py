"""Questions: open and closed, their kinds, and several in one turn.

The unit is the sentence. What is about logistics or rhetorical is counted apart and never in the
share of open questions.
"""

from __future__ import annotations

from dataclasses import replace

from coach.conversation import QuestionKind, Sentence
from coach.intervals import Span
from coach.measurement import Interval, Measurement, wilson
from coach.measures.annotators import confusion_of
from coach.measures.gates import sentences_missing
from coach.measures.parts import counted, rate, unless, withheld
from coach.measures.ratio_interval import open_ratio_interval
from coach.measures.sentences import asks, by_turn
from coach.turns import Floor

KINDS: tuple[QuestionKind, ...] = (
    "why", "feeling_probe", "possibility", "follow_up", "leading", "alternative", "tag", "fact",
    "logistics", "rhetorical",
)  # fmt: skip


def open_and_closed(floor: Floor) -> tuple[Measurement, ...]:
    """How many open and how many closed questions each speaker asked.

    Examples
    --------
    >>> from coach.conversation import Acts
    >>> from coach.talk import talk, with_acts
    >>> from coach.turns import floor
    >>> told = talk("A 0-2 How was it?", "B 2.5-4 Fine, thanks.", "A 4.5-6 Did you sleep?")
    >>> told = with_acts(told, {0: Acts("open_question"), 2: Acts("closed_question")})
    >>> [m.value for m in open_and_closed(floor(told)) if m.speaker == "A"]
    [1, 1]
    """
    found = []
    for who in floor.speakers:
        reason = sentences_missing(floor, who)
        for act, name in (
            ("open_question", "open_questions"), ("closed_question", "closed_questions"),
        ):  # fmt: skip
            asked = [s.span for s in floor.voices[who].sentences if asks(s) and s.acts.act == act]
            found.append(unless(reason, counted(name, who, asked)))
    return tuple(found)


def open_ratio(floor: Floor) -> tuple[Measurement, ...]:
    """Share of open questions among open and closed ones, with a 95 % interval.

    The interval covers sampling and, where the annotator's errors are known, those as well; else it
    is Wilson's.

    Withheld below `Rules.min_questions` questions; the counts stay.
    """
    return tuple(_open_ratio(floor, who) for who in floor.speakers)


def _open_ratio(floor: Floor, who: str) -> Measurement:
    reason = sentences_missing(floor, who)
    if reason is not None:
        return withheld("open_ratio", who, reason)
    asked = [sentence for sentence in floor.voices[who].sentences if asks(sentence)]
    opened = sum(sentence.acts.act == "open_question" for sentence in asked)
    ratio = rate(
        "open_ratio",
        who,
        (opened, len(asked)),
        count=len(asked),
        evidence=(sentence.span for sentence in asked),
        interval=_interval(floor, who, opened, len(asked)),
    )
    if len(asked) >= floor.rules.min_questions:
        return ratio
    reason = f"Too few questions ({len(asked)}): {floor.rules.min_questions} are needed."
    return replace(ratio, interval=None, withheld=reason)


def _interval(floor: Floor, who: str, opened: int, asked: int) -> Interval | None:
    """Wide enough to hold the ratio itself, which the annotator's errors may have moved."""
    confusion = confusion_of(floor.conversation)
    if confusion is None or not asked:
        return wilson(opened, asked)
    rest = len(floor.voices[who].sentences) - asked
    bounds = open_ratio_interval((opened, asked - opened, rest), confusion)
    return (min(bounds[0], opened / asked), max(bounds[1], opened / asked)) if bounds else None


def kinds_of_questions(floor: Floor) -> tuple[Measurement, ...]:
    """How many questions of each kind each speaker asked; a question may have several kinds."""
    found = []
    for who in floor.speakers:
        reason = sentences_missing(floor, who)
        sentences = floor.voices[who].sentences
        for kind in KINDS:
            name = f"question_{kind}"
            fitting = [s.span for s in sentences if _is_of(kind, s)]
            found.append(unless(reason, counted(name, who, fitting)))
    return tuple(found)


def _is_of(kind: QuestionKind, sentence: Sentence) -> bool:
    """Whether it has the kind; a rhetorical question is by definition no question act."""
    return kind in sentence.acts.kinds and (kind == "rhetorical" or sentence.acts.act != "other")


def stacked_questions(floor: Floor) -> tuple[Measurement, ...]:
    """Turns of each speaker with two or more questions in them."""
    found = []
    for who in floor.speakers:
        reason = sentences_missing(floor, who)
        asked = ([s.span for s in said if asks(s)] for said in by_turn(floor, who).values())
        stacks = [Span(each[0].start, each[-1].end) for each in asked if len(each) > 1]
        found.append(unless(reason, counted("stacked_questions", who, stacks)))
    return tuple(found)
