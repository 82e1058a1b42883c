"""Pace of listening: the time to a reply, and the silences that are kept."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from coach.conversation import Sentence
from coach.intervals import Seconds, Span, subtract, union
from coach.measurement import Measurement
from coach.measures.gates import sentences_missing, timing_missing
from coach.measures.parts import count_measurement, rate, sample_measurement, withhold_if
from coach.measures.sentences import asks
from coach.turns import Floor, Ipu, Transition
from coach.turns.word_lookup import SLACK


def response_latency(floor: Floor) -> tuple[Measurement, ...]:
    """Median floor-transfer offset of each speaker's replies; lapses are left out.

    Withheld below `Rules.min_latencies` replies.

    Examples
    --------
    >>> from coach.talk import talk
    >>> from coach.turns import floor
    >>> told = floor(talk("A 0-3", "B 4-7", "A 9-12", "B 12.5-15", "A 16-19", "B 21-24"))
    >>> response_latency(told)[1].value
    1.0
    """
    found = []
    for who in floor.speakers:
        prompt = [t for t in _replies(floor, who) if t.fto <= floor.rules.lapse_min]
        latency = sample_measurement(
            "response_latency", who, (t.fto for t in prompt), map(_passage, prompt)
        )
        found.append(withhold_if(timing_missing(floor), _withhold_if_few(latency, floor)))
    return tuple(found)


def _withhold_if_few(latency: Measurement, floor: Floor) -> Measurement:
    if latency.count >= floor.rules.min_latencies:
        return latency
    reason = f"Too few replies ({latency.count}): {floor.rules.min_latencies} are needed."
    return replace(latency, withheld=reason)


def early_responses(floor: Floor) -> tuple[Measurement, ...]:
    """Share of each speaker's replies that began before the other's turn had ended."""
    return _replies_share(floor, "early_responses", lambda fto: fto < 0)


def quick_responses(floor: Floor) -> tuple[Measurement, ...]:
    """Share of each speaker's replies within `Rules.quick_max` after the other's turn."""
    return _replies_share(floor, "quick_responses", lambda fto: 0 <= fto <= floor.rules.quick_max)


def _replies_share(
    floor: Floor, name: str, fits: Callable[[Seconds], bool]
) -> tuple[Measurement, ...]:
    found = []
    for who in floor.speakers:
        replies = _replies(floor, who)
        fitting = [reply for reply in replies if fits(reply.fto)]
        parts = (len(fitting), len(replies))
        share = rate(name, who, parts, count=len(replies), evidence=map(_passage, fitting))
        found.append(withhold_if(timing_missing(floor), share))
    return tuple(found)


def _replies(floor: Floor, who: str) -> list[Transition]:
    return [each for each in floor.transitions if each.after.speaker == who]


def _passage(reply: Transition) -> Span:
    """Return the span from the last unit before the floor passed to the first after it."""
    before, after = reply.before.ipus[-1].span, reply.after.ipus[0].span
    return Span(min(before.start, after.start), max(before.end, after.end))


def lapses(floor: Floor) -> tuple[Measurement, ...]:
    """Silences longer than `Rules.lapse_min` between speech, whoever speaks next.

    Examples
    --------
    >>> from coach.talk import talk
    >>> from coach.turns import floor
    >>> lapses(floor(talk("A 0-3", "B 10-12", "A 12.5-14")))[0].evidence
    (Span(start=3.0, end=10.0),)
    """
    heard = union(span for voice in floor.voices.values() for span in voice.speech)
    whole = [Span(heard[0].start, heard[-1].end)] if heard else []
    silences = subtract(whole, heard)
    long = (span for span in silences if span.duration > floor.rules.lapse_min)
    return (withhold_if(timing_missing(floor), count_measurement("lapses", None, long)),)


def wait_after_question(floor: Floor) -> tuple[Measurement, ...]:
    """Median silence after an own question that nobody answered, before the asker goes on.

    A question in the middle of a unit was followed by less than `min_pause`: that counts as 0.
    """
    return _measure_waits(floor, "wait_after_question", _silences_after_questions)


def wait_after_answer(floor: Floor) -> tuple[Measurement, ...]:
    """Median silence after the answer to an own question, before the asker speaks again.

    Rowe's second wait time; to speak before the answer has ended counts as 0.

    References
    ----------
    .. [1] Rowe (1986), Wait time: slowing down may be a way of speeding up!
    """
    return _measure_waits(floor, "wait_after_answer", _silences_after_answers)


_Waits = Callable[[Floor, str], Iterable[tuple[Seconds, Span]]]


def _measure_waits(floor: Floor, name: str, waits: _Waits) -> tuple[Measurement, ...]:
    found = []
    for who in floor.speakers:
        reason = timing_missing(floor) or sentences_missing(floor, who)
        kept = [] if reason else list(waits(floor, who))
        latencies = sample_measurement(name, who, (s for s, _ in kept), (span for _, span in kept))
        found.append(withhold_if(reason, latencies))
    return tuple(found)


def _silences_after_questions(floor: Floor, who: str) -> Iterator[tuple[Seconds, Span]]:
    """Silences after questions of `who`, where `who` was the next to speak."""
    sentences = floor.voices[who].sentences
    own = [unit for unit in floor.ipus if unit.speaker == who]
    others = [
        [unit for unit in floor.ipus if unit.speaker == other]
        for other in floor.speakers
        if other != who
    ]
    starts = [unit.span.start for unit in own]
    for at, sentence in enumerate(sentences):
        unit = bisect_left(starts, sentence.span.end) - 1
        if not asks(sentence) or unit < 0:
            continue
        if at + 1 < len(sentences) and sentences[at + 1].span.start < own[unit].span.end - SLACK:
            yield 0.0, sentence.span
        elif unit + 1 < len(own):
            silence = Span(own[unit].span.end, own[unit + 1].span.start)
            reply = Span(max(0.0, silence.start - floor.rules.terminal_max), silence.end)
            if not any(_is_heard_in(units, reply) for units in others):
                yield silence.duration, silence


def _is_heard_in(units: list[Ipu], span: Span) -> bool:
    """Whether one of a speaker's units reaches into `span`."""
    at = bisect_left(units, span.end, key=lambda unit: unit.span.start) - 1
    return at >= 0 and units[at].span.end > span.start


def _silences_after_answers(floor: Floor, who: str) -> Iterator[tuple[Seconds, Span]]:
    """Silences after the turns that answered a question of `who`."""
    sentences = floor.voices[who].sentences
    starts = [sentence.span.start for sentence in sentences]
    for question, reply in zip(floor.transitions, floor.transitions[1:], strict=False):
        if question.before.speaker == who == reply.after.speaker:
            asked = _last_sentence(sentences, starts, question)
            if asked is not None and asks(asked):
                yield max(0.0, reply.fto), _passage(reply)


def _last_sentence(
    sentences: tuple[Sentence, ...], starts: list[Seconds], passing: Transition
) -> Sentence | None:
    """Find the last sentence of the turn before the floor passed."""
    at = bisect_right(starts, max(passing.after.span.start, passing.before.span.end)) - 1
    if at < 0 or sentences[at].span.end < passing.before.span.start:
        return None
    return sentences[at]
