"""A table that a spreadsheet opens runs nothing, and reads back as it was said."""

from __future__ import annotations

import csv
from io import StringIO
from pathlib import Path

import pytest

from coach.interchange.csv import write
from coach.interchange.transcript import read_transcript
from coach.talk import talk

HOSTILE = ('=HYPERLINK("http://x")', "+1", "-2+3", "@SUM(A1)", "-well then")


@pytest.mark.parametrize("said", HOSTILE)
def test_what_was_said_is_no_formula_in_a_table(said: str, tmp_path: Path) -> None:
    text = write(talk(f"A 0-3 {said}", "B 3-5 I see"))
    cells = [cell for row in csv.reader(StringIO(text)) for cell in row]
    assert f"'{said}" in cells
    assert not any(cell.startswith(("=", "+", "-", "@")) for cell in cells)
    (tmp_path / "talk.csv").write_text(text)
    conv = read_transcript(tmp_path / "talk.csv")
    assert [word.text for word in conv.words if word.speaker == "A"] == said.split()


def test_an_apostrophe_of_speech_stays(tmp_path: Path) -> None:
    (tmp_path / "talk.csv").write_text(write(talk("A 0-3 'cause I want to", "B 3-5 I see")))
    assert read_transcript(tmp_path / "talk.csv").words[0].text == "'cause"
