"""From speech to turns: who holds the floor, who listens, where two people speak at once.

`floor` reads everything from the overlap-preserving speech of a conversation. Words and sentence
acts, where there are any, only refine what a stretch of speech was (a continuer, an answer, the end
of a clause); no time is ever read from them. The terms are those of `docs/glossary.md`.
"""

from __future__ import annotations

from coach.turns.values import (
    Backchannel,
    Floor,
    Ipu,
    Overlap,
    OverlapKind,
    Transition,
    Turn,
)

__all__ = [
    "Backchannel",
    "Floor",
    "Ipu",
    "Overlap",
    "OverlapKind",
    "Transition",
    "Turn",
]
