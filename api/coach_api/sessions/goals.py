"""Goals: what a mentor practises, and whether the measures have changed since."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from coach.comparison import Comparison, Observation, compare, observe
from coach.feedback import TOPICS, Finding
from coach.measures.catalogue import CATALOGUE
from coach.rules import FeedbackRules
from coach_api.people import audit
from coach_api.people.principal import Principal
from coach_api.problems import Problem, not_found
from coach_api.schemas.goals import Direction, GoalIn
from coach_api.sessions import access, trends
from coach_api.sessions.trends import ScoredSession
from coach_api.store.tables import goals, new_id, now

MOST = 10
"""Goals that may be open at once."""
NO_GOALS = frozenset({"words", "turns", "turn_entropy", "low_confidence_words"})
"""Measures that say more about the recording than about a habit."""
_SESSIONS = 10  # on each side that are compared: a habit of long ago says little


@dataclass(frozen=True, slots=True)
class GoalReport:
    """A goal, and the sessions since it was set beside those before."""

    goal: sa.Row[Any] = field(repr=False)
    comparison: Comparison


def take_goal(
    db: sa.Connection, principal: Principal, wish: GoalIn, session_id: str | None = None
) -> sa.Row[Any]:
    """Set a goal; the same one again, while it is open, is the same goal.

    Parameters
    ----------
    wish : what to practise, and the measure that shows it.
    session_id : of the session that it was taken from.

    Raises
    ------
    Problem : if there is no such measure, or too many goals are open.
    """
    if wish.measure not in CATALOGUE or wish.measure in NO_GOALS:
        raise Problem("invalid-request", "No goal has that measure. For instance: talk_share.")
    present = list_open_goals(db, principal.user_id)
    for row in present:
        if (row.text, row.measure, row.direction) == (wish.text, wish.measure, wish.direction):
            return row
    if len(present) >= MOST:
        raise Problem("conflict", f"{MOST} goals are open already. End one first.")
    goal_id = new_id()
    taken = {"id": goal_id, "user_id": principal.user_id, "session_id": session_id}
    db.execute(goals.insert().values(**taken, **wish.model_dump()))
    audit.note(db, principal.user_id, "goal.set", goal_id)
    return find(db, principal, goal_id)


def goal_from(finding: Finding) -> GoalIn:
    """Make the goal that follows from a finding to try."""
    topic = next(each for each in TOPICS if each.name == finding.topic)
    rule = FeedbackRules().of(topic.name)
    direction: Direction = "more" if rule.good > rule.even else "less"
    return GoalIn(text=finding.title, measure=topic.measure, direction=direction)


def find(db: sa.Connection, principal: Principal, goal_id: str) -> sa.Row[Any]:
    """Find a goal of the principal.

    Parameters
    ----------
    db : an open connection.
    principal : whose goal it must be.
    goal_id : as it was sent.

    Raises
    ------
    Problem : if there is none.
    """
    mine = goals.c.id == goal_id, goals.c.user_id == principal.user_id
    row = db.execute(sa.select(goals).where(*mine)).one_or_none()
    if row is None:
        raise not_found("goal")
    return row


def list_goals(db: sa.Connection, user_id: str) -> list[sa.Row[Any]]:
    """List all goals of a user, the newest first."""
    mine = sa.select(goals).where(goals.c.user_id == user_id)
    return list(db.execute(mine.order_by(goals.c.created_at.desc())))


def list_open_goals(db: sa.Connection, user_id: str) -> list[sa.Row[Any]]:
    """List the goals that a user has not ended, the newest first."""
    return [row for row in list_goals(db, user_id) if row.ended_at is None]


def end(db: sa.Connection, principal: Principal, goal_id: str) -> sa.Row[Any]:
    """End a goal; ending it twice is ending it once.

    Parameters
    ----------
    db : an open transaction.
    principal : whose goal it must be.
    goal_id : as it was sent.

    Raises
    ------
    Problem : if there is no such goal.
    """
    row = find(db, principal, goal_id)
    if row.ended_at is None:
        db.execute(goals.update().where(goals.c.id == goal_id).values(ended_at=now()))
        audit.note(db, principal.user_id, "goal.ended", goal_id)
    return find(db, principal, goal_id)


def forget(db: sa.Connection, principal: Principal, goal_id: str) -> None:
    """Erase a goal.

    Parameters
    ----------
    db : an open transaction.
    principal : whose goal it must be.
    goal_id : as it was sent.

    Raises
    ------
    Problem : if there is no such goal.
    """
    find(db, principal, goal_id)
    db.execute(goals.delete().where(goals.c.id == goal_id))
    audit.note(db, principal.user_id, "goal.erased", goal_id)


def progress(
    db: sa.Connection, chosen: Sequence[sa.Row[Any]], *, until: sa.Row[Any] | None = None
) -> list[GoalReport]:
    """Compare the sessions since each goal was set with those before.

    Parameters
    ----------
    chosen : the goals.
    until : the session to look back from; None looks at all sessions. A goal that was set later
        is left out.
    """
    last = (access.day_of(until), until.created_at) if until is not None else None
    fitting = [goal for goal in chosen if last is None or _is_before(goal.created_at, last)]
    return [GoalReport(goal, _compare_sides(db, goal, last)) for goal in fitting]


def _is_before(moment: datetime, session: tuple[date, datetime]) -> bool:
    return (moment.date(), moment) < session


def _compare_sides(
    db: sa.Connection, goal: sa.Row[Any], last: tuple[date, datetime] | None
) -> Comparison:
    sides = trends.scored_around(
        db, goal.user_id, goal.created_at, [goal.measure], most=_SESSIONS, until=last
    )
    return compare(*(_values(goal.measure, side) for side in sides))


def _values(name: str, found: Sequence[ScoredSession]) -> list[Observation]:
    measured = ((each.measured.get(name), each.seconds) for each in found)
    values = (observe(m, seconds=seconds) for m, seconds in measured if m is not None and seconds)
    return [value for value in values if value is not None]
