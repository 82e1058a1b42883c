"""What we write is opened by the software that others read these formats with."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import av
import meeteval
import parselmouth
import pylangacq
import pympi
import pytest
from praatio import textgrid as praatio_textgrid

from coach.conversation import Speaker
from coach.errors import InputError
from coach.interchange import FORMATS, convokit, find_format, read, write
from coach.talk import talk
from coach.turns import floor

CONV = replace(
    talk(
        "A 0-3 So, how was your week?",
        "B 2.8-6.125 Fine, mostly fine",
        "A 4-4.5 mm-hm",
        'B 7-9 He said "go" & left',
        "A 9.5-10",
    ),
    speakers=(Speaker("A", "mentor", "Zoë Á"), Speaker("B", "mentee", "Bo")),
)
SAID = [
    ("Zoë Á", 0.0, 3.0, "So, how was your week?"),
    ("Bo", 2.8, 6.125, "Fine, mostly fine"),
    ("Zoë Á", 4.0, 4.5, "mm-hm"),
    ("Bo", 7.0, 9.0, 'He said "go" & left'),
]


def written(tmp_path: Path, name: str) -> Path:
    path = tmp_path / f"session{find_format(name).suffix}"
    write(CONV, path, name)
    return path


def test_meeteval_reads_the_speech_with_its_overlaps(tmp_path: Path) -> None:
    found = meeteval.io.RTTM.load(written(tmp_path, "rttm"))
    lines = [(float(x.begin_time), float(x.begin_time + x.duration), x.speaker_id) for x in found]
    assert lines == sorted((s.span.start, s.span.end, s.speaker) for s in CONV.speech)
    assert {line.filename for line in found} == {"talk"}


@pytest.mark.parametrize("name", ["vtt", "srt"])
def test_ffmpeg_reads_the_subtitles(tmp_path: Path, name: str) -> None:
    with av.open(str(written(tmp_path, name))) as file:
        packets = [packet for packet in file.demux(subtitles=0) if packet.size]
        found = [(float(p.pts * p.time_base), float(p.duration * p.time_base)) for p in packets]
        texts = [bytes(packet).decode("utf-8") for packet in packets]
    assert found == [pytest.approx((start, end - start)) for _, start, end, _ in SAID]
    assert texts[1] == ("<v Bo>Fine, mostly fine</v>" if name == "vtt" else "Bo: Fine, mostly fine")


def test_praatio_reads_every_tier(tmp_path: Path) -> None:
    grid = praatio_textgrid.openTextgrid(str(written(tmp_path, "textgrid")), False)
    assert grid.tierNames == (
        "Zoë Á", "Zoë Á - speech", "Zoë Á - words", "Bo", "Bo - speech", "Bo - words",
    )  # fmt: skip
    said = [(who, e.start, e.end, e.label) for who in ("Zoë Á", "Bo") for e in grid.getTier(who)]
    assert sorted(said) == sorted(SAID)
    speech = [(e.start, e.end) for e in grid.getTier("Zoë Á - speech").entries]
    assert speech == [(s.start, s.end) for s in CONV.speech_of("A")]


def test_praat_reads_the_text_grid(tmp_path: Path) -> None:
    grid = parselmouth.read(str(written(tmp_path, "textgrid")))
    labels = parselmouth.praat.call(grid, "Get label of interval", 4, 4)
    assert parselmouth.praat.call(grid, "Get number of tiers") == 6
    assert parselmouth.praat.call(grid, "Get total duration") == 10.0
    assert labels == 'He said "go" & left'


@pytest.mark.parametrize("form", ["Save as short text file...", "Save as text file..."])
def test_what_praat_saves_is_read(tmp_path: Path, form: str) -> None:
    grid = parselmouth.read(str(written(tmp_path, "textgrid")))
    again = tmp_path / "again.TextGrid"
    parselmouth.praat.call(grid, form, str(again))
    conv = read(again, "textgrid")
    assert conv.speech == CONV.speech
    assert [word.text for word in conv.words] == [word.text for word in CONV.words]


def test_pympi_reads_every_tier(tmp_path: Path) -> None:
    eaf = pympi.Elan.Eaf(str(written(tmp_path, "eaf")))
    said = [
        (who, start / 1000, end / 1000, text)
        for who in ("Zoë Á", "Bo")
        for start, end, text in eaf.get_annotation_data_for_tier(who)
    ]
    assert sorted(said) == sorted(SAID)
    assert eaf.get_parameters_for_tier("Bo - words")["PARTICIPANT"] == "Bo"


def test_what_pympi_saves_is_read(tmp_path: Path) -> None:
    eaf = pympi.Elan.Eaf(author="someone")
    eaf.add_tier("Ann", part="Ann")
    eaf.add_tier("Ben")
    eaf.add_annotation("Ben", 1500, 4000, "so I tried")
    eaf.add_annotation("Ann", 500, 2000, "How was it?")
    eaf.add_tier("gloss", parent="Ben")
    eaf.to_file(str(tmp_path / "hand.eaf"))
    conv = read(tmp_path / "hand.eaf", "eaf")
    assert [(s.id, s.name) for s in conv.speakers] == [("A", "Ann"), ("B", "Ben")]
    assert [(s.span.start, s.span.end, s.speaker) for s in conv.speech] == [
        (0.5, 2.0, "A"),
        (1.5, 4.0, "B"),
    ]
    assert conv.provenance.source == "hand"
    assert conv.notes == ()


def test_meeteval_reads_and_scores_the_segments(tmp_path: Path) -> None:
    path = written(tmp_path, "seglst")
    found = meeteval.io.SegLST.load(path)
    ids = {"Zoë Á": "A", "Bo": "B"}
    expected = [(ids[who], start, end, words) for who, start, end, words in SAID]
    assert [
        (s["speaker"], float(s["start_time"]), float(s["end_time"]), s["words"]) for s in found
    ] == expected
    rates = meeteval.wer.cpwer(reference=found, hypothesis=found)
    assert rates["talk"].error_rate == 0


def test_what_meeteval_saves_is_read(tmp_path: Path) -> None:
    meeteval.io.SegLST.load(written(tmp_path, "seglst")).dump(tmp_path / "again.json")
    conv = read(tmp_path / "again.json", "seglst")
    assert [word.text for word in conv.words] == [word.text for word in CONV.words]


def test_pylangacq_reads_the_utterances(tmp_path: Path) -> None:
    reader = pylangacq.read_chat(str(written(tmp_path, "chat")))
    found = [
        (u.participant, *u.time_marks, " ".join(token.word for token in u.tokens))
        for u in reader.utterances()
    ]
    assert found == [
        ("A", 0, 3000, "So , how was your week ?"),
        ("B", 2800, 6125, "Fine , mostly fine ."),
        ("A", 4000, 4500, "mm-hm ."),
        ("B", 7000, 9000, "He said go left ."),
    ]
    assert [(p.code, p.name) for p in reader.participants()] == [("A", "Zoë_Á"), ("B", "Bo")]
    assert reader.languages() == ["eng"]


def test_pylangacq_reads_numbers_with_hyphens(tmp_path: Path) -> None:
    """As a recogniser writes the parts of a telephone number; CHAT takes `-0` for an affix."""
    path = tmp_path / "number.cha"
    write(talk("A 0-3 call 202 -0787 or 07-0012 well-known -- please"), path, "chat")
    (utterance,) = pylangacq.read_chat(str(path)).utterances()
    said = "call 202 0787 or 07 0012 well-known - please ."
    assert " ".join(token.word for token in utterance.tokens) == said


def test_a_convokit_corpus_has_the_documented_files(tmp_path: Path) -> None:
    folder = written(tmp_path, "convokit")
    names = ("conversations.json", "corpus.json", "index.json", "speakers.json", "utterances.jsonl")
    assert sorted(path.name for path in folder.iterdir()) == sorted(names)
    lines = (folder / "utterances.jsonl").read_text("utf-8").splitlines()
    utterances = [json.loads(line) for line in lines]
    assert utterances[1] == {
        "id": "talk-1",
        "conversation_id": "talk-0",
        "text": "Fine, mostly fine",
        "speaker": "talk:B",
        "meta": {"end": 6.125},
        "reply-to": "talk-0",
        "timestamp": 2.8,
        "vectors": [],
    }
    assert utterances[0]["reply-to"] is None
    people = json.loads((folder / "speakers.json").read_text("utf-8"))
    assert people == {
        "talk:A": {"meta": {"role": "mentor"}, "vectors": []},
        "talk:B": {"meta": {"role": "mentee"}, "vectors": []},
    }
    assert set(json.loads((folder / "conversations.json").read_text("utf-8"))) == {"talk-0"}
    index = json.loads((folder / "index.json").read_text("utf-8"))
    assert {"utterances-index", "speakers-index", "conversations-index", "overall-index"} < {*index}


def test_convokit_reads_its_corpus(tmp_path: Path) -> None:
    reader = pytest.importorskip("convokit", reason="make setup installs it, without its needs")
    found = reader.Corpus(filename=str(written(tmp_path, "convokit")))
    said = [(u.speaker.id, u.timestamp, u.meta["end"], u.text) for u in found.iter_utterances()]
    letter = {"Zoë Á": "talk:A", "Bo": "talk:B"}
    assert said == [(letter[who], start, end, text) for who, start, end, text in SAID]
    assert found.get_conversation("talk-0").get_chronological_utterance_list()[-1].id == "talk-3"
    assert {s.id: s.meta["role"] for s in found.iter_speakers()} == {
        "talk:A": "mentor", "talk:B": "mentee",
    }  # fmt: skip


def test_a_corpus_of_many_comes_back_as_many(tmp_path: Path) -> None:
    other = replace(CONV, recording=replace(CONV.recording, id="second-talk"))
    convokit.write([CONV, other], tmp_path / "corpus")
    found = convokit.read(tmp_path / "corpus")
    assert [conv.recording.id for conv in found] == ["talk", "second-talk"]
    assert [conv.mentor.id if conv.mentor else None for conv in found] == ["A", "A"]
    with pytest.raises(InputError, match="corpus of 2 conversations"):
        read(tmp_path / "corpus", "convokit")
    convokit.write([talk("A 0-3")], tmp_path / "silent")
    assert convokit.read(tmp_path / "silent") == ()
    with pytest.raises(InputError, match="same id"):
        convokit.write([CONV, CONV], tmp_path / "twice")


@pytest.mark.parametrize("name", [each.name for each in FORMATS])
def test_every_format_brings_back_who_spoke_when(tmp_path: Path, name: str) -> None:
    conv = read(written(tmp_path, name), name)
    spoken = [s for s in CONV.speech if s.span.start < 9 or name in _SPEECH_KEPT]
    assert list(conv.speech) == spoken
    assert [word.text for word in conv.words] == ([] if name == "rttm" else _words(name))


_SPEECH_KEPT = ("json", "rttm", "textgrid", "eaf")


def _words(name: str) -> list[str]:
    texts = [word.text for word in CONV.words]
    if name != "chat":
        return texts
    plain = [text.strip('"') for text in texts if text != "&"]
    return [{"fine": "fine.", "mm-hm": "mm-hm.", "left": "left."}.get(t, t) for t in plain]


@pytest.mark.parametrize("name", ["json", "textgrid", "eaf"])
def test_these_keep_the_times_of_words(tmp_path: Path, name: str) -> None:
    found = read(written(tmp_path, name), name)
    times = [(round(w.span.start, 3), round(w.span.end, 3)) for w in CONV.words]
    assert [(word.span.start, word.span.end) for word in found.words] == times


def test_a_read_annotation_is_measured_like_a_heard_one(tmp_path: Path) -> None:
    found = read(written(tmp_path, "textgrid"), "textgrid")
    assert [turn.speaker for turn in floor(found).turns] == [
        turn.speaker for turn in floor(CONV).turns
    ]
