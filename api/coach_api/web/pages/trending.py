"""Measures of a mentor or a pair over their sessions, and totals of the programme, as pages."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from markupsafe import Markup

from coach.comparison import LEAST_USUAL, Observation, observe, usual_range
from coach.measurement import Interval
from coach.measures.catalogue import CATALOGUE
from coach.page.figures import amount, describe_parts, format_value, label
from coach.page.trend import Point, Trend, trend_graphic
from coach_api.sessions import goals, programme, trends
from coach_api.sessions.trends import HEADLINES, ScoredSession
from coach_api.web.dependencies import Ctx
from coach_api.web.pages.forms import Visitor
from coach_api.web.render import page
from coach_api.web.routes.trends import check_lead

router = APIRouter(include_in_schema=False)
_PAST_ONE = frozenset({"reflection_to_question"})  # a ratio that is no share


@dataclass(frozen=True, slots=True)
class MeasureTrend:
    """One measure over the sessions: pooled, drawn, and session by session.

    Parameters
    ----------
    usual : between which ends most sessions of this person lie; "" with too few.
    is_before : whether only sessions before the goal say what is usual.
    rows : each session with its value and what it was made from.
    goal : the goal that has this measure, or None.
    """

    label: str
    about: str
    pooled: str
    graphic: Markup = field(repr=False)
    usual: str
    is_before: bool
    rows: tuple[tuple[ScoredSession, str, str], ...] = field(repr=False)
    goal: Any = field(repr=False)


@router.get("/trends")
def trends_page(
    context: Ctx, principal: Visitor, of: Annotated[str, Query(max_length=64)] = ""
) -> Response:
    """Show how the headline measures of one mentor or pair went."""
    with context.engine.connect() as db:
        people = trends.people(context, db, principal)
        chosen = next((each for each in people if each.key == of), people[0] if people else None)
        is_own = chosen is not None and not chosen.mentor
        present = goals.list_open_goals(db, principal.user_id) if is_own else []
        aims = {goal.measure: goal for goal in reversed(present)}
        names = (*aims, *(name for name in HEADLINES if name not in aims))
        found = trends.list_scored(context, db, principal, chosen.key, names) if chosen else []
    drawn = [_trend_of(name, found, aims.get(name)) for name in names] if found else []
    return page(
        "trends.html", principal, people=people, chosen=chosen, trends=drawn, number=len(found)
    )


@router.get("/programme")
def programme_page(context: Ctx, principal: Visitor) -> Response:
    """Show totals over all mentors, without names, for leads."""
    check_lead(principal)
    with context.engine.connect() as db:
        found = programme.list_newest(db, HEADLINES)
        taking_part = programme.adoption(db)
    mentors = programme.count_mentors(found)
    is_enough = mentors >= programme.LEAST_MENTORS
    return page(
        "programme.html",
        principal,
        adoption=taking_part,
        withheld="" if is_enough else programme.WITHHELD,
        totals=[_total_of(found, name) for name in HEADLINES] if is_enough else [],
        needs=programme.needs(found),
        mentors=mentors,
        least=programme.LEAST_MENTORS,
        number=len(found),
    )


@router.get("/programme.csv")
def programme_table(context: Ctx, principal: Visitor) -> Response:
    """Download the totals and their course as a table."""
    check_lead(principal)
    with context.engine.connect() as db:
        found = programme.list_newest(db, HEADLINES)
    text = io.StringIO()
    table = csv.writer(text)
    table.writerow(("measure", "label", "unit", "quarter", "value"))
    for name in HEADLINES:
        whole = programme.Quarter("all", programme.total(found, name))
        for each in (whole, *programme.quarters(found, name)):
            table.writerow(_row_of(name, each))
    headers = {"Content-Disposition": 'attachment; filename="programme.csv"'}
    return Response(text.getvalue(), media_type="text/csv", headers=headers)


def _row_of(name: str, each: programme.Quarter) -> tuple[object, ...]:
    value = "" if each.value is None or each.value.value is None else each.value.value
    return name, label(name), CATALOGUE[name].unit, each.name, value


def _total_of(found: Sequence[ScoredSession], name: str) -> tuple[str, str, list[tuple[str, str]]]:
    """A measure's name, its total, and its values by quarter."""
    course = [(each.name, format_value(each.value)) for each in programme.quarters(found, name)]
    return label(name), format_value(programme.total(found, name)), course


def _trend_of(name: str, found: Sequence[ScoredSession], goal: Any) -> MeasureTrend:
    """One measure over sessions in the order of time, with the goal that has it."""
    rows = [(each, each.measured[name]) for each in found if name in each.measured]
    values = [(each, observe(m, seconds=each.seconds)) for each, m in rows if each.seconds]
    points = [(each, value) for each, value in values if value is not None]
    since = goal.created_at.date() if goal is not None else None
    before = [value for each, value in points if since is None or each.held_on <= since]
    is_before = since is not None and len(before) >= LEAST_USUAL
    band = usual_range(before if is_before else [value for _, value in points])
    return MeasureTrend(
        label=label(name),
        about=CATALOGUE[name].description,
        pooled=format_value(trends.pool(found, name)),
        graphic=_graphic(name, points, band, since),
        usual=_describe_band(name, band) if band is not None else "",
        is_before=is_before,
        rows=tuple((each, format_value(m), describe_parts(m)) for each, m in rows),
        goal=goal,
    )


def _describe_band(name: str, band: Interval) -> str:
    low, high = band
    if CATALOGUE[name].unit != "seconds":
        low = max(0.0, low)
    if name not in _PAST_ONE and CATALOGUE[name].unit == "ratio":
        high = min(1.0, high)
    return f"{_number(name, low)} to {amount(name, high)}"


def _number(name: str, value: float) -> str:
    """The value, without the unit where that is said once for all: "per minute"."""
    return amount(name, value).partition(" per ")[0]


def _graphic(
    name: str,
    points: Sequence[tuple[ScoredSession, Observation]],
    band: Interval | None,
    since: date | None,
) -> Markup:
    """The drawing; nothing to draw for a single session."""
    if len(points) < 2:
        return Markup("")
    drawn = Trend(
        [Point(each.held_on, value.value, value.interval) for each, value in points],
        partial(_number, name),
        is_share=CATALOGUE[name].unit == "ratio" and name not in _PAST_ONE,
        band=band,
        goal=since,
    )
    values = ", ".join(f"{e.held_on:%-d %B %Y} {amount(name, v.value)}" for e, v in points)
    return trend_graphic(drawn, f"{label(name)} in {len(points)} sessions: {values}.")
