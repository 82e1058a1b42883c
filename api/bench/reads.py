"""Scorecard reads under load: ``python api/bench/reads.py``.

The real service with one finished session of an hour, 200 queued ones, and a busy core beside it,
as when a worker listens. Eight connections ask as fast as they are answered. Prints medians of
rounds.
"""

from __future__ import annotations

import asyncio
import statistics
import subprocess
import sys
import time
from pathlib import Path

import click
import sqlalchemy as sa

from coach.interchange.json import dump
from coach.talk import talk
from coach_api.sessions.scoring import SessionDetails, score_corrected
from coach_api.settings import Settings
from coach_api.store.database import connect
from coach_api.store.tables import new_id, results, sessions, users

sys.path.insert(0, str(Path(__file__).parent))
from serving import Service, processor_seconds, run_service

CONNECTIONS = 8
QUEUED = 200
MINUTES = 60


@click.command()
@click.option("--seconds", default=5.0, show_default=True)
@click.option("--rounds", default=3, show_default=True)
def main(seconds: float, rounds: int) -> None:
    """Measure and print."""
    with run_service(COACH_RATE_FACTOR="1000") as service:
        finished = fill(service.data)
        measure(service, finished, 1.0)  # the first second fills caches
        quiet = [measure(service, finished, seconds) for _ in range(rounds)]
        with busy_core():
            busy = [measure(service, finished, seconds) for _ in range(rounds)]
    for name, found in (("idle", quiet), ("one core busy", busy)):
        rate, p50, p99, cpu = (statistics.median(column) for column in zip(*found, strict=True))
        click.echo(
            f"{name}: {rate:.0f} reads/s, p50 {p50:.1f} ms, p99 {p99:.1f} ms, "
            f"{cpu:.2f} ms of the API process's processor time each"
        )


def fill(data: Path) -> str:
    """One finished session of an hour and many queued ones; the finished one's id."""
    engine = connect(Settings(data_dir=data))
    lines = [f"{'AB'[i % 2]} {5 * i}-{5 * i + 4.8} " + "word " * 12 for i in range(12 * MINUTES)]
    conv = talk(*lines)
    card = score_corrected(conv, (), SessionDetails())
    ids = [new_id() for _ in range(QUEUED + 1)]
    with engine.begin() as db:
        owner = db.execute(sa.select(users.c.id)).scalar_one()
        for number, session_id in enumerate(ids):
            status = "queued" if number else "done"
            row = {"id": session_id, "owner_id": owner, "sha256": f"{number:064}", "size": 1}
            db.execute(sessions.insert().values(**row, status=status))
        made = {"conversation": dump(conv), "scorecard": dump(card, indent=None)}
        db.execute(results.insert().values(session_id=ids[0], **made))
    engine.dispose()
    click.echo(f"scorecard of {len(made['scorecard']) // 1024} kB, {QUEUED} sessions queued")
    return ids[0]


class busy_core:
    """A process that uses a core as a worker's stage would."""

    def __enter__(self) -> None:
        self._process = subprocess.Popen([sys.executable, "-c", "while True: pass"])

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait()


def measure(service: Service, session_id: str, seconds: float) -> tuple[float, ...]:
    """Reads per second; median, 99th percentile and processor time of one, in ms."""
    before = processor_seconds(service.process)
    times = sorted(asyncio.run(_read_repeatedly(service, session_id, seconds)))
    used = processor_seconds(service.process) - before
    count = len(times)
    return (
        count / seconds, 1000 * times[count // 2], 1000 * times[count * 99 // 100],
        1000 * used / count,
    )  # fmt: skip


async def _read_repeatedly(service: Service, session_id: str, seconds: float) -> list[float]:
    request = (
        f"GET /v1/sessions/{session_id}/scorecard HTTP/1.1\r\nHost: bench\r\n"
        f"Authorization: Bearer {service.token}\r\n\r\n"
    ).encode()
    until = time.perf_counter() + seconds
    found = await asyncio.gather(*[_ask(service.port, request, until) for _ in range(CONNECTIONS)])
    return [each for times in found for each in times]


async def _ask(port: int, request: bytes, until: float) -> list[float]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1 << 22)
    times = []
    while (began := time.perf_counter()) < until:
        writer.write(request)
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        if not head.startswith(b"http/1.1 200"):
            raise SystemExit(f"answered {head[:40]!r}")
        length = int(head.split(b"content-length: ")[1].split(b"\r\n")[0])
        await reader.readexactly(length)
        times.append(time.perf_counter() - began)
    writer.close()
    return times


if __name__ == "__main__":
    main()
