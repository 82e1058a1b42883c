"""Shared by all models, and the documents of errors and pages."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any, Generic, TypeVar

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field

from coach_api.problems import KINDS

Item = TypeVar("Item")
Id = str
GivenId = Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]
"""An id that is sent to us."""


def _in_utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise ValueError("expected a year between 1 and 9999 in UTC") from None


Moment = Annotated[AwareDatetime, AfterValidator(_in_utc)]
"""A moment that is sent to us: with its zone, and one that UTC has."""


class ApiModel(BaseModel):
    """Read from rows or JSON, unknown fields refused, never printed with its content."""

    model_config = ConfigDict(extra="forbid", frozen=True, from_attributes=True)

    def __repr__(self) -> str:
        return f"{type(self).__name__}()"

    __str__ = __repr__


class ProblemOut(ApiModel):
    """A refusal (RFC 9457): what was found, what was expected, what to do."""

    type: str = Field(examples=["/problems/consent-missing"])
    title: str = Field(examples=["Consent is missing"])
    status: int = Field(examples=[422])
    detail: str = Field(examples=["Send consent=true when everybody who is heard has agreed."])
    errors: list[dict[str, str]] = Field(
        default=[], examples=[[{"place": "body.consent", "message": "Field required"}]]
    )


class Page(ApiModel, Generic[Item]):
    """A part of a list; `next` is the `cursor` of the following part, null at the end."""

    items: list[Item]
    next: str | None = None


def problems(*kinds: str) -> dict[int | str, dict[str, Any]]:
    """The refusals of a route, for its OpenAPI description."""
    by_status: dict[int | str, dict[str, Any]] = {}
    for kind in kinds:
        status, title = KINDS[kind].status, KINDS[kind].title
        known = by_status.get(status, {}).get("description")
        by_status[status] = {
            "description": f"{known}; {title}" if known else title,
            "content": {
                "application/problem+json": {"schema": {"$ref": "#/components/schemas/ProblemOut"}}
            },
        }
    return by_status


COMMON = problems(
    "unreadable-request", "sign-in-needed", "not-allowed", "not-found", "invalid-request",
    "too-many-requests",
)  # fmt: skip
