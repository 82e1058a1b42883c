"""Listening pace: latencies, silences kept, lapses."""

from __future__ import annotations

from dataclasses import replace

import pytest

from coach.conversation import Acts
from coach.intervals import Span
from coach.measurement import Measurement, find
from coach.measures import measure
from coach.talk import talk, with_acts
from coach.turns import floor

OPEN, CLOSED = Acts("open_question"), Acts("closed_question")
REPLIES = ("A 0-3", "B 4-7", "A 6.75-10", "B 10.125-13", "A 14-17", "B 19-22", "A 30-33")


def measured(
    name: str, speaker: str | None, *lines: str, acts: dict[int, Acts] | None = None
) -> Measurement:
    conv = with_acts(talk(*lines), acts or {})
    found = find(measure(floor(conv)), name, speaker)
    assert found is not None
    return found


def test_latency_is_the_offset_of_the_replies_without_lapses() -> None:
    latency = measured("response_latency", "B", *REPLIES)
    assert latency.samples == (1, 0.125, 2)
    assert latency.value == 1


def test_few_replies_withhold_the_latency_and_keep_the_samples() -> None:
    latency = measured("response_latency", "A", *REPLIES)
    assert latency.samples == (-0.25, 1)
    assert latency.value is None and latency.withheld == "Too few replies (2): 3 are needed."


def test_early_and_quick_are_shares_of_all_replies() -> None:
    early = measured("early_responses", "A", *REPLIES)
    assert (early.numerator, early.denominator) == (1, 3)
    quick = measured("quick_responses", "B", *REPLIES)
    assert (quick.numerator, quick.denominator) == (1, 3)


def test_a_reply_at_the_stop_or_two_tenths_later_is_quick_and_not_early() -> None:
    for start, quick, early in ((2.875, 0, 1), (3, 1, 0), (3.2, 1, 0), (3.25, 0, 0)):
        lines = ("A 0-3", f"B {start}-6")
        assert measured("quick_responses", "B", *lines).numerator == quick, start
        assert measured("early_responses", "B", *lines).numerator == early, start


def test_evidence_of_a_reply_is_playable_from_before_the_stop() -> None:
    assert measured("early_responses", "A", *REPLIES).evidence == (Span(4, 10),)


def test_who_never_replied_has_no_share() -> None:
    assert measured("early_responses", "A", "A 0-3", "B 4-6").value is None


def test_lapses_are_long_silences_whoever_speaks_next() -> None:
    lines = ("A 0-3", "A 9-12", "B 20-22", "A 26-28")
    lapses = measured("lapses", None, *lines)
    assert lapses.value == 2
    assert lapses.evidence == (Span(3, 9), Span(12, 20))


def test_silence_before_and_after_the_talk_is_no_lapse() -> None:
    conv = talk("A 10-12", "B 13-15", duration=60)
    found = find(measure(floor(conv)), "lapses")
    assert found is not None and found.value == 0


def test_a_wait_ends_when_the_asker_goes_on() -> None:
    lines = ("A 0-3 How was it?", "A 6.5-8 I mean the talk.", "B 9-12 It went well.")
    wait = measured("wait_after_question", "A", *lines, acts={0: OPEN})
    assert (wait.value, wait.evidence) == (3.5, (Span(3, 6.5),))


def test_an_answered_question_is_no_wait() -> None:
    lines = ("A 0-3 How was it?", "B 4-6 It went well.", "A 7-8 I see that.")
    assert measured("wait_after_question", "A", *lines, acts={0: OPEN}).count == 0


def test_an_answer_over_the_last_words_is_an_answer() -> None:
    lines = ("A 0-3 Was it fine?", "B 2.625-3 Yes.", "A 5-6 Good to know.")
    assert measured("wait_after_question", "A", *lines, acts={0: CLOSED}).count == 0


def test_to_ask_and_go_straight_on_is_a_wait_of_nothing() -> None:
    lines = ("A 0-3 How was it?", "A 3-5 Was it fine?", "B 6-8 Yes it was.")
    wait = measured("wait_after_question", "A", *lines, acts={0: OPEN, 1: CLOSED})
    assert wait.samples == (0,)


@pytest.mark.parametrize(("start", "wait"), [(2.5, 0.0), (2.875, 0.0), (2.9375, 2.0), (3.0, 2.0)])
def test_a_sentence_timed_just_before_the_stop_belongs_to_what_follows(
    start: float, wait: float
) -> None:
    """Words are timed less well than speech: a tenth of a second is no overlap."""
    lines = ("A 0-2 How was it?", f"A {start}-6 I mean the talk.", "B 7-9 Fine.")
    conv = with_acts(talk(*lines), {0: OPEN})
    heard_apart = talk("A 0-3", "A 5-6", "B 7-9").speech
    found = find(measure(floor(replace(conv, speech=heard_apart))), "wait_after_question", "A")
    assert found is not None and found.samples == (wait,)


@pytest.mark.parametrize("kind", ["logistics", "rhetorical"])
def test_only_questions_that_count_are_waited_for(kind: str) -> None:
    lines = ("A 0-3 Can you hear me?", "A 6-8 I think so.", "B 9-12 I can hear you.")
    acts = {0: Acts("closed_question", kinds=(kind,))}  # type: ignore[arg-type]
    assert measured("wait_after_question", "A", *lines, acts=acts).count == 0


def test_a_question_at_the_very_end_is_no_wait() -> None:
    assert (
        measured("wait_after_question", "A", "B 0-3 Well.", "A 4-6 Why?", acts={1: OPEN}).count == 0
    )


def test_a_question_outside_all_speech_is_no_wait() -> None:
    conv = with_acts(talk("A 1-2 Why?", "A 5-9 So.", "B 10-12 Well then."), {0: OPEN})
    early = floor(talk("A 5-9", "B 10-12"))
    moved = floor(replace(conv, speech=early.conversation.speech))
    found = find(measure(moved), "wait_after_question", "A")
    assert found is not None and found.count == 0


def test_the_wait_after_the_answer_is_the_silence_before_the_asker_speaks() -> None:
    lines = ("A 0-3 How was it?", "B 4-6 It went well.", "A 9-11 And then?", "B 12-13.5 Home now.")
    last = "A 13.25-15 Fine then."
    wait = measured("wait_after_answer", "A", *lines, last, acts={0: OPEN, 2: OPEN})
    assert wait.samples == (3, 0)


def test_after_a_statement_there_is_no_wait_for_an_answer() -> None:
    lines = ("A 0-3 So I left.", "B 4-6 It went well.", "A 9-11 Fine then.")
    assert measured("wait_after_answer", "A", *lines, acts={1: OPEN}).count == 0


def test_a_question_from_an_earlier_turn_is_not_what_was_answered() -> None:
    lines = ("A 0-3 How was it?", "B 4-6 It went well.", "A 7-9", "B 10-13 And so on.", "A 15-17")
    assert measured("wait_after_answer", "A", *lines, acts={0: OPEN}).samples == (1,)


def test_a_turn_before_which_nothing_was_said_was_no_question() -> None:
    lines = ("A 0-3", "B 4-6 It went well.", "A 9-11 Fine then.")
    assert measured("wait_after_answer", "A", *lines).count == 0
