"""The layout of a recording's channels: one speaker in each, or views of one room."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Layout:
    """The channels to use, and how.

    Parameters
    ----------
    used : channels that hold speech of their own; two are a speaker each when `is_separate`.
    signs : to multiply the used ones by before they are mixed.
    leaks : microphones hear the other speaker too.
    empty : channels in which nobody speaks.
    """

    used: tuple[int, ...]
    is_separate: bool
    signs: tuple[int, ...]
    leaks: bool = False
    empty: tuple[int, ...] = ()
