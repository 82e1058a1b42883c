"""The refusals of the service: one table of kinds, one exception, one shape (RFC 9457)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from coach.errors import CoachError


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of refusal: its HTTP status and the title that a person reads."""

    status: int
    title: str


KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        "unreadable-request": Kind(400, "The request cannot be read"),
        "sign-in-needed": Kind(401, "Please sign in"),
        "not-allowed": Kind(403, "Not allowed"),
        "not-found": Kind(404, "Not found"),
        "wrong-method": Kind(405, "This address does not do that"),
        "too-slow": Kind(408, "The request took too long"),
        "conflict": Kind(409, "That does not fit the present state"),
        "not-ready": Kind(409, "There is no scorecard yet"),
        "sound-gone": Kind(410, "The sound is no longer kept"),
        "wrong-version": Kind(412, "This version of the protocol is not spoken here"),
        "too-large": Kind(413, "Too large"),
        "not-a-recording": Kind(415, "This is not a recording that we read"),
        "wrong-content-type": Kind(415, "This content type is not taken here"),
        "range-not-satisfiable": Kind(416, "The recording is shorter than that"),
        "invalid-request": Kind(422, "Something in the request is wrong"),
        "consent-missing": Kind(422, "Consent is missing"),
        "quota-reached": Kind(403, "Your share of this service is used up"),
        "too-many-requests": Kind(429, "Too many requests"),
        "checksum-mismatch": Kind(460, "The bytes changed on their way"),
        "internal-error": Kind(500, "Something went wrong here"),
        "unavailable": Kind(503, "Not available just now"),
        "storage-full": Kind(507, "The store is full"),
    }
)
_BY_STATUS = {
    400: "unreadable-request", 401: "sign-in-needed", 403: "not-allowed", 404: "not-found",
    405: "wrong-method", 413: "too-large", 415: "not-a-recording", 416: "range-not-satisfiable",
    429: "too-many-requests", 500: "internal-error", 503: "unavailable",
}  # fmt: skip
_ADVICE = {
    "not-found": "There is nothing at this address that you may see. Check the address.",
    "wrong-method": "Expected another method here: see /v1/openapi.json.",
    "unreadable-request": "The request's body or headers cannot be read. Check its encoding.",
}


@dataclass(eq=False, slots=True)
class Problem(CoachError):
    """A refusal. `kind` is a key of `KINDS`; `detail` says what was found and what to do.

    `errors` are the places in the request that are wrong, never what was found there.
    """

    kind: str
    detail: str
    headers: dict[str, str] = field(default_factory=dict)
    errors: tuple[dict[str, str], ...] = ()

    def __str__(self) -> str:
        return self.detail

    @property
    def status(self) -> int:
        """The HTTP status."""
        return KINDS[self.kind].status

    def body(self) -> dict[str, object]:
        """The document of type ``application/problem+json``."""
        said: dict[str, object] = {
            "type": f"/problems/{self.kind}",
            "title": KINDS[self.kind].title,
            "status": self.status,
            "detail": self.detail,
        }
        return said | ({"errors": list(self.errors)} if self.errors else {})


def problem_of_status(status: int, detail: str = "") -> Problem:
    """The problem for a bare HTTP status, as the framework raises it."""
    kind = _BY_STATUS.get(status, "internal-error" if status >= 500 else "unreadable-request")
    return Problem(kind, _ADVICE.get(kind) or detail or KINDS[kind].title)


def not_found(what: str = "session") -> Problem:
    """Make the answer for an object that does not exist, or that this user may not know of."""
    return Problem("not-found", f"There is no such {what}, or it is not yours to see.")
