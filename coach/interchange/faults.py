"""Faults of a file: what a reader left out or repaired.

One bad line never makes a file unreadable, and no bad line goes unreported.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from coach.errors import InputError
from coach.interchange.times import TICK
from coach.intervals import LONGEST, Seconds, Span

_NAMED = 12
"""The most further places that a note names."""

_SWAPPED: Seconds = 30.0
"""Two times in the wrong order are swapped if they are at most this far apart, in seconds; a longer
line is more likely a typing error."""


class Faults:
    """Collects what a reader leaves out of a file and what it repairs.

    Examples
    --------
    >>> faults = Faults()
    >>> for place in ("Line 3", "Line 9"):
    ...     with faults.record_error(place):
    ...         raise InputError(f"{place}: no start.")
    >>> faults.notes()
    ('2 parts of the transcript cannot be read and are left out. Line 3: no start. Also: line 9.',)
    """

    def __init__(self) -> None:
        self._left_out: list[tuple[str, InputError]] = []
        self._mended: dict[str, list[str]] = {}
        self._noted: dict[str, None] = {}

    @contextmanager
    def record_error(self, place: str) -> Iterator[None]:
        """Record an error in one part of the file and continue."""
        try:
            yield
        except InputError as error:
            self._left_out.append((place, error))

    def note(self, what: str) -> None:
        """Record how the file as a whole was read."""
        self._noted[what.rstrip(".") + "."] = None

    def mend(self, place: str, what: str) -> None:
        """Record that something was read differently from how it is written.

        Parameters
        ----------
        place : in the file, such as "Line 3".
        what : was done, as a sentence without its full stop.
        """
        self._mended.setdefault(what, []).append(place)

    def span(self, start: Seconds, end: Seconds, place: str) -> Span:
        """The span of a part; swaps times in the wrong order, and sets a time just below 0 to 0.

        Parameters
        ----------
        place : in the file, such as "Line 3", for notes and errors.

        Raises
        ------
        InputError : if the times are out of range or too far out of order; the message names
            `place`.

        Examples
        --------
        >>> faults = Faults()
        >>> faults.span(17.1, 15.2, "Line 12")
        Span(start=15.2, end=17.1)
        >>> faults.notes()
        ('Ended before it began, so the two times are swapped: line 12.',)
        """
        start, end = (0.0 if -TICK < each < 0 else each for each in (start, end))
        if 0 < end < start <= end + _SWAPPED:
            start, end = end, start
            self.mend(place, "Ended before it began, so the two times are swapped")
        return span_at(start, end, place)

    def raise_first(self) -> None:
        """Refuse the file because of its first fault, when nothing in it can be read.

        Raises
        ------
        InputError : if something was left out.
        """
        if self._left_out:
            raise self._left_out[0][1]

    def notes(self) -> tuple[str, ...]:
        """Notes for the reader of the result."""
        mended = [f"{what}: {_list_places(places)}." for what, places in self._mended.items()]
        return (*self._noted, *self._left_out_note(), *mended)

    def _left_out_note(self) -> tuple[str, ...]:
        if not self._left_out:
            return ()
        places = [place for place, _ in self._left_out]
        count = "1 part" if len(places) == 1 else f"{len(places)} parts"
        be = "is" if len(places) == 1 else "are"
        more = f" Also: {_list_places(places[1:])}." if places[1:] else ""
        return (
            f"{count} of the transcript cannot be read and {be} left out. "
            f"{self._left_out[0][1]}{more}",
        )


def span_at(start: Seconds, end: Seconds, place: str) -> Span:
    """The span of a line; a line of no duration gets a millisecond.

    Parameters
    ----------
    place : in the file, such as "Line 3", for the error.

    Raises
    ------
    InputError : if the times are out of order or out of range; the message names `place`.

    Examples
    --------
    >>> span_at(2, 2, "line 7")
    Span(start=2, end=2.001)
    """
    if not 0 <= start <= end:
        raise InputError(f"{place}: {start}..{end} found, expected 0 <= start <= end in seconds.")
    if end > LONGEST:
        raise InputError(
            f"{place}: {end} seconds found, expected at most {LONGEST:.0f} (100 hours). Are the "
            "times in milliseconds? Divide them by 1000."
        )
    return Span(start, max(end, start + TICK))


def _list_places(places: list[str]) -> str:
    lowered = [place.replace("Line ", "line ", 1) for place in places[:_NAMED]]
    more = f" and {len(places) - _NAMED} more" if len(places) > _NAMED else ""
    return ", ".join(lowered) + more
