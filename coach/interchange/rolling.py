"""Captions that say their words more than once: rolling, growing, or one for each marked word.

A live caption keeps the line before while the next one is written (YouTube), grows word by word,
or shows one line many times with another word marked each time (Whisper's ``--highlight_words``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from coach.interchange.speaker_labels import Part
from coach.intervals import Seconds, Span

_NEXT: Seconds = 0.1
"""Captions further apart than this do not repeat one another: somebody said it again."""

_LEAST = 2
_SHARE = 0.5
"""So many neighbours, and this share of them, must repeat before anything is taken out."""

_MOST_LINES = 8  # of a caption that are compared


@dataclass(frozen=True, slots=True)
class Caption:
    """A cue in plain text: its line in the file, its times, its parts, and its text as marked."""

    line: int
    span: Span
    parts: tuple[Part, ...] = field(repr=False)
    marked: tuple[str, ...] = field(default=(), repr=False)


def unrolled(captions: Sequence[Caption]) -> tuple[Caption, ...]:
    """Captions with every word once, if the file is of that kind; else as they are."""
    pairs = list(pairwise(captions))
    repeats = [_repeated(before, after) for before, after in pairs]
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


def _repeated(before: Caption, after: Caption) -> tuple[Part, ...] | None:
    """What a caption adds to the one before it; None if it does not repeat it."""
    if after.span.start > before.span.end + _NEXT or not before.parts or not after.parts:
        return None
    old, new = _lines(before), _lines(after)
    for size in range(min(len(old), len(new), _MOST_LINES), 0, -1):
        if old[-size:] == new[:size]:
            return after.parts[size:]
    return _grown(before.parts, after.parts)


def _grown(old: tuple[Part, ...], new: tuple[Part, ...]) -> tuple[Part, ...] | None:
    """What follows the words of the caption before, where its last line goes on."""
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
