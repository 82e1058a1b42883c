"""pyannote reads the speech that we write, and we read what pyannote writes."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyannote.core import Annotation, Segment
from pyannote.database.util import load_rttm

from coach.interchange import read, write
from coach.talk import talk


def test_pyannote_reads_the_speech_with_its_overlaps(tmp_path: Path) -> None:
    conv = talk("A 0-3 So?", "B 2.8-6.125 Fine", "A 4-4.5 mm-hm")
    write(conv, tmp_path / "a.rttm", "rttm")
    annotation = load_rttm(str(tmp_path / "a.rttm"))["talk"]
    found = sorted((s.start, s.end, who) for s, _, who in annotation.itertracks(yield_label=True))
    assert found == sorted((s.span.start, s.span.end, s.speaker) for s in conv.speech)
    assert annotation.get_overlap().duration() == pytest.approx(0.7)


def test_what_pyannote_writes_is_read(tmp_path: Path) -> None:
    annotation = Annotation(uri="session")
    annotation[Segment(0.5, 2.25)] = "SPEAKER_01"
    annotation[Segment(2.0, 3.5)] = "SPEAKER_00"
    (tmp_path / "a.rttm").write_text(annotation.to_rttm(), encoding="utf-8")
    conv = read(tmp_path / "a.rttm", "rttm")
    assert [(s.span.start, s.span.end, s.speaker) for s in conv.speech] == [
        (0.5, 2.25, "SPEAKER_01"),
        (2.0, 3.5, "SPEAKER_00"),
    ]
    assert [speaker.id for speaker in conv.speakers] == ["SPEAKER_01", "SPEAKER_00"]
