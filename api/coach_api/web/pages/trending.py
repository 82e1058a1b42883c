"""Measures of a mentor or a pair over their sessions, and totals of the programme, as pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Annotated

from fastapi import APIRouter, Query, Response
from markupsafe import Markup

from coach.measurement import Measurement
from coach.measures.catalogue import CATALOGUE
from coach.page.charts import Axis
from coach.page.figures import format_value, label
from coach.page.svg import element, number, percent
from coach_api.sessions import trends
from coach_api.sessions.trends import HEADLINES, Scored
from coach_api.web.dependencies import Ctx
from coach_api.web.pages.forms import Visitor
from coach_api.web.render import page
from coach_api.web.routes.trends import check_lead

router = APIRouter(include_in_schema=False)
_TOP, _LOW = 10, 70  # pixels of the drawing's highest and lowest point
_HEIGHT = _LOW + 24
_EDGE = 2.0  # per cent, room for the dots at both ends


@dataclass(frozen=True, slots=True)
class Trend:
    """One measure over the sessions: pooled, drawn, and session by session."""

    label: str
    about: str
    pooled: str
    graphic: Markup = field(repr=False)
    rows: tuple[tuple[Scored, str], ...] = field(repr=False)


@router.get("/trends")
def trends_page(
    context: Ctx, principal: Visitor, of: Annotated[str, Query(max_length=64)] = ""
) -> Response:
    """Show how the headline measures of one mentor or pair went."""
    with context.engine.connect() as db:
        people = trends.people(context, db, principal)
        chosen = next((each for each in people if each.key == of), people[0] if people else None)
        found = trends.scored_of(context, db, principal, chosen.key, HEADLINES) if chosen else []
    drawn = [trend(name, found) for name in HEADLINES] if found else []
    return page(
        "trends.html", principal, people=people, chosen=chosen, trends=drawn, number=len(found)
    )


@router.get("/programme")
def programme_page(context: Ctx, principal: Visitor) -> Response:
    """Show totals over all mentors, without names, for leads."""
    check_lead(principal)
    with context.engine.connect() as db:
        found = trends.scored_by_all(db, HEADLINES)
    mentors = trends.mentors_in(found)
    withheld = trends.WITHHELD if mentors < trends.LEAST_MENTORS else ""
    totals = [(label(name), format_value(trends.total(found, name))) for name in HEADLINES]
    return page(
        "programme.html",
        principal,
        withheld=withheld,
        totals=[] if withheld else totals,
        mentors=mentors,
        least=trends.LEAST_MENTORS,
        number=len(found),
    )


def trend(name: str, found: Sequence[Scored]) -> Trend:
    """Draw one measure over sessions in the order of time."""
    measured = [(each, each.measured[name]) for each in found if name in each.measured]
    drawn = [m for _, m in measured if m.value is not None]
    pooled = format_value(trends.pooled(found, name))
    text = f"{label(name)} in {len(drawn)} sessions. Over all of them: {pooled}."
    return Trend(
        label=label(name),
        about=CATALOGUE[name].description,
        pooled=pooled,
        graphic=_graphic(drawn, text),
        rows=tuple((each, format_value(m)) for each, m in measured),
    )


def _graphic(drawn: Sequence[Measurement], text: str) -> Markup:
    """Dots from left to right, joined; nothing to draw for a single one."""
    values = [m.value for m in drawn if m.value is not None]
    if len(values) < 2:
        return Markup("")
    is_share = drawn[0].unit == "ratio"
    low, high = min(0.0, *values), max(*values, 1.0 if is_share else 0.0)
    axis = Axis(low, high if high > low else low + 1, str)
    step = (100 - 2 * _EDGE) / (len(values) - 1)
    places = [
        (percent(_EDGE + i * step), number(_LOW - (_LOW - _TOP) * axis.place(value) / 100))
        for i, value in enumerate(values)
    ]
    ground = element("line", class_="ground", x1="0%", x2="100%", y1=_LOW, y2=_LOW)
    joins = [
        element("line", class_="join", x1=left[0], y1=left[1], x2=right[0], y2=right[1])
        for left, right in pairwise(places)
    ]
    dots = [element("circle", class_="point", cx=x, cy=y, r=5) for x, y in places]
    ends = [
        element("text", format_value(m), class_="tick", x=x, y=_LOW + 18, text_anchor=anchor)
        for m, x, anchor in ((drawn[0], "0%", "start"), (drawn[-1], "100%", "end"))
    ]
    parts = (ground, *joins, *dots, *ends)
    return element(
        "svg",
        *parts,
        class_="chart trend",
        role="img",
        aria_label=text,
        width="100%",
        height=_LOW + 24,
    )
