"""Build conversations: ``python -m conversations --data DIR --out DIR``.

With `models/training` on the path. Half of the voices make the conversations to tune on, the other
half those to report on (``tune`` and ``apart``); no voice is in both.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from random import Random

from conversations.pieces import Piece, Voices, voices
from conversations.plan import plan
from conversations.write import write

TURNS = 24


def main() -> None:
    """Write both halves."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="Folder with hvb, sim and swoz.")
    parser.add_argument("--out", type=Path, required=True, help="Folder to write to.")
    parser.add_argument("--seeds", type=int, default=2, help="Conversations of each pair.")
    parser.add_argument("--sound", action="store_true", help="Write the sound, not only labels.")
    told = parser.parse_args()
    halves: tuple[dict[str, Voices], dict[str, Voices]] = ({}, {})
    seen: dict[str, int] = {}
    for name, found in voices(told.data).items():
        group = name.partition("/")[0]
        halves[seen.get(group, 0) % 2][name] = found
        seen[group] = seen.get(group, 0) + 1
    for half, recordings in zip(("tune", "apart"), halves, strict=True):
        for name, pools in _pairs(recordings):
            for seed in range(told.seeds):
                folder = told.out / half / name.partition("/")[0]
                folder.mkdir(parents=True, exist_ok=True)
                path = folder / f"{name.partition('/')[2]}_{seed}"
                lines = plan(pools, TURNS, Random(f"{name} {seed}"))
                write(lines, path, sound=told.sound)


def _pairs(recordings: dict[str, Voices]) -> list[tuple[str, Sequence[Sequence[Piece]]]]:
    """Two voices of one recording, which sound as if in one room."""
    return [(name, tuple(found.values())) for name, found in recordings.items() if len(found) == 2]


if __name__ == "__main__":
    main()
