"""Kill the service's processes at random while recordings are uploaded, then see what was lost.

Backups are made meanwhile; the last of them is brought back elsewhere, and has to be whole.

Used by the test, and by hand for longer: ``python tests/api/chaos.py --kills 300``.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any

import httpx
import psutil
import sqlalchemy as sa
from postgres import new_database, postgres_server, restart
from service import PATIENCE, Service, service_on, wait_for

from coach.analysis.interpret import interpret
from coach.analysis.job import Job
from coach.analysis.run import facts_of
from coach.analysis.stages import ANALYSIS
from coach.config import Config
from coach.errors import CoachError
from coach.interchange.json import dump
from coach_api.people import tokens
from coach_api.sessions import sweep
from coach_api.settings import Settings
from coach_api.store.backup import back_up, restore
from coach_api.store.database import connect
from coach_api.store.objects import Storage, stage_key
from coach_api.store.tables import results, sessions
from coach_api.work.processes import OUTAGES

WAV = b"RIFF\x24\x00\x00\x00WAVEfmt "
"""The head of a sound file, which the intake wants to see."""


@dataclass
class Outcome:
    """What was done to the service, and what became of the recordings."""

    kills: Counter[str] = field(default_factory=Counter)
    database_restarts: int = 0
    accepted: dict[str, str] = field(default_factory=dict)  # session by content
    statuses: Counter[str] = field(default_factory=Counter)
    stages_ended: int = 0
    stages_twice: int = 0
    different: int = 0
    unreadable: int = 0
    orphans: int = 0
    backups: int = 0
    missing: int = 0  # recordings that the last backup knows and does not have
    reasons: list[str] = field(default_factory=list)
    seconds: float = 0.0

    def __str__(self) -> str:
        kills = ", ".join(f"{number} {what}" for what, number in sorted(self.kills.items()))
        return (
            f"{sum(self.kills.values())} kill -9 ({kills}), "
            f"{self.database_restarts} database restarts; {len(self.accepted)} accepted: "
            f"{dict(self.statuses)} in {self.seconds:.0f} s; {self.stages_ended} stages ended, "
            f"{self.stages_twice} of them twice, {self.different} results differ, "
            f"{self.unreadable} unreadable, {self.orphans} orphans; {self.backups} backups, "
            f"{self.missing} recordings missing in the last{self.reasons or ''}"
        )


@dataclass
class Served:
    """A running ``coach serve`` that is started again when it was killed."""

    service: Service
    port: int
    process: subprocess.Popen[bytes] | None = None
    died: Counter[str] = field(default_factory=Counter)

    def start(self) -> None:
        argv = [str(Path(sys.executable).with_name("coach")), "serve", "--port", str(self.port)]
        env = self.service.environment(
            COACH_MAX_ATTEMPTS="1000",
            COACH_RATE_FACTOR="1000",
            COACH_LOG_LEVEL="CRITICAL",
            COACH_RETRY_SECONDS="0.2",
            FAKE_EARS_SECONDS="0.3",
        )
        self.process = subprocess.Popen(
            [*argv, "--workers", "2"], env=env, stdout=subprocess.DEVNULL
        )

    def look(self) -> None:
        if self.process is None or self.process.poll() is not None:
            self.start()

    def stop(self) -> None:
        if self.process is not None:
            self.process.terminate()
            self.process.wait(PATIENCE)

    def victims(self, kind: str) -> list[psutil.Process]:
        """Processes of a kind: supervisor, api, worker or stage."""
        if self.process is None or kind == "supervisor":
            return [psutil.Process(self.process.pid)] if self.process else []
        try:
            children = psutil.Process(self.process.pid).children(recursive=True)
        except psutil.NoSuchProcess:
            return []
        return [each for each in children if _is_of(each, kind)]

    def kill(self, process: psutil.Process, kind: str) -> bool:
        """Kill it; a stage that died is spared: at the fourth failure it rightly gives up.

        A database that is away counts as a failure too, and so does a stage that had just begun
        when the one before it was chosen.
        """
        job = self._job_of(process) if kind == "stage" else kind
        if job is None or (kind == "stage" and self.died[job]):
            return False
        try:
            process.kill()
        except psutil.NoSuchProcess:
            return False
        self.died[job] += 1
        return True

    def _job_of(self, process: psutil.Process) -> str | None:
        """The stage that a process, or one that it has forked, works on."""
        try:
            numbers = {process.pid, *(each.pid for each in process.children())}
        except psutil.Error:
            return None
        for path in self.service.marks.glob("*.begun.*"):
            content, stage, _, number, _ = path.name.split(".")
            if int(number) in numbers:
                return f"{content} {stage}"
        return None


_PROGRAMS = {
    "api": "coach_api.web.serving",
    "worker": "coach_api.work.worker",
    "stage": "fake_ears",
}


def _is_of(process: psutil.Process, kind: str) -> bool:
    try:
        return _PROGRAMS[kind] in process.cmdline()
    except psutil.Error:
        return False


class Uploader(threading.Thread):
    """Uploads over the API, and asks again until each recording was accepted."""

    def __init__(self, address: str, token: str, service: Service, number: int) -> None:
        super().__init__(daemon=True)
        self._address, self._service, self._number = address, service, number
        self._headers = {"Authorization": f"Bearer {token}"}
        self.accepted: dict[str, str] = {}
        self.refused: list[str] = []

    def run(self) -> None:
        for number in range(self._number):
            content = WAV + f"\nchaos {number}".encode()
            self._service.foresee(sha256(content).hexdigest())
            while (session_id := self._offer(content)) is None:
                time.sleep(0.1)
            self.accepted[sha256(content).hexdigest()] = session_id

    def _offer(self, content: bytes) -> str | None:
        try:
            answer = httpx.post(
                f"{self._address}/v1/sessions",
                headers=self._headers,
                data={"consent": "true"},
                files={"recording": ("talk.wav", content, "audio/wav")},
                timeout=PATIENCE / 3,
            )
        except httpx.TransportError:
            return None
        if answer.status_code in (200, 201):
            return str(answer.json()["id"])
        self.refused.append(f"{answer.status_code} {answer.text[:300]}")
        return None


class Keeper(threading.Thread):
    """Makes backups until told to stop; with a server, what its dump would have is read before."""

    def __init__(self, service: Service) -> None:
        super().__init__(daemon=True)
        self._settings, self._folder = service.settings, service.root / "backup"
        self._stopped = threading.Event()
        self._dumped: set[str] = set()
        self.made = 0
        self.failures: list[str] = []

    def run(self) -> None:
        storage = Storage(self._settings.storage)
        while not self._stopped.is_set():
            with suppress(*OUTAGES):  # a server that restarts: the backup before is still there
                dumped = _recordings(self._settings)
                try:
                    back_up(self._settings, storage, self._folder)
                except CoachError as error:
                    self.failures.append(str(error))
                else:
                    self.made, self._dumped = self.made + 1, dumped
            self._stopped.wait(1)

    def missing(self) -> int:
        """Stop, bring the last backup back elsewhere, and count what it knows and has not."""
        self._stopped.set()
        self.join()
        new = replace(self._settings, data_dir=self._folder.parent / "restored", storage_url="")
        storage = Storage(new.storage)
        restore(new, storage, self._folder)
        known = _recordings(new) if new.is_sqlite else self._dumped
        return len(known - {key for key, _ in storage.keys("recordings")})


def _recordings(settings: Settings) -> set[str]:
    """The keys of all recordings that a database knows."""
    engine = connect(settings)
    try:
        with engine.connect() as connection:
            return set(filter(None, connection.scalars(sa.select(sessions.c.blob_key))))
    finally:
        engine.dispose()


def chaos(
    service: Service,
    *,
    recordings: int,
    kills: dict[str, int],
    every: float = 0.25,
    restart_database: Callable[[], None] | None = None,
    seed: int = 1,
) -> Outcome:
    """Upload and kill at the same time; then let the service come to rest and look."""
    begun, outcome, dice = time.monotonic(), Outcome(), random.Random(seed)
    served = Served(service, _free_port())
    with _token(service) as token:
        served.start()
        uploader = Uploader(f"http://127.0.0.1:{served.port}", token, service, recordings)
        uploader.start()
        keeper = Keeper(service)
        keeper.start()
        plan = [kind for kind, number in kills.items() for _ in range(number)]
        dice.shuffle(plan)
        restart_at = len(plan) // 2 if restart_database else -1
        while plan:
            time.sleep(dice.uniform(0.2, 1.8) * every)
            served.look()
            if len(plan) == restart_at and restart_database:
                restart_database()
                outcome.database_restarts, restart_at = 1, -1
            if _kill(served, plan[-1], dice):
                outcome.kills[plan.pop()] += 1
            else:
                dice.shuffle(plan)
        try:
            wait_for(lambda: _rest(served, service, uploader), 5 * PATIENCE)
        finally:
            served.stop()
        outcome.missing, outcome.backups = keeper.missing(), keeper.made
        outcome.reasons += keeper.failures
    outcome.accepted = uploader.accepted
    outcome.seconds = time.monotonic() - begun
    _examine(service, outcome)
    return outcome


def _kill(served: Served, kind: str, dice: random.Random) -> bool:
    victims = served.victims(kind)
    dice.shuffle(victims)
    return any(served.kill(each, kind) for each in victims)


def _rest(served: Served, service: Service, uploader: Uploader) -> bool:
    """Whether everything is uploaded and has come to an end."""
    served.look()
    time.sleep(0.3)
    if uploader.is_alive():
        return False
    with service.engine.connect() as connection:
        active = sa.select(sa.func.count()).where(sessions.c.status.in_(("queued", "running")))
        return not connection.scalar(active)


def _examine(service: Service, outcome: Outcome) -> None:
    with service.engine.connect() as connection:
        rows = {row.id: row for row in connection.execute(sa.select(sessions))}
        cards = {row.session_id: row for row in connection.execute(sa.select(results))}
    outcome.statuses = Counter(rows[each].status for each in outcome.accepted.values())
    outcome.reasons += [row.error_detail for row in rows.values() if row.status == "failed"]
    for session_id, card in cards.items():
        outcome.different += not _is_first_result(service, rows[session_id], card)
    for key, _ in service.storage.keys("stages"):
        outcome.unreadable += not _is_json(service.storage.read(key) or b"")
    ended = Counter(
        (stage.name, of) for stage in ANALYSIS for of in service.marked(stage.name, "ended")
    )
    outcome.stages_ended = sum(ended.values())
    outcome.stages_twice = sum(number > 1 for number in ended.values())
    outcome.orphans = _orphans(service, set(rows))


def _is_first_result(service: Service, row: Any, card: Any) -> bool:
    """Whether the session shows what the first run of every stage left in the store."""
    job = Job(Path(row.id), row.sha256, Path(), Path(), Config())

    def fetch(path: Path) -> bytes:
        return service.storage.read(stage_key(row.id, path.name)) or b""

    return bool(card.conversation == dump(interpret(facts_of(job, fetch), job.config)))


def _is_json(data: bytes) -> bool:
    try:
        json.loads(data)
    except ValueError:
        return False
    return True


def _orphans(service: Service, known: set[str]) -> int:
    """Files that belong to no session after the sweep; killed uploads leave some before it."""
    sweep.sweep(service.storage, sweep.survey(service.engine, service.storage, grace=timedelta(0)))
    left = {re.split("/", key)[1] for key, _ in service.storage.keys("recordings")}
    return len(left - known)


@contextmanager
def _token(service: Service) -> Any:
    with service.engine.begin() as tx:
        _, secret = tokens.issue(tx, service.owner, "chaos", ["read", "write"])
    yield secret


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def main(kills: int, recordings: int, postgres: bool) -> None:
    """Kill for longer, in a folder of its own."""
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        settings = Settings(data_dir=Path(folder) / "data", min_free_bytes=0)
        again = None
        if postgres:
            server = stack.enter_context(postgres_server())
            settings = replace(settings, database_url=new_database(server.get_uri()))
            again = partial(restart, server)
        running = stack.enter_context(service_on(settings))
        shares = {"api": 0.4, "worker": 0.35, "stage": 0.2, "supervisor": 0.05}
        plan = {kind: round(kills * share) for kind, share in shares.items()}
        outcome = chaos(running, recordings=recordings, kills=plan, restart_database=again)
        sys.stdout.write(f"{outcome}\n")


if __name__ == "__main__":
    wanted = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    wanted.add_argument("--kills", type=int, default=200)
    wanted.add_argument("--recordings", type=int, default=60)
    wanted.add_argument("--postgres", action="store_true", help="on a server, which restarts once")
    main(**vars(wanted.parse_args()))
