"""Annotation by hand is measured as what was heard is."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from coach.conversation import Speaker, Word
from coach.errors import InputError
from coach.interchange import chat, rttm, seglst, srt, textgrid, vtt
from coach.interchange.annotation import read_annotation
from coach.interchange.segments import Origin, labels, segments
from coach.intervals import Span
from coach.talk import talk

CONV = talk("A 0-3 So, how was it?", "B 2.8-6 Fine", "A 5-5.5")


def files(tmp_path: Path) -> tuple[Path, Path]:
    speech, words = tmp_path / "session.rttm", tmp_path / "words.vtt"
    speech.write_text(rttm.write(CONV), encoding="utf-8")
    words.write_text(vtt.write(CONV), encoding="utf-8")
    return speech, words


def test_speech_and_words_come_from_two_files(tmp_path: Path) -> None:
    conv = read_annotation(*files(tmp_path))
    assert conv.speech == CONV.speech
    assert [word.text for word in conv.words] == [word.text for word in CONV.words]
    assert conv.provenance.source == "hand"
    assert conv.notes == ()
    assert conv.recording.id == "session"


def test_the_length_of_the_recording_can_be_given(tmp_path: Path) -> None:
    speech, words = files(tmp_path)
    assert read_annotation(speech).recording.duration == 6.0
    assert read_annotation(speech, words, duration=600).recording.duration == 600.0
    assert read_annotation(speech, duration=1).recording.duration == 6.0


def test_a_transcript_can_be_declared_to_be_made_by_hand(tmp_path: Path) -> None:
    _, words = files(tmp_path)
    conv = read_annotation(words)
    assert conv.provenance.source == "hand"
    assert conv.notes == ()


def test_names_are_matched_whatever_their_case(tmp_path: Path) -> None:
    people = (Speaker("A", name="ann"), Speaker("B", name="Ben"))
    speech, words = files(tmp_path)
    words.write_text(vtt.write(replace(CONV, speakers=people)), encoding="utf-8")
    speech.write_text(rttm.write(CONV).replace(" A ", " Ann ").replace(" B ", " Ben "))
    conv = read_annotation(speech, words)
    assert [word.speaker for word in conv.words] == [word.speaker for word in CONV.words]


def test_speakers_that_are_not_in_the_speech_are_refused(tmp_path: Path) -> None:
    speech, words = files(tmp_path)
    words.write_text(words.read_text().replace("<v B>", "<v Ben>"))
    with pytest.raises(InputError, match=r"words\.vtt has 1 speakers that the speech file lacks"):
        read_annotation(speech, words)


def test_speakers_with_one_name_are_told_apart() -> None:
    people = (Speaker("A", name="Ann"), Speaker("B", name="Ann"))
    names = labels(replace(CONV, speakers=people))
    assert names == {None: None, "A": "Ann (A)", "B": "Ann (B)"}


def test_words_of_nobody_are_written_where_the_format_allows() -> None:
    stray = Word(Span(7, 8), "hm", None)
    conv = replace(CONV, words=(*CONV.words, stray))
    assert segments(conv)[-1].speaker is None
    assert vtt.write(conv).endswith("00:00:07.000 --> 00:00:08.000\nhm\n")
    assert srt.write(conv).endswith("\nhm\n")
    assert '"speaker": "unknown"' in seglst.write(conv)
    assert "hm" not in chat.write(conv)
    assert "hm" not in textgrid.write(conv)


def test_words_without_sentences_are_parted_at_silence_and_full_stops() -> None:
    words = tuple(
        Word(Span(at, at + 0.5), text, "A")
        for at, text in [(0, "Well"), (0.5, "yes."), (1, "But"), (3, "so")]
    )
    conv = replace(CONV, words=words, sentences=())
    assert [line.text for line in segments(conv)] == ["Well yes.", "But", "so"]


def test_codes_of_chat_are_capitals_and_digits() -> None:
    conv = talk("spk_1 0-1 hello", "spk_2 1-2 [yes]", mentor="spk_2")
    written = chat.write(replace(conv, language=None))
    assert "@Languages:\tund\n" in written
    assert "*S2:\tyes . \x151000_2000\x15\n" in written
    again = chat.read(written, Origin())
    assert [speaker.role for speaker in again.speakers] == ["mentee", "mentor"]
    assert again.language is None
