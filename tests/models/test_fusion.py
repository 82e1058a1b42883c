"""Where overlaps begin and end, from the segmentation's probabilities and the speakers' labels."""

from __future__ import annotations

import numpy as np

from coach_models.diarization.fusion import NEAR, widen

FRAME = 0.1


def marks(text: str, *, overlap: str) -> str:
    """Widen an overlap drawn with `#` over labels drawn as 0, 1 and `-` for silence."""
    labels = np.array([{"-": -1}.get(each, 0 if each == "0" else 1) for each in text], np.int8)
    found = widen(np.array([each == "#" for each in overlap]), labels, FRAME)
    return "".join("#" if each else "." for each in found)


def test_an_overlap_reaches_to_a_change_of_speakers_near_it() -> None:
    assert NEAR == 0.5
    assert marks("00011111111111", overlap=".....####.....") == "...######....."
    assert marks("00000000000111", overlap=".....####.....") == ".....######..."


def test_a_change_far_away_or_after_a_pause_is_none_of_the_overlap() -> None:
    far = ".......###......"
    assert marks("1000000000000000", overlap=far) == far
    assert marks("00-1111111111111", overlap=".....####.......") == ".....####......."
    assert marks("0000000000000000", overlap="......####......") == "......####......"


def test_a_change_inside_an_overlap_stays_there() -> None:
    assert marks("0000000111111111", overlap=".....####.......") == ".....####......."
