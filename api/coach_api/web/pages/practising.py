"""Goals: set on a scorecard or here, with their progress."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Response
from fastapi.responses import RedirectResponse

from coach.measures.catalogue import CATALOGUE
from coach_api.problems import Problem
from coach_api.schemas.goals import Direction, GoalIn
from coach_api.sessions import access, corrections, goals
from coach_api.web.dependencies import Ctx
from coach_api.web.pages.forms import Sender, Visitor
from coach_api.web.render import page
from coach_api.web.routes import goals as actions
from coach_api.web.routes.parameters import ObjectId, SessionId

router = APIRouter(include_in_schema=False)
_MEASURES = {name: each.label for name, each in CATALOGUE.items() if name not in goals.NO_GOALS}


@router.get("/practice")
def practice_page(context: Ctx, principal: Visitor) -> Response:
    """Show the goals, and the form for an own one."""
    with context.engine.connect() as db:
        found = goals.progress(db, goals.list_goals(db, principal.user_id))
    return page(
        "practice.html",
        principal,
        open=[each for each in found if each.goal.ended_at is None],
        ended=[each for each in found if each.goal.ended_at is not None],
        measures=_MEASURES,
    )


@router.post("/practice/goals")
def set_goal(
    context: Ctx,
    principal: Sender,
    text: Annotated[str, Form(min_length=1, max_length=500, pattern=r"\S")],
    measure: Annotated[str, Form(max_length=64)],
    direction: Annotated[Direction, Form()],
) -> Response:
    """Set an own goal."""
    wish = GoalIn(text=text.strip(), measure=measure, direction=direction)
    actions.set_goal(wish, context, principal)
    return RedirectResponse("/practice", 303)


@router.post("/practice/goals/{goal_id}/end")
def end_goal(goal_id: ObjectId, context: Ctx, principal: Sender) -> Response:
    """End a goal."""
    actions.end_goal(goal_id, context, principal)
    return RedirectResponse("/practice", 303)


@router.post("/practice/goals/{goal_id}/erase")
def erase_goal(goal_id: ObjectId, context: Ctx, principal: Sender) -> Response:
    """Erase a goal."""
    actions.erase_goal(goal_id, context, principal)
    return RedirectResponse("/practice", 303)


@router.post("/sessions/{session_id}/goal")
def take_goal(session_id: SessionId, context: Ctx, principal: Sender) -> Response:
    """Take the thing to try of a session as a goal."""
    with context.engine.begin() as db:
        access.get(db, principal, session_id, "correct")
        attempt = corrections.page_of(context, db, session_id).card.feedback.attempt
        if attempt is None:
            raise Problem("conflict", "The scorecard has nothing to try any more. Set an own goal.")
        goals.take_goal(db, principal, goals.goal_from(attempt), session_id)
    return RedirectResponse("/practice", 303)
