"""Parts of a measure, so that sets are pooled by adding parts."""

from __future__ import annotations

from coach.measurement import Measurement


def rate(name: str, numerator: float, denominator: float) -> Measurement:
    """A share; its value is None when there is nothing to share.

    Parameters
    ----------
    name : of the value.
    numerator, denominator : parts that add up over files.

    Examples
    --------
    >>> (rate("wer", 1, 10) + rate("wer", 2, 2)).value
    0.25
    """
    return Measurement(
        name, None, "ratio", numerator=float(numerator), denominator=float(denominator)
    )


def number(name: str, value: float) -> Measurement:
    """A number of things, which adds up.

    Parameters
    ----------
    name : of the value.
    value : adds up over files.
    """
    return Measurement(name, None, "count", "total", numerator=float(value))
