"""Private notes."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import Field

from coach_api.schemas.base import ApiModel, Id
from coach_api.schemas.lengths import NOTE


class NoteIn(ApiModel):
    """A note; without a moment, of the whole session."""

    text: Annotated[str, Field(min_length=1, max_length=NOTE, pattern=r"\S")]
    moment: Annotated[float, Field(ge=0, le=1e6)] | None = Field(
        default=None, description="Seconds from the start."
    )


class NoteOut(NoteIn):
    """A note as it is kept."""

    id: Id
    created_at: datetime
