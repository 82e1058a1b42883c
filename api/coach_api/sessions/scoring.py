"""From the conversation as heard to the scorecard as shown: names, corrections, then measures.

The conversation as heard is stored once and never changed; scoring takes milliseconds and no
models.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from coach.conversation import Conversation
from coach.corrections import Change, Rename, SetMentor, apply_changes
from coach.page.view import Page
from coach.scorecard import Scorecard, score

UNTITLED = "Your session"
_STEPS = 8  # that are kept: what was just corrected is undone first


def title_by_date(created: datetime) -> str:
    """Make the title of a session without one.

    Examples
    --------
    >>> title_by_date(datetime(2026, 11, 27, 9, 5))
    'Session of 27 November 2026, 9:05'
    """
    return f"Session of {created:%-d %B %Y, %-H:%M}"


@dataclass(frozen=True, slots=True)
class SessionDetails:
    """Title and names of a session, as the user gave them; "" for those that are missing."""

    title: str = field(default="", repr=False)
    mentor: str = field(default="", repr=False)
    partner: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Step:
    """The conversation after some corrections.

    Parameters
    ----------
    named : title and names, which come before all corrections.
    changes : corrections, in order.
    conv : with all of them.
    """

    named: tuple[str, tuple[Rename, ...]] = field(repr=False)
    changes: tuple[Change, ...]
    conv: Conversation


@dataclass(frozen=True, slots=True)
class SessionView:
    """A session as it is shown, and the last steps there."""

    page: Page = field(repr=False)
    steps: tuple[Step, ...] = field(repr=False)


def apply_corrections(
    conv: Conversation, changes: Sequence[Change], given: SessionDetails
) -> Conversation:
    """Apply title, names and a reader's corrections to a conversation.

    Parameters
    ----------
    conv : as heard.
    changes : corrections that are in force, in order.
    given : title and names.

    Raises
    ------
    InputError : if a change does not fit the conversation.

    Examples
    --------
    >>> from coach.talk import talk
    >>> conv = talk("A 0-3", "B 3-4")
    >>> shown = apply_corrections(conv, [], SessionDetails("First talk", "Ada"))
    >>> shown.recording.id, [speaker.name for speaker in shown.speakers]
    ('First talk', ['Ada', None])

    The names were given by role, so they follow it when a reader says who the mentor is:

    >>> shown = apply_corrections(conv, [SetMentor("B")], SessionDetails("", "Ada", "Bo"))
    >>> [(speaker.name, speaker.role) for speaker in shown.speakers]
    [('Bo', 'mentee'), ('Ada', 'mentor')]
    """
    return steps_to(conv, changes, given)[-1].conv


def steps_to(
    conv: Conversation, changes: Sequence[Change], given: SessionDetails, known: Sequence[Step] = ()
) -> tuple[Step, ...]:
    """Correct step by step, from the last known step that leads there.

    Parameters
    ----------
    conv, changes, given : as for `apply_corrections`.
    known : steps made before from the same conversation.

    Returns
    -------
    The last steps; the last of them is what `apply_corrections` returns.

    Raises
    ------
    InputError : if a change does not fit the conversation.
    """
    named = (given.title or UNTITLED, _names(conv, changes, given))
    wanted = tuple(changes)
    steps = [
        step
        for step in known
        if step.named == named and step.changes == wanted[: len(step.changes)]
    ] or [_first_step(conv, named)]
    for change in wanted[len(steps[-1].changes) :]:
        last = steps[-1]
        steps.append(Step(named, (*last.changes, change), apply_changes(last.conv, [change])))
    return tuple(steps[-_STEPS:])


def _first_step(conv: Conversation, named: tuple[str, tuple[Rename, ...]]) -> Step:
    title, names = named
    titled = replace(conv, recording=replace(conv.recording, id=title))
    return Step(named, (), apply_changes(titled, names))


def score_corrected(
    conv: Conversation, changes: Sequence[Change], given: SessionDetails
) -> Scorecard:
    """The scorecard of a corrected conversation, with the rules that it was analysed with.

    Parameters
    ----------
    conv, changes, given : as for `apply_corrections`.
    """
    return score(apply_corrections(conv, changes, given), corrected=bool(changes))


def _names(
    conv: Conversation, changes: Sequence[Change], given: SessionDetails
) -> tuple[Rename, ...]:
    told = [change.speaker for change in changes if isinstance(change, SetMentor)]
    ids = [speaker.id for speaker in conv.speakers]
    mentor = told[-1] if told else conv.mentor and conv.mentor.id
    if mentor not in ids:
        return ()
    others = [speaker for speaker in ids if speaker != mentor]
    named = [Rename(mentor, given.mentor)] if given.mentor else []
    if given.partner and len(others) == 1:
        named.append(Rename(others[0], given.partner))
    return tuple(named)
