"""Units, turns, backchannels and transitions by their definitions, from timing alone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from coach.conversation import Conversation, Recording
from coach.rules import Rules
from coach.talk import talk
from coach.turns import Floor, Turn, floor


def turns(taken: Floor) -> list[tuple[str, float, float]]:
    return [(turn.speaker, turn.span.start, turn.span.end) for turn in taken.turns]


def backchannels(taken: Floor) -> list[tuple[str, float]]:
    return [(each.speaker, each.span.start) for each in taken.backchannels]


def test_a_pause_shorter_than_min_pause_does_not_end_a_unit() -> None:
    taken = floor(talk("A 0-1", "A 1.125-2", "A 2.25-3"))
    assert [(unit.span.start, unit.span.end) for unit in taken.ipus] == [(0, 2), (2.25, 3)]


def test_a_pause_of_exactly_min_pause_ends_a_unit() -> None:
    taken = floor(talk("A 0-1", "A 1.25-2"), Rules(min_pause=0.25))
    assert len(taken.ipus) == 2


def test_touching_speech_is_one_unit_even_without_a_min_pause() -> None:
    assert len(floor(talk("A 0-1", "A 1-2"), Rules(min_pause=0)).ipus) == 1


def test_a_turn_is_a_run_of_units_until_another_takes_the_floor() -> None:
    taken = floor(talk("A 0-3", "A 4-6", "B 7-9", "B 10-12", "A 13-15"))
    assert turns(taken) == [("A", 0, 6), ("B", 7, 12), ("A", 13, 15)]
    assert [len(turn.ipus) for turn in taken.turns] == [2, 2, 1]


def test_transitions_pass_from_turn_to_turn_with_gap_or_overlap() -> None:
    taken = floor(talk("A 0-3", "B 3.5-6", "A 5.75-9"))
    assert [transition.fto for transition in taken.transitions] == [0.5, -0.25]
    assert [t.after.speaker for t in taken.transitions] == ["B", "A"]


def test_a_short_unit_of_the_listener_does_not_end_a_turn() -> None:
    taken = floor(talk("A 0-10", "B 4-4.5", "A 10.5-12"))
    assert turns(taken) == [("A", 0, 12)]
    assert backchannels(taken) == [("B", 4)]
    assert taken.backchannels[0].listener_to == "A"


def test_a_backchannel_may_lie_in_a_pause_of_the_speaker() -> None:
    taken = floor(talk("A 0-3", "B 3.5-4", "A 4.5-8"))
    assert turns(taken) == [("A", 0, 8)]
    assert backchannels(taken) == [("B", 3.5)]


def test_a_unit_longer_than_a_backchannel_takes_the_floor() -> None:
    taken = floor(talk("A 0-3", "B 3.5-5", "A 5.5-8"))
    assert turns(taken) == [("A", 0, 3), ("B", 3.5, 5), ("A", 5.5, 8)]
    assert not taken.backchannels


def test_the_first_word_of_an_answer_is_no_backchannel() -> None:
    taken = floor(talk("A 0-3", "B 3.25-3.75", "B 4-8"))
    assert turns(taken) == [("A", 0, 3), ("B", 3.25, 8)]


def test_a_first_word_over_the_end_of_the_other_is_no_backchannel() -> None:
    taken = floor(talk("A 0-5.75", "B 5-5.5", "B 5.875-9"))
    assert turns(taken) == [("A", 0, 5.75), ("B", 5, 9)]


def test_a_first_word_in_the_middle_of_the_other_begins_what_follows() -> None:
    taken = floor(talk("A 0-10", "B 5-5.375", "B 5.75-14"))
    assert turns(taken) == [("A", 0, 10), ("B", 5, 14)]
    assert not taken.backchannels


def test_two_signals_in_a_row_are_two_backchannels() -> None:
    taken = floor(talk("A 0-10", "B 5-5.375", "B 5.75-6.125", "A 10.5-12"))
    assert backchannels(taken) == [("B", 5), ("B", 5.75)]


def test_a_short_last_word_is_a_turn_for_nobody_goes_on() -> None:
    taken = floor(talk("A 0-3", "B 3.5-4"))
    assert turns(taken) == [("A", 0, 3), ("B", 3.5, 4)]


def test_a_signal_over_the_last_words_is_a_backchannel() -> None:
    assert backchannels(floor(talk("A 0-6", "B 3-3.5"))) == [("B", 3)]


def test_a_backchannel_passes_over_the_signals_of_other_listeners() -> None:
    taken = floor(talk("A 0-5", "B 5.25-5.5", "C 5.375-5.75", "A 6-9"))
    assert backchannels(taken) == [("B", 5.25), ("C", 5.375)]
    assert turns(taken) == [("A", 0, 9)]


def test_a_third_speaker_who_goes_on_takes_the_floor_from_both() -> None:
    taken = floor(talk("A 0-5", "B 5.25-5.5", "C 5.75-9", "A 10-12"))
    assert [turn.speaker for turn in taken.turns] == ["A", "B", "C", "A"]


def test_a_start_that_is_given_up_leaves_the_turn_whole() -> None:
    taken = floor(talk("A 0-10", "B 4-6"))
    assert turns(taken) == [("A", 0, 10)]


def test_who_comes_back_at_once_is_still_in_the_same_turn() -> None:
    taken = floor(talk("A 0-6", "A 6.5-10", "B 5-14"))
    assert turns(taken) == [("A", 0, 10), ("B", 5, 14)]
    taken = floor(talk("A 0-10", "B 5-6.5", "B 7-14"))
    assert turns(taken) == [("A", 0, 10), ("B", 5, 14)]


def test_who_pauses_too_shortly_to_give_up_keeps_the_floor() -> None:
    assert turns(floor(talk("A 0-6", "B 5-6.25", "A 6.375-10"))) == [("A", 0, 10)]
    taken = floor(talk("A 0-6", "B 5-6.25", "A 7-10"))
    assert turns(taken) == [("A", 0, 6), ("B", 5, 6.25), ("A", 7, 10)]


def test_to_come_back_after_the_floor_has_passed_is_to_come_in() -> None:
    taken = floor(talk("A 0-3", "B 2.75-9", "A 3.5-5"))
    assert turns(taken) == [("A", 0, 3), ("B", 2.75, 9)]
    assert [(o.kind, o.second) for o in taken.overlaps] == [("attempt", "A")]


def test_one_person_alone_has_one_turn_and_no_transition() -> None:
    taken = floor(talk("A 0-3", "A 9-12"))
    assert turns(taken) == [("A", 0, 12)]
    assert not taken.transitions


def test_without_speech_there_is_a_floor_and_nobody_on_it() -> None:
    taken = floor(Conversation(Recording("silence", 10), (), ()))
    assert not (taken.ipus or taken.turns or taken.overlaps or taken.transitions or taken.speakers)


def test_a_label_of_scraps_is_a_ghost_and_takes_part_in_nothing() -> None:
    taken = floor(talk("A 0-60", "B 61-120", "X 60.25-60.75"))
    assert taken.ghosts == ("X",)
    assert taken.speakers == ("A", "B")
    assert [turn.speaker for turn in taken.turns] == ["A", "B"]


@pytest.mark.parametrize(
    "scraps", [("X 60-63",), tuple(f"X {10 * i}-{10 * i + 1}" for i in range(9))]
)
def test_a_quiet_third_person_is_no_ghost(scraps: tuple[str, ...]) -> None:
    assert floor(talk("A 0-60", "B 64-120", *scraps)).ghosts == ()


def test_of_two_speakers_neither_is_a_ghost_however_quiet() -> None:
    assert floor(talk("A 0-600", "B 300-300.5")).ghosts == ()


def test_turns_are_selected_by_speaker() -> None:
    taken = floor(talk("A 0-3", "B 4-6", "A 7-9"))
    own: tuple[Turn, ...] = taken.turns_of("A")
    assert [turn.span.start for turn in own] == [0, 7]


def test_talk_time_counts_overlapped_speech_for_both() -> None:
    taken = floor(talk("A 0-10", "A 5-6", "B 8-12"))
    assert taken.talk_time("A") == 10
    assert taken.talk_time_of_others("A") == 4


@pytest.mark.parametrize("start", [0, 1, 7, 21599])
def test_a_pause_of_two_tenths_ends_a_unit_anywhere_in_a_recording(start: int) -> None:
    assert len(floor(talk(f"A {start}-{start + 1}", f"A {start + 1.2:.1f}-{start + 2}")).ipus) == 2


def test_words_in_any_order_are_looked_up_by_time() -> None:
    told = talk("A 0-20 So we went on and on", "B 5-5.5 no", "B 9-9.5 Yeah", "B 15-15.5 wrong")
    shuffled = replace(told, words=told.words[::-1], sentences=())
    assert backchannels(floor(shuffled)) == backchannels(floor(replace(told, sentences=())))
    assert backchannels(floor(shuffled)) == [("B", 9)]
