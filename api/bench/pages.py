"""Pages of a long conversation: ``python api/bench/pages.py --minutes 90``.

The real service, just started, with the built-in conversation in it: the first view of a session,
then corrections in place, whose answer has the label, the numbers and the digest that they change.
"""

from __future__ import annotations

import re
import statistics
import sys
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import click
import httpx

sys.path.insert(0, str(Path(__file__).parents[2] / "tests/api"))
from served_hour import Hour, served_hour
from serving import processor_seconds

PARTS = ("", "/review", "/measures", "/method")


@click.command()
@click.option("--minutes", default=60.0, show_default=True)
@click.option("--rounds", default=20, show_default=True)
def main(minutes: float, rounds: int) -> None:
    """Measure and print."""
    with (
        served_hour(minutes) as hour,
        httpx.Client(timeout=60, headers=_HTML, follow_redirects=True) as client,
    ):
        client.post(hour.link).raise_for_status()
        for part in PARTS:
            began = time.perf_counter()
            client.get(hour.session + part).raise_for_status()
            took = 1000 * (time.perf_counter() - began)
            click.echo(f"{part or 'digest'}: {took:.0f} ms for the first time")
        _correct(client, hour, rounds)


_HTML = {"Accept": "text/html"}


def _correct(client: httpx.Client, hour: Hour, rounds: int) -> None:
    """Make corrections of every kind that a label has, and undo the last of each round."""
    said = re.search(r'name="csrf" value="(\w+)"', client.get(_account(hour)).text)
    assert said is not None
    times: dict[str, list[float]] = {}
    before = processor_seconds(hour.process)
    for sentence in _sentences(client, hour, rounds):
        made: dict[str, Any] = {}
        for kind, fields in _changes(sentence).items():
            began = time.perf_counter()
            made = _post(client, f"{hour.session}/corrections", {**fields, "csrf": said[1]})
            times.setdefault(kind, []).append(1000 * (time.perf_counter() - began))
        began = time.perf_counter()
        _post(client, f"{hour.session}/corrections/{made['id']}/undo", {"csrf": said[1]})
        times.setdefault("undo", []).append(1000 * (time.perf_counter() - began))
    used = processor_seconds(hour.process) - before
    for kind, found in {**times, "all": [each for some in times.values() for each in some]}.items():
        p95 = sorted(found)[int(0.95 * len(found))]
        click.echo(f"{kind}: median {statistics.median(found):.0f} ms, p95 {p95:.0f} ms")
    count = sum(map(len, times.values()))
    click.echo(f"{1000 * used / count:.0f} ms of the API process's processor time each, of {count}")


def _account(hour: Hour) -> str:
    parts = urlsplit(hour.session)
    return f"{parts.scheme}://{parts.netloc}/account"


def _sentences(client: httpx.Client, hour: Hour, rounds: int) -> list[dict[str, Any]]:
    """Questions from all over the conversation."""
    path = hour.session.replace("/sessions/", "/v1/sessions/") + "/conversation"
    found = client.get(path).json()["sentences"]
    asked = [each for each in found if each["acts"]["act"] != "other"]
    return asked[:: max(1, len(asked) // rounds)][:rounds]


def _changes(sentence: dict[str, Any]) -> dict[str, dict[str, Any]]:
    span, speaker = sentence["span"], sentence["speaker"]
    place = {"start": span["start"], "end": span["end"], "speaker": speaker}
    other = "B" if speaker == "A" else "A"
    is_open = sentence["acts"]["act"] == "open_question"
    return {
        "relabel": {
            "kind": "relabel",
            "label": "closed_question" if is_open else "open_question",
            **place,
        },
        "judge_feeling": {"kind": "judge_feeling", "label": "none", **place},
        "edit_text": {"kind": "edit_text", "text": f"{sentence['text']} Then", **place},
        "reattribute": {"kind": "reattribute", "to": other, **place},
    }


def _post(client: httpx.Client, path: str, fields: dict[str, Any]) -> dict[str, Any]:
    answer = client.post(path, data=fields, headers={"X-In-Place": "1"})
    answer.raise_for_status()
    found: dict[str, Any] = answer.json()
    return found


if __name__ == "__main__":
    main()
