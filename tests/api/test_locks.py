"""Locks say who is alive, with files and with a Postgres server."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Iterator

import pytest
from service import PATIENCE

from coach_api.settings import Settings
from coach_api.store.locks import Locks, holding, locks_for
from coach_api.store.server_locks import ServerLocks
from coach_api.work.reaper import take_slot
from coach_api.work.scheduler import Scheduler


@pytest.fixture
def locks(settings: Settings) -> Iterator[Locks]:
    """Locks of each kind."""
    settings.prepare()
    found = locks_for(settings)
    yield found
    found.close()


def test_a_lock_has_one_holder(locks: Locks) -> None:
    held = locks.take("slot")
    assert held is not None
    assert held.renew()
    assert locks.take("slot") is None
    assert not locks.is_free("slot")
    held.release()
    assert locks.is_free("slot")


def test_waiting_ends_when_the_holder_lets_go(locks: Locks) -> None:
    entered = threading.Event()
    held = locks.wait("migrate")

    def wait() -> None:
        with holding(locks, "migrate"):
            entered.set()

    thread = threading.Thread(target=wait)
    thread.start()
    time.sleep(0.2)
    assert not entered.is_set()
    held.release()
    assert entered.wait(PATIENCE)
    thread.join()


def test_slots_are_numbered_from_the_first_free_one(settings: Settings, locks: Locks) -> None:
    (first, one), (second, two) = take_slot(settings, locks), take_slot(settings, locks)
    assert (first[-2:], second[-2:]) == ("-0", "-1")
    one.release()
    third, three = take_slot(settings, locks)
    assert third == first
    two.release()
    three.release()


def test_a_server_lock_is_taken_again_after_a_restart(
    postgres_settings: Settings, restart_postgres: Callable[[], None]
) -> None:
    locks = locks_for(postgres_settings)
    held = locks.take("slot")
    assert held is not None
    restart_postgres()
    assert held.renew()
    assert locks.take("slot") is None
    restart_postgres()
    thief = locks.take("slot")
    assert not held.renew()
    assert thief is not None
    thief.release()
    held.release()


def test_a_lock_that_somebody_only_asked_about_is_taken_again(
    postgres_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Asking whether a lock is free takes it for a moment."""
    locks = ServerLocks(postgres_settings.database)
    held = locks.take("slot")
    assert held is not None
    with locks.connect() as server:
        server.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_locks"
            " WHERE locktype = 'advisory' AND pid <> pg_backend_pid()"
        )
    asked = locks.wait("slot")
    monkeypatch.setattr(time, "sleep", lambda _: asked.release())
    assert held.renew()
    held.release()


def test_batch_waits_at_its_next_stage_while_an_interactive_job_is_under_way() -> None:
    order: list[str] = []

    async def stages(
        scheduler: Scheduler, name: str, *, interactive: bool, until: asyncio.Event
    ) -> None:
        for _ in range(3):
            async with scheduler.core(interactive=interactive):
                order.append(name)
                begun.set()
                await until.wait()
            await asyncio.sleep(0)

    async def batch(scheduler: Scheduler) -> None:
        async with scheduler.job(interactive=False):
            await stages(scheduler, "batch", interactive=False, until=passed)

    async def mine(scheduler: Scheduler) -> None:
        await begun.wait()
        async with scheduler.job(interactive=True):
            passed.set()
            await stages(scheduler, "mine", interactive=True, until=passed)

    async def both() -> None:
        scheduler = Scheduler()
        await asyncio.gather(batch(scheduler), mine(scheduler))

    begun, passed = asyncio.Event(), asyncio.Event()
    asyncio.run(both())
    assert order == ["batch", "mine", "mine", "mine", "batch", "batch"]
