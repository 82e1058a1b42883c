"""The tables of a corpus, and the rows that one session adds to each, as plain values.

Every row begins with `recording_id`; `turn` and `sentence` are numbers within a recording, so
words, questions and transitions can be joined to turns.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from coach.measurement import Measurement
from coach.measures.catalogue import CATALOGUE
from coach.tables.columns import (
    RECORDING_ID,
    ROLE,
    SPEAKER,
    Column,
    Row,
    Session,
    Table,
    number,
    text,
    tick,
    time,
)
from coach.tables.events import EVENTS


def _recordings(session: Session) -> Iterator[Row]:
    conv, card = session.conv, session.card
    recording = conv.recording
    models = "; ".join(
        f"{m.task}: {m.name} {m.sha256[:12]}".strip() for m in conv.provenance.models
    )
    yield (
        session.id, recording.sha256 or None, tick(recording.duration), recording.channels,
        conv.language, len(card.speakers), card.balance.dynamic,
        number(recording.quality.speech_level_db), number(recording.quality.noise_level_db),
        number(recording.quality.clipped_share), conv.provenance.source,
        conv.provenance.version or None, models or None, " ".join(card.notes) or None,
    )  # fmt: skip


RECORDINGS = Table(
    "recordings",
    "One row per recording: what it is, and how it was analysed.",
    (
        RECORDING_ID,
        text("sha256", "SHA-256 of the input file."),
        time("duration", "Length of the recording."),
        Column("channels", "integer", "Channels used: 1, or 2 with one speaker each.", "count"),
        text("language", "ISO 639-1 code."),
        Column("speakers", "integer", "Measured speakers.", "count"),
        text("dynamic", "How the balance changes: dominating_throughout, back_and_forth or "
                        "alternating_dominance."),
        Column("speech_level", "number", "Level of the speech.", "dBFS"),
        Column("noise_level", "number", "Level of the noise.", "dBFS"),
        Column("clipped_share", "number", "Share of clipped samples.", "ratio"),
        text("source", "audio, transcript (times of lines, so overlaps are unknown) or hand."),
        text("coach_version", "Version of the software that made the analysis."),
        text("models", "Models used, each with the beginning of the hash of its weights."),
        text("notes", "Notes for the reader."),
    ),
    _recordings,
)  # fmt: skip


def _speakers(session: Session) -> Iterator[Row]:
    by_key = {(m.name, m.speaker): m for m in session.card.measurements}
    for speaker in session.card.speakers:
        measured = (
            by_key.get((name, speaker.id)) or by_key.get((name, None)) for name in CATALOGUE
        )
        yield (
            session.id, speaker.id, speaker.role, speaker.role_source,
            *chain.from_iterable(map(_parts, measured)),
        )  # fmt: skip


def _parts(m: Measurement | None) -> Row:
    if m is None:
        return (None, None, None, None, None, None)
    low, high = m.interval or (None, None)
    return (
        number(m.value), number(m.numerator), number(m.denominator), m.count,
        number(low), number(high),
    )  # fmt: skip


def _measure_columns() -> Iterator[Column]:
    for name, measure in CATALOGUE.items():
        of = f" Of: {measure.denominator}." if measure.denominator else ""
        yield Column(name, "number", measure.description + of, measure.unit)
        yield Column(f"{name}_numerator", "number", f"Numerator of `{name}`.")
        yield Column(f"{name}_denominator", "number", f"Denominator of `{name}`.")
        yield Column(f"{name}_count", "integer", f"Observations that `{name}` rests on.", "count")
        yield Column(f"{name}_low", "number", f"Lower 95 % limit of `{name}`.", measure.unit)
        yield Column(f"{name}_high", "number", f"Upper 95 % limit of `{name}`.", measure.unit)


SESSIONS = Table(
    "sessions",
    "One row per speaker of a recording: every measure with its parts. A measure of the "
    "whole conversation is the same in all rows of a recording.",
    (
        RECORDING_ID, SPEAKER, ROLE,
        text("role_source", "Source of the role: given, enrolled or guessed."),
        *_measure_columns(),
    ),
    _speakers,
)  # fmt: skip


def _measurements(session: Session) -> Iterator[Row]:
    for m in session.card.measurements:
        yield (
            session.id, m.speaker, session.role(m.speaker), m.name, m.unit, m.statistic,
            number(m.scale), *_parts(m), m.withheld, tuple(round(s, 6) for s in m.samples),
        )  # fmt: skip


MEASUREMENTS = Table(
    "measurements",
    "One row per measure of a speaker: the numbers of `sessions` in long form, with the "
    "single observations from which medians can be pooled.",
    (
        RECORDING_ID,
        text("speaker", "Speaker label; empty for a measure of the whole conversation."),
        ROLE,
        text("measure", "Name of the measure."),
        text("unit", "Unit of value, low and high."),
        text("statistic", "rate, total, median, p90 or max."),
        Column("scale", "number", "Factor from numerator / denominator to the unit."),
        Column("value", "number", "The number; empty if undefined or withheld."),
        Column("numerator", "number", "Numerator of a rate, or the total."),
        Column("denominator", "number", "Denominator of a rate."),
        Column("count", "integer", "Observations behind the number.", "count"),
        Column("low", "number", "Lower 95 % limit."),
        Column("high", "number", "Upper 95 % limit."),
        text("withheld", "The reason for withholding the value."),
        Column("samples", "numbers", "Single observations of a median, p90 or maximum."),
    ),
    _measurements,
)


TABLES = (RECORDINGS, SESSIONS, MEASUREMENTS, *EVENTS)
"""The tables to which a session adds rows."""

GROUPED = (RECORDINGS, SESSIONS, MEASUREMENTS)
"""The tables that also have the manifest's columns about the recording."""
