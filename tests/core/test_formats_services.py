"""Transcripts as recognisers, services and annotation tools export them, in words of our own."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import docx
import pytest

from coach.conversation import Conversation
from coach.errors import InputError
from coach.interchange import read, write
from coach.interchange.line_times import DAYTIME_NOTE, START_ONLY_NOTE
from coach.interchange.transcript import read_transcript
from coach.talk import talk


def taken(folder: Path, name: str, text: str) -> Conversation:
    (folder / name).write_text(text, encoding="utf-8")
    return read_transcript(folder / name)


def said(conv: Conversation) -> dict[str, str]:
    names = {s.id: s.name or s.id for s in conv.speakers}
    return {names[s]: " ".join(w.text for w in conv.words_of(s)) for s in names}


def starts(conv: Conversation) -> list[float]:
    return [round(speech.span.start, 3) for speech in conv.speech]


TEXTS = {
    "otter": "Cleo Ames  0:01  \nWhere to?\n\nDag Orr  0:04  \nHome.\n\nCleo Ames  0:06  \nNow?\n",
    "zoom": "[Cleo Ames] 14:05:01\nWhere to?\n\n[Dag Orr] 14:05:04\nHome.\n\n"
    "[Cleo Ames] 14:05:06\nNow?\n",
    "teams": "Cleo Ames   0:01\nWhere to?\n\nDag Orr   0:04\nHome.\n\nCleo Ames   0:06\nNow?\n",
    "teams, older": "0:0:1.0 --> 0:0:4.0\nCleo Ames\nWhere to?\n\n0:0:4.0 --> 0:0:6.0\nDag Orr\n"
    "Home.\n\n0:0:6.0 --> 0:0:7.0\nCleo Ames\nNow?\n",
    "rev": "Cleo Ames (00:01):\nWhere to?\n\nDag Orr (00:04):\nHome.\n\nCleo Ames (00:06):\nNow?\n",
    "one line": "[00:00:01] Cleo Ames: Where to?\n[00:00:04] Dag Orr: Home.\n"
    "[00:00:06] Cleo Ames: Now?\n",
    "name, time, text": "Cleo Ames [00:01] Where to?\nDag Orr [00:04] Home.\n"
    "Cleo Ames [00:06] Now?\n",
    "time, name": "0:01 - Cleo Ames\n  Where to?\n\n0:04 - Dag Orr\n  Home.\n\n0:06 - Cleo Ames\n"
    "  Now?\n",
    "name above": "Cleo Ames\n0:01\nWhere to?\nDag Orr\n0:04\nHome.\nCleo Ames\n0:06\nNow?\n",
    "arrows": "00:00:01 --> 00:00:04 Cleo Ames: Where to?\n00:00:04 --> 00:00:06 Dag Orr: Home.\n"
    "00:00:06 --> 00:00:07 Cleo Ames: Now?\n",
    "with a head": "Our call\nThu, Nov 27, 2025 9:00AM \u2022 32:10\n\nSPEAKERS\nCleo Ames\n\n"
    "Cleo Ames  0:01\nWhere to?\n\nDag Orr  0:04\nHome.\n\nCleo Ames  0:06\nNow?\n\n"
    "Transcribed by https://service.example\n",
    "premiere": "00:00:01:00 - 00:00:04:00\nCleo Ames\nWhere to?\n\n00:00:04:00 - 00:00:06:00\n"
    "Dag Orr\nHome.\n\n00:00:06:00 - 00:00:07:00\nCleo Ames\nNow?\n",
    "audacity": "1.000000\t4.000000\tCleo Ames: Where to?\n4.000000\t6.000000\tDag Orr: Home.\n"
    "6.000000\t7.000000\tCleo Ames: Now?\n",
}


@pytest.mark.parametrize("kind", TEXTS)
def test_text_with_times_is_read(tmp_path: Path, kind: str) -> None:
    conv = taken(tmp_path, "t.txt", TEXTS[kind])
    assert said(conv) == {"Cleo Ames": "Where to? Now?", "Dag Orr": "Home."}
    first = 0 if kind == "zoom" else 1
    assert starts(conv) == [first, first + 3, first + 5]
    has_ends = kind in ("teams, older", "premiere", "audacity", "arrows")
    assert (START_ONLY_NOTE in conv.notes) is not has_ends
    assert any(DAYTIME_NOTE in note for note in conv.notes) is (kind == "zoom")


def test_several_lines_share_the_time_until_the_next_mark(tmp_path: Path) -> None:
    text = "Our call\nInvited: Cleo Ames\n\n00:00:00\n\nCleo: Where to go?\nDag: Home, I hope.\n\n"
    text += "00:05:00\n\nCleo: Is it late now?\nDag: It is.\n"
    conv = taken(tmp_path, "t.txt", text)
    assert said(conv) == {"Cleo": "Where to go? Is it late now?", "Dag": "Home, I hope. It is."}
    assert [starts(conv)[0], starts(conv)[2]] == [0, 300]


def test_marks_may_stand_at_the_end(tmp_path: Path) -> None:
    text = "Cleo: Where to? #00:00:04-0#\n\nDag: Home. #00:00:06-5#\n"
    conv = taken(tmp_path, "t.txt", text)
    assert [(s.span.start, s.span.end) for s in conv.speech] == [(0, 4), (4, 6.5)]


def test_a_time_in_a_sentence_is_no_mark(tmp_path: Path) -> None:
    text = TEXTS["otter"].replace("Home.", "Home.\n10:30 is my train.")
    assert said(taken(tmp_path, "t.txt", text))["Dag Orr"] == "Home. 10:30 is my train."


def test_the_console_of_whisper_is_read(tmp_path: Path) -> None:
    text = "[00:01.000 --> 00:02.500]  Where to?\n[00:03.000 --> 00:04.000]   Home.\n"
    conv = taken(tmp_path, "t.txt", text)
    assert (said(conv), starts(conv)) == ({"A": "Where to? Home."}, [1, 3])


def test_subtitles_of_youtube_are_read(tmp_path: Path) -> None:
    text = "0:00:01.000,0:00:02.500\nWhere to?\n\n0:00:03.000,0:00:04.000\nHome.\n"
    assert starts(taken(tmp_path, "t.sbv", text)) == [1, 3]


WORDS = [("Where", 1.0, 1.5, 0), ("to?", 1.5, 2.0, 0), ("Home.", 4.0, 4.5, 1)]


def words(**names: str) -> list[dict[str, Any]]:
    return [
        {
            names.get(key, key): value
            for key, value in zip(("word", "start", "end", "speaker"), w, strict=True)
        }
        for w in WORDS
    ]


def google() -> list[dict[str, Any]]:
    return [
        {"word": word, "startTime": f"{start}s", "endTime": f"{end}s", "speakerTag": who + 1}
        for word, start, end, who in WORDS
    ]


DOCUMENTS: dict[str, Any] = {
    "whisperx": {
        "segments": [
            {"start": 1.0, "end": 2.0, "text": " Where to?", "speaker": "SPEAKER_00", "words": []},
            {"start": 4.0, "end": 4.5, "text": " Home.", "speaker": "SPEAKER_01", "words": []},
        ],
        "language": "en",
    },
    "whisperx, one segment": {
        "segments": [{"start": 1.0, "end": 4.5, "text": "Where to? Home.", "words": words()}]
    },
    "whisper.cpp": {
        "result": {"language": "en"},
        "transcription": [
            {"offsets": {"from": 1000, "to": 2000}, "text": " Where to?", "speaker": "0"},
            {"offsets": {"from": 4000, "to": 4500}, "text": " Home.", "speaker": "1"},
        ],
    },
    "deepgram": {"results": {"channels": [{"alternatives": [{"words": words()}]}]}},
    "deepgram utterances": {
        "results": {
            "channels": [{}],
            "utterances": [
                {"start": 1.0, "end": 2.0, "speaker": 0, "transcript": "Where to?"},
                {"start": 4.0, "end": 4.5, "speaker": 1, "transcript": "Home."},
            ],
        }
    },
    "assemblyai": {
        "language_code": "en_us",
        "utterances": [
            {"start": 1000, "end": 2000, "speaker": "0", "text": "Where to?", "words": []},
            {"start": 4000, "end": 4500, "speaker": "1", "text": "Home.", "words": []},
        ],
    },
    "aws": {
        "results": {
            "items": [
                {"type": "pronunciation", "start_time": "1.0", "end_time": "1.5",
                 "speaker_label": "0", "alternatives": [{"content": "Where"}]},
                {"type": "pronunciation", "start_time": "1.5", "end_time": "2.0",
                 "speaker_label": "0", "alternatives": [{"content": "to"}]},
                {"type": "punctuation", "alternatives": [{"content": "?"}]},
                {"type": "pronunciation", "start_time": "4.0", "end_time": "4.5",
                 "speaker_label": "1", "alternatives": [{"content": "Home."}]},
            ]
        }
    },
    "aws, segments": {
        "results": {
            "audio_segments": [
                {"start_time": "1.0", "end_time": "2.0", "speaker_label": "0",
                 "transcript": "Where to?"},
                {"start_time": "4.0", "end_time": "4.5", "speaker_label": "1",
                 "transcript": "Home."},
            ]
        }
    },
    "google": {
        "results": [
            {"alternatives": [{"words": [{"word": "Where", "startTime": "1s", "endTime": "2s"}]}]},
            {"alternatives": [{"words": google()}]},
        ]
    },
    "azure": {
        "recognizedPhrases": [
            {"offsetInTicks": 1e7, "durationInTicks": 1e7, "speaker": 1,
             "nBest": [{"display": "Where to?"}]},
            {"offset": "PT4S", "duration": "PT0.5S", "speaker": 2, "nBest": [{"display": "Home."}]},
        ]
    },
    "azure, fast": {
        "phrases": [
            {"offsetMilliseconds": 1000, "durationMilliseconds": 1000, "speaker": 1,
             "text": "Where to?"},
            {"offsetMilliseconds": 4000, "durationMilliseconds": 500, "speaker": 2,
             "text": "Home."},
        ]
    },
    "rev": {
        "monologues": [
            {"speaker": 0, "elements": [
                {"type": "text", "value": "Where", "ts": 1.0, "end_ts": 1.5},
                {"type": "punct", "value": " "},
                {"type": "text", "value": "to", "ts": 1.5, "end_ts": 2.0},
                {"type": "punct", "value": "?"}]},
            {"speaker": 1, "elements": [
                {"type": "text", "value": "Home.", "ts": 4.0, "end_ts": 4.5}]},
        ]
    },
    "speechmatics": {
        "results": [
            {"type": "word", "start_time": s, "end_time": e,
             "alternatives": [{"content": w, "speaker": str(who)}]}
            for w, s, e, who in WORDS
        ]
    },
    "elevenlabs": {
        "words": [{**w, "type": "word"} for w in words(word="text", speaker="speaker_id")]
    },
    "records": {
        "meeting": {
            "sentences": [
                {"speaker_name": "0", "text": "Where to?", "start_time": 1, "end_time": 2},
                {"speaker_name": "1", "text": "Home.", "start_time": 4, "end_time": 4.5},
            ]
        }
    },
}  # fmt: skip


@pytest.mark.parametrize("kind", DOCUMENTS)
@pytest.mark.parametrize("name", ["t.json", "t.txt"])
def test_the_json_of_recognisers_is_read(tmp_path: Path, kind: str, name: str) -> None:
    conv = taken(tmp_path, name, json.dumps(DOCUMENTS[kind]))
    assert said(conv) == {"SPEAKER_00": "Where to?", "SPEAKER_01": "Home."}
    assert [(s.span.start, s.span.end) for s in conv.speech] == [(1, 2), (4, 4.5)]


def test_chunks_and_events_have_no_speakers(tmp_path: Path) -> None:
    chunks = [{"timestamp": [1, 2], "text": "Where to?"}, {"timestamp": [4, 5], "text": "Home."}]
    events = [{"tStartMs": 1000, "dDurationMs": 900, "segs": [{"utf8": "Where"}, {"utf8": " to?"}]}]
    assert starts(taken(tmp_path, "a.json", json.dumps({"chunks": chunks}))) == [1, 4]
    assert starts(taken(tmp_path, "a.json", json.dumps(chunks))) == [1, 4]
    assert said(taken(tmp_path, "a.json", json.dumps({"events": events}))) == {"A": "Where to?"}


def test_json_of_another_kind_says_what_is_expected(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"WhisperX or Whisper, .* Export SRT or WebVTT"):
        taken(tmp_path, "a.json", '{"title": "a list", "items": [1, 2]}')


def document(path: Path, *paragraphs: str, table: list[list[str]] | None = None) -> Path:
    made = docx.Document()
    for text in paragraphs:
        made.add_paragraph(text)
    if table:
        found = made.add_table(len(table), len(table[0]))
        for row, cells in zip(found.rows, table, strict=True):
            for cell, text in zip(row.cells, cells, strict=True):
                cell.text = text
    made.save(str(path))
    return path


def test_documents_of_word_are_read(tmp_path: Path) -> None:
    teams = document(
        tmp_path / "teams.docx", "Call", "Cleo Ames   0:01\nWhere to?", "Dag Orr   0:04\nHome.",
        "Cleo Ames   0:06\nNow?",
    )  # fmt: skip
    assert said(read_transcript(teams)) == {"Cleo Ames": "Where to? Now?", "Dag Orr": "Home."}
    table = [["Timespan", "Content", "Speaker"], ["0:01.0 - 0:02.0", "Where to?", "Cleo"]]
    nvivo = document(tmp_path / "nvivo.docx", table=table)
    assert said(read_transcript(nvivo)) == {"Cleo": "Where to?"}
    with pytest.raises(InputError, match=r"a\.docx: Not a readable document of Word"):
        taken(tmp_path, "a.docx", "PK\x03\x04 and no more")
    with pytest.raises(InputError, match="The format of this transcript is unknown"):
        read_transcript(document(tmp_path / "prose.docx", "Dear diary"))


def test_html_of_noscribe_is_read(tmp_path: Path) -> None:
    text = (
        '<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 4.0//EN"><html><head><title>x</title></head><body>'
        '<p>Transcribed with an own program.</p><p><a name="ts_1000_2000_S00" >S00: Where to?</a>'
        '<a name="ts_2000_3000_S00" > (2 seconds pause)</a></p>'
        '<p><a name="ts_4000_4500_S01" ><span>[00:00:04]</span> S01: Home.</a></p></body></html>'
    )
    conv = taken(tmp_path, "t.html", text)
    assert (said(conv), starts(conv)) == ({"S00": "Where to?", "S01": "Home."}, [1, 4])


STM = """;; a comment
call1 1 cleo 1.0 2.0 <o,f0,female> Where to?
call1 1 inter_segment_gap 2.0 4.0
call1 1 dag 4.0 4.5 <o,f0,male> Home.
call1 1 dag 5.0 6.0 ignore_time_segment_in_scoring
"""


def test_stm_is_read(tmp_path: Path) -> None:
    for name in ("t.stm", "t.txt"):
        conv = taken(tmp_path, name, STM)
        assert said(conv) == {"cleo": "Where to?", "dag": "Home."}
        assert starts(conv) == [1, 4, 5]


EXB = """<?xml version="1.0" encoding="UTF-8"?>
<basic-transcription><head><speakertable>
<speaker id="SPK0"><abbreviation>Cleo</abbreviation></speaker><speaker id="SPK1"/>
</speakertable></head><basic-body><common-timeline><tli id="T0" time="1.0"/><tli id="T1"/>
<tli id="T2" time="4.0"/><tli id="T3" time="4.5"/></common-timeline>
<tier id="TIE0" speaker="SPK0" category="v" type="t"><event start="T0" end="T1">Where to?</event>
<event start="T9" end="T1">lost</event></tier>
<tier id="TIE1" speaker="SPK1" category="v" type="t"><event start="T2" end="T3">Home.</event></tier>
<tier id="TIE2" speaker="SPK0" type="d"><event start="T0" end="T3">waves</event></tier>
</basic-body></basic-transcription>"""


def test_exmaralda_is_read(tmp_path: Path) -> None:
    conv = taken(tmp_path, "t.exb", EXB)
    assert said(conv) == {"Cleo": "Where to?", "SPK1": "Home."}
    assert [(s.span.start, s.span.end) for s in conv.speech] == [(1, 2.5), (4, 4.5)]
    assert any("Event 2 of tier TIE0 has no time" in note for note in conv.notes)
    with pytest.raises(InputError, match="EXB without times"):
        taken(tmp_path, "u.exb", "<basic-transcription><tli id='T0'/></basic-transcription>")


SEVERAL = {
    "a.rttm": "SPEAKER one 1 0 1 <NA> <NA> A\nSPEAKER two 1 5 1 <NA> <NA> B\n",
    "a.stm": "one 1 A 0 1 Hi\ntwo 1 B 5 6 Yes\n",
    "a.json": '[{"session_id": "one", "speaker": "A", "start_time": 0, "end_time": 1, "words": ""},'
    '{"session_id": "two", "speaker": "B", "start_time": 5, "end_time": 6, "words": "Yes"}]',
    "a.csv": "transcript_id,interlocutor,timestamp,utterance_text\n"
    "one,client,0,Hi\ntwo,client,5,Yes\n",
    "a.jsonl": '{"conversation_id": "one", "start": 0, "end": 1, "text": "Hi"}\n'
    '{"conversation_id": "two", "start": 5, "end": 6, "text": "Yes"}\n',
}


@pytest.mark.parametrize("name", SEVERAL)
def test_one_of_several_recordings_is_chosen_by_its_name(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_text(SEVERAL[name], encoding="utf-8")
    with pytest.raises(InputError, match=r"of 2 recordings: expected one\. Choose it .* one, two"):
        read_transcript(path)
    assert starts(read_transcript(path, recordings=("none", "Two"))) == [5]


@pytest.mark.parametrize(
    ("name", "start", "says"),
    [
        ("a.pdf", b"%PDF-1.7 \0", "Export the transcript as .docx, .srt or .vtt"),
        ("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1", "Save it as .docx"),
        ("a.rtf", b"{\\rtf1 Hello}", "Save it as .docx"),
        ("a.xlsx", b"PK\x03\x04\0", "Save the sheet as .csv"),
        ("a.odt", b"PK\x03\x04\0", "Save it as .docx"),
        ("a.ass", b"[Script Info]\nTitle: x\n", "Save them as .srt"),
        ("a.ttml", b'<?xml version="1.0"?>\n<tt xmlns="x"></tt>', "Save them as .srt"),
        ("a.trs", b'<?xml version="1.0"?>\n<!DOCTYPE Trans SYSTEM "t.dtd">\n<Trans/>', "as STM"),
        ("a.html", b"<!DOCTYPE html><html><body>Hi</body></html>", "A web page is not read"),
        ("a.xml", b"<?xml version='1.0'?><x/>", "XML of another kind is not read"),
        ("a.txt", b"Cleo: Where to?\nDag: Home.\n", "text with times before its lines"),
    ],
)
def test_what_is_not_read_says_what_to_bring_instead(
    tmp_path: Path, name: str, start: bytes, says: str
) -> None:
    (tmp_path / name).write_bytes(start)
    with pytest.raises(InputError) as raised:
        read_transcript(tmp_path / name)
    assert says in str(raised.value)


def test_what_is_only_read_cannot_be_written(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"read only\. Choose one of json, rttm"):
        write(talk("A 0-1 hi"), tmp_path / "a.docx", "docx")


@pytest.mark.parametrize(
    "piece",
    ["[", "<a", " ", "((", "0:01", "0:01 ", "A 0:01", "#", "{", '{"a":[', "<a name=ts_1_2_"],
)
@pytest.mark.parametrize(
    ("kind", "start", "end"),
    [
        ("text", "Cleo 0:01\nhi\n\nDag 0:02\n", "\nyes"),
        ("stm", "one 1 A 0 1 Hi\none 1 A 1 2 ", ""),
        ("noscribe", '<a name="ts_0_900_A">A: Hi</a>', ""),
        ("recogniser", '{"segments": [{"start": 0, "end": 1, "text": "', '"}]}'),
        ("exmaralda", EXB.partition("Where")[0], EXB.partition("to?")[2]),
    ],
)
def test_hostile_files_are_read_or_refused_in_no_time(
    tmp_path: Path, kind: str, start: str, end: str, piece: str
) -> None:
    """Quadratic work on 40 kB takes minutes, so that the test would not end."""
    path = tmp_path / "a"
    path.write_text(start + piece * (40_000 // len(piece)) + end, encoding="utf-8")
    try:
        conv = read(path, kind)
    except InputError as error:
        assert str(error).startswith("a: ")
    else:
        assert conv.speech
