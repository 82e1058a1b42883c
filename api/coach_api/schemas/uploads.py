"""What is said about a recording that is uploaded, at once or in pieces."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import Field

from coach.config import OPTIONS, Channels
from coach_api.schemas.base import ApiModel
from coach_api.schemas.sessions import DayOrNone, Text, Title

_HELP = {option.name: option.help for option in OPTIONS}


class About(ApiModel):
    """What is said about a recording when it is uploaded.

    Options of the analysis have the names and the meaning that they have everywhere, as
    `coach.config.OPTIONS` declares them.
    """

    consent: bool = Field(default=False, description="Everybody who is heard has agreed.")
    mentor: Text = Field(
        default="",
        description="The mentor's name; or, as on the command line, a speaker's label (A, B), "
        "'first' for who speaks first, or 'guess'.",
    )
    partner: Text = ""
    title: Title = ""
    language: Annotated[str, Field(max_length=8, pattern=r"^([a-z]{2})?$")] = Field(
        default="", description=_HELP["language"]
    )
    speakers: Annotated[str, Field(pattern=r"^(auto|[1-9]\d?)?$")] = Field(
        default="", description=_HELP["speakers"]
    )
    channels: Channels | Literal[""] = Field(default="", description=_HELP["channels"])
    held_on: DayOrNone = Field(
        default=None,
        description="The day of the session. Without it, the day that the recording names, or else "
        "that of the upload.",
    )
    mentor_first: bool = Field(
        default=False, description="The mentor, who is named in `mentor`, speaks first."
    )

    @property
    def mentor_name(self) -> str:
        """The mentor's name, "" when `mentor` says something else."""
        return "" if self._is_option else self.mentor

    @property
    def options(self) -> dict[str, str]:
        """The options of the analysis, as `coach.config.make_config` reads them."""
        mentor = "first" if self.mentor_first else self.mentor if self._is_option else ""
        given = {
            "mentor": mentor,
            "language": self.language,
            "speakers": self.speakers,
            "channels": self.channels,
        }
        return {name: value for name, value in given.items() if value}

    @property
    def _is_option(self) -> bool:
        return re.fullmatch("first|guess|[A-Z]", self.mentor) is not None
