"""Trends of a mentor or a pair, and totals of the programme."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query
from pydantic import StringConstraints

from coach.measures.catalogue import CATALOGUE
from coach_api.people.principal import Principal
from coach_api.problems import Problem
from coach_api.schemas.base import COMMON
from coach_api.schemas.lengths import NAME
from coach_api.schemas.results import PersonOut, ProgrammeOut, SeriesOut
from coach_api.sessions import programme, trends
from coach_api.web.callers import Reader
from coach_api.web.dependencies import Ctx

router = APIRouter(prefix="/v1", tags=["trends"], responses=COMMON)
Measures = Annotated[
    list[Annotated[str, StringConstraints(max_length=NAME)]] | None,
    Query(max_length=60, description="Names from the catalogue; the headlines without."),
]


@router.get("/people")
def list_people(context: Ctx, principal: Reader) -> list[PersonOut]:
    """List mentors and pairs with the keys that trends take."""
    with context.engine.connect() as db:
        return trends.people(context, db, principal)


@router.get("/trends/{key}")
def get_trend(
    key: Annotated[str, Path(pattern=r"^[0-9a-f]{32}$")],
    context: Ctx,
    principal: Reader,
    measure: Measures = None,
) -> list[SeriesOut]:
    """Follow measures of a mentor or a pair over their sessions."""
    names = _check_names(measure)
    with context.engine.connect() as db:
        return trends.trend_of(context, db, principal, key, names)


@router.get("/programme")
def get_programme(context: Ctx, principal: Reader, measure: Measures = None) -> ProgrammeOut:
    """Read totals over all mentors, for leads: no names, withheld below five mentors."""
    names = _check_names(measure)
    check_lead(principal)
    with context.engine.connect() as db:
        return programme.totals(db, names)


def _check_names(names: list[str] | None) -> list[str]:
    unknown = [name for name in names or () if name not in CATALOGUE]
    if unknown:
        raise Problem(
            "invalid-request",
            f"{len(unknown)} measures are not in the catalogue. For instance: talk_share.",
        )
    return names or list(trends.HEADLINES)


def check_lead(principal: Principal) -> None:
    """Refuse whoever does not lead the programme.

    Raises
    ------
    Problem : if the principal is neither a lead nor an admin.
    """
    if principal.role not in ("lead", "admin"):
        raise Problem("not-allowed", "Totals of the programme are for programme leads.")
