"""One bad line never refuses a file: it is mended or left out, and a note names it."""

from __future__ import annotations

from pathlib import Path

import pytest

from coach.conversation import Conversation
from coach.interchange import write
from coach.interchange.line_times import FRAMES_NOTE, MILLISECONDS_NOTE, START_ONLY_NOTE
from coach.interchange.transcript import read_transcript
from coach.talk import talk


def taken(folder: Path, name: str, text: str) -> Conversation:
    (folder / name).write_text(text, encoding="utf-8")
    return read_transcript(folder / name)


def times(conv: Conversation) -> list[tuple[str, float, float]]:
    return [(s.speaker, round(s.span.start, 3), round(s.span.end, 3)) for s in conv.speech]


def noted(conv: Conversation, part: str) -> bool:
    return any(part in note for note in conv.notes)


def test_a_cue_that_ends_before_it_begins_is_turned_round(tmp_path: Path) -> None:
    text = "1\n00:00:01,000 --> 00:00:02,000\nA: Hi.\n\n2\n00:00:07,100 --> 00:00:05,200\nB: Yes.\n"
    conv = taken(tmp_path, "a.srt", text)
    assert times(conv) == [("A", 1, 2), ("B", 5.2, 7.1)]
    assert noted(conv, "the two times are swapped: line 6")


@pytest.mark.parametrize(
    "timing",
    ["00:00:5x --> 00:00:07", "00:09:00,000 --> 00:00:07,000", "00:00:05,000 --> 200:00:00,0"],
)
def test_a_timing_that_cannot_be_read_is_left_out(tmp_path: Path, timing: str) -> None:
    text = (
        f"1\n00:00:01,000 --> 00:00:02,000\nA: Hi.\n\n2\n{timing}\nB: Yes.\n\n"
        "3\n00:00:08,000 --> 00:00:09,000\nB: No.\n"
    )
    conv = taken(tmp_path, "a.srt", text)
    assert times(conv) == [("A", 1, 2), ("B", 8, 9)]
    assert noted(conv, "1 part of the transcript cannot be read and is left out. Line 6")


def test_an_empty_line_inside_a_cue_ends_nothing(tmp_path: Path) -> None:
    text = (
        "1\n00:00:01,000 --> 00:00:04,000\nA: We went out,\n\nand then it rained.\n\n"
        "77\n00:00:05,000 --> 00:00:06,000\nB: Oh.\n"
    )
    conv = taken(tmp_path, "a.srt", text)
    assert " ".join(word.text for word in conv.words_of("A")) == "We went out, and then it rained."
    assert noted(conv, "after an empty line is read as part of the cue before it: line 5")


def test_a_number_that_stands_apart_from_its_cue_is_not_said(tmp_path: Path) -> None:
    text = (
        "1\n\n00:00:01,000 --> 00:00:02,000\nA: Hi.\n\n\n2\n\n"
        "00:00:03,000 --> 00:00:04,000\nB: Yes.\n"
    )
    conv = taken(tmp_path, "a.srt", text)
    assert [word.text for word in conv.words] == ["Hi.", "Yes."]


def test_comments_and_credits_between_cues_are_not_said(tmp_path: Path) -> None:
    text = (
        "WEBVTT\n\n00:01.000 --> 00:02.000\nA: Hi.\n\nNOTE Confidence: 0.9\nchecked\n\n"
        "00:03.000 --> 00:04.000\nB: Yes.\n\nTranscribed by https://service.example\n"
    )
    conv = taken(tmp_path, "a.vtt", text)
    assert [word.text for word in conv.words] == ["Hi.", "Yes."]


@pytest.mark.parametrize("number", ["5.3000000000000007", "5.3", "53e-1", "5,30"])
def test_numbers_are_read_as_computers_print_them(tmp_path: Path, number: str) -> None:
    text = f'start,end,speaker,text\n1e-05,2.0,A,Hello there\n3.0,"{number}",B,Oh yes\n'
    assert times(taken(tmp_path, "a.csv", text)) == [("A", 0, 2), ("B", 3, 5.3)]
    line = number.replace(",", ".")
    rttm = f"SPEAKER s 1 0.0 {line} <NA> <NA> A <NA> <NA>\n"
    assert times(taken(tmp_path, "a.rttm", rttm)) == [("A", 0, 5.3)]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.csv", "start,end,speaker,text\n500,1900,A,Where to?\n2500,4000,B,Home now.\n"),
        ("a.tsv", "begin\tend\twho\ttext\n500\t1900\tA\tWhere to?\n2500\t4000\tB\tHome now.\n"),
        ("a.csv", "speaker,start_ms,end_ms,text\nA,500,1900,Where to?\nB,2500,4000,Home now.\n"),
        (
            "a.jsonl",
            '{"start": 500, "end": 1900, "speaker": "A", "text": "Where to?"}\n'
            '{"start": 2500, "end": 4000, "speaker": "B", "text": "Home now."}\n',
        ),
    ],
)
def test_the_pace_of_the_words_tells_milliseconds(tmp_path: Path, name: str, text: str) -> None:
    conv = taken(tmp_path, name, text)
    assert times(conv) == [("A", 0.5, 1.9), ("B", 2.5, 4)]
    assert noted(conv, MILLISECONDS_NOTE) is ("_ms" not in text)


def test_what_a_subtraction_left_is_zero(tmp_path: Path) -> None:
    text = "start,end,speaker,text\n-0.0,2.4,A,Where to?\n-1e-17,2.5,B,Home now.\n-3,1,B,lost\n"
    conv = taken(tmp_path, "a.csv", text)
    assert times(conv) == [("A", 0, 2.4), ("B", 0, 2.5)]
    assert noted(conv, "left out. Line 4, start: found '-3'")


def test_times_may_have_units_and_frames_semicolons(tmp_path: Path) -> None:
    text = "start,end,speaker,text\n1m1s,1m2.5s,A,Where to?\n00;01;05;15,00;01;06;00,B,Home.\n"
    conv = taken(tmp_path, "a.csv", text)
    assert times(conv) == [("A", 61, 62.5), ("B", 65.6, 66)]


def test_speech_of_many_minutes_in_rttm_is_in_milliseconds(tmp_path: Path) -> None:
    lines = (f"SPEAKER s 1 {n}500 900 <NA> <NA> A <NA> <NA>\n" for n in range(1, 5))
    conv = taken(tmp_path, "a.rttm", "".join(lines))
    assert times(conv)[0] == ("A", 1.5, 2.4)
    assert noted(conv, MILLISECONDS_NOTE)


@pytest.mark.parametrize(
    "text",
    [
        "Cleo\t\t00:00:01.000\t1.0\t00:00:02.500\t2.5\tWhere to?\n"
        "Dag\t\t00:00:04.000\t4.0\t00:00:06.000\t6.0\tHome now.\n",
        "1.0,2.5,Cleo,Where to?\n4.0,6.0,Dag,Home now.\n7.0,8.0,Cleo,Oh\n",
        "1.0\t2.5\tCleo: Where to?\n4.0\t6.0\tDag: Home now.\n",
    ],
)
@pytest.mark.parametrize("name", ["a.csv", "a.txt"])
def test_a_table_without_a_header_is_told_by_its_cells(
    tmp_path: Path, name: str, text: str
) -> None:
    conv = taken(tmp_path, name, text)
    assert times(conv)[:2] == [("A", 1, 2.5), ("B", 4, 6)]
    assert [word.text for word in conv.words_of("B")] == ["Home", "now."]


def test_labels_that_come_again_are_speakers(tmp_path: Path) -> None:
    text = "1.000000\t2.500000\tCleo\n4.000000\t6.000000\tDag\n7.000000\t8.000000\tCleo\n"
    conv = taken(tmp_path, "a.txt", text)
    assert [(s.name, len(conv.words_of(s.id))) for s in conv.speakers] == [("Cleo", 0), ("Dag", 0)]


def test_slow_talk_is_in_seconds(tmp_path: Path) -> None:
    text = "start,end,speaker,text\n0,60,A,Well let me think about it\n90,100,B,Yes\n"
    assert times(taken(tmp_path, "a.csv", text)) == [("A", 0, 60), ("B", 90, 100)]


def test_frames_of_a_video_are_read_with_a_note(tmp_path: Path) -> None:
    text = (
        "Speaker Name,Start Time,End Time,Text\n"
        'Cleo,00:00:01:00,00:00:02:15,"Where to?"\nDag,00:00:03:05,00:00:04:00,Home.\n'
    )
    conv = taken(tmp_path, "a.csv", text)
    assert times(conv) == [("A", 1, 2.6), ("B", 3.2, 4)]
    assert noted(conv, FRAMES_NOTE.format(25))


def test_a_table_without_ends_lasts_until_the_next_line(tmp_path: Path) -> None:
    text = "speaker,start,text\nCleo,0:01,Where to?\nDag,0:04,Home.\nCleo,0:06,Now or in an hour?\n"
    conv = taken(tmp_path, "a.csv", text)
    assert times(conv) == [("A", 1, 4), ("B", 4, 6), ("A", 6, 8)]
    assert START_ONLY_NOTE in conv.notes


def test_a_duration_stands_for_an_end(tmp_path: Path) -> None:
    text = "speaker,start,duration,text\nCleo,1,1.5,Where to?\nDag,4,2,Home.\n"
    assert times(taken(tmp_path, "a.csv", text)) == [("A", 1, 2.5), ("B", 4, 6)]


@pytest.mark.parametrize(
    ("name", "text", "place"),
    [
        ("a.csv", "speaker,start,end,text\nA,0,1,Hi\nB,x,2,Oh\nB,3,4,Yes\n", "Line 3, start"),
        ("a.jsonl", '{"start":0,"end":1,"text":"Hi"}\n{"st\n{"start":3,"end":4,"text":"Yes"}\n',
         "Line 2"),
        ("a.json", '[{"start":0,"end":1,"words":"Hi"},{},{"start":3,"end":4,"words":"Yes"}]',
         "Segment 2"),
        ("a.rttm", "SPEAKER s 1 0 1 <NA> <NA> A\nSPEAKER s 1 1 x <NA> <NA> B\n"
         "SPEAKER s 1 3 1 <NA> <NA> B\n", "Line 2"),
    ],
)  # fmt: skip
def test_a_bad_line_is_left_out_and_named(tmp_path: Path, name: str, text: str, place: str) -> None:
    conv = taken(tmp_path, name, text)
    assert [(start, end) for _, start, end in times(conv)] == [(0, 1), (3, 4)]
    assert noted(conv, f"left out. {place}")


def test_a_quote_without_its_pair_swallows_no_lines(tmp_path: Path) -> None:
    text = 'speaker,start,end,text\nA,0,1,"Where to?\nB,2,3,"Home, now."\nA,4,5,Oh\n'
    conv = taken(tmp_path, "a.csv", text)
    assert [word.text for word in conv.words_of("B")] == ["Home,", "now."]
    assert noted(conv, "without its pair is read as text: line 2")


def test_no_words_of_a_transcript_are_in_an_error(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("speaker,start,end,text\nA,my secret,1,Hi\nA,0,1,Oh\n", encoding="utf-8")
    assert not any("secret" in note for note in read_transcript(path).notes)


def test_notes_name_a_dozen_places_at_most(tmp_path: Path) -> None:
    bad = "".join(f"A,x,{n},Hi\n" for n in range(30))
    conv = taken(tmp_path, "a.csv", f"speaker,start,end,text\nA,0,1,Hi\n{bad}")
    (note,) = [each for each in conv.notes if each.startswith("30 parts")]
    assert note.endswith("and 17 more.")


@pytest.mark.parametrize("piece", ["[", "<a", " ", "((", '"', ",", "1e", "0:", "{", "SPEAKER "])
@pytest.mark.parametrize(
    ("name", "start", "end"),
    [
        ("a.csv", "speaker,start,end,text\nA,0,1,", "\nB,2,3,Yes\n"),
        ("a.csv", "speaker,start,end,text\nB,2,3,Yes\nA,", ",1,x\n"),
        ("a.jsonl", '{"start": 0, "end": 1, "text": "Hi"}\n', ""),
        ("a.rttm", "SPEAKER s 1 0 1 <NA> <NA> A\nSPEAKER s 1 ", ""),
    ],
)
def test_hostile_tables_are_read_in_no_time(
    tmp_path: Path, name: str, start: str, end: str, piece: str
) -> None:
    """Quadratic work on 80 kB takes minutes, so that the test would not end."""
    long = piece * (80_000 // len(piece))
    assert taken(tmp_path, name, start + long + end).speech


def test_our_own_lines_come_back_as_they_were(tmp_path: Path) -> None:
    conv = talk("A 0-3 Where to?", "B 4-6 Home, now.")
    for name in ("csv", "jsonl", "vtt", "srt", "seglst"):
        write(conv, tmp_path / "x", name)
        again = read_transcript(tmp_path / "x")
        assert [w.text for w in again.words] == ["Where", "to?", "Home,", "now."]
