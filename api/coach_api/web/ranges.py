"""One range of bytes of a recording, as HTTP asks for it (RFC 9110, section 14)."""

from __future__ import annotations

import re

from coach_api.problems import Problem

_RANGE = re.compile(r"^bytes=(\d{0,18})-(\d{0,18})$")


def parse_range(header: str | None, size: int) -> tuple[int, int] | None:
    """Parse the header ``Range`` into bytes [start, end); None stands for the whole.

    Several ranges at once, or a header that is no range of bytes, may be answered with the whole.

    Parameters
    ----------
    header : value of ``Range``; None if there is none.
    size : bytes of the recording.

    Raises
    ------
    Problem : if it lies behind the end.

    Examples
    --------
    >>> parse_range("bytes=0-1", 10), parse_range("bytes=-3", 10), parse_range("bytes=8-", 10)
    ((0, 2), (7, 10), (8, 10))
    """
    match = _RANGE.match((header or "").replace(" ", ""))
    if match is None or match.groups() == ("", ""):
        return None
    first, last = match.groups()
    if not first:
        start, end = max(0, size - int(last)), size
    else:
        start, end = int(first), min(size, int(last) + 1) if last else size
        if last and int(last) < start:
            return None
    if start >= size or start >= end:
        raise Problem(
            "range-not-satisfiable",
            f"The recording has {size} bytes: ask for a range in it.",
            {"Content-Range": f"bytes */{size}"},
        )
    return start, end
