"""Nothing is lost: processes are killed at random, every accepted recording gets its scorecard."""

from __future__ import annotations

from collections.abc import Callable

from chaos import Outcome, chaos
from service import Service


def assert_nothing_is_lost(outcome: Outcome, recordings: int) -> None:
    assert outcome.reasons == []
    assert outcome.statuses == {"done": recordings}, outcome
    assert (outcome.different, outcome.unreadable, outcome.orphans) == (0, 0, 0), outcome
    assert outcome.backups > 0
    assert outcome.missing == 0, outcome


def test_more_than_fifty_kills_on_sqlite_lose_nothing(sqlite_service: Service) -> None:
    kills = {"api": 20, "worker": 18, "stage": 12, "supervisor": 2}
    outcome = chaos(sqlite_service, recordings=10, kills=kills)
    assert sum(outcome.kills.values()) == 52
    assert_nothing_is_lost(outcome, 10)
    with sqlite_service.engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"


def test_more_than_fifty_kills_and_a_restart_of_postgres_lose_nothing(
    postgres_service: Service, restart_postgres: Callable[[], None]
) -> None:
    kills = {"api": 19, "worker": 19, "stage": 12, "supervisor": 2}
    outcome = chaos(postgres_service, recordings=8, kills=kills, restart_database=restart_postgres)
    assert sum(outcome.kills.values()) == 52
    assert outcome.database_restarts == 1
    assert_nothing_is_lost(outcome, 8)
