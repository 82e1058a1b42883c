"""The programme: how many take part, totals and their course, and what most could try.

Nobody is named, and every number is of five mentors or more: of fewer, it could be read as one
person's.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import sqlalchemy as sa

from coach.measurement import Measurement
from coach.measures.catalogue import CATALOGUE
from coach_api.schemas.results import ProgrammeMeasure, ProgrammeOut
from coach_api.sessions.trends import MOST_SESSIONS, ScoredSession, has_content, pool, read_rows
from coach_api.store.tables import now, results, sessions, users

LEAST_MENTORS = 5
WITHHELD = f"Totals need {LEAST_MENTORS} mentors or more, so that nobody is recognised."
LATELY = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Adoption:
    """How many take part.

    Parameters
    ----------
    users : who may sign in.
    uploaded, lately : of them, who have a session; who have uploaded one within 90 days.
    """

    users: int
    uploaded: int
    lately: int


@dataclass(frozen=True, slots=True)
class Need:
    """A thing to try, and on how many mentors' newest scorecards it stands."""

    title: str
    mentors: int


@dataclass(frozen=True, slots=True)
class Quarter:
    """A quarter of a year, and a measure pooled over it; None where too few mentors have it."""

    name: str
    value: Measurement | None


def totals(db: sa.Connection, names: Sequence[str]) -> ProgrammeOut:
    """Return totals over all sessions, without names."""
    found = list_newest(db, names)
    mentors = count_mentors(found)
    if mentors < LEAST_MENTORS:
        return ProgrammeOut(mentors=0, sessions=0, measures=[], withheld=WITHHELD)
    measures = [_total(name, found) for name in names]
    return ProgrammeOut(mentors=mentors, sessions=len(found), measures=measures)


def adoption(db: sa.Connection) -> Adoption:
    """Count who takes part."""
    may_sign_in = sa.select(sa.func.count()).where(users.c.disabled_at.is_(None))
    uploaded = sa.select(sa.func.count(sa.distinct(sessions.c.owner_id))).select_from(
        sessions.join(users, users.c.id == sessions.c.owner_id)
    )
    kept = uploaded.where(sessions.c.deleted_at.is_(None), users.c.disabled_at.is_(None))
    lately = kept.where(sessions.c.created_at > now() - LATELY)
    return Adoption(*(db.execute(query).scalar_one() for query in (may_sign_in, kept, lately)))


def list_newest(db: sa.Connection, names: Sequence[str]) -> list[ScoredSession]:
    """Read the measures of the newest sessions of all users, the newest first."""
    wanted = (
        sa.select(sessions, results.c.scorecard)
        .join(results)
        .where(sessions.c.deleted_at.is_(None))
        .order_by(sessions.c.created_at.desc())
        .limit(MOST_SESSIONS)
    )
    return read_rows(db.execute(wanted), names)


def count_mentors(found: Iterable[ScoredSession]) -> int:
    """Count the mentors of these sessions; a session without a known mentor does not count."""
    return len({each.owner_id for each in found if each.measured})


def total(found: Sequence[ScoredSession], name: str) -> Measurement | None:
    """Pool a measure over all mentors; None when too few of them have it.

    Parameters
    ----------
    found : sessions of all mentors.
    name : of the measure.
    """
    having = _having(found, name)
    return pool(having, name) if count_mentors(having) >= LEAST_MENTORS else None


def _having(found: Sequence[ScoredSession], name: str) -> list[ScoredSession]:
    return [each for each in found if name in each.measured and has_content(each.measured[name])]


def quarters(found: Sequence[ScoredSession], name: str) -> tuple[Quarter, ...]:
    """Follow a measure through the quarters in which there are sessions, in the order of time.

    What is withheld cannot be worked out from the total either: it is of enough mentors, too.

    Parameters
    ----------
    found : sessions of all mentors.
    name : of the measure.
    """
    days = sorted({_quarter_of(each.held_on) for each in found})
    within = {day: [each for each in found if _quarter_of(each.held_on) == day] for day in days}
    values = {day: total(each, name) for day, each in within.items()}
    for day in sorted(days, key=lambda day: len(within[day])):
        hidden = [each for other in days if values[other] is None for each in within[other]]
        if not _having(hidden, name) or total(hidden, name) is not None:
            break
        values[day] = None
    return tuple(Quarter(day, values[day]) for day in days)


def needs(found: Sequence[ScoredSession]) -> tuple[Need, ...]:
    """Count what stands as the thing to try on the newest scorecards, the most frequent first.

    Parameters
    ----------
    found : sessions of all mentors, the newest first.
    """
    newest = {each.owner_id: each.attempt for each in reversed(found) if each.measured}
    counts = Counter(title for title in newest.values() if title)
    ranked = sorted(counts.items(), key=lambda each: (-each[1], each[0]))
    return tuple(Need(title, count) for title, count in ranked if count >= LEAST_MENTORS)


def _quarter_of(day: date) -> str:
    return f"{day.year} Q{(day.month + 2) // 3}"


def _total(name: str, found: Sequence[ScoredSession]) -> ProgrammeMeasure:
    whole, measure = total(found, name), CATALOGUE[name]
    return ProgrammeMeasure(
        measure=name,
        label=measure.label,
        unit=measure.unit,
        pooled=whole.value if whole else None,
        count=whole.count if whole else 0,
    )
