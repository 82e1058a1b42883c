"""Two things at once: whatever the order, nothing is lost, revived or left behind."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
import sqlalchemy as sa
from service import PATIENCE, Service
from sqlalchemy import Engine

from coach.analysis.stages import ANALYSIS
from coach.interchange.json import load
from coach.scorecard import Scorecard
from coach_api.corpus.queue import Queue
from coach_api.sessions import retention, sweep
from coach_api.sessions.job_records import finish, job_name, run_of
from coach_api.store.database import connect
from coach_api.store.objects import recording_key, stage_key
from coach_api.store.tables import new_id, now, results, sessions, users
from coach_api.work import workflow
from coach_api.work.durable import DurableJobs
from coach_api.work.reconcile import reconcile_sessions
from coach_api.work.workflow import Analysis
from coach_api.work.workspace import Workspace


def change(service: Service, session_id: str, **values: Any) -> None:
    with service.engine.begin() as tx:
        tx.execute(sa.update(sessions).where(sessions.c.id == session_id).values(**values))


def just_before(
    monkeypatch: pytest.MonkeyPatch, place: Any, name: str, what: Callable[[], object]
) -> None:
    """Let something happen once, in the moment before a function is called."""
    function, left = getattr(place, name), [what]

    def called(*arguments: Any, **more: Any) -> Any:
        if left:
            left.pop()()
        return function(*arguments, **more)

    monkeypatch.setattr(place, name, called)


def just_after(
    monkeypatch: pytest.MonkeyPatch, place: Any, name: str, what: Callable[[], object]
) -> None:
    """Let something happen once, in the moment after a function was called."""
    function, left = getattr(place, name), [what]

    def called(*arguments: Any, **more: Any) -> Any:
        found = function(*arguments, **more)
        if left:
            left.pop()()
        return found

    monkeypatch.setattr(place, name, called)


@contextmanager
def meanwhile(engine: Engine, what: Callable[[], object]) -> Iterator[list[object]]:
    """Let somebody else do something after the first look into the database; gives how it went.

    They are waited for as long as they can be: where a lock keeps them out, they come after.
    """
    outcome: list[object] = []
    other = Thread(target=lambda: outcome.append(what()))

    def looked(*_: object) -> None:
        if other.ident is None:
            other.start()
            other.join(0.3)

    sa.event.listen(engine, "after_cursor_execute", looked)
    yield outcome
    sa.event.remove(engine, "after_cursor_execute", looked)
    other.join(PATIENCE)


@contextmanager
def tried_again_elsewhere(service: Service, session_id: str) -> Iterator[list[object]]:
    """Let another process try a session again `meanwhile`."""
    other = connect(service.settings)
    jobs = DurableJobs(service.settings, other, service.storage)
    with meanwhile(service.engine, lambda: jobs.retry(session_id)) as retried:
        yield retried
    jobs.close()
    other.dispose()


def test_a_session_that_ends_while_it_is_cancelled_is_one_of_both(service: Service) -> None:
    session_id = service.upload("ends just now")
    other = connect(service.settings)

    def end() -> bool:
        with other.begin() as tx:
            return finish(tx, session_id, 0, conversation="{}", scorecard="{}")

    with meanwhile(service.engine, end) as has_ended:
        is_cancelled = service.jobs.cancel(session_id)
    assert (is_cancelled, *has_ended) in ((True, False), (False, True))
    assert service.row(session_id).status == ("cancelled" if is_cancelled else "done")
    other.dispose()


def test_a_session_that_two_try_again_at_once_is_begun_once(service: Service) -> None:
    session_id = service.upload("one")
    change(service, session_id, status="failed")
    with tried_again_elsewhere(service, session_id) as second:
        first = service.jobs.retry(session_id)
    assert sorted([first, *map(bool, second)]) == [False, True]
    assert service.row(session_id).run == 1


def test_a_session_that_is_tried_again_while_it_is_erased_leaves_no_job(service: Service) -> None:
    session_id = service.upload("one")
    change(service, session_id, status="failed")
    with tried_again_elsewhere(service, session_id) as retried:
        service.jobs.forget(session_id)
    assert retried == [False]
    assert service.jobs.book.names(session_id) == ()


@pytest.mark.parametrize("case", ["parked", "gone"])
def test_what_was_cancelled_is_not_begun_again_by_settling(
    sqlite_service: Service, monkeypatch: pytest.MonkeyPatch, case: str
) -> None:
    service = sqlite_service
    session_id = service.upload("one")
    with service.engine.begin() as tx:
        tx.execute(sa.update(sessions).values(updated_at=now() - timedelta(minutes=1)))
        if case == "parked":
            tx.exec_driver_sql(
                "UPDATE workflow_status SET status = 'MAX_RECOVERY_ATTEMPTS_EXCEEDED'"
            )
    if case == "gone":
        service.jobs.book.erase(job_name(session_id, 0))
    just_after(monkeypatch, service.jobs.book, "states", lambda: service.jobs.cancel(session_id))
    reconcile_sessions(service.engine, service.jobs, ["queued"])
    assert (service.row(session_id).status, service.row(session_id).run) == ("cancelled", 0)


def test_a_session_that_waits_without_sound_and_without_a_job_says_so(
    sqlite_service: Service,
) -> None:
    service = sqlite_service
    session_id = service.upload("one")
    service.jobs.book.erase(job_name(session_id, 0))
    change(service, session_id, blob_key="", updated_at=now() - timedelta(minutes=1))
    assert reconcile_sessions(service.engine, service.jobs, ["queued"]) == 1
    assert service.row(session_id).status == "failed"
    assert "Upload it again" in service.row(session_id).error_detail


def test_sound_that_is_purged_is_not_taken_from_a_retry(
    sqlite_service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Either the sound goes and the retry is refused, or the retry goes on and keeps the sound."""
    service = sqlite_service
    session_id = service.upload("one")
    change(service, session_id, status="failed", audio_until=now() - timedelta(days=1))
    outcome: list[object] = []

    def retry() -> None:
        try:
            outcome.append(service.jobs.retry(session_id))
        except Exception as error:
            outcome.append(str(error))

    just_before(monkeypatch, retention, "erase_files", retry)
    retention.purge_audio(service.engine, service.storage, service.jobs.book)
    row = service.row(session_id)
    assert row.status == "failed"
    assert "Upload it again" in str(outcome[0])
    assert list(service.storage.keys("recordings")) == []


def test_a_purge_that_is_interrupted_is_completed_by_the_sweep(
    sqlite_service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = sqlite_service
    session_id = service.upload("one")
    service.storage.put_once(stage_key(session_id, "diarize-0.json"), b"prints")
    change(service, session_id, status="done", audio_until=now() - timedelta(days=1))

    def die(*_: object) -> None:
        raise SystemExit

    with monkeypatch.context() as killed, pytest.raises(SystemExit):
        killed.setattr(retention, "erase_files", die)
        retention.purge_audio(service.engine, service.storage, service.jobs.book)
    assert service.row(session_id).blob_key == ""
    found = sweep.survey(service.engine, service.storage, grace=-timedelta(seconds=9))
    sweep.sweep(service.storage, found)
    assert list(service.storage.keys("recordings")) == []
    assert list(service.storage.keys("stages")) == []


def test_a_lost_recording_is_not_noted_on_a_session_that_is_tried_again(
    sqlite_service: Service,
) -> None:
    """Its job says that the recording is gone; without its key nobody would know which."""
    service = sqlite_service
    session_id = service.upload("one")
    key = service.row(session_id).blob_key
    change(service, session_id, status="failed")
    service.storage.erase(f"recordings/{session_id}")
    found = sweep.survey(service.engine, service.storage)
    assert found.lost == (session_id,)
    assert service.jobs.retry(session_id)
    assert sweep.mark_lost(service.engine, found.lost) == 0
    assert service.row(session_id).blob_key == key


def test_a_recording_that_waited_long_for_its_end_is_not_swept_as_it_is_accepted(
    sqlite_service: Service,
) -> None:
    """The last bytes of an upload in pieces may be hours old when the client completes it."""
    service = sqlite_service
    part = service.settings.uploads_dir / "old.part"
    part.write_bytes(b"sound")
    past = time.time() - 5 * 3600
    os.utime(part, (past, past))
    key = recording_key(new_id(), "0a0b")
    service.storage.adopt(part, key)
    assert sweep.survey(service.engine, service.storage).strays == ()
    assert service.storage.read(key) == b"sound"


def test_what_a_stage_still_stored_of_an_erased_account_is_swept_at_once(
    sqlite_service: Service,
) -> None:
    service = sqlite_service
    session_id = service.upload("one")
    service.jobs.forget(session_id)
    with service.engine.begin() as tx:
        tx.execute(sa.delete(users))
    assert service.row(session_id) is None
    service.storage.put_once(stage_key(session_id, "transcribe-0.json"), b"words")
    found = sweep.survey(service.engine, service.storage)
    assert found.leftovers == (session_id,)
    sweep.sweep(service.storage, found)
    assert list(service.storage.keys("stages")) == []


def test_what_vanishes_while_it_is_looked_at_stops_no_chore(
    sqlite_service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = sqlite_service
    past = time.time() - 400 * 24 * 3600
    incoming = service.settings.data_dir / "store" / ".incoming"
    incoming.mkdir()
    gone = [service.settings.uploads_dir / "gone.part", incoming / "gone"]
    old = [service.settings.uploads_dir / "old.part", incoming / "old"]
    for path in (*gone, *old):
        path.touch()
        os.utime(path, (past, past))
    stat = Path.stat

    def vanished(self: Path, **more: Any) -> os.stat_result:
        if self.name.startswith("gone"):
            self.unlink(missing_ok=True)
        return stat(self, **more)

    monkeypatch.setattr(Path, "stat", vanished)
    assert retention.purge_uploads(service.settings, service.engine) == 1
    service.storage.tidy(now())
    monkeypatch.undo()
    assert not any(path.exists() for path in (*gone, *old))


def test_erasing_waits_for_a_result_that_is_being_stored(
    postgres_service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What another transaction is about to store is not seen, and would outlive the erasure."""
    service = postgres_service
    session_id = service.upload("one")
    with service.engine.begin() as tx:
        finish(tx, session_id, 0, conversation="words", scorecard="words")
        erasing = Thread(target=service.jobs.forget, args=(session_id,))
        erasing.start()
        time.sleep(0.3)
    erasing.join(PATIENCE)
    assert "words" not in _rows(service.engine)


def _rows(engine: Engine) -> str:
    with engine.connect() as connection:
        return str(connection.exec_driver_sql("SELECT * FROM results").all())


def test_runs_that_begin_at_once_share_the_owner_of_their_corpus(
    postgres_service: Service, tmp_path: Path
) -> None:
    """As the tasks of an array do, each with the same folder on a disk of its own."""
    service = postgres_service
    settings = replace(service.settings, data_dir=tmp_path / "task")
    owner = hashlib.sha256(b"/local/out").hexdigest()[:32]
    failed: list[Exception] = []

    def begin() -> None:
        try:
            Queue(settings, "/local/out", 0).close()
        except Exception as error:
            failed.append(error)

    other = Thread(target=begin)
    with service.engine.begin() as tx:
        tx.execute(sa.insert(users).values(id=owner, email=f"corpus-{owner}@localhost"))
        other.start()
        other.join(1.5)
    other.join(PATIENCE)
    assert failed == []


def test_a_title_that_is_given_while_the_scorecard_is_made_is_on_it(
    sqlite_service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = sqlite_service
    session_id = service.upload("renamed in the last moment")
    workspace = Workspace(service.settings, service.storage, "here-0")
    with service.engine.connect() as connection:
        run = run_of(connection, session_id, 0)
    assert run is not None
    for stage in ANALYSIS:
        found = (service.root / "found" / f"{stage.name}.json").read_bytes()
        name = stage.result(workspace.lay_out(run)).name
        service.storage.put_once(stage_key(session_id, name), found)
    renamed = partial(change, service, session_id, title="Given later", mentor="Ada")
    just_after(monkeypatch, workflow, "score_corrected", renamed)
    Analysis(service.settings, service.engine, workspace)._conclude(session_id, 0)
    with service.engine.connect() as connection:
        text = connection.scalar(sa.select(results.c.scorecard))
    assert text is not None
    card = load(Scorecard, text)
    assert card.recording.id == "Given later"
    assert card.mentor is not None and card.mentor.name == "Ada"
    assert service.row(session_id).status == "done"
