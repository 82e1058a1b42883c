"""A stage program for tests: takes a moment, says how far it is, leaves a result like the real one.

It stands where ``coach.pipeline.child`` stands, is started and killed in the same way, and knows no
model. The recording is a text: its first line can ask for trouble.

- ``slow``: transcribing takes 30 s.
- ``refuse``: decoding says that this is no recording.
- ``crash``: transcribing dies without a word, every time.
- ``kill``: transcribing kills the worker, every time.
- ``full``: there is no room, as long as the file of that name lies beside the marks.

With FAKE_EARS_MARKS, a folder, every begun and finished stage leaves a mark there.
"""

from __future__ import annotations

import errno
import json
import os
import signal
import sys
import time
from pathlib import Path

from coach.errors import InputError
from coach.pipeline.child import die_with_parent
from coach.pipeline.stages import write_atomically

SECONDS = float(os.environ.get("FAKE_EARS_SECONDS", "0.1"))
MARKS = os.environ.get("FAKE_EARS_MARKS")


def main(stage: str, text: str) -> int:
    die_with_parent()
    job = json.loads(text)
    asked = Path(job["recording"]).read_text(errors="replace").split("\n")[0]
    mark(stage, "begun", job["sha256"])
    try:
        trouble(stage, asked)
    except InputError as error:
        say({"error": "InputError", "message": str(error)})
        return 1
    work(stage, 30 if asked == "slow" and stage == "transcribe" else SECONDS)
    leave(stage, job)
    mark(stage, "ended", job["sha256"])
    return 0


def trouble(stage: str, asked: str) -> None:
    if (asked, stage) == ("refuse", "decode"):
        raise InputError("This is no recording.")
    if (asked, stage) == ("crash", "transcribe"):
        os.kill(os.getpid(), signal.SIGSEGV)
    if (asked, stage) == ("kill", "transcribe"):
        os.kill(os.getppid(), signal.SIGKILL)
        time.sleep(5)
    if asked == "full" and MARKS and (Path(MARKS) / "full").exists():
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def work(stage: str, seconds: float) -> None:
    until = time.monotonic() + seconds
    while (left := until - time.monotonic()) > 0:
        say({"stage": stage, "done": seconds - left, "total": seconds})
        time.sleep(min(left, 0.05))


def leave(stage: str, job: dict[str, str]) -> None:
    """Write the result, with a trace of this very run: who runs twice leaves another one."""
    target = Path(os.environ["FAKE_EARS_RESULTS"]) / f"{stage}.json"
    path = Path(job["results"]) / f"{stage}-{key(job, stage)}.json"
    trace = f"{stage} {os.getpid()} {time.time_ns()}"
    write_atomically(path, target.read_text().replace("TRACE", trace))
    if stage == "decode":
        (Path(job["scratch"]) / f"sound-{key(job, 'decode')}.npy").write_bytes(b"\0")


def key(job: dict[str, str], stage: str) -> str:
    from coach.config import configured
    from coach.pipeline.stages import Job

    folder = Path(job["results"])
    config = configured(job["config"])  # type: ignore[arg-type]
    return Job(Path(job["recording"]), job["sha256"], folder, folder, config).key(stage)  # type: ignore[arg-type]


def mark(stage: str, event: str, sha256: str) -> None:
    if MARKS:
        (Path(MARKS) / f"{sha256}.{stage}.{event}.{os.getpid()}.{time.time_ns()}").touch()


def say(said: dict[str, object]) -> None:
    sys.stdout.write(json.dumps(said) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2]))
