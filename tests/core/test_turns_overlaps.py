"""Every overlap in exactly one class: the table of MEASURES in examples."""

from __future__ import annotations

import pytest

from coach.intervals import Span
from coach.talk import talk
from coach.turns import Overlap, floor
from coach.turns.competition import shared_time
from coach.turns.values import Ipu

ONE_EVENT = [
    ("backchannel inside a turn", ["A 0-10", "B 4-4.5"], "backchannel", False),
    ("start within the last half second", ["A 0-5", "B 4.625-8"], "terminal", True),
    ("start before, goes on alone", ["A 0-5", "B 4-8"], "interruption", True),
    ("exactly half a second before the stop", ["A 0-5", "B 4.5-8"], "interruption", True),
    ("exactly half a second alone", ["A 0-5", "B 3.5-5.5"], "interruption", True),
    ("second stops first", ["A 0-10", "B 4-6"], "attempt", False),
    ("second takes the floor and soon stops", ["A 0-5", "B 4-5.375"], "unclear", True),
    ("both stop together", ["A 0-6", "B 4-6", "A 8-9"], "unclear", False),
    ("both start together", ["A 0-5", "B 0.125-9"], "unclear", True),
    ("third comes in before it is settled", ["A 0-5", "B 4-9", "C 5.375-7.5"], "unclear", True),
    ("third speaks already", ["A 0-10", "B 4-12", "C 5-13"], "unclear", True),
    ("third has just stopped", ["A 0-10", "B 4-12", "C 5-10"], "interruption", True),
]


def only(lines: list[str]) -> Overlap:
    [overlap] = [o for o in floor(talk(*lines)).overlaps if o.second == "B"]
    return overlap


@pytest.mark.parametrize(("case", "lines", "kind", "shift"), ONE_EVENT)
def test_the_class_of_an_overlap(case: str, lines: list[str], kind: str, shift: bool) -> None:
    overlap = only(lines)
    assert (overlap.kind, overlap.shift) == (kind, shift), case
    assert (overlap.first, overlap.second) == ("A", "B")


def test_an_overlap_reaches_from_the_second_start_to_the_first_stop() -> None:
    assert only(["A 0-5", "B 4-8"]).span == Span(4, 5)


def test_shared_speech_below_min_overlap_is_no_event() -> None:
    assert not floor(talk("A 0-5", "B 4.75-8")).overlaps
    assert not floor(talk("A 0-10", "B 4-4.25")).overlaps


def test_to_come_back_keeps_the_contest_one_event() -> None:
    [event] = floor(talk("A 0-6", "A 6.5-10", "B 5-14")).overlaps
    assert (event.kind, event.span) == ("interruption", Span(5, 10))
    [event] = floor(talk("A 0-10", "B 5-6.5", "B 7-14")).overlaps
    assert (event.kind, event.span) == ("interruption", Span(5, 10))


def test_who_comes_back_after_being_silent_for_long_comes_in_anew() -> None:
    events = floor(talk("A 0-12", "B 2-3.5", "B 6-15")).overlaps
    assert [event.kind for event in events] == ["attempt", "interruption"]


def test_a_signal_of_listening_is_no_coming_back() -> None:
    events = floor(talk("A 0-6", "A 6.5-7", "B 5-14")).overlaps
    assert [(e.kind, e.second) for e in events] == [("interruption", "B"), ("backchannel", "A")]


def test_who_paused_for_a_moment_had_the_floor_when_the_other_came_in() -> None:
    for lines in (["A 0-4", "A 4.25-6.5", "B 4.375-9"], ["A 0-4", "B 4.25-9", "A 4.375-6.5"]):
        [event] = floor(talk(*lines)).overlaps
        assert (event.kind, event.first, event.second) == ("interruption", "A", "B")
        assert event.span == Span(4.375, 6.5)
    [event] = floor(talk("A 0-4", "A 4.75-6.5", "B 4.875-9")).overlaps
    assert event.kind == "unclear"


def test_a_start_before_a_moments_pause_is_no_start_at_a_stop() -> None:
    [event] = floor(talk("A 0-5", "A 5.25-7", "B 4.875-10")).overlaps
    assert (event.kind, event.second, event.span) == ("interruption", "B", Span(4.875, 7))
    tail = floor(talk("A 0-5", "A 5.25-6", "B 4.625-10")).overlaps
    assert "interruption" not in [event.kind for event in tail]


def test_pauses_of_the_second_do_not_count_as_going_on() -> None:
    assert only(["A 0-5", "B 3.5-5.25", "B 6-6.25"]).kind == "interruption"
    assert only(["A 0-5", "B 3.5-5.25", "B 6.25-12"]).kind == "unclear"


def test_who_goes_on_after_the_other_had_finished_keeps_the_floor_that_was_taken() -> None:
    [event] = floor(talk("A 0-5", "B 3-4.75", "B 5.5-8")).overlaps
    assert (event.kind, event.second, event.span) == ("interruption", "B", Span(3, 5))
    assert floor(talk("A 0-5", "B 3-4.75", "B 6-8")).overlaps[0].kind == "attempt"


def test_who_starts_in_a_pause_in_which_the_other_was_not_finished_comes_in() -> None:
    lines = ["A 0-4 And then I told the", "B 4.125-5 Right.", "A 4.5-9 director what I thought."]
    [event] = floor(talk(*lines)).overlaps
    assert (event.first, event.second) == ("A", "B")


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("The director.", "cooperative"),  # the word that was looked for
        ("What director?", "attempt"),
        ("But the", "attempt"),
        ("Yes, but no.", "attempt"),
        ("Mm-hm.", "backchannel"),
    ],
)
def test_a_few_words_help_along_unless_they_open_a_turn(said: str, kind: str) -> None:
    lines = ["A 0-10 And then I went to him and told him what I thought.", f"B 4-4.875 {said}"]
    assert only(lines).kind == kind


def test_to_say_the_same_words_at_once_is_to_help_along_however_long() -> None:
    lines = ["A 0-10 In the end the meeting with the director was cancelled again and again"]
    assert only([*lines, "B 3-5 The meeting with the director."]).kind == "cooperative"
    assert only([*lines, "B 3-5 My sister and her lovely house."]).kind == "attempt"


def test_a_few_words_that_end_last_take_no_floor() -> None:
    lines = ["A 0-5 I went to see my", "B 4.375-5.25 Director.", "A 6-9 yes and I told him so."]
    assert only(lines).kind == "cooperative"


def test_who_stops_at_once_in_the_middle_of_a_clause_was_interrupted() -> None:
    lines = ["A 0-5 And so I went straight to the", "B 4.625-9 No. That is not what I said."]
    assert only(lines).kind == "interruption"
    lines = ["A 0-5 And so I went straight to him", "B 4.625-9 No. That is not what I said."]
    assert only(lines).kind == "terminal"


def test_who_comes_back_after_the_end_of_a_sentence_comes_in_anew() -> None:
    lines = ["A 0-5 It was a good day.", "B 3.5-9 So what did you say to him?"]
    event, *_ = floor(talk(*lines, "A 5.75-8 I said nothing to him at all.")).overlaps
    assert (event.second, event.kind, event.span) == ("B", "interruption", Span(3.5, 5))


def test_who_comes_in_and_goes_on_after_both_stopped_together_has_taken_the_floor() -> None:
    taken = floor(talk("A 0-6", "B 4-6", "B 6.25-9"))
    assert [(o.kind, o.span) for o in taken.overlaps] == [("interruption", Span(4, 6))]
    assert [(turn.speaker, len(turn.ipus)) for turn in taken.turns] == [("A", 1), ("B", 2)]


def test_of_two_who_start_together_the_one_who_speaks_longer_came_first() -> None:
    taken = floor(talk("B 0-2", "A 0-5"))
    assert [(o.first, o.second) for o in taken.overlaps] == [("A", "B")]
    assert [turn.speaker for turn in taken.turns] == ["A"]


def test_a_speaker_who_resumes_over_a_backchannel_does_not_interrupt() -> None:
    [event] = floor(talk("A 0-3", "B 3.25-4.125", "A 3.625-8")).overlaps
    assert (event.kind, event.first, event.second) == ("backchannel", "A", "B")
    assert event.span == Span(3.625, 4.125)


def test_one_backchannel_over_two_units_is_one_event() -> None:
    [event] = floor(talk("A 0-5.375", "A 5.625-9", "B 5-6")).overlaps
    assert (event.kind, event.span) == ("backchannel", Span(5, 6))


def test_with_three_speakers_everyone_comes_in_over_the_holder() -> None:
    events = floor(talk("A 0-10", "B 3-5", "C 6-20")).overlaps
    assert [(e.first, e.second, e.kind) for e in events] == [
        ("A", "B", "attempt"),
        ("A", "C", "interruption"),
    ]


def test_two_who_come_in_together_are_two_events_and_one_turn() -> None:
    taken = floor(talk("A 0-6", "A 6.5-10", "B 5-7", "C 5.5-14"))
    assert [(e.second, e.kind) for e in taken.overlaps] == [("B", "attempt"), ("C", "interruption")]
    assert [(turn.speaker, len(turn.ipus)) for turn in taken.turns] == [("A", 2), ("C", 1)]


def test_a_clip_begins_before_the_event_and_never_before_the_recording() -> None:
    assert Overlap(Span(20, 21), "A", "B", "interruption").clip == Span(16, 24)
    assert Overlap(Span(1, 2), "A", "B", "interruption").clip == Span(0, 5)


def test_a_transcript_of_touching_lines_has_no_overlap() -> None:
    taken = floor(talk("A 0-3 So how was", "B 3-5 It was fine.", "A 5-6 Good."))
    assert not taken.overlaps


@pytest.mark.parametrize("start", [0, 1, 2, 5, 10, 21599])
def test_thresholds_are_met_exactly_anywhere_in_a_recording(start: int) -> None:
    def kinds(*lines: tuple[str, float, float]) -> list[str]:
        said = (f"{who} {start + begin:.1f}-{start + end:.1f}" for who, begin, end in lines)
        return [overlap.kind for overlap in floor(talk(*said)).overlaps]

    assert kinds(("A", 0, 10), ("B", 9.7, 15)) == ["terminal"]  # 0.3 s is an event
    assert kinds(("A", 0, 10), ("B", 9.8, 15)) == []
    assert kinds(("A", 0, 10), ("B", 9.5, 11.5)) == ["interruption"]  # 0.5 s before
    assert kinds(("A", 0, 10), ("B", 5.1, 6.1)) == ["backchannel"]  # 1.0 s


def test_the_shared_time_counts_every_unit_that_lies_in_a_long_one() -> None:
    long = (Ipu(Span(0, 10), "A"),)
    short = tuple(Ipu(Span(start, start + 1), "B") for start in (1, 3, 5))
    assert shared_time(long, short) == shared_time(short, long) == 3
