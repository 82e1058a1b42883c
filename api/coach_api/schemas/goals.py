"""Goals and how they stand."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from coach_api.schemas.base import ApiModel, Id

Direction = Literal["more", "less"]


class GoalIn(ApiModel):
    """Something to practise, and the measure that shows it."""

    text: Annotated[str, Field(min_length=1, max_length=500, pattern=r"\S")]
    measure: Annotated[str, Field(max_length=64, examples=["open_ratio"])]
    direction: Direction = Field(description="Whether more or less of the measure is wanted.")


class GoalOut(GoalIn):
    """A goal; `session_id` is of the session that it was taken from."""

    id: Id
    session_id: Id | None = None
    created_at: datetime
    ended_at: datetime | None = None


class ComparisonOut(ApiModel):
    """Sessions since a goal was set beside those before it.

    Counts are per hour. `interval` holds the difference in 95 of 100 cases, as far as sessions
    differ from each other and labels err; null with too few sessions.
    """

    before: float | None
    after: float | None
    sessions_before: int
    sessions_after: int
    interval: tuple[float, float] | None
    verdict: Literal["changed", "unclear", "few"]


class GoalProgress(ApiModel):
    """A goal and whether it has shown."""

    goal: GoalOut
    comparison: ComparisonOut
