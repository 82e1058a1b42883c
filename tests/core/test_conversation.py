"""The central value: what it refuses and what can be asked of it."""

from __future__ import annotations

import math
from dataclasses import FrozenInstanceError, replace

import pytest

from coach.conversation import Recording, Speech
from coach.errors import InputError
from coach.intervals import Span
from coach.talk import talk

CONV = talk("B 4-6 Well, it went.", "A 0-3 How was it?", "A 2-3.5 Tell me.")


@pytest.mark.parametrize("duration", [0, -1, math.nan, math.inf])
def test_a_recording_has_a_length(duration: float) -> None:
    with pytest.raises(InputError, match="expected a positive, finite duration"):
        Recording("r", duration)


def test_speech_of_somebody_unknown_is_refused() -> None:
    with pytest.raises(InputError, match=r"\['Z'\]: expected \['A', 'B'\]"):
        replace(CONV, speech=(*CONV.speech, Speech(Span(0, 1), "Z")))


def test_words_and_sentences_of_somebody_unknown_are_refused() -> None:
    with pytest.raises(InputError, match="'Z'"):
        replace(CONV, words=(replace(CONV.words[0], speaker="Z"),))
    with pytest.raises(InputError, match="'Z'"):
        replace(CONV, sentences=(replace(CONV.sentences[0], speaker="Z"),))


def test_times_past_a_hundred_hours_are_taken_for_milliseconds() -> None:
    with pytest.raises(InputError, match="Are the times in milliseconds"):
        Recording("r", 400_000)
    with pytest.raises(InputError, match="Are the times in milliseconds"):
        replace(CONV, speech=(*CONV.speech, Speech(Span(0, 1e15), "A")))


def test_two_speakers_have_different_ids() -> None:
    with pytest.raises(InputError, match="Two speakers with one id"):
        replace(CONV, speakers=(*CONV.speakers, CONV.speakers[0]))


@pytest.mark.parametrize("place", [-1, 8])
def test_a_sentence_has_words_that_are_there(place: int) -> None:
    with pytest.raises(InputError, match=r"of 8: expected positions"):
        replace(CONV, sentences=(replace(CONV.sentences[0], words=(0, place)),))


def test_words_may_have_no_speaker_yet() -> None:
    assert (
        replace(CONV, words=(replace(CONV.words[0], speaker=None),), sentences=()).words_of("A")
        == ()
    )


def test_speech_and_words_are_selected_in_order() -> None:
    assert CONV.speech_of("A") == (Span(0, 3), Span(2, 3.5))
    assert [word.text for word in CONV.words_of("B")] == ["Well,", "it", "went."]


def test_the_mentor_is_who_has_the_role() -> None:
    assert CONV.mentor is not None and CONV.mentor.id == "A"
    assert talk("A 0-1", mentor=None).mentor is None


def test_nothing_said_is_printed() -> None:
    named = replace(CONV, speakers=tuple(replace(s, name="Anna") for s in CONV.speakers))
    assert "went" not in repr(named) and "Anna" not in repr(named)


def test_nothing_is_edited() -> None:
    with pytest.raises(FrozenInstanceError):
        CONV.language = "de"  # type: ignore[misc]
