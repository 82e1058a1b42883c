"""Transcripts as other programs, and people, write them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from coach.analysis.roles import assign_roles
from coach.conversation import Conversation, Speaker
from coach.interchange import read, write
from coach.interchange.transcript import read_transcript
from coach.page.speaker_names import voices
from coach.scorecard import score
from coach.talk import talk

EAF = """<?xml version="1.0" encoding="{}"?>
<ANNOTATION_DOCUMENT FORMAT="3.0"><HEADER TIME_UNITS="milliseconds"/><TIME_ORDER>
<TIME_SLOT TIME_SLOT_ID="t1" TIME_VALUE="0"/><TIME_SLOT TIME_SLOT_ID="t2" TIME_VALUE="900"/>
</TIME_ORDER><TIER TIER_ID="Jürg"><ANNOTATION>
<ALIGNABLE_ANNOTATION TIME_SLOT_REF1="t1" TIME_SLOT_REF2="t2">
<ANNOTATION_VALUE>café &amp; du</ANNOTATION_VALUE>
</ALIGNABLE_ANNOTATION></ANNOTATION></TIER><TIER TIER_ID="empty"/></ANNOTATION_DOCUMENT>"""


def taken(folder: Path, name: str, raw: bytes) -> Conversation:
    (folder / name).write_bytes(raw)
    return read_transcript(folder / name)


def said(conv: Conversation) -> dict[str, str]:
    names = {s.id: s.name or s.id for s in conv.speakers}
    return {names[s]: " ".join(w.text for w in conv.words_of(s)) for s in names}


def srt(*lines: str) -> bytes:
    cues = (f"{n}\n00:00:0{n},000 --> 00:00:0{n},900\n{line}\n" for n, line in enumerate(lines))
    return "\n".join(cues).encode()


@pytest.mark.parametrize(
    ("first", "name"),
    [
        ("[SPEAKER_00]", "SPEAKER_00"),
        ("(Ann)", "Ann"),
        ("Dr. Lee", "Dr. Lee"),
        ("Ann B.", "Ann B."),
        ("J.R. Ött", "J.R. Ött"),
        ("Ann (Guest)", "Ann (Guest)"),
    ],
)
def test_a_name_before_the_text_may_have_brackets_and_points(
    tmp_path: Path, first: str, name: str
) -> None:
    conv = taken(tmp_path, "t.srt", srt(f"{first}: How was it?", "Bo: Fine."))
    assert said(conv) == {name: "How was it?", "Bo": "Fine."}


def test_numbers_of_a_diarizer_are_no_names(tmp_path: Path) -> None:
    conv = taken(tmp_path, "t.srt", srt("[SPEAKER_00]: How was it?", "[SPEAKER_01]: Fine."))
    assert [(s.id, s.name) for s in conv.speakers] == [("SPEAKER_00", None), ("SPEAKER_01", None)]
    conv = assign_roles(conv, "first")
    assert [voice.full for voice in voices(score(conv)).values()] == [
        "You (Speaker 1)",
        "Speaker 2",
    ]
    for kind in ("rttm", "vtt", "srt", "jsonl", "csv", "textgrid", "eaf", "seglst"):
        write(conv, tmp_path / "again", kind)
        again = read(tmp_path / "again", kind)
        assert [s.id for s in again.speakers] == ["SPEAKER_00", "SPEAKER_01"]


def test_a_sentence_before_a_colon_is_no_name(tmp_path: Path) -> None:
    conv = taken(tmp_path, "t.srt", srt("Ann: Hi.", "I see. He said: no.", "Bo: Oh.", "Bo: Yes."))
    assert said(conv) == {"Ann": "Hi. I see. He said: no.", "Bo": "Oh. Yes."}


def test_a_long_name_is_known_when_it_comes_again(tmp_path: Path) -> None:
    long = "María del Carmen de la Cruz"
    conv = taken(tmp_path, "t.srt", srt(f"{long}: Hi.", "Bo: Oh.", f"{long}: Yes."))
    assert said(conv) == {long: "Hi. Yes.", "Bo": "Oh."}


def test_an_arrow_may_be_said(tmp_path: Path) -> None:
    conv = taken(tmp_path, "t.srt", srt("Ann: From here --> there.", "Bo: Oh."))
    assert said(conv)["Ann"] == "From here --> there."


def test_windows_quotes_are_no_control_characters(tmp_path: Path) -> None:
    text = "speaker,start,end,text\r\nJürg,0,1,I don\u2019t know\u2026 5 €\r\n"
    conv = taken(tmp_path, "t.csv", text.encode("windows-1252"))
    assert said(conv) == {"Jürg": "I don\u2019t know\u2026 5 €"}


@pytest.mark.parametrize("encoding", ["UTF-8", "ISO-8859-1", "UTF-16"])
def test_elan_files_have_the_encoding_that_they_name(tmp_path: Path, encoding: str) -> None:
    conv = taken(tmp_path, "t.eaf", EAF.format(encoding).encode(encoding))
    assert said(conv) == {"Jürg": "café & du"}


@pytest.mark.parametrize(
    "text",
    [
        '"Speaker Name","Start Time","End Time","Text"\n"Ann","00:00:01,5","00:00:03","Hello"\n',
        "sep=;\nspeaker;start;end;text\nAnn;1,5;3;Hello\n",
    ],
)
def test_tables_of_other_programs(tmp_path: Path, text: str) -> None:
    conv = taken(tmp_path, "t.csv", text.encode())
    assert said(conv) == {"Ann": "Hello"}
    assert (conv.speech[0].span.start, conv.speech[0].span.end) == (1.5, 3)


def test_tables_of_whisper_are_in_milliseconds(tmp_path: Path) -> None:
    conv = taken(tmp_path, "t.tsv", b"start\tend\ttext\n1500\t3000\tHello\n599000\t600000\tyou\n")
    assert (conv.speech[0].span.start, conv.speech[-1].span.end) == (1.5, 600)


def test_bullets_of_older_chat_name_the_sound(tmp_path: Path) -> None:
    text = '@UTF8\n@Begin\n*ANN:\thello . \x15%snd:"tape 1"_1500_2500\x15\n@End\n'
    conv = taken(tmp_path, "t.cha", text.encode())
    assert (said(conv), conv.speech[0].span.start) == ({"ANN": "hello."}, 1.5)


@pytest.mark.parametrize(
    ("name", "id_"),
    [
        ("2024.05.01 Ann.vtt", "2024.05.01 Ann"),
        ("a.b.seglst.json", "a.b"),
        ("notes.txt", "notes"),
    ],
)
def test_points_belong_to_the_name_of_a_recording(tmp_path: Path, name: str, id_: str) -> None:
    conv = talk("A 0-1 Hello.")
    kind = "seglst" if name.endswith("json") else "vtt"
    write(conv, tmp_path / name, kind)
    assert read_transcript(tmp_path / name).recording.id == id_


@pytest.mark.parametrize("name", ["Bo: the great", "[Y]", "_y", "Tim?", "a > b"])
@pytest.mark.parametrize("format_", ["srt", "vtt", "jsonl", "csv", "textgrid", "eaf"])
def test_whatever_they_are_called_speakers_stay_apart(
    tmp_path: Path, name: str, format_: str
) -> None:
    conv = talk("A 0-1 Hello there.", "B 1-2 Yes.", "A 2-3 Well.")
    conv = replace(conv, speakers=(Speaker("A", name=name), Speaker("B", name="李 B.")))
    write(conv, tmp_path / "t", format_)
    names = said(read(tmp_path / "t", format_))
    assert list(names.values()) == ["Hello there. Well.", "Yes."]
    assert format_ == "srt" or list(names) == [name, "李 B."]


def test_a_name_is_the_same_however_its_accents_are_written(tmp_path: Path) -> None:
    conv = taken(tmp_path, "t.srt", srt("Jose\u0301: Hi.", "Bo: Oh.", "Jos\u00e9: Yes."))
    assert said(conv) == {"Jos\u00e9": "Hi. Yes.", "Bo": "Oh."}
    assert assign_roles(conv, "jose\u0301").mentor is not None
