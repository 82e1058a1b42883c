"""The few measures at the top of the page, each with a sentence and a range."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from markupsafe import Markup

from coach.feedback.wording import decimal, percent, range_with_noun, seconds, sentence, with_noun
from coach.measurement import Measurement, find
from coach.measures.catalogue import CATALOGUE
from coach.page.charts import Axis, Dot, range_graphic
from coach.page.figures import format_value, label
from coach.page.speaker_names import SpeakerName
from coach.scorecard import Scorecard


@dataclass(frozen=True, slots=True)
class Figure:
    """One speaker's value of a headline measure."""

    voice: SpeakerName
    value: str
    sentence: str = field(repr=False)
    graphic: Markup = field(repr=False)


@dataclass(frozen=True, slots=True)
class Headline:
    """A measure at the top of the page; `norm` names the source of its band."""

    name: str
    label: str
    figures: tuple[Figure, ...]
    norm: str
    domain: str


@dataclass(frozen=True, slots=True)
class _Spec:
    name: str
    axis: Callable[[float], Axis]
    sentence: Callable[[Scorecard, Mapping[str, SpeakerName], Measurement], str]
    value: Callable[[Measurement], str] = format_value


def headlines(card: Scorecard, voices: Mapping[str, SpeakerName]) -> tuple[Headline, ...]:
    """The headline measures: the mentor's, or everybody's if nobody is the mentor.

    Parameters
    ----------
    card : with the measurements.
    voices : every speaker's voice, by id.
    """
    readers = [v for v in voices.values() if v.is_reader] or list(voices.values())
    made = (_headline(card, voices, readers, spec) for spec in _SPECS)
    return tuple(each for each in made if each is not None)


def _headline(
    card: Scorecard, voices: Mapping[str, SpeakerName], readers: Sequence[SpeakerName], spec: _Spec
) -> Headline | None:
    found = [(v, find(card.measurements, spec.name, v.id)) for v in readers]
    figures = tuple(_figure(card, voices, spec, v, m) for v, m in found if m is not None)
    if not figures:
        return None
    measure = CATALOGUE[spec.name]
    domain = measure.reference.domain if measure.reference is not None else ""
    norm = measure.norm
    if not domain and len(voices) > 1 and any(figure.graphic for figure in figures):
        norm += " The ring is the other's value." if len(voices) == 2 else " Rings: the others."
    return Headline(spec.name, label(spec.name), figures, norm, domain)


def _figure(
    card: Scorecard,
    voices: Mapping[str, SpeakerName],
    spec: _Spec,
    voice: SpeakerName,
    m: Measurement,
) -> Figure:
    if m.value is None:
        reason = m.withheld or "There is nothing to measure."
        return Figure(voice, format_value(None), reason, Markup(""))
    measure = CATALOGUE[spec.name]
    band = (measure.reference.low, measure.reference.high) if measure.reference else None
    graphic = range_graphic(
        spec.axis(m.value),
        [*_other_dots(card, voices, spec, m), Dot(m.value, voice.css, m.interval)],
        band=band,
        text=f"{measure.label}: {format_value(m)}."
        + (f" {measure.norm}" if measure.reference else ""),
    )
    return Figure(voice, spec.value(m), spec.sentence(card, voices, m), graphic)


def _other_dots(
    card: Scorecard, voices: Mapping[str, SpeakerName], spec: _Spec, m: Measurement
) -> list[Dot]:
    """The other speakers' values, if there is no borrowed range to compare with."""
    if CATALOGUE[spec.name].reference is not None:
        return []
    others = (find(card.measurements, spec.name, v) for v in voices if v != m.speaker)
    return [
        Dot(other.value, voices[other.speaker].css, is_other=True)
        for other in others
        if other is not None and other.value is not None and other.speaker is not None
    ]


def _fixed_axis(low: float, high: float, show: Callable[[float], str]) -> Callable[[float], Axis]:
    return lambda value: Axis(low, high, show)


def _axis_from_zero(least: float, show: Callable[[float], str]) -> Callable[[float], Axis]:
    """A scale from 0 to `least`, extended in steps of `least` if the value is greater."""
    return lambda value: Axis(0, least * max(1, -(-value // least)), show)


def _length(value: float) -> str:
    return seconds(value) if value else "0 s"


def _name_others(voices: Mapping[str, SpeakerName], speaker: str | None) -> str:
    names = [voice.label for voice in voices.values() if voice.id != speaker]
    return names[0] if len(names) == 1 else "the others"


def _talk_share(card: Scorecard, voices: Mapping[str, SpeakerName], m: Measurement) -> str:
    if len(voices) < 2:
        return "of the talk."
    rest = percent(1 - (m.value or 0.0)) if m.interval is None else "the rest"
    verb = "has" if len(voices) == 2 else "have"
    return f"of the talk; {_name_others(voices, m.speaker)} {verb} {rest}."


def _open_ratio(card: Scorecard, voices: Mapping[str, SpeakerName], m: Measurement) -> str:
    asked = with_noun(m.denominator or 0, "question")
    if m.interval is None:
        return f"{m.numerator:.0f} of {asked} open."
    return f"{m.numerator:.0f} of {asked} found open; the share most likely lies in this range."


def _reflections(card: Scorecard, voices: Mapping[str, SpeakerName], m: Measurement) -> str:
    asked = with_noun(m.denominator or 0, "question")
    given = with_noun(m.numerator or 0, "reflection")
    found = find(card.measurements, "reflections", m.speaker)
    if found is not None and found.interval is not None:
        given = sentence(range_with_noun(found.interval, "reflection"))
    return f"{given} to {asked}. A reflection gives back what was heard."


def _interruptions(card: Scorecard, voices: Mapping[str, SpeakerName], m: Measurement) -> str:
    whose = "the others'" if len(voices) > 2 else "the other's"
    if not m.count:
        return f"in {seconds(m.denominator or 0.0)} of {whose} talk."
    return f"{decimal(m.value or 0.0)} per 10 min of {whose} talk. A judgement: listen."


def _latency(card: Scorecard, voices: Mapping[str, SpeakerName], m: Measurement) -> str:
    early = " (below 0: it began before that)" if (m.value or 0.0) < 0 else ""
    return f"from the other's last word to the reply{early}; the median of {m.count} replies."


def _monologue(card: Scorecard, voices: Mapping[str, SpeakerName], m: Measurement) -> str:
    others = [
        other.value
        for other in card.measurements
        if other.name == m.name and other.speaker != m.speaker and other.value is not None
    ]
    if not others:
        return "in one turn."
    return f"in one turn; {_name_others(voices, m.speaker)} at most {seconds(max(others))}."


def _format_count(m: Measurement) -> str:
    return f"{m.count}" if m.count else "None"


def _seconds(value: float) -> str:
    return f"{decimal(value)} s".replace("-", "−")  # noqa: RUF001 - a minus sign


_SPECS = (
    _Spec("talk_share", _fixed_axis(0, 1, percent), _talk_share),
    _Spec("open_ratio", _fixed_axis(0, 1, percent), _open_ratio),
    _Spec("reflection_to_question", _axis_from_zero(3, decimal), _reflections),
    _Spec("interruptions", _axis_from_zero(10, decimal), _interruptions, _format_count),
    _Spec("response_latency", _fixed_axis(-0.5, 2.5, _seconds), _latency),
    _Spec("longest_monologue", _axis_from_zero(60, _length), _monologue),
)
