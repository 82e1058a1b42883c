from __future__ import annotations

from dataclasses import replace

import pytest

from coach.analysis.roles import assign_roles, guess_mentor
from coach.conversation import Acts, Conversation, Recording, Speaker
from coach.errors import InputError
from coach.talk import talk, with_acts

QUESTION = Acts("open_question")


def roles(conv: Conversation) -> dict[str, str]:
    return {speaker.id: speaker.role for speaker in conv.speakers}


def test_who_asks_is_guessed_to_be_the_mentor_and_it_is_marked() -> None:
    conv = talk(
        "A 0-9 well", "B 9-10 why", "A 10-20 so", "B 20-21 how", "B 22-23 what", mentor=None
    )
    conv = with_acts(conv, {1: QUESTION, 3: QUESTION, 4: QUESTION})
    conv = assign_roles(conv, "guess")
    assert roles(conv) == {"A": "mentee", "B": "mentor"}
    assert {s.role_source for s in conv.speakers} == {"guessed"}


def test_without_questions_who_opens_is_guessed() -> None:
    assert guess_mentor(talk("B 0-3", "A 3-9", mentor=None)) == "B"


def test_few_questions_in_a_long_talk_are_enough_to_guess_from() -> None:
    conv = talk(
        "A 0-600 so", "B 600-700 why", "A 700-1200 well", "B 1200-1300 how", "B 1300-1400 what",
        mentor=None,
    )  # fmt: skip
    assert guess_mentor(with_acts(conv, {1: QUESTION, 3: QUESTION, 4: QUESTION})) == "B"


def test_where_nobody_is_heard_nobody_is_guessed() -> None:
    conv = Conversation(Recording("r", 5), (Speaker("A"), Speaker("B")), ())
    assert roles(assign_roles(conv, "guess")) == {"A": "other", "B": "other"}


def test_a_label_goes_before_a_name() -> None:
    conv = talk("A 0-3", "B 3-4", mentor=None)
    conv = replace(conv, speakers=(Speaker("A", name="B"), Speaker("B", name="A")))
    assert roles(assign_roles(conv, "B")) == {"A": "mentee", "B": "mentor"}


def test_a_ghost_is_neither_mentor_nor_a_third_person() -> None:
    lines = ("A 0-300 so", "X 300-300.5 why?", "B 301-600 well", "A 601-602 how", "A 603-604 what")
    conv = with_acts(talk(*lines, mentor=None), {1: QUESTION, 3: QUESTION, 4: QUESTION})
    assert guess_mentor(conv) == "A"
    assert roles(assign_roles(conv, "A")) == {"A": "mentor", "X": "other", "B": "mentee"}


def test_one_person_alone_is_no_mentor() -> None:
    assert roles(assign_roles(talk("A 0-3", mentor=None), "guess")) == {"A": "other"}


def test_told_roles_are_not_guesses() -> None:
    conv = assign_roles(talk("A 0-3", "B 3-4", mentor=None), "first")
    assert roles(conv) == {"A": "mentor", "B": "mentee"}
    assert conv.mentor is not None and conv.mentor.role_source == "given"


def test_a_label_may_be_lower_case_and_among_three_the_others_are_other() -> None:
    conv = assign_roles(talk("A 0-3", "B 3-4", "C 4-5", mentor=None), "c")
    assert roles(conv) == {"A": "other", "B": "other", "C": "mentor"}


def test_an_unknown_label_is_answered_with_those_heard() -> None:
    with pytest.raises(InputError, match="Heard: A, B"):
        assign_roles(talk("A 0-3", "B 3-4"), "Z")
