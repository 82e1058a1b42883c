"""Speakers, corrections, trends."""

from __future__ import annotations

from datetime import date, datetime

from pydantic import Field

from coach.corrections import Change
from coach_api.schemas.base import ApiModel, Id


class Resemblance(ApiModel):
    """An enrolled voice that a speaker resembles."""

    name: str
    similarity: float = Field(description="Cosine of the two voice prints, -1 to 1.")
    is_sure: bool = Field(description="Recognised; otherwise a guess.")


class SpeakerOut(ApiModel):
    """A speaker of a conversation."""

    id: str = Field(examples=["A"])
    role: str
    role_source: str
    name: str | None
    seconds: float = Field(description="Talk time.")
    resembles: Resemblance | None = None


class CorrectionOut(ApiModel):
    """A correction: the change, who made it and when, and when it was undone."""

    id: Id
    number: int
    author_id: Id
    made_at: datetime
    change: Change
    undone_at: datetime | None = None


class PersonOut(ApiModel):
    """A mentor or a pair, by the key that trends take."""

    key: str
    mentor: str
    partner: str | None = Field(default=None, description="Null: the mentor with everybody.")
    sessions: int


class PointOut(ApiModel):
    """One measure in one session; the value is null where it is undefined or withheld."""

    session_id: Id
    held_on: date = Field(description="The day of the session; else that of the upload.")
    value: float | None
    count: int


class SeriesOut(ApiModel):
    """One measure over time, and its value over all sessions pooled (never a mean of rates)."""

    measure: str = Field(examples=["open_ratio"])
    label: str
    unit: str
    pooled: float | None
    points: list[PointOut]


class ProgrammeMeasure(ApiModel):
    """One measure over all sessions of the programme, pooled."""

    measure: str
    label: str
    unit: str
    pooled: float | None
    count: int


class ProgrammeOut(ApiModel):
    """Totals without names. Withheld, with the reason, when too few mentors are in them."""

    mentors: int
    sessions: int
    measures: list[ProgrammeMeasure]
    withheld: str | None = None
