"""Captions that repeat words: rolling, growing, or one caption for each marked word.

A live caption keeps the previous line while it writes the next (YouTube), grows word by word, or
repeats a line with another word marked each time (Whisper's ``--highlight_words``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from coach.interchange.speaker_labels import CuePart
from coach.intervals import Seconds, Span

_NEXT: Seconds = 0.1
"""Captions further apart than this (seconds) are no repetition: somebody said it again."""

_LEAST = 2
_SHARE = 0.5
"""At least so many neighbours, and this share of them, must repeat before anything is removed."""

_MOST_LINES = 8  # words of a caption to compare


@dataclass(frozen=True, slots=True)
class Caption:
    """A cue in plain text: its line in the file, its times, its parts, and its text as marked."""

    line: int
    span: Span
    parts: tuple[CuePart, ...] = field(repr=False)
    marked: tuple[str, ...] = field(default=(), repr=False)


def unroll(captions: Sequence[Caption]) -> tuple[Caption, ...]:
    """Remove repeated words, if the captions of the file repeat words."""
    pairs = list(pairwise(captions))
    repeats = [_new_parts(before, after) for before, after in pairs]
    found = [(pair, kept) for pair, kept in zip(pairs, repeats, strict=True) if kept is not None]
    is_marked = any(a.marked != b.marked and _texts(a) == _texts(b) for (a, b), _ in found)
    least = 1 if is_marked else _LEAST
    if len(found) < least or len(found) < _SHARE * len(pairs):
        return tuple(captions)
    kept: list[Caption] = list(captions[:1])
    for caption, rest in zip(captions[1:], repeats, strict=True):
        if rest is None:
            kept.append(caption)
        elif rest:
            kept.append(replace(caption, parts=rest))
        elif kept:
            end = max(kept[-1].span.end, caption.span.end)
            kept[-1] = replace(kept[-1], span=Span(kept[-1].span.start, end))
    return tuple(kept)


def _texts(caption: Caption) -> tuple[str, ...]:
    return tuple(part.text for part in caption.parts)


def _lines(caption: Caption) -> tuple[tuple[str | None, str], ...]:
    return tuple((part.label, part.text) for part in caption.parts)


def _new_parts(before: Caption, after: Caption) -> tuple[CuePart, ...] | None:
    """Return what a caption adds to the one before; None if it does not repeat that one."""
    if after.span.start > before.span.end + _NEXT or not before.parts or not after.parts:
        return None
    old, new = _lines(before), _lines(after)
    for size in range(min(len(old), len(new), _MOST_LINES), 0, -1):
        if old[-size:] == new[:size]:
            return after.parts[size:]
    return _continuation(before.parts, after.parts)


def _continuation(old: tuple[CuePart, ...], new: tuple[CuePart, ...]) -> tuple[CuePart, ...] | None:
    """The text after the words of the caption before, if its last line continues."""
    size = len(old)
    if size > min(len(new), _MOST_LINES):
        return None
    if [p.text for p in old[:-1]] != [p.text for p in new[: size - 1]]:
        return None
    last, before = new[size - 1], old[-1]
    if last.label != before.label or not last.text.startswith(before.text + " "):
        return None
    rest = replace(last, text=last.text[len(before.text) + 1 :], begins=False)
    return (rest, *new[size:])
