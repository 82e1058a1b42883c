"""Words refine what a stretch of speech was; without them timing decides alone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from coach.conversation import Acts, Conversation
from coach.talk import talk, with_acts
from coach.turns import Floor, floor
from coach.turns.ipus import voices, with_mentor


def speakers(taken: Floor) -> list[str]:
    return [turn.speaker for turn in taken.turns]


def without_words(conv: Conversation) -> Conversation:
    return replace(conv, words=(), sentences=())


def test_a_short_unit_that_says_something_is_a_turn() -> None:
    conv = talk("A 0-3 We could go.", "B 3.5-4 Monday.", "A 4.5-8 That is soon.")
    assert speakers(floor(conv)) == ["A", "B", "A"]
    assert speakers(floor(without_words(conv))) == ["A"]


def test_a_continuer_after_a_statement_is_a_backchannel() -> None:
    taken = floor(talk("A 0-3 We could go.", "B 3.5-4 Yeah.", "A 4.5-8 That is soon."))
    assert speakers(taken) == ["A"]
    assert len(taken.backchannels) == 1


def test_the_same_word_after_a_question_is_an_answer() -> None:
    taken = floor(talk("A 0-3 Could we go?", "B 3.5-4 Yeah.", "A 4.5-8 That is soon."))
    assert speakers(taken) == ["A", "B", "A"]


def test_the_act_makes_a_question_where_the_mark_is_missing() -> None:
    conv = talk("A 0-3 could we go", "B 3.5-4 yeah", "A 4.5-8 that is soon")
    assert speakers(floor(conv)) == ["A"]
    asked = with_acts(conv, {0: Acts("closed_question")})
    assert speakers(floor(asked)) == ["A", "B", "A"]


def test_a_rhetorical_question_has_no_answer() -> None:
    conv = talk("A 0-3 Who knows, right?", "B 3.5-4 Yeah.", "A 4.5-8 That is life.")
    rhetorical = with_acts(conv, {0: Acts("other", kinds=("rhetorical",))})
    assert speakers(floor(rhetorical)) == ["A"]


def test_an_answer_may_come_over_the_next_words_of_the_asker() -> None:
    lines = ("A 0-2 Did you go?", "A 2-6 Because I think that", "B 2.25-2.75 Yeah.")
    assert not floor(talk(*lines)).backchannels


def test_a_signal_well_into_the_next_sentence_is_no_answer() -> None:
    lines = ("A 0-2 Did you go?", "A 2-6 Because I think that", "B 4-4.5 Yeah.")
    assert len(floor(talk(*lines)).backchannels) == 1


def test_a_question_that_still_goes_on_cannot_be_answered_yet() -> None:
    lines = ("A 0-6 Did you ever think of going there?", "B 2-2.5 Mm-hm.")
    assert len(floor(talk(*lines)).backchannels) == 1


def test_four_continuers_are_too_many_for_a_backchannel() -> None:
    lines = ("A 0-3 We could.", "B 3.5-4.5 Yeah yeah yeah yeah.", "A 5-8 That is soon.")
    assert speakers(floor(talk(*lines))) == ["A", "B", "A"]


@pytest.mark.parametrize("language", [None, "de", "pt-BR"])
def test_in_other_languages_timing_decides(language: str | None) -> None:
    conv = talk("A 0-3 Wir gehen.", "B 3.5-4 Montag.", "A 4.5-8 Das ist bald.")
    assert speakers(floor(replace(conv, language=language))) == ["A"]


def test_where_no_word_was_recognised_timing_decides() -> None:
    taken = floor(talk("A 0-3 We could go.", "B 3.5-4", "A 4.5-8 That is soon.", "B 9-12 I do."))
    assert len(taken.backchannels) == 1


@pytest.mark.parametrize("mark", [".", "?", "!"])
def test_a_start_after_a_finished_clause_is_terminal(mark: str) -> None:
    conv = talk(f"A 0-3 I went there{mark}", "A 3-3.875 And then", "B 3-8 What did you see there?")
    assert [overlap.kind for overlap in floor(conv).overlaps] == ["terminal"]
    assert [o.kind for o in floor(without_words(conv)).overlaps] == ["interruption"]


def test_who_goes_on_for_a_second_had_not_finished_whatever_the_full_stop_says() -> None:
    conv = talk("A 0-3 I went there.", "A 3-5 And then we saw", "B 3-8 What did you see there?")
    assert [overlap.kind for overlap in floor(conv).overlaps] == ["interruption"]


def test_a_start_in_the_middle_of_a_clause_is_an_interruption_that_cuts_off() -> None:
    conv = talk("A 0-2 I went.", "A 2-5 And then we wanted to", "B 4-9 What did you see?")
    [overlap] = floor(conv).overlaps
    assert (overlap.kind, overlap.cut_off) == ("interruption", True)


def test_who_finishes_while_overlapped_was_not_cut_off() -> None:
    conv = talk("A 0-2 I went.", "A 2-5 And then we came home.", "B 4-9 What did you see?")
    [overlap] = floor(conv).overlaps
    assert (overlap.kind, overlap.cut_off) == ("interruption", False)


@pytest.mark.parametrize(
    "said", ["and then we wanted to", "And then we wanted...", "And then we wanted to…"]
)
def test_without_reliable_marks_it_cannot_be_told_who_was_cut_off(said: str) -> None:
    conv = talk("A 0-2 i went" if said[0] == "a" else "A 0-2 I went.", f"A 2-5 {said}", "B 4-9 No")
    [overlap] = floor(conv).overlaps
    assert (overlap.kind, overlap.cut_off) == ("interruption", None)


def test_where_words_are_missing_at_the_stop_it_cannot_be_told() -> None:
    conv = talk("A 0-2 I went.", "A 2-5", "B 4-9 What did you see?")
    assert floor(conv).overlaps[0].cut_off is None


def test_words_without_a_speaker_change_nothing() -> None:
    conv = talk("A 0-3", "B 3.5-4 Monday.", "A 4.5-8")
    nobody = tuple(replace(word, speaker=None) for word in conv.words)
    assert len(floor(replace(conv, words=nobody, sentences=())).backchannels) == 1


def test_text_stays_out_of_what_is_printed() -> None:
    taken = floor(talk("A 0-3 My secret is safe.", "B 3.5-5 I hope so."))
    assert "secret" not in repr(taken)


def test_a_voice_keeps_the_probabilities_that_words_have_in_ascending_order() -> None:
    conv = talk("A 0-3 We could go.")
    given = zip(conv.words, (0.9, None, 0.4), strict=True)
    words = tuple(replace(word, probability=probability) for word, probability in given)
    assert voices(replace(conv, words=words))["A"].probabilities == (0.4, 0.9)


@pytest.mark.parametrize(
    ("lines", "roles"),
    [
        (("A 0-60", "B 60-99"), ["mentor", "mentee"]),
        (("A 0-60", "B 60-99", "C 99-140"), ["mentor", "other", "other"]),
    ],
)
def test_only_the_one_other_person_is_the_mentee(lines: tuple[str, ...], roles: list[str]) -> None:
    conv = with_mentor(talk(*lines), "A", "given")
    assert [speaker.role for speaker in conv.speakers] == roles
