"""Resumable uploads."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from coach_api.schemas.base import Id, Model
from coach_api.schemas.sessions import Text, Title


class About(Model):
    """What is said about a recording when it is uploaded."""

    consent: bool = Field(default=False, description="Everybody who is heard has agreed.")
    mentor: Text = ""
    partner: Text = ""
    title: Title = ""
    language: Annotated[str, Field(max_length=8, pattern=r"^([a-z]{2})?$")] = ""
    mentor_first: bool = Field(
        default=False, description="The mentor speaks first; otherwise the mentor is guessed."
    )


class UploadIn(About):
    """Begin an upload in pieces."""

    size: int = Field(gt=0, le=2**62, description="Bytes of the whole recording.")
    filename: Annotated[str, Field(max_length=300)] = ""


class UploadOut(Model):
    """How much of an upload has arrived; go on at `received`."""

    id: Id
    size: int
    received: int
