"""Users, tokens, enrolments and webhooks."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from coach_api.schemas.base import ApiModel, GivenId, Id
from coach_api.schemas.lengths import EMAIL, NAME
from coach_api.schemas.sessions import Text

RoleName = Literal["mentor", "lead", "admin"]
ScopeName = Literal["read", "write", "admin", "metrics"]


class UserOut(ApiModel):
    """A user of the service."""

    id: Id
    email: str
    name: str
    role: RoleName
    created_at: datetime
    disabled_at: datetime | None = None


class UserIn(ApiModel):
    """A new user."""

    email: Annotated[str, Field(min_length=3, max_length=EMAIL, examples=["mentor@example.org"])]
    name: Text = ""
    role: RoleName = "mentor"


class InvitedOut(UserOut):
    """A new user and the link with which they sign in the first time."""

    sign_in_link: str


class UserChange(ApiModel):
    """What an admin changes of a user; what is left out stays."""

    role: RoleName | None = None
    disabled: bool | None = None


class PasswordIn(ApiModel):
    """A new password, and the present one if there is one."""

    old: Annotated[str, Field(max_length=1000)] = ""
    password: Annotated[str, Field(min_length=10, max_length=1000)]


class TokenIn(ApiModel):
    """A token to make."""

    name: Annotated[str, Field(min_length=1, max_length=NAME, examples=["my script"])]
    scopes: list[ScopeName] = Field(default=["read", "write"], min_length=1, max_length=10)
    days: float | None = Field(
        default=None, gt=0, le=36_500, description="How long it is valid. Null: until revoked."
    )


class TokenOut(ApiModel):
    """A token, or a browser's sign-in, without its secret."""

    id: Id
    name: str
    scopes: list[str]
    created_at: datetime
    last_used_at: datetime | None = None
    expires_at: datetime | None = None


class TokenMade(TokenOut):
    """A new token; the secret is shown this once."""

    token: str


class EnrolmentIn(ApiModel):
    """Remember the voice of a speaker of a finished session under a name."""

    session_id: Id = Field(max_length=64)
    speaker: Annotated[str, Field(max_length=64, examples=["A"])]
    name: Annotated[str, Field(min_length=1, max_length=NAME)]


class EnrolmentOut(ApiModel):
    """A remembered voice. The print itself is not shown."""

    id: Id
    name: str
    created_at: datetime


class WebhookIn(ApiModel):
    """Where to say that a scorecard is ready."""

    url: Annotated[str, Field(max_length=2000, examples=["https://example.org/hook"])]


class WebhookOut(ApiModel):
    """A webhook, without its secret."""

    id: Id
    url: str
    created_at: datetime


class WebhookMade(WebhookOut):
    """A new webhook; the secret that signs its calls is shown this once."""

    secret: str


class DeliveryOut(ApiModel):
    """A call of a webhook: how often it was tried and how it went."""

    id: Id
    session_id: Id
    attempts: int
    delivered_at: datetime | None = None
    next_at: datetime | None = None
    last_error: str = ""


class PersonIn(ApiModel):
    """A person, by name. In the body, so that no address has a name in it."""

    name: Annotated[str, Field(min_length=1, max_length=NAME, pattern=r"\w")]


class MatchOut(ApiModel):
    """Something in which the name was found: where, and whether it is the whole name there."""

    id: Id
    owner_id: Id
    created_at: datetime
    places: list[str]
    is_exact: bool


class PersonFound(ApiModel):
    """What a name was found in: sessions, enrolled voices, uploads under way, goals."""

    sessions: list[MatchOut]
    voices: list[MatchOut]
    uploads: list[MatchOut]
    goals: list[MatchOut]


class PersonExport(PersonIn):
    """What to export of what was found."""

    sessions: list[GivenId] = Field(default=[], max_length=10_000)
    voices: list[GivenId] = Field(default=[], max_length=10_000)
    goals: list[GivenId] = Field(default=[], max_length=10_000)
    consent: Annotated[
        str,
        Field(
            min_length=3, max_length=64, pattern=r"\S",
            description="Where the person's wish or written consent is kept. No names.",
            examples=["letter 2026-11-27/3"],
        ),
    ]  # fmt: skip


class PersonErase(PersonIn):
    """What to erase of what was found."""

    sessions: list[GivenId] = Field(default=[], max_length=10_000)
    voices: list[GivenId] = Field(default=[], max_length=10_000)
    uploads: list[GivenId] = Field(default=[], max_length=10_000)
    goals: list[GivenId] = Field(default=[], max_length=10_000)
