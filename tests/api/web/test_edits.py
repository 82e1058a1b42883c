"""Edits of a session: scored outside of any lock, stored whole or not at all, never lost."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given as drawn
from hypothesis import settings as tried
from hypothesis import strategies as st
from postgres import new_database

from coach.conversation import Acts, Conversation
from coach.corrections import (
    Change,
    EditText,
    JudgeFeeling,
    Overrule,
    Reattribute,
    Relabel,
    Rename,
    SetMentor,
    Swap,
)
from coach.errors import InputError
from coach.interchange.json import dump
from coach.intervals import Span
from coach.scorecard import score
from coach_api.people.principal import Principal
from coach_api.problems import Problem
from coach_api.sessions import corrections, edits
from coach_api.sessions.scoring import (
    SessionDetails,
    Step,
    apply_corrections,
    score_corrected,
    steps_to,
)
from coach_api.settings import Settings
from coach_api.store import tables
from coach_api.store.migrate import migrate
from coach_api.store.tables import results

from .conftest import Person, Service, spoken


@pytest.fixture(params=["sqlite", "postgres"])
def settings(request: pytest.FixtureRequest, settings: Settings) -> Settings:
    if request.param == "sqlite":
        return settings
    url = new_database(request.getfixturevalue("postgres"))
    chosen = replace(settings, database_url=url)
    migrate(chosen)
    return chosen


def principal(who: Person) -> Principal:
    return Principal(who.id, "mentor", "", frozenset({"read", "write"}))


def all_changes(conv: Conversation) -> list[Change]:
    """Every kind of correction, of every sentence."""
    found: list[Change] = [
        Rename("A", "Ada"), Rename("B", ""), SetMentor("A"), SetMentor("B"), Swap("A", "B"),
        Overrule(Span(30.5, 33.0), "terminal"),
    ]  # fmt: skip
    for each in conv.sentences:
        span, who = each.span, each.speaker
        found += [
            Relabel(span, who, Acts("closed_question")),
            Relabel(span, who, Acts(listening=("reflection_simple",))),
            JudgeFeeling(span, who, "none"),
            EditText(span, who, "I felt sad. Why?"),
            EditText(Span(span.start, span.middle), who, "so"),
            Reattribute(span, who, "B" if who == "A" else "A"),
            Reattribute(Span(span.middle, span.end), who, "B" if who == "A" else "A"),
        ]
    return found


CHANGES = all_changes(spoken())
GIVEN = (
    SessionDetails("", "", ""),
    SessionDetails("Talk", "Ada", "Bo"),
    SessionDetails("Talk", "", "Bo"),
)


@tried(deadline=None, max_examples=60)
@drawn(
    st.lists(st.sampled_from(CHANGES), max_size=10),
    st.lists(st.integers(0, 9), max_size=6),
    st.lists(st.sampled_from(GIVEN), min_size=1, max_size=3),
)
def test_step_by_step_the_same_is_shown_as_from_the_beginning(
    changes: list[Change], undone: list[int], told: list[SessionDetails]
) -> None:
    """Add one by one, undo some, change names in between: always as if nothing were known."""
    conv, made = spoken(), list[Change]()
    steps: tuple[Step, ...] = ()

    def check(wanted: list[Change], names: SessionDetails) -> bool:
        nonlocal steps
        try:
            expected = apply_corrections(conv, wanted, names)
        except InputError:
            with pytest.raises(InputError):
                steps_to(conv, wanted, names, steps)
            return False
        steps = steps_to(conv, wanted, names, steps)
        assert steps[-1].conv == expected and steps[-1].changes == tuple(wanted)
        return True

    for number, change in enumerate(changes):
        if check([*made, change], told[number % len(told)]):
            made.append(change)
    for place in undone:
        left = [each for i, each in enumerate(made) if i != place]
        if check(left, told[place % len(told)]):
            made = left


def test_the_stored_scorecard_is_that_of_a_full_score(service: Service, mentor: Person) -> None:
    """Corrections, undoing, names and forgotten values, at random."""
    session_id, chance, made = service.upload(mentor), random.Random(5), list[str]()
    context, who = service.context, principal(mentor)
    for _ in range(40):
        with context.engine.connect() as db:
            row = db.execute(sa.select(tables.sessions)).one()
        what = chance.random()
        try:
            if what < 0.6:
                change = chance.choice(CHANGES)
                made.append(edits.add_correction(context, who, session_id, change).id)
            elif what < 0.85 and made:
                edits.undo_correction(context, who, session_id, chance.choice(made))
            else:
                names = {"title": chance.choice(["", "Talk"]), "mentor": chance.choice(["", "Ada"])}
                edits.change_session(context, row, names)
        except InputError:
            pass  # it does not fit any more; then nothing may have changed
        if chance.random() < 0.2:
            context.shown.forget(session_id)
        check_stored(service, session_id)
    assert len(made) > 10


def check_stored(service: Service, session_id: str) -> None:
    """What is stored and shown comes from the corrections in force, and from nothing else."""
    context = service.context
    with context.engine.connect() as db:
        changes, told = (
            corrections.current_changes(db, session_id),
            corrections.read_details(db, session_id),
        )
        conv = corrections.read_original(db, session_id)
        page = corrections.page_of(context, db, session_id)
        row = db.execute(sa.select(results).where(results.c.session_id == session_id)).one()
    assert row.scorecard == dump(score_corrected(conv, changes, told), indent=None)
    assert row.corrected is bool(changes)
    assert page.conv == apply_corrections(conv, changes, told)
    assert page.card.recording.id == told.title


def test_nothing_is_lost_when_many_edit_at_once(service: Service, mentor: Person) -> None:
    session_id = service.upload(mentor)
    path, count = f"/v1/sessions/{session_id}", 12

    def edit(number: int) -> int:
        client = service.client(mentor.token)
        if number % 4 == 3:
            return client.patch(path, json={"title": f"Talk {number}"}).status_code
        change = {"kind": "rename", "speaker": "A", "name": f"Name {number}"}
        made = client.post(f"{path}/corrections", json=change)
        if number % 4 == 2 and made.status_code == 201:
            client.delete(f"{path}/corrections/{made.json()['id']}").raise_for_status()
        return made.status_code

    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(edit, range(count)))
    assert sorted(answers) == [200] * 3 + [201] * 9
    listed = mentor.client.get(f"{path}/corrections").json()
    assert [each["number"] for each in listed] == list(range(1, 10))
    assert sum(each["undone_at"] is not None for each in listed) == 3
    with service.context.engine.connect() as db:
        assert corrections.revision(db, session_id) == 15  # each edit and each undoing once
    check_stored(service, session_id)


@pytest.fixture
def while_scoring(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., None]]:
    """Let something happen while a scorecard is computed, so many times."""
    left = list[Callable[[], object]]()

    def scoring(conv: Conversation, **options: Any) -> Any:
        if left:
            left.pop()()
        return score(conv, **options)

    def happens(what: Callable[[], object], times: int = 1) -> None:
        left.extend([what] * times)

    monkeypatch.setattr("coach_api.sessions.edits.score", scoring)
    yield happens
    assert left == []


def test_others_write_while_a_scorecard_is_computed(
    service: Service, mentor: Person, while_scoring: Callable[..., None]
) -> None:
    """A lock that were held then would keep them out until they give up."""
    first, second = service.upload(mentor, 1), service.upload(mentor, 2)
    who, change = principal(mentor), Rename("A", "Ada")
    while_scoring(lambda: edits.add_correction(service.context, who, second, change))
    edits.add_correction(service.context, who, first, change)
    for session_id in (first, second):
        check_stored(service, session_id)
        with service.context.engine.connect() as db:
            assert corrections.current_changes(db, session_id) == [change]


def test_an_edit_of_an_outdated_session_begins_anew(
    service: Service, mentor: Person, while_scoring: Callable[..., None]
) -> None:
    session_id, who = service.upload(mentor), principal(mentor)
    theirs, ours = Relabel(Span(0, 4), "A", Acts("closed_question")), SetMentor("B")
    while_scoring(lambda: edits.add_correction(service.context, who, session_id, theirs))
    edits.add_correction(service.context, who, session_id, ours)
    with service.context.engine.connect() as db:
        assert corrections.current_changes(db, session_id) == [theirs, ours]
    check_stored(service, session_id)


def test_an_edit_that_is_always_outdated_says_so(
    service: Service, mentor: Person, while_scoring: Callable[..., None]
) -> None:
    session_id, who = service.upload(mentor), principal(mentor)

    def bump() -> None:
        with service.context.engine.begin() as db:
            db.execute(results.update().values(revision=results.c.revision + 1))

    while_scoring(bump, times=edits._TRIES)
    with pytest.raises(Problem, match="Send it again") as refused:
        edits.add_correction(service.context, who, session_id, Rename("A", "Ada"))
    assert refused.value.kind == "conflict"
    with service.context.engine.connect() as db:
        assert corrections.list_corrections(db, session_id) == []


def test_what_is_erased_meanwhile_is_not_stored_and_not_kept(
    service: Service, mentor: Person, while_scoring: Callable[..., None]
) -> None:
    session_id, context = service.upload(mentor), service.context
    while_scoring(lambda: context.forget(session_id))
    with pytest.raises(Problem, match="no scorecard"):
        edits.add_correction(context, principal(mentor), session_id, Rename("A", "Ada"))
    with context.engine.connect() as db:
        for table in (results, tables.corrections, tables.sessions):
            assert db.execute(sa.select(sa.func.count()).select_from(table)).scalar_one() == 0
    for kept in (context.shown, context.heard, context.cards):
        with pytest.raises(LookupError):
            kept.get(session_id, 0, _never)


def _never() -> Any:
    raise LookupError


def test_a_title_that_is_given_while_the_scorecard_comes_is_on_it(
    service: Service, mentor: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The job ends between the look whether there is a scorecard, and the new title."""
    service.jobs.at_once = False
    session_id, told = service.upload(mentor), corrections.read_details

    def given(*arguments: Any) -> SessionDetails:
        monkeypatch.undo()
        service.jobs.run()
        return told(*arguments)

    monkeypatch.setattr(corrections, "read_details", given)
    answer = mentor.client.patch(f"/v1/sessions/{session_id}", json={"title": "Later"})
    assert answer.json()["title"] == "Later"
    check_stored(service, session_id)


def test_another_day_is_no_reason_to_score_again(service: Service, mentor: Person) -> None:
    session_id = service.upload(mentor)
    path = f"/v1/sessions/{session_id}"
    assert mentor.client.patch(path, json={"held_on": "2026-03-02"}).json()["held_on"]
    with service.context.engine.connect() as db:
        assert corrections.revision(db, session_id) == 0


def test_a_correction_costs_what_it_changes() -> None:
    """One more begins with what is there already, and so does undoing the last."""
    conv = spoken()
    changes = [Relabel(s.span, s.speaker, Acts("open_question")) for s in conv.sentences]
    steps = steps_to(conv, changes, SessionDetails())
    more = steps_to(conv, [*changes, SetMentor("A")], SessionDetails(), steps)
    assert [step.conv for step in more[:-1]] == [step.conv for step in steps[1:]]
    assert all(new.conv is old.conv for new, old in zip(more, steps[1:], strict=False))
    undone = steps_to(conv, changes[:-1], SessionDetails(), more)
    assert undone[-1].conv is steps[-2].conv
