"""A stage program for tests: takes a moment, says how far it is, leaves a result like the real one.

It stands where ``coach.analysis.stage_process`` stands, is forked and killed in the same way, and
knows no model. The recording is a text: its first line can ask for trouble.

- ``slow``: transcribing takes 30 s.
- ``refuse``: decoding says that this is no recording.
- ``crash``: transcribing dies without a word, every time.
- ``kill``: transcribing kills the worker, every time.
- ``late``: each stage dies when it has left its result and not yet said so, the first time.
- ``hold``: diarizing goes on when no file of that name lies beside the marks.
- ``full``: there is no room, as long as the file of that name lies beside the marks.

With FAKE_EARS_MARKS, a folder, every begun and finished stage leaves a mark there.
"""

from __future__ import annotations

import ctypes
import errno
import json
import os
import signal
import sys
import time
from pathlib import Path
from typing import Any

import psutil

SECONDS = float(os.environ.get("FAKE_EARS_SECONDS", "0.1"))
MARKS = os.environ.get("FAKE_EARS_MARKS")
RESULTS = Path(os.environ["FAKE_EARS_RESULTS"])


def prepare() -> None:
    """Nothing to import."""


def main(stage: str, text: str, parent: str) -> int:
    die_with_parent()
    if os.getppid() != int(parent):
        return 1  # the parent died before it could take us along
    job = json.loads(text)
    asked = Path(job["recording"]).read_text(errors="replace").split("\n")[0]
    mark(stage, "begun", job["sha256"])
    if (asked, stage) == ("refuse", "decode"):
        say({"error": "InputError", "message": "This is no recording."})
        return 1
    trouble(stage, asked, int(parent))
    while (asked, stage) == ("hold", "diarize") and is_there("hold"):
        time.sleep(0.05)
    work(stage, 30 if asked == "slow" and stage == "transcribe" else SECONDS)
    leave(stage, job)
    if asked == "late" and not marked(stage, "late", job["sha256"]):
        mark(stage, "late", job["sha256"])
        os.kill(os.getpid(), signal.SIGKILL)
    mark(stage, "ended", job["sha256"])
    return 0


def trouble(stage: str, asked: str, parent: int) -> None:
    if (asked, stage) == ("crash", "transcribe"):
        os.kill(os.getpid(), signal.SIGSEGV)
    if (asked, stage) == ("kill", "transcribe"):
        os.kill(psutil.Process(parent).ppid(), signal.SIGKILL)
        time.sleep(5)
    if asked == "full" and is_there("full"):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def is_there(name: str) -> bool:
    return MARKS is not None and (Path(MARKS) / name).exists()


def work(stage: str, seconds: float) -> None:
    until = time.monotonic() + seconds
    while (left := until - time.monotonic()) > 0:
        say({"stage": stage, "done": seconds - left, "total": seconds})
        time.sleep(min(left, 0.05))


def leave(stage: str, job: dict[str, Any]) -> None:
    """Write the result, with a trace of this very run: who runs twice leaves another one."""
    found = (RESULTS / f"{stage}.json").read_text()
    path = Path(job["results"]) / f"{stage}-{name_of(job, stage)}.json"
    part = path.with_name(path.name + ".part")
    part.write_text(found.replace("TRACE", f"{stage} {os.getpid()} {time.time_ns()}"))
    part.replace(path)
    if stage == "decode":
        name = f"sound-{job['sha256'][:16]}-{job['config']['channels']}.npy"
        (Path(job["scratch"]) / name).write_bytes(b"sound")


def name_of(job: dict[str, Any], stage: str) -> str:
    """The key of a stage, which the test has worked out: importing coach here would take longer."""
    keys = json.loads((RESULTS / f"{job['sha256']}.keys").read_text())
    return str(keys[stage])


def die_with_parent() -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)


def mark(stage: str, event: str, sha256: str) -> None:
    if MARKS:
        (Path(MARKS) / f"{sha256}.{stage}.{event}.{os.getpid()}.{time.time_ns()}").touch()


def marked(stage: str, event: str, sha256: str) -> bool:
    return MARKS is not None and any(Path(MARKS).glob(f"{sha256}.{stage}.{event}.*"))


def say(said: dict[str, object]) -> None:
    sys.stdout.write(json.dumps(said) + "\n")
    sys.stdout.flush()
