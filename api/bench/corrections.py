"""Corrections of a conversation of an hour: ``python api/bench/corrections.py``.

Each is sent over HTTP, stored, and answered when the scorecard has been computed again.
"""

from __future__ import annotations

import http.client
import json
import statistics
import sys
import time
from pathlib import Path
from typing import Any

import click

sys.path.insert(0, str(Path(__file__).parent))
from reads import fill
from serving import Service, processor_seconds, run_service

CHANGES: tuple[dict[str, Any], ...] = (
    {"kind": "rename", "speaker": "A", "name": "Ada"},
    {"kind": "set_mentor", "speaker": "B"},
    {"kind": "swap", "first": "A", "second": "B"},
    {"kind": "reattribute", "span": {"start": 100.0, "end": 102.0}, "speaker": "A", "to": "B"},
    {"kind": "edit_text", "span": {"start": 105.0, "end": 108.0}, "speaker": "B", "text": "so"},
    {"kind": "merge", "speaker": "B", "into": "A"},
)


@click.command()
@click.option("--rounds", default=5, show_default=True)
def main(rounds: int) -> None:
    """Measure and print."""
    with run_service(COACH_RATE_FACTOR="1000") as service:
        path = f"/v1/sessions/{fill(service.data)}/corrections"
        _send(service, "POST", path, CHANGES[0])  # the first reads the conversation
        before = processor_seconds(service.process)
        times = [_time_corrections(service, path) for _ in range(rounds)]
        used = processor_seconds(service.process) - before
    for change, column in zip(CHANGES, zip(*times, strict=True), strict=True):
        median = statistics.median(column)
        click.echo(f"{change['kind']}: {median:.0f} ms, at most {max(column):.0f} ms")
    each = 1000 * used / (2 * rounds * len(CHANGES))
    click.echo(f"{each:.0f} ms of the API process's processor time for each change or undo")


def _time_corrections(service: Service, path: str) -> list[float]:
    """Make each correction and undo it; how long making each took, in ms."""
    found = []
    for change in CHANGES:
        began = time.perf_counter()
        made = _send(service, "POST", path, change)
        found.append(1000 * (time.perf_counter() - began))
        _send(service, "DELETE", f"{path}/{made['id']}")
    return found


def _send(service: Service, method: str, path: str, body: Any = None) -> Any:
    connection = http.client.HTTPConnection("127.0.0.1", service.port, timeout=60)
    headers = {"Authorization": f"Bearer {service.token}", "Content-Type": "application/json"}
    connection.request(method, path, json.dumps(body), headers)
    answer = connection.getresponse()
    if answer.status not in (200, 201):
        raise SystemExit(f"{method} answered {answer.status}: {answer.read()!r}")
    return json.loads(answer.read())


if __name__ == "__main__":
    main()
