"""Sessions, their progress, consents and shares."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field

from coach_api.schemas.base import ApiModel, Id, Moment
from coach_api.schemas.lengths import EMAIL, NAME, TITLE

Status = Literal["queued", "running", "done", "failed", "cancelled"]
Text = Annotated[str, Field(max_length=NAME)]
Title = Annotated[str, Field(max_length=TITLE)]


def _past(day: date) -> date:
    if not _EARLIEST <= day <= datetime.now(UTC).date() + timedelta(days=1):  # somewhere it is
        raise ValueError("expected a day between 1990 and today")
    return day


_EARLIEST = date(1990, 1, 1)
Day = Annotated[date, AfterValidator(_past)]
"""The day of a session."""
DayOrNone = Annotated[Day | None, BeforeValidator(lambda told: None if told == "" else told)]
"""The same, or the empty field of a form."""


class ProgressOut(ApiModel):
    """How far the analysis is: the stage, the share of the whole, and an estimate."""

    stage: str = Field(examples=["transcribe"])
    fraction: float = Field(ge=0, le=1, examples=[0.4])
    seconds_left: float | None = Field(default=None, examples=[95.0])


class FailureOut(ApiModel):
    """Why the analysis failed, and what to do."""

    type: str = Field(examples=["InputError"])
    detail: str = Field(examples=["The file has no sound. Choose a recording with sound."])


class CreatedOut(ApiModel):
    """The answer to an upload."""

    id: Id = Field(examples=["3f1c9d0c5d0b4d7e8a5b0a3c1d2e4f60"])
    status: Status = Field(examples=["queued"])


class SessionOut(CreatedOut):
    """A session: one recording, how far it is, and what is kept of it."""

    progress: ProgressOut | None
    failure: FailureOut | None = None
    title: str = ""
    mentor: str = ""
    partner: str = ""
    mentor_key: str = Field(description="Names the mentor in addresses, for trends.")
    pair_key: str = Field(description="Names the pair in addresses, for trends.")
    created_at: datetime
    held_on: date = Field(description="The day of the session; else that of the upload.")
    size: int
    has_audio: bool
    audio_until: datetime | None = None
    access: Literal["own", "shared", "other"]


class SessionChange(ApiModel):
    """What may be changed of a session; what is left out stays."""

    title: Title | None = None
    mentor: Text | None = None
    partner: Text | None = None
    held_on: Day | None = None
    audio_until: Moment | None = Field(default=None, description="When the sound is erased.")


class ConsentOut(ApiModel):
    """Who agreed to the recording being analysed, when, and to which wording."""

    participant: str = Field(description="Empty: not named.")
    part: str = Field(description="mentor or partner")
    given_by: str
    given_at: datetime
    wording_version: str


class ShareIn(ApiModel):
    """Whom to show a session to."""

    email: Annotated[str, Field(max_length=EMAIL, examples=["lead@example.org"])]


class ShareOut(ApiModel):
    """A user who sees this session."""

    user_id: Id
    email: str
    name: str
    created_at: datetime
