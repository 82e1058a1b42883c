"""What you practise, and whether it has shown."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from fastapi import APIRouter

from coach.comparison import Comparison
from coach_api.schemas.base import COMMON, problems
from coach_api.schemas.goals import ComparisonOut, GoalIn, GoalOut, GoalProgress
from coach_api.sessions import goals
from coach_api.sessions.erasure import forget_pages
from coach_api.web.callers import Reader, Writer
from coach_api.web.dependencies import Ctx
from coach_api.web.routes.parameters import ObjectId

router = APIRouter(prefix="/v1/goals", tags=["goals"], responses=COMMON)


@router.get("")
def list_goals(context: Ctx, principal: Reader) -> list[GoalProgress]:
    """List your goals, the newest first, each with the sessions since and before."""
    with context.engine.connect() as db:
        found = goals.progress(db, goals.list_goals(db, principal.user_id))
    return [
        GoalProgress(goal=_goal_out(e.goal), comparison=_comparison_out(e.comparison))
        for e in found
    ]


@router.post("", status_code=201, responses=problems("conflict"))
def set_goal(wish: GoalIn, context: Ctx, principal: Writer) -> GoalOut:
    """Set a goal with the measure that shows it."""
    with context.engine.begin() as db:
        return _goal_out(goals.take_goal(db, principal, wish))


@router.post("/{goal_id}/end")
def end_goal(goal_id: ObjectId, context: Ctx, principal: Writer) -> GoalOut:
    """End a goal."""
    with context.engine.begin() as db:
        return _goal_out(goals.end(db, principal, goal_id))


@router.delete("/{goal_id}", status_code=204)
def erase_goal(goal_id: ObjectId, context: Ctx, principal: Writer) -> None:
    """Erase a goal."""
    with context.engine.begin() as db:
        goals.forget(db, principal, goal_id)
    forget_pages(context.engine)


def _goal_out(row: sa.Row[Any]) -> GoalOut:
    return GoalOut.model_validate(row, extra="ignore")


def _comparison_out(found: Comparison) -> ComparisonOut:
    before, after = found.sessions
    return ComparisonOut(
        before=found.before,
        after=found.after,
        sessions_before=before,
        sessions_after=after,
        interval=found.interval,
        verdict=found.verdict,
    )
