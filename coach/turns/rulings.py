"""The reader's judgement of an overlap, which replaces the computed class."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from coach.conversation import Ruling
from coach.turns.values import Overlap


def apply_rulings(overlaps: Iterable[Overlap], rulings: tuple[Ruling, ...]) -> tuple[Overlap, ...]:
    """Give each judged overlap the class that the reader chose.

    A ruling names the event by the span that the reader saw. After another correction the span may
    be a little different, so the ruling applies to the event that shares most of it, and to none if
    no event shares any.

    Parameters
    ----------
    overlaps : as computed, in order.
    rulings : the reader's judgements; a later one wins.
    """
    judged = list(overlaps)
    for ruling in rulings:
        shares = [_shared_time(overlap, ruling) for overlap in judged]
        if any(shares):
            i = shares.index(max(shares))
            is_interruption = ruling.kind == "interruption"
            cut_off = judged[i].cut_off if is_interruption else None
            judged[i] = replace(judged[i], kind=ruling.kind, cut_off=cut_off)
    return tuple(judged)


def _shared_time(overlap: Overlap, ruling: Ruling) -> float:
    both = overlap.span.intersection(ruling.span)
    return both.duration if both else 0.0
