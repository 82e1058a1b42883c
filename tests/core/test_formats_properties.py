"""What is written comes back, whatever was said; and nothing but `InputError` leaves a reader."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import get_args

from hypothesis import example, given, settings
from hypothesis import strategies as st

from coach.conversation import (
    ActName,
    Acts,
    Conversation,
    ListeningAct,
    ModelUsed,
    OverlapKind,
    Provenance,
    Quality,
    QuestionKind,
    Recording,
    Role,
    RoleSource,
    Ruling,
    Sentence,
    Speaker,
    Speech,
    Word,
)
from coach.errors import InputError
from coach.interchange import FORMATS, READ_ONLY, Format, read, write
from coach.interchange.json import dump, load
from coach.interchange.segments import segments
from coach.interchange.times import clock, round_span, round_value, seconds
from coach.interchange.transcript import read_transcript
from coach.intervals import Span, union

LETTERS = "ABC"
NAMED = {each.name: each for each in FORMATS}


@st.composite
def spans(draw: st.DrawFn) -> Span:
    start = draw(st.floats(0, 3600))
    return Span(start, start + draw(st.floats(0.002, 30)))


texts = st.text(max_size=20)
shares = st.none() | st.floats(0, 1)
levels = st.none() | st.floats(-120, 0)


def choices(literal: object) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(get_args(literal)), max_size=2).map(tuple)


acts = st.builds(
    Acts,
    act=st.sampled_from(get_args(ActName)),
    probability=shares,
    kinds=choices(QuestionKind),
    listening=choices(ListeningAct),
)
speakers = st.tuples(
    *(
        st.builds(
            Speaker,
            id=st.just(letter),
            role=st.sampled_from(get_args(Role)),
            name=st.none() | texts,
            role_source=st.sampled_from(get_args(RoleSource)),
        )
        for letter in LETTERS
    )
)
ids = st.sampled_from(LETTERS)
configs = st.dictionaries(
    texts, st.floats(allow_nan=False, allow_infinity=False) | texts | st.booleans(), max_size=3
)


def many(strategy: st.SearchStrategy[object]) -> st.SearchStrategy[tuple[object, ...]]:
    return st.lists(strategy, max_size=5).map(tuple)


conversations = st.builds(
    Conversation,
    recording=st.builds(
        Recording,
        id=texts,
        duration=st.floats(0.01, 1e5),
        sha256=texts,
        channels=st.integers(1, 2),
        quality=st.builds(Quality, levels, levels, shares),
    ),
    speakers=speakers,
    speech=many(st.builds(Speech, spans(), ids)),
    words=st.lists(
        st.builds(Word, spans(), texts, st.none() | ids, shares, st.booleans()),
        min_size=3,
        max_size=5,
    ).map(tuple),
    sentences=many(st.builds(Sentence, spans(), ids, texts, many(st.integers(0, 2)), acts)),
    language=st.none() | st.just("en"),
    notes=many(texts),
    rulings=many(st.builds(Ruling, spans(), st.sampled_from(get_args(OverlapKind)))),
    provenance=st.builds(
        Provenance,
        version=texts,
        models=many(st.builds(ModelUsed, texts, texts, texts)),
        config=configs,
        created_at=st.none() | texts,
        source=st.sampled_from(["audio", "transcript", "hand"]),
    ),
)

tokens = st.text("abcdefghijklmnopqrstuvwxyzäöüßéñ'-0123456789", min_size=1, max_size=8).map(
    lambda token: "x" + token
)


@st.composite
def said(draw: st.DrawFn) -> Conversation:
    """Words of three speakers, a line each, who overlap one another; to the millisecond."""
    speech, words = [], []
    for letter in LETTERS:
        at = draw(st.integers(0, 500))
        for _ in range(draw(st.integers(1, 3))):
            length = draw(st.integers(100, 5000))
            span = Span(at / 1000, (at + length) / 1000)
            speech.append(Speech(span, letter))
            words.append(Word(span, draw(tokens), letter))
            at += length + draw(st.integers(1200, 4000))
    return Conversation(
        recording=Recording("session", 60.0),
        speakers=tuple(Speaker(letter) for letter in LETTERS),
        speech=tuple(sorted(speech, key=lambda s: (s.span, s.speaker))),
        words=tuple(sorted(words, key=lambda w: (w.span, w.speaker or ""))),
    )


def there_and_back(conv: Conversation, each: Format) -> Conversation:
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"session{each.suffix}"
        write(conv, path, each.name)
        return read_transcript(path)


@given(conversations)
def test_a_document_is_the_value_rounded_once(conv: Conversation) -> None:
    document = dump(conv)
    again = load(Conversation, document)
    assert again == round_value(conv) == round_value(again)
    assert dump(again) == document


@given(spans())
def test_a_rounded_span_is_near(span: Span) -> None:
    near = round_span(span)
    assert math.isclose(near.start, span.start, abs_tol=0.000501)
    assert math.isclose(near.end, span.end, abs_tol=0.000501)


@given(st.integers(0, 10**9))
def test_a_clock_is_read_as_it_was_written(millis: int) -> None:
    assert round(seconds(clock(millis / 1000)) * 1000) == millis
    assert round(seconds(clock(millis / 1000, decimal=",")) * 1000) == millis


@given(said(), st.sampled_from(FORMATS))
def test_times_speakers_and_words_come_back(conv: Conversation, each: Format) -> None:
    again = there_and_back(conv, each)
    assert again.speech == conv.speech
    if each.name == "rttm":
        assert again.words == ()
    elif each.name == "chat":
        assert [word.text for word in again.words] == [f"{word.text}." for word in conv.words]
    else:
        assert [(w.text, w.speaker, w.span) for w in again.words] == [
            (w.text, w.speaker, w.span) for w in conv.words
        ]


@given(conversations, st.sampled_from([each for each in FORMATS if each.name != "json"]))
def test_any_conversation_can_be_written_and_read(conv: Conversation, each: Format) -> None:
    try:
        again = there_and_back(conv, each)
    except InputError:
        known = [line.speaker for line in segments(conv) if line.speaker]
        everyone = [speech.speaker for speech in conv.speech] if each.name == "rttm" else known
        assert not everyone or each.name == "chat"
    else:
        assert again.recording.duration > 0


@given(conversations)
def test_rttm_keeps_the_time_of_each_speaker(conv: Conversation) -> None:
    conv = replace(conv, speech=(*conv.speech, Speech(Span(0, 1), "A")))
    again = there_and_back(conv, NAMED["rttm"])
    for letter in LETTERS:
        wanted = union(round_span(span) for span in conv.speech_of(letter))
        found = [s for s in again.speakers if letter in (s.id, s.name)]
        got = union(again.speech_of(found[0].id)) if found else ()
        assert [(round(s.start, 3), round(s.end, 3)) for s in got] == [
            (s.start, s.end) for s in wanted
        ]


BEGINNINGS = (
    "WEBVTT\n\n00:01.000 --> 00:02.000\n", "1\n00:00:01,000 --> 00:00:02,000\nA: hi\n",
    "SPEAKER a 1 0.5 1.5 <NA> <NA> A <NA> <NA>\nSPEAKER ", "speaker,start,end,text\nA,0,1,",
    'File type = "ooTextFile"\nObject class = "TextGrid"\n\n0 4 <exists> 1 "IntervalTier" "A" 0 4 ',
    '<?xml version="1.0"?>\n<ANNOTATION_DOCUMENT><TIER TIER_ID="A"><ALIGNABLE_ANNOTATION ',
    "@UTF8\n@Begin\n*A:\thello \x150_1000\x15\n*", '{"start": 0, "end": 1, "text": "a"}\n{"start":',
    '[{"start_time": 0, "end_time": 1, "words": "a"}, {"start_time"', '{"schema": "listening',
    '{"segments": [{"start": 0, "end": 1, "text": "a"', "s 1 A 0.0 1.0 hi\ns 1 A ", "A 0:01\nhi\n",
    '{"results": {"items": [{"start_time": "0", "alternatives": [{"content": "a"}]}, ',
    "<basic-transcription><tli id='T0' time='0'/><tli id='T1' time='1'/><tier type='t'>",
    "<a name=\"ts_0_900_A\">A: hi</a><a name=\"ts_", "[00:00.000 --> 00:01.000] hi\n[00:",
)  # fmt: skip
PIECES = (
    "A", "0", "1.5", "-1", "1e999", "9" * 30, "NaN", '"', '""', "'", "\n", "\n\n", "\t", " ", ":",
    " --> ", "<v A>", "</v>", "<", ">", "&#0;", "&amp;", "{", "}", "[", "]", ",", "<exists>",
    "\x15", "\x15" + "0_10\x15", "*", "@ID:\t|", "\0", "\ud800", "ÿ", "null", "true", '"speaker":',
    '"text": ', '"end": 2', "</TIER>", "/>", "</ANNOTATION_DOCUMENT>", "TIME_SLOT_REF1=\"x\"",
)  # fmt: skip
mangled = st.builds(
    lambda start, rest: start + "".join(rest),
    st.sampled_from(BEGINNINGS),
    st.lists(st.sampled_from(PIECES) | st.text(max_size=5), max_size=12),
)


def read_or_refuse(raw: bytes, suffix: str, name: str) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"x{suffix}"
        path.write_bytes(raw)
        for reading in (partial(read_transcript, path), partial(read, path, name)):
            try:
                conv = reading()
            except InputError as error:
                assert str(error).startswith(path.name)
            else:
                assert conv.speech


@given(st.binary(max_size=60), st.sampled_from((*FORMATS[:-1], *READ_ONLY)))
@example(b"\xff\xfeA", NAMED["vtt"])
@example(b"", NAMED["json"])
def test_random_bytes_are_read_or_refused(raw: bytes, each: Format) -> None:
    read_or_refuse(raw, each.suffix, each.name)


@given(mangled, st.sampled_from((*FORMATS[:-1], *READ_ONLY)))
@settings(max_examples=150)
def test_mangled_files_are_read_or_refused(text: str, each: Format) -> None:
    read_or_refuse(text.encode("utf-8", "surrogatepass"), each.suffix, each.name)


@given(mangled, mangled)
def test_mangled_corpora_are_read_or_refused(people: str, lines: str) -> None:
    with TemporaryDirectory() as folder:
        (Path(folder) / "speakers.json").write_bytes(people.encode("utf-8", "surrogatepass"))
        (Path(folder) / "utterances.jsonl").write_bytes(lines.encode("utf-8", "surrogatepass"))
        try:
            read_transcript(Path(folder))
        except InputError as error:
            assert str(error)
