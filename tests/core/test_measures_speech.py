"""Words, pace, fillers, uncertain words and what a reader is told."""

from __future__ import annotations

from dataclasses import replace

import pytest

from coach.conversation import Conversation, Provenance, Quality
from coach.measurement import Measurement, find
from coach.measures import measure
from coach.measures.quality import remarks
from coach.rules import Rules
from coach.talk import talk
from coach.turns import floor

CONV = talk("A 0-6 Um, so I uh went there again.", "B 7-9 Uh-huh.", "A 10-12 And you?")


def measured(name: str, conv: Conversation = CONV, speaker: str = "A") -> Measurement:
    found = find(measure(floor(conv)), name, speaker)
    assert found is not None
    return found


def unsure(conv: Conversation, *probabilities: float | None) -> Conversation:
    words = [replace(w, probability=p) for w, p in zip(conv.words, probabilities, strict=True)]
    return replace(conv, words=tuple(words))


def test_words_are_counted_for_each_speaker() -> None:
    assert measured("words").value == 9
    assert measured("words", speaker="B").value == 1


def test_pace_is_words_per_minute_of_own_talk() -> None:
    pace = measured("speech_rate")
    assert (pace.value, pace.count) == (67.5, 9)


def test_fillers_are_per_minute_and_listening_is_none() -> None:
    fillers = measured("fillers")
    assert (fillers.value, fillers.count) == (15, 2)
    assert measured("fillers", speaker="B").value == 0


def test_pace_works_in_any_language_and_fillers_in_english() -> None:
    german = replace(CONV, language="de")
    assert measured("speech_rate", german).value == 67.5
    assert measured("fillers", german).withheld is not None


def test_uncertain_words_are_a_share_of_those_with_a_probability() -> None:
    conv = unsure(talk("A 0-4 a b c d"), 0.2, 0.9, None, 0.5)
    share = measured("low_confidence_words", conv)
    assert (share.numerator, share.denominator) == (1, 3)
    assert [span.start for span in share.evidence] == [0]


def test_words_written_by_hand_have_no_probability_and_are_trusted() -> None:
    conv = unsure(talk("A 0-4 a b c d"), None, None, None, None)
    assert measured("low_confidence_words", conv).value is None
    assert measured("words", conv).value == 4


def test_without_words_their_share_is_withheld() -> None:
    assert measured("low_confidence_words", talk("A 0-3")).withheld == "No words were recognised."


def test_too_many_uncertain_words_withhold_what_is_read_from_words() -> None:
    conv = unsure(talk("A 0-4 a b c d e"), 0.2, 0.2, 0.2, 0.9, 0.9)
    assert measured("words", conv).withheld == (
        "The words are too uncertain: 60% were recognised with low confidence."
    )
    assert measured("talk_time", conv).value == 4
    kept = find(measure(floor(conv, Rules(max_low_confidence=0.6))), "words", "A")
    assert kept is not None and kept.value == 5


def test_only_the_uncertain_speaker_is_withheld() -> None:
    conv = unsure(talk("A 0-4 a b", "B 5-6 c d"), 0.1, 0.1, 0.9, 0.9)
    assert measured("words", conv).withheld is not None
    assert measured("words", conv, "B").value == 2


def test_a_good_recording_needs_no_remark() -> None:
    assert remarks(floor(CONV)) == ()


@pytest.mark.parametrize(
    ("quality", "said"),
    [
        (Quality(-20, -50, 0.0), ()),
        (Quality(-20, -33, 0.0), ("speech is 13 dB above the noise",)),
        (Quality(-5, -50, 0.031), ("3.1% of it is clipped",)),
        (Quality(), ()),
    ],
)
def test_poor_sound_is_pointed_out(quality: Quality, said: tuple[str, ...]) -> None:
    recording = replace(CONV.recording, quality=quality)
    notes = remarks(floor(replace(CONV, recording=recording)))
    assert len(notes) == len(said)
    assert all(part in note for part, note in zip(said, notes, strict=True))


def test_whose_words_are_uncertain_is_said() -> None:
    conv = unsure(talk("A 0-4 a b", "B 5-6 c d"), 0.1, 0.1, 0.9, 0.9)
    assert remarks(floor(conv)) == (
        "A: the words are too uncertain: 100% were recognised with low confidence.",
    )


def test_each_remark_is_made_once() -> None:
    conv = replace(talk("A 0-3", "B 4-6"), provenance=Provenance(source="transcript"))
    assert remarks(floor(conv)) == (
        "Read from a transcript, which keeps neither pauses nor who spoke at once.",
        "No words were recognised.",
    )


def test_who_has_no_words_is_said_when_others_have() -> None:
    assert remarks(floor(talk("A 0-60 Hello there.", "B 61-120"))) == (
        "B: no words were recognised.",
    )
