"""Questions: open and closed, their kinds, and several in one turn.

The unit is the sentence. What is about logistics or rhetorical is counted apart and never in the
share of open questions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from coach.conversation import QuestionKind, Sentence
from coach.intervals import Span
from coach.measurement import Interval, Measurement, wilson
from coach.measures.gates import sentences_missing
from coach.measures.parts import count_measurement, rate, withheld_measurement, withhold_if
from coach.measures.sentences import asks, group_by_turn
from coach.measures.surety import CLOSED, OPEN, Surety, interval_of, sample_count, surety
from coach.turns import Floor

KINDS: tuple[QuestionKind, ...] = (
    "why", "feeling_probe", "view_probe", "possibility", "follow_up", "leading", "alternative",
    "tag", "fact", "logistics", "rhetorical",
)  # fmt: skip


def count_open_and_closed(floor: Floor) -> tuple[Measurement, ...]:
    """Count the open and the closed questions of each speaker.

    Examples
    --------
    >>> from coach.conversation import Acts
    >>> from coach.talk import talk, with_acts
    >>> from coach.turns import floor
    >>> told = talk("A 0-2 How was it?", "B 2.5-4 Fine, thanks.", "A 4.5-6 Did you sleep?")
    >>> told = with_acts(told, {0: Acts("open_question"), 2: Acts("closed_question")})
    >>> [m.value for m in count_open_and_closed(floor(told)) if m.speaker == "A"]
    [1, 1]
    """
    found = []
    for who in floor.speakers:
        reason = sentences_missing(floor, who)
        sure = surety(floor, who)
        for label, act, name in (
            (OPEN, "open_question", "open_questions"),
            (CLOSED, "closed_question", "closed_questions"),
        ):
            asked = [s.span for s in floor.voices[who].sentences if asks(s) and s.acts.act == act]
            interval = _amount(sure, label)
            found.append(
                withhold_if(reason, count_measurement(name, who, asked, interval=interval))
            )
    return tuple(found)


def _amount(sure: Surety, label: int) -> Interval | None:
    """How many turns with such a question there were."""
    if sure.questions is None:
        return None
    return interval_of(sure.questions.counts[:, label])


def open_ratio(floor: Floor) -> tuple[Measurement, ...]:
    """Share of open questions among open and closed ones, with a 95 % interval.

    The interval is of what was asked in this session, given the annotator's errors, where these are
    known; else it is Wilson's.

    Withheld below `Rules.min_questions` questions, and where the interval reaches from poor to good
    (`FeedbackRules.open_questions`); the counts stay.
    """
    return tuple(_open_ratio(floor, who) for who in floor.speakers)


def _open_ratio(floor: Floor, who: str) -> Measurement:
    reason = sentences_missing(floor, who)
    if reason is not None:
        return withheld_measurement("open_ratio", who, reason)
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
    reason = _why_uncertain(floor, ratio, len(asked))
    return ratio if reason is None else replace(ratio, interval=None, withheld=reason)


def _why_uncertain(floor: Floor, ratio: Measurement, asked: int) -> str | None:
    """Why a ratio tells nothing, or None when it does."""
    if asked < floor.rules.min_questions:
        return f"Too few questions ({asked}): {floor.rules.min_questions} are needed."
    rule, (low, high) = floor.rules.feedback.open_questions, ratio.interval or (0.0, 0.0)
    if low <= rule.poor and high >= rule.good:
        return f"Too uncertain to tell: between {low:.0%} and {high:.0%}."
    return None


def _interval(floor: Floor, who: str, opened: int, asked: int) -> Interval | None:
    """Wide enough to hold the ratio itself, which the annotator's errors may have moved."""
    shares = surety(floor, who).open_shares()
    if shares is None or not asked:
        return wilson(opened, asked)
    low, high = interval_of(shares)
    return min(low, opened / asked), max(high, opened / asked)


def kinds_of_questions(floor: Floor) -> tuple[Measurement, ...]:
    """Count the questions of each kind of each speaker; a question may have several kinds."""
    found = []
    for who in floor.speakers:
        reason = sentences_missing(floor, who)
        sentences, sure = floor.voices[who].sentences, surety(floor, who)
        for kind in KINDS:
            name = f"question_{kind}"
            fitting = [s for s in sentences if _is_of(kind, s)]
            interval = _count_interval(sure, [sure.chance_of_kind(s, kind) for s in fitting])
            spans = [s.span for s in fitting]
            found.append(
                withhold_if(reason, count_measurement(name, who, spans, interval=interval))
            )
    return tuple(found)


def _count_interval(sure: Surety, chances: Sequence[float]) -> Interval | None:
    return None if sure.questions is None else interval_of(sample_count(chances))


def _is_of(kind: QuestionKind, sentence: Sentence) -> bool:
    """Whether it has the kind; a rhetorical question is by definition no question act."""
    return kind in sentence.acts.kinds and (kind == "rhetorical" or sentence.acts.act != "other")


def stacked_questions(floor: Floor) -> tuple[Measurement, ...]:
    """Count the turns of each speaker with two or more questions in them."""
    found = []
    for who in floor.speakers:
        reason, sure = sentences_missing(floor, who), surety(floor, who)
        asked = ([s for s in said if asks(s)] for said in group_by_turn(floor, who).values())
        stacks = [each for each in asked if len(each) > 1]
        spans = [Span(each[0].span.start, each[-1].span.end) for each in stacks]
        interval = _count_interval(sure, [_chance_of_both(sure, each) for each in stacks])
        found.append(
            withhold_if(
                reason, count_measurement("stacked_questions", who, spans, interval=interval)
            )
        )
    return tuple(found)


def _chance_of_both(sure: Surety, asked: Sequence[Sentence]) -> float:
    """Probability that the two surest are questions."""
    first, second = sorted((sure.chance_of_question(each) for each in asked), reverse=True)[:2]
    return first * second
