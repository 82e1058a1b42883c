from __future__ import annotations

import math
from dataclasses import replace

import pytest

from coach.analysis.recognition import (
    PRINTS,
    EnrolledVoice,
    check_mentor,
    check_name,
    match_voices,
    read_mentor,
    recognise_speakers,
)
from coach.analysis.roles import assign_roles
from coach.conversation import Acts, Conversation, ModelUsed, Provenance
from coach.errors import InputError
from coach.interchange.json import dump
from coach.page.speaker_names import voices
from coach.ports import VoicePrint
from coach.scorecard import score
from coach.talk import talk, with_acts

MODEL = "f" * 64


def at(angle: float) -> tuple[float, float]:
    """A unit vector; the cosine of two is that of the angle between them."""
    return math.cos(math.radians(angle)), math.sin(math.radians(angle))


def heard(**angles: float) -> list[VoicePrint]:
    return [VoicePrint(speaker, at(angle), 30.0) for speaker, angle in angles.items()]


def voice(name: str, angle: float, model: str = MODEL) -> EnrolledVoice:
    return EnrolledVoice(name, at(angle), model)


def conversation(*, mentor: str = "guess") -> Conversation:
    """B asks, so B is guessed to be the mentor."""
    conv = talk(
        "A 0-9 well", "B 9-10 why", "A 10-20 so", "B 20-21 how", "B 22-23 what", mentor=None
    )
    conv = with_acts(conv, {i: Acts("open_question") for i in (1, 3, 4)})
    models = (ModelUsed("diarization", "ears", "e" * 64), ModelUsed(PRINTS, "prints", MODEL))
    return assign_roles(replace(conv, provenance=Provenance(models=models)), mentor)


def mentor_of(conv: Conversation) -> tuple[str, str | None, str]:
    assert conv.mentor is not None
    return conv.mentor.id, conv.mentor.name, conv.mentor.role_source


def test_a_recognised_voice_is_the_mentor_whoever_asks() -> None:
    conv = recognise_speakers(conversation(), heard(A=0, B=90), [voice("Ada", 20)], is_told=False)
    assert mentor_of(conv) == ("A", "Ada", "enrolled")
    assert [speaker.role for speaker in conv.speakers] == ["mentor", "mentee"]
    assert conv.notes == ()
    assert voices(score(conv))["A"].full == "You (Ada)"


def test_a_doubtful_voice_is_shown_as_a_guess() -> None:
    conv = recognise_speakers(conversation(), heard(A=0, B=90), [voice("Ada", -50)], is_told=False)
    assert mentor_of(conv) == ("A", "Ada?", "guessed")
    assert "similarity 0.64" in conv.notes[0] and "Ada" not in conv.notes[0]
    shown = voices(score(conv))["A"]
    assert (shown.full, shown.role) == ("You (Ada?)", "mentor, a guess")


@pytest.mark.parametrize(
    ("a", "b", "found"),
    [
        (0, 90, True),  # clearly A
        (41, 90, True),  # cosine .755
        (42, 90, False),  # cosine .743: similar, not sure
        (-20, 25, False),  # like A and like B
        (60, 120, None),  # like nobody
        (50, -54, None),  # hardly more like one than the other
    ],
)  # fmt: skip
def test_sure_similar_or_none(a: float, b: float, found: bool | None) -> None:
    got = match_voices(heard(A=a, B=b), [voice("Ada", 0)])
    assert [match.is_sure for match in got] == ([] if found is None else [found])


def test_without_a_match_the_guess_stays() -> None:
    conv = recognise_speakers(conversation(), heard(A=0, B=90), [voice("Ada", 200)], is_told=False)
    assert conv == conversation()
    assert mentor_of(conv) == ("B", None, "guessed")


def test_of_two_recognised_voices_the_mentor_is_guessed() -> None:
    known = [voice("Ada", 0), voice("Bo", 90), voice("Cy", 30)]
    conv = recognise_speakers(conversation(), heard(A=0, B=90), known, is_told=False)
    assert mentor_of(conv) == ("B", "Bo", "guessed")
    assert [speaker.name for speaker in conv.speakers] == ["Ada", "Bo"]


def test_who_was_told_stays_the_mentor_and_voices_give_names() -> None:
    told = conversation(mentor="B")
    conv = recognise_speakers(told, heard(A=0, B=90), [voice("Ada", 0)], is_told=True)
    assert mentor_of(conv) == ("B", None, "given")
    assert [speaker.name for speaker in conv.speakers] == ["Ada", None]
    similar = recognise_speakers(told, heard(A=0, B=90), [voice("Ada", -50)], is_told=True)
    assert similar == told


def test_a_voice_of_another_model_is_left_out_and_it_is_said() -> None:
    conv = recognise_speakers(
        conversation(), heard(A=0), [voice("Ada", 0, "a" * 64)], is_told=False
    )
    assert mentor_of(conv)[2] == "guessed"
    assert "another model" in conv.notes[0]


def test_scraps_of_a_voice_are_not_compared() -> None:
    scraps = [VoicePrint("A", at(0), 2.0), VoicePrint("B", at(30), 30.0)]
    assert [match.speaker for match in match_voices(scraps, [voice("Ada", 0)])] == ["B"]


def test_a_name_may_be_told_in_place_of_a_label() -> None:
    known = [voice("Ada", 0), voice("Bo", 90)]
    assert read_mentor(known, "ADA") == ((known[0],), "guess")
    assert read_mentor(known, "first") == (tuple(known), "first")


@pytest.mark.parametrize("name", ["", "  ", "A", "first", " Guess", "x" * 201])
def test_names_that_could_be_labels_are_refused(name: str) -> None:
    with pytest.raises(InputError, match="expected a name"):
        check_name(name)


@pytest.mark.parametrize("name", ["Bo", "x" * 200, " Ada "])
def test_names_of_two_to_two_hundred_letters_are_taken(name: str) -> None:
    assert check_name(name) == name.strip()


def test_a_print_shows_neither_name_nor_vector() -> None:
    assert "Ada" not in repr(voice("Ada", 0)) and "1.0" not in repr(voice("Ada", 0))
    assert set(EnrolledVoice.__slots__) == {"name", "vector", "model", "enrolled_on"}
    assert MODEL in dump(voice("Ada", 0))


@pytest.mark.parametrize(
    ("mentor", "speakers"), [("first", 2), ("guess", 2), ("b", 2), ("ada", 2), ("D", None)]
)
def test_a_mentor_who_can_be_found_is_let_in(mentor: str, speakers: int | None) -> None:
    check_mentor([EnrolledVoice("Ada", (1.0, 0.0), "sha")], mentor, speakers)


@pytest.mark.parametrize("mentor", ["Bo", "C", "frist", "AB", ""])
def test_a_mentor_who_is_nobody_is_refused_before_listening(mentor: str) -> None:
    with pytest.raises(InputError, match=r"the letter of a speaker as A or B, or the name"):
        check_mentor([EnrolledVoice("Ada", (1.0, 0.0), "sha")], mentor, 2)
