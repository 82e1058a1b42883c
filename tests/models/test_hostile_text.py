"""Reading and scoring a hostile text takes linear time: 80 kB of ``<a`` hold up nothing."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator

import pytest
from hostile import PHRASES, PIECES, PLACED, TooSlow, check_linear

from coach.feedback.feelings import feeling_word
from coach.feedback.interrupting import hands_back
from coach.feedback.rephrasing import is_openable, rephrase
from coach.interchange import _TEXT_READERS
from coach.interchange.format_detection import detect_text_format
from coach.interchange.segments import Origin
from coach.interchange.speaker_labels import is_a_name
from coach.lexicon import contents, is_continuer
from coach.measures.forms import is_whole, is_yes_no
from coach.page.html import render
from coach.scorecard import score

_TEXTGRID = (
    'File type = "ooTextFile"\nObject class = "TextGrid"\n\nxmin = 0\nxmax = 1\ntiers? <exists>\n'
    'size = 1\nitem []:\n  item [1]:\n    class = "IntervalTier"\n    name = "A"\n    xmin = 0\n'
    "    xmax = 1\n    intervals: size = 1\n    intervals [1]:\n      xmin = 0\n      xmax = 1\n"
    '      text = "{}"\n'
)
_LINE = '"speaker": "A", "start": 0, "end": 1'
_AROUND = {
    "json": ['{"schema": "{}"}'],
    "rttm": ["SPEAKER a 1 0 1 <NA> <NA> {} <NA> <NA>\n",
             "SPEAKER {} 1 0 1 <NA> <NA> A <NA> <NA>\n"],
    "vtt": ["WEBVTT\n\n00:01.000 --> 00:02.000 {}\nHi\n",
            "WEBVTT\n\n00:01.000 --> 00:02.000\n{}\n"],
    "srt": ["1\n00:00:01,000 --> 00:00:02,000\n{}\n", "{}\n00:00:01,000 --> 00:00:02,000\nHi\n"],
    "jsonl": [f'{{{_LINE}, "text": "{{}}"}}\n', '{"speaker": "{}", "start": 0, "text": "Hi"}\n',
              '{"speaker": "A", "start": "{}", "text": "Hi"}\n', f'{{{_LINE}, "{{}}": "Hi"}}\n'],
    "csv": ["speaker,start,end,text\nA,0,1,{}\n", 'speaker,start,end,text\nA,0,1,"{}"\n',
            "speaker,start,end,text\n{},0,1,Hi\n", "speaker,start,end,{}\nA,0,1,Hi\n"],
    "textgrid": [_TEXTGRID],
    "eaf": ["<ANNOTATION_DOCUMENT>{}</ANNOTATION_DOCUMENT>"],
    "chat": ["@UTF8\n@Begin\n*A:\t{} \x150_1000\x15\n@End\n", "@UTF8\n@Begin\n{}\n@End\n"],
    "seglst": ['[{"speaker": "A", "start_time": 0, "end_time": 1, "words": "{}"}]'],
    "recogniser": [f'{{"segments": [{{{_LINE}, "text": "{{}}"}}]}}',
                   '{"language": "{}", "segments": [{"start": 0, "end": 1, "text": "Hi"}]}'],
    "stm": ["a 1 A 0.0 1.0 {}\n", "a 1 {} 0.0 1.0 Hi\n"],
    "exmaralda": ["<basic-transcription>{}</basic-transcription>"],
    "noscribe": ['<a name="ts_0_1000_A">{}</a>', '<p><a name="ts_{}_1000_A">Hi</a>'],
    "text": ["[00:01] Ann: {}\n[00:02] Bo: Hi\n", "{} 0:01\nHi\nBo 0:02\nHi\n", "0:01 - 0:02 {}\n"],
}  # fmt: skip
"""The places in a file of each format where a hostile text can stand."""

_IN_JSON = ("jsonl", "seglst", "recogniser", "json")


def _cases() -> Iterator[tuple[str, str]]:
    for name in _TEXT_READERS:
        for around in ("{}", *_AROUND[name]):
            yield name, around


@pytest.mark.parametrize(("name", "around"), list(_cases()))
def test_every_reader_takes_linear_time(name: str, around: str) -> None:
    for piece in PIECES if around == "{}" else PLACED:
        inside = json.dumps(piece)[1:-1] if name in _IN_JSON and around != "{}" else piece
        check_linear(lambda text: _TEXT_READERS[name](text, Origin()), inside, around)


@pytest.mark.parametrize("piece", PIECES)
def test_telling_the_format_takes_linear_time(piece: str) -> None:
    for around in ("{}", "1{}", ";{}"):
        check_linear(detect_text_format, piece, around)


@pytest.mark.parametrize("number", ["&#{};", "&#x{};", "{}"])
def test_numbers_without_end_are_no_error_of_our_own(number: str) -> None:
    for name, arounds in _AROUND.items():
        for around in arounds:
            check_linear(
                lambda text, name=name: _TEXT_READERS[name](text, Origin()),  # type: ignore[misc]
                "1",
                around.replace("{}", number),
            )


_OF_SPEECH: tuple[Callable[[str], object], ...] = (
    feeling_word, hands_back, is_openable, rephrase, is_whole, is_yes_no, contents, is_a_name,
    lambda text: is_continuer(text.split()),
)  # fmt: skip


@pytest.mark.parametrize("piece", [*PHRASES, *PIECES])
def test_what_is_looked_for_in_speech_is_found_in_linear_time(piece: str) -> None:
    for work in _OF_SPEECH:
        check_linear(work, piece, "I {}x")


@pytest.mark.parametrize("piece", PHRASES)
def test_a_scorecard_takes_linear_time_in_the_words_of_a_sentence(piece: str) -> None:
    around = "A 0:01\n{}?\nB 0:09\n{}\nA 0:15\n{}\n"

    def work(text: str) -> object:
        return render(score(_TEXT_READERS["text"](text, Origin(language="en"))))

    check_linear(work, piece, around)


def test_the_check_itself_finds_quadratic_and_exponential_time() -> None:
    with pytest.raises(TooSlow):
        check_linear(re.compile(r"\s+x").search, " ")
    with pytest.raises(TooSlow):
        check_linear(re.compile(r"(?:a+)+x").search, "a")
    check_linear(re.compile(r"\s++x").match, " ")
