"""The evidence of a number: how it was computed, its moments, its certainty, its reference."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from coach.feedback.wording import decimal, percent_range, seconds
from coach.intervals import Span
from coach.measurement import Measurement, find
from coach.measures.catalogue import CATALOGUE
from coach.page.figures import describe_parts, format_value, label
from coach.page.speaker_names import SpeakerName
from coach.scorecard import Scorecard

_MOST_MOMENTS = 8


@dataclass(frozen=True, slots=True)
class Cell:
    """The value of one speaker, or of the whole conversation where `voice` is None.

    `parts` says how it was computed or why it is withheld; `certainty` is its interval in words;
    `moments` are some of the `count` spans behind it.
    """

    voice: SpeakerName | None
    value: str
    parts: str
    certainty: str
    moments: tuple[Span, ...] = field(repr=False, default=())
    count: int = 0


@dataclass(frozen=True, slots=True)
class Evidence:
    """One measure; `norm` names the source of its borrowed range, "" if there is none."""

    name: str
    label: str
    description: str
    norm: str
    cells: tuple[Cell, ...]


def evidence(card: Scorecard, called: Mapping[str, SpeakerName]) -> tuple[Evidence, ...]:
    """The evidence of every measurement, in the order of the catalogue.

    Parameters
    ----------
    card : with the measurements.
    called : every speaker's voice, by id.
    """
    return tuple(_list_all(card, called))


def _list_all(card: Scorecard, called: Mapping[str, SpeakerName]) -> Iterable[Evidence]:
    for name, measure in CATALOGUE.items():
        whole = find(card.measurements, name)
        each = (
            [(None, whole)]
            if whole
            else [(voice, find(card.measurements, name, voice.id)) for voice in called.values()]
        )
        cells = tuple(_cell(voice, m) for voice, m in each if m is not None)
        if cells:
            per = f" Per: {measure.denominator}." if measure.denominator else ""
            norm = measure.norm if measure.reference is not None else ""
            yield Evidence(name, label(name), measure.description + per, norm, cells)


def _cell(voice: SpeakerName | None, m: Measurement) -> Cell:
    moments = _moments(m)
    return Cell(
        voice,
        format_value(m),
        m.withheld or describe_parts(m),
        certainty(m),
        moments,
        len(m.evidence),
    )


def _moments(m: Measurement) -> tuple[Span, ...]:
    """The moment of an extreme; for other measures the longest moments, in order of time."""
    if not m.evidence or m.value is None:
        return ()
    if m.statistic in ("max", "p90") and len(m.evidence) == len(m.samples):
        return (max(zip(m.samples, m.evidence, strict=True))[1],)
    longest = sorted(m.evidence, key=lambda span: -span.duration)[:_MOST_MOMENTS]
    return tuple(sorted(longest))


def certainty(m: Measurement) -> str:
    """The interval of a measurement in words; "" if there is none.

    Examples
    --------
    >>> told = certainty(Measurement("open_ratio", "A", "ratio", numerator=5, denominator=10,
    ...                              interval=(0.237, 0.763)))
    >>> told.partition(":")[0]
    'Most likely between 24% and 76%'
    """
    if m.interval is None or m.value is None:
        return ""
    low, high = m.interval
    if m.unit == "ratio" and high <= 1:
        between = percent_range(m.interval).replace(" to ", " and ")
    elif m.unit == "seconds":
        between = f"{seconds(low)} and {seconds(high)}"
    else:
        between = f"{decimal(low)} and {decimal(high)}"
    return (
        f"Most likely between {between}: given the errors of labels, it lies there 95 times in 100."
    )
