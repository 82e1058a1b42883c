"""Praat TextGrid.

Praat reads the free-standing numbers, quoted strings and flags of a text file and skips the rest.
This reader does the same, so it reads the long and the short format.

References
----------
.. [1] Boersma & Weenink, Praat manual: "TextGrid file formats".
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from coach.conversation import Conversation
from coach.errors import InputError
from coach.interchange.faults import Faults
from coach.interchange.segments import Origin, Segment
from coach.interchange.text import one_line
from coach.interchange.tiers import Tier, build_from_tiers, tiers
from coach.intervals import Seconds

_TOKEN = re.compile(
    r'"(?P<string>(?:[^"]+|"")*+)"'
    r"|(?<!\S)(?P<number>[-+]?\d+(?:\.\d*)?(?:[eE][-+]?\d+)?)(?=\s|$)"
    r"|(?P<flag><exists>|<absent>)",
    re.ASCII,
)


def write(conv: Conversation) -> str:
    """Write tiers of utterances, speech and words for each speaker, in the long format."""
    rows = tiers(conv)
    ends = [tier.lines[-1].span.end for tier in rows if tier.lines]
    end = max([round(conv.recording.duration, 3), *ends])
    head = (
        'File type = "ooTextFile"\nObject class = "TextGrid"\n\n'
        f"xmin = 0\nxmax = {end:.3f}\ntiers? <exists>\nsize = {len(rows)}\nitem []:\n"
    )
    return head + "".join(_tier(number, tier, end) for number, tier in enumerate(rows, 1))


def read(text: str, origin: Origin) -> Conversation:
    """Read interval tiers according to what they hold (see `coach.interchange.tiers`); skip points.

    Parameters
    ----------
    text : content of the file, decoded.
    origin : the recording's id, the source of the times, names that choose a recording or tiers.

    Raises
    ------
    InputError : if the text is not a TextGrid, or no interval can be read (the message is about the
        first).
    """
    faults = Faults()
    return build_from_tiers(list(_tiers(_Tokens(text), faults)), origin, faults)


class _Tokens:
    """The free-standing strings, numbers and flags, in order."""

    def __init__(self, text: str) -> None:
        self._found = _TOKEN.finditer(text)

    def string(self, place: str) -> str:
        return self._next("string", "a quoted text", place).replace('""', '"')

    def number(self, place: str) -> float:
        return float(self._next("number", "a number", place))

    def count(self, place: str) -> int:
        return int(min(self.number(place), 1e9))

    def flag(self, place: str) -> str:
        return self._next("flag", "<exists>", place)

    def _next(self, kind: str, expected: str, place: str) -> str:
        match = next(self._found, None)
        found: str | None = match[kind] if match else None
        if found is None:
            what = "the end of the file" if match is None else "something else"
            raise InputError(f"TextGrid, {place}: found {what}, expected {expected}.")
        return found


def _tiers(tokens: _Tokens, faults: Faults) -> Iterator[Tier]:
    kind = tokens.string("file type"), tokens.string("object class")
    if not kind[0].startswith("ooTextFile") or kind[1] != "TextGrid":
        raise InputError("Expected a Praat text file of the class TextGrid. Save it so in Praat.")
    tokens.number("xmin"), tokens.number("xmax")
    if tokens.flag("tiers?") == "<absent>":
        return
    for number in range(1, tokens.count("size") + 1):
        place = f"tier {number}"
        lines: list[Segment] = []
        name, is_whole = place, False
        with faults.record_error(f"TextGrid, {place}"):
            points = tokens.string(place) == "TextTier"
            name = one_line(tokens.string(place)) or place
            tokens.number(place), tokens.number(place)
            for i in range(1, tokens.count(place) + 1):
                lines += _line(tokens, f"{place}, interval {i}", points, faults)
            is_whole = True
        yield Tier(name, tuple(lines))
        if not is_whole:  # the tokens are out of step, so nothing after them can be trusted
            return


def _line(tokens: _Tokens, place: str, point: bool, faults: Faults) -> Iterator[Segment]:
    """One interval; None if it is a point or has no label."""
    start = tokens.number(place)
    end: Seconds = start if point else tokens.number(place)
    text = one_line(tokens.string(place))
    if text and not point:
        with faults.record_error(f"TextGrid, {place}"):
            yield Segment(faults.span(start, end, f"TextGrid, {place}"), None, text)


def _tier(number: int, tier: Tier, end: Seconds) -> str:
    rows = list(_fill_gaps(tier, end))
    head = (
        f'    item [{number}]:\n        class = "IntervalTier"\n'
        f'        name = "{_quote(tier.name)}"\n'
        f"        xmin = 0\n        xmax = {end:.3f}\n        intervals: size = {len(rows)}\n"
    )
    return head + "".join(
        f"        intervals [{i}]:\n            xmin = {start:.3f}\n            xmax = {stop:.3f}\n"
        f'            text = "{_quote(text)}"\n'
        for i, (start, stop, text) in enumerate(rows, 1)
    )


def _fill_gaps(tier: Tier, end: Seconds) -> Iterator[tuple[Seconds, Seconds, str]]:
    """Intervals from 0 to the end, with empty ones in the gaps."""
    done: Seconds = 0.0
    for line in tier.lines:
        if line.span.start > done:
            yield done, line.span.start, ""
        yield line.span.start, line.span.end, line.text
        done = line.span.end
    if done < end:
        yield done, end, ""


def _quote(text: str) -> str:
    return text.replace('"', '""')
