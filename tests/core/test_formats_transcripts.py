"""Transcripts as meeting software, subtitlers and people make them."""

from __future__ import annotations

from pathlib import Path

import pytest

from coach.conversation import Conversation
from coach.errors import InputError
from coach.interchange import FORMATS, find_format, read, write
from coach.interchange.format_detection import detect_format
from coach.interchange.segments import NO_SPEAKERS_NOTE, TRANSCRIPT_NOTE
from coach.interchange.transcript import read_transcript
from coach.talk import talk

TEAMS = """WEBVTT
Kind: captions

NOTE made by a meeting

STYLE
::cue { color: lime }

0a1-7
00:01.000 --> 00:03.000 align:start position:0%
<v.loud Ann Lee>So, <i>how</i> was it &amp; <00:02.000>why?</v>

00:00:02.500 --> 00:00:05.000
<v Ben>Fine,
mostly fine.</v>

00:00:05.000 --> 00:00:06.000
<v Ann Lee>Mm-hm <v Ben>And hard

00:00:06.000 --> 00:00:07.000
"""
ZOOM = """WEBVTT

1
00:00:01.000 --> 00:00:03.000
Ann Lee: How was it?

2
00:00:02.500 --> 00:00:05.000
Ben: Fine. One thing: I was late.

3
00:00:06.000 --> 00:00:07.000
and I was tired
"""
SRT = """1
00:00:01,000 --> 00:00:03,000
<font color="red">ANN: How was it?</font>

2
00:00:03,500 --> 00:00:05,000
- Ann: So?
- Ben: {\\an8}Fine

3
00:00:05,000 --> 00:00:05,000
[door opens]

4
00:00:06,000 --> 00:00:06,000
BEN: Yes
"""


def given(tmp_path: Path, name: str, content: str | bytes) -> Path:
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
    return path


def lines(conv: Conversation) -> list[tuple[str, str]]:
    names = {speaker.id: speaker.name or speaker.id for speaker in conv.speakers}
    return [(names[s.id], " ".join(w.text for w in conv.words_of(s.id))) for s in conv.speakers]


def times(conv: Conversation) -> list[tuple[float, float, str]]:
    return [(s.span.start, s.span.end, s.speaker) for s in conv.speech]


def test_voices_tags_and_settings_of_webvtt(tmp_path: Path) -> None:
    conv = read_transcript(given(tmp_path, "a.vtt", TEAMS))
    assert lines(conv) == [
        ("Ann Lee", "So, how was it & why? Mm-hm"),
        ("Ben", "Fine, mostly fine. And hard"),
    ]
    assert times(conv)[:2] == [(1.0, 3.0, "A"), (2.5, 5.0, "B")]
    assert conv.provenance.source == "transcript"
    assert conv.notes == (TRANSCRIPT_NOTE,)
    assert conv.recording.id == "a"
    assert len(conv.recording.sha256) == 64


def test_names_before_the_text_and_lines_that_go_on(tmp_path: Path) -> None:
    conv = read_transcript(given(tmp_path, "a.vtt", ZOOM))
    assert lines(conv) == [
        ("Ann Lee", "How was it?"),
        ("Ben", "Fine. One thing: I was late. and I was tired"),
    ]
    assert "1 lines of the transcript name no speaker" in conv.notes[1]


def test_tags_dialogue_and_lines_without_duration_of_srt(tmp_path: Path) -> None:
    conv = read_transcript(given(tmp_path, "a.srt", SRT))
    assert [name for name, _ in lines(conv)] == ["ANN", "Ann", "Ben", "BEN"]
    assert lines(conv)[2] == ("Ben", "Fine")
    assert times(conv)[-1] == (6.0, 6.001, "D")


def test_names_are_told_from_other_colons(tmp_path: Path) -> None:
    said = "Ann: one|the rest: two|three|Ann: four|Note: five|six|seven|eight|nine".split("|")
    text = "".join(
        f"{n}\n00:00:0{n},000 --> 00:00:0{n},900\n{line}\n\n" for n, line in enumerate(said)
    )
    conv = read_transcript(given(tmp_path, "a.srt", text))
    assert lines(conv) == [("Ann", "one the rest: two three four Note: five six seven eight nine")]


def test_a_transcript_without_speakers_is_one_speaker_and_says_so(tmp_path: Path) -> None:
    text = "WEBVTT\n\n00:01.000 --> 00:02.000\nHello there\n\n00:02.000 --> 00:03.000\n[music]\n"
    conv = read_transcript(given(tmp_path, "a.vtt", text))
    assert lines(conv) == [("A", "Hello there")]
    assert NO_SPEAKERS_NOTE in conv.notes


def test_roles_are_read_from_names(tmp_path: Path) -> None:
    text = 'speaker,start,end,text\nMentee,0,1,Hi\nMENTOR,1,2,Hello\nAnna,2,3,"Me, too"\n'
    conv = read_transcript(given(tmp_path, "a.csv", text))
    assert [speaker.role for speaker in conv.speakers] == ["mentee", "mentor", "other"]
    assert conv.mentor is not None


def test_single_letters_stay_the_ids(tmp_path: Path) -> None:
    text = '{"speaker": "B", "start": 0, "end": 1}\n{"speaker": "A", "start": 1, "end": 2}\n'
    conv = read_transcript(given(tmp_path, "a.jsonl", text))
    assert [(speaker.id, speaker.name) for speaker in conv.speakers] == [("B", None), ("A", None)]


def test_more_than_26_speakers_have_ids(tmp_path: Path) -> None:
    text = "".join(f'{{"speaker": {n}, "start": {n}, "end": {n + 1}}}\n' for n in range(28))
    conv = read_transcript(given(tmp_path, "a.jsonl", text))
    assert [speaker.id for speaker in conv.speakers[25:]] == ["Z", "A1", "B1"]


@pytest.mark.parametrize(
    "content",
    [
        b"\xef\xbb\xbf" + ZOOM.replace("Ann Lee", "Zo\u00eb").encode("utf-8"),
        ZOOM.replace("Ann Lee", "Zo\u00eb").encode("latin-1"),
        b"\xff\xfe" + ZOOM.replace("Ann Lee", "Zo\u00eb").encode("utf-16-le"),
        b"\xfe\xff" + ZOOM.replace("Ann Lee", "Zo\u00eb").encode("utf-16-be"),
        ZOOM.replace("Ann Lee", "Zo\u00eb").replace("\n", "\r\n").encode("utf-8"),
        ZOOM.replace("Ann Lee", "Zo\u00eb").replace("\n", "\r").encode("utf-8"),
    ],
    ids=["bom", "latin-1", "utf-16", "utf-16-be", "crlf", "cr"],
)
def test_encodings_and_newlines(tmp_path: Path, content: bytes) -> None:
    conv = read_transcript(given(tmp_path, "a.vtt", content))
    assert lines(conv)[0] == ("Zo\u00eb", "How was it?")


@pytest.mark.parametrize(
    "table",
    [
        "speaker;start;end;text\nAnn;0;1,5;Hi, you\n",
        "Text\tEnd_Time\tStart_Time\tWho\nHi, you\t0:01.5\t0:00\tAnn\n",
        '"participant","from","to","utterance","x"\n"Ann","0","1.5","Hi, you","?"\n\n',
        "speaker|start|end|text\nAnn|00:00:00|00:00:01.500|Hi, you\n",
    ],
)
def test_tables_of_all_kinds(tmp_path: Path, table: str) -> None:
    conv = read_transcript(given(tmp_path, "a.txt", table))
    assert times(conv) == [(0.0, 1.5, "A")]
    assert lines(conv) == [("Ann", "Hi, you")]


def test_cues_without_empty_lines_between(tmp_path: Path) -> None:
    text = "1\n00:01,000 --> 00:02,000\nA: one\n2\n00:02,000 --> 00:03,000\nB: two\n"
    assert lines(read_transcript(given(tmp_path, "a.srt", text))) == [("A", "one"), ("B", "two")]


CHAT = """@UTF8
@Begin
@Languages:\teng, spa
@Participants:\tINV Ann_Lee Investigator, PAR Participant
@ID:\teng|corpus|INV|||||Investigator||mentor|
*INV:\tso <how was> [/] how was it ? \x151000_2500\x15
%mor:\tadv|so
*PAR:\t&-um fine (.) &=laughs it was
\tgood [=! smiling] +... \x152400_4000\x15
*PAR:\t0 [=! nods] . \x154000_4500\x15
*PAR:\tnot timed .
@End
"""


def test_the_signs_of_chat_are_left_out(tmp_path: Path) -> None:
    conv = read_transcript(given(tmp_path, "a.cha", CHAT))
    assert lines(conv) == [("Ann Lee", "so how was how was it?"), ("PAR", "um fine it was good.")]
    assert times(conv) == [(1.0, 2.5, "A"), (2.4, 4.0, "B")]
    assert conv.speakers[0].role == "mentor"
    assert conv.language == "en"
    assert "1 utterances" in conv.notes[0]


GRID = '''File type = "ooTextFile"
Object class = "TextGrid"

0
4
<exists>
4
"IntervalTier"
"Ann"
0
4
2
0
1.5
"say ""hi"""
1.5
4
""
"TextTier"
"bells"
0
4
1
2
"ding"
"IntervalTier"
"Ben - words"
0
4
1
1
2
"yes"
"IntervalTier"
"Ben - phones"
0
4
1
1
2
"j"
'''


def test_a_text_grid_from_an_aligner(tmp_path: Path) -> None:
    conv = read_transcript(given(tmp_path, "a.TextGrid", GRID))
    assert lines(conv) == [("Ann", 'say "hi"'), ("Ben", "yes")]
    assert times(conv) == [(0.0, 1.5, "A"), (1.0, 2.0, "B")]
    assert conv.provenance.source == "hand"
    assert conv.notes == ()


def test_elan_may_count_frames_and_leave_annotations_empty(tmp_path: Path) -> None:
    text = (
        '<ANNOTATION_DOCUMENT><HEADER TIME_UNITS="PAL-frames"/><TIME_ORDER>'
        '<TIME_SLOT TIME_SLOT_ID="a" TIME_VALUE="25"/><TIME_SLOT TIME_SLOT_ID="b" TIME_VALUE="50"/>'
        '<TIME_SLOT TIME_SLOT_ID="c"/></TIME_ORDER><TIER TIER_ID="Ann"><ANNOTATION>'
        '<ALIGNABLE_ANNOTATION TIME_SLOT_REF1="a" TIME_SLOT_REF2="b"><ANNOTATION_VALUE>hi'
        '</ANNOTATION_VALUE></ALIGNABLE_ANNOTATION><ALIGNABLE_ANNOTATION TIME_SLOT_REF1="b" '
        'TIME_SLOT_REF2="b"/></ANNOTATION></TIER></ANNOTATION_DOCUMENT>'
    )
    assert times(read_transcript(given(tmp_path, "a.eaf", text))) == [(1.0, 2.0, "A")]


@pytest.mark.parametrize("each", FORMATS, ids=lambda each: each.name)
def test_a_file_is_recognised_by_its_content(tmp_path: Path, each: object) -> None:
    name = getattr(each, "name", "")
    path = tmp_path / f"a{find_format(name).suffix}"
    write(talk("A 0-3 How was it?", "B 2.8-4 Fine"), path, name)
    assert detect_format(path) == name
    if path.is_file():
        other = path.rename(tmp_path / "a.txt")
        assert detect_format(other) == name


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("a.vtt", "", "a.vtt: The file is empty"),
        ("a.vtt", "\ufeff \n\n", "a.vtt: The file is empty"),
        ("a.vtt", "WEBVTT\n\n", "no speech"),
        ("a.vtt", "WEBVTT\n\n00:42.000 --> 00:01.000\nA: x", "Line 3: 42.0..1.0 found"),
        ("a.vtt", "WEBVTT\n\n0:02 -> --> 00:01.000\nA: x", "Line 3 is not the timing"),
        ("a.srt", "1\n1:2:3:4,0 --> 00:00:02,0\nA: x", "Line 2: found '1:2:3:4,0', exp"),
        ("a.srt", "1\n00:00:01,000 --> 2000:00:02,000\nA: x", "Divide them by 1000"),
        ("a.jsonl", '{"start"', "Line 1: Not valid JSON"),
        ("a.jsonl", "{}\n{}", "Line 1 has no start"),
        ("a.jsonl", "7", "Line 1: expected an object"),
        ("a.jsonl", '{"start": 0, "end": true}', "Line 1 has no end"),
        ("a.jsonl", '{"start": "x", "end": 1}', "Line 1, start: found a text"),
        ("a.jsonl", '{"start": -2, "end": 1}', "Line 1: -1.0..1.0 found"),
        ("a.jsonl", f'{{"start": 0, "end": 1{"0" * 400}}}', "Line 1: 360000000.0 seconds found"),
        ("a.jsonl", '{"start": 0, "end": 1, "text": ["a"]}', "Line 1: text is a list"),
        ("a.csv", "who,start\nA,0", "lacks a column for text (or words"),
        ("a.csv", "who,start,end,text\nB,x,2,b", "Line 2, start: found a text"),
        ("a.csv", 'start,end,text\n0,1,"' + "a" * 140_000, "Line 2 cannot be read"),
        ("a.rttm", "SPEAKER a 1 0.0 1.0\n", "Line 1 has 5 columns"),
        ("a.rttm", "SPEAKER a 1 x 1.0 <NA> <NA> A", "Line 1: found a text"),
        (
            "a.rttm",
            "SPEAKER a 1 0 1 <NA> <NA> A\n;; x\nSPEAKER b 1 0 1 <NA> <NA> A\n",
            "RTTM of 2 recordings",
        ),
        ("a.json", '{"schema": "listening-coach/scorecard"}', "listening-coach/scorecard"),
        ("a.json", '["a"]', "a.json: Found JSON of another kind"),
        ("a.json", "[{}]", "Segment 1 has no start"),
        ("a.json", "[{}, 7]", "Expected SegLST"),
        ("a.seglst.json", '[{"session_id": "a"}, {"session_id": "b"}]', "SegLST of 2 recordings"),
        ("a.TextGrid", 'File type = "ooTextFile"\n"Sound"', "class TextGrid"),
        ("a.TextGrid", GRID[:68], "tier 1: found the end"),
        (
            "a.TextGrid",
            GRID[:150].replace('0\n1.5\n"say', '1.5\n-4\n"say'),
            "tier 1, interval 1: 1.5..-4.0",
        ),
        ("a.TextGrid", GRID.replace("<exists>", '"x"'), "found something else, expected <exi"),
        ("a.TextGrid", GRID.replace("<exists>", "<absent>"), "no speech"),
        ("a.eaf", "<ANNOTATION_DOCUMENT>", "Not a readable EAF"),
        ("a.eaf", "<!DOCTYPE x><ANNOTATION_DOCUMENT/>", "document type"),
        ("a.eaf", "<x/>", "another kind"),
        (
            "a.eaf",
            "<ANNOTATION_DOCUMENT><TIER><ALIGNABLE_ANNOTATION/></TIER></ANNOTATION_DOCUMENT>",
            "annotation 1 of a tier has no time",
        ),
        (
            "a.eaf",
            '<ANNOTATION_DOCUMENT><TIME_SLOT TIME_VALUE="x"/></ANNOTATION_DOCUMENT>',
            "TIME_VALUE",
        ),
        ("a.cha", "@UTF8\n@Begin\n*A:\thello .\n", "CHAT without times"),
        ("a.cha", "@UTF8\n@Begin\n*A:\thello . \x1590000_5\x15\n", "Line 3: 90.0..0.005"),
        ("a.txt", "Dear diary", "The format of this transcript is unknown: expected one of json"),
        ("a.wav", b"RIFF\0\0\0\0WAVE", "a.wav: Found binary data"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(
    tmp_path: Path, name: str, content: str | bytes, says: str
) -> None:
    with pytest.raises(InputError) as raised:
        read_transcript(given(tmp_path, name, content))
    assert says in str(raised.value)
    assert str(raised.value).startswith(name)


def test_a_missing_file_and_a_missing_folder_are_said(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"a\.vtt: Cannot be read: No such file"):
        read_transcript(tmp_path / "a.vtt")
    with pytest.raises(InputError, match="Choose a folder that exists"):
        write(talk("A 0-1 hi"), tmp_path / "none" / "a.vtt", "vtt")
    with pytest.raises(InputError, match="expected one of json, rttm"):
        read(tmp_path, "pages")


def test_an_own_document_is_read_whatever_it_is_called(tmp_path: Path) -> None:
    conv = talk("A 0-3 How was it?", "B 2.8-4 Fine")
    write(conv, tmp_path / "c.txt", "json")
    again = read_transcript(tmp_path / "c.txt")
    assert again.sentences == conv.sentences
    assert again.provenance == conv.provenance


def test_names_stay_out_of_representations(tmp_path: Path) -> None:
    conv = read_transcript(given(tmp_path, "a.vtt", TEAMS))
    assert "Ann" not in repr(conv)
    assert "mostly" not in repr(conv)
