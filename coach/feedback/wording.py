"""Numbers in words, for readers."""

from __future__ import annotations

from coach.intervals import Seconds
from coach.measurement import Interval


def clock(moment: Seconds) -> str:
    """Time from the start of the recording.

    Examples
    --------
    >>> clock(62.7), clock(3700)
    ('1:02', '1:01:40')
    """
    minutes, seconds = divmod(int(moment), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


def percent(share: float) -> str:
    """A share in 0..1 as whole percent.

    Examples
    --------
    >>> percent(0.427)
    '43%'
    """
    return f"{100 * share:.0f}%"


def percent_range(interval: Interval) -> str:
    """An interval of a share.

    Examples
    --------
    >>> percent_range((0.321, 0.808))
    '32% to 81%'
    """
    low, high = map(percent, interval)
    return low if low == high else f"{low} to {high}"


def seconds(duration: Seconds) -> str:
    """A duration, as finely as it can be known.

    Examples
    --------
    >>> seconds(0.74), seconds(42.3), seconds(125), seconds(4200)
    ('0.7 s', '42 s', '2 min 5 s', '1 h 10 min')
    """
    if round(duration, 1) < 10:
        return f"{duration:.1f} s"
    if round(duration) < 60:
        return f"{duration:.0f} s"
    if round(duration) >= 3600:
        hours, minutes = divmod(round(duration / 60), 60)
        return f"{hours} h {minutes} min" if minutes else f"{hours} h"
    minutes, rest = divmod(round(duration), 60)
    return f"{minutes} min {rest} s" if rest else f"{minutes} min"


def with_noun(number: float, noun: str, plural: str = "") -> str:
    """Write a number with its noun.

    Parameters
    ----------
    number : shown without decimals.
    noun : in the singular.
    plural : of the noun; "" adds an s.

    Examples
    --------
    >>> with_noun(1, "question"), with_noun(3, "question"), with_noun(0, "reply", "replies")
    ('1 question', '3 questions', 'no replies')
    """
    many = plural or noun + "s"
    if number == 0:
        return f"no {many}"
    return f"{number:.0f} {noun if number == 1 else many}"


def range_with_noun(interval: Interval, noun: str, plural: str = "") -> str:
    """Write a number that is known between two ends, with its noun.

    Parameters
    ----------
    interval : both ends of the number.
    noun : in the singular.
    plural : of the noun; "" adds an s.

    Examples
    --------
    >>> range_with_noun((12, 19), "reflection"), range_with_noun((1, 1), "reflection")
    ('12 to 19 reflections', '1 reflection')
    >>> range_with_noun((0, 3), "reflection")
    'at most 3 reflections'
    """
    low, high = (round(end) for end in interval)
    if low == high:
        return with_noun(low, noun, plural)
    if low == 0:
        return f"at most {with_noun(high, noun, plural)}"
    return f"{low} to {with_noun(high, noun, plural)}"


def decimal_range(interval: Interval) -> str:
    """A number that is known between two ends, with one decimal.

    Examples
    --------
    >>> decimal_range((0.42, 1.31)), decimal_range((2.0, 2.01))
    ('0.4 to 1.3', '2')
    """
    low, high = map(decimal, interval)
    return low if low == high else f"{low} to {high}"


def times(number: float) -> str:
    """Say how often something happened.

    Examples
    --------
    >>> times(0), times(1), times(2), times(5)
    ('never', 'once', 'twice', '5 times')
    """
    return {0: "never", 1: "once", 2: "twice"}.get(round(number), f"{number:.0f} times")


def decimal(number: float) -> str:
    """One decimal, none when it is whole; what is not nothing is not written as 0.

    Examples
    --------
    >>> decimal(2.0), decimal(0.46), decimal(0.04)
    ('2', '0.5', '0.04')
    """
    if 0 < abs(number) < 0.05:
        return f"{number:.1g}"
    return f"{number:.1f}".removesuffix(".0")


def sentence(text: str) -> str:
    """Begin with a capital.

    Examples
    --------
    >>> sentence("the mentee spoke")
    'The mentee spoke'
    """
    return text[:1].upper() + text[1:]


def shorten(text: str, *, limit: int = 180) -> str:
    """Cut a text between words.

    Parameters
    ----------
    text : of one line.
    limit : characters, the mark of the cut included.

    Examples
    --------
    >>> shorten("one two three", limit=9)
    'one two …'
    """
    if len(text) <= limit:
        return text
    return text[: limit - 1].rsplit(" ", 1)[0].rstrip(" ,;") + " …"
