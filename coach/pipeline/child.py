"""Run a stage in a child process: its memory is given back, it can be killed, it dies with us.

The child is ``python -m coach.pipeline.child STAGE JOB``. It writes progress, and at most one
error, as JSON lines to its standard output; everything that libraries print goes to standard error.
"""

from __future__ import annotations

import ctypes
import json
import os
import signal
import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

from coach import errors, registry
from coach.config import configured
from coach.errors import AnalysisError, CoachError, MissingDependency
from coach.pipeline.stages import Job, StageName
from coach.pipeline.work import run_here
from coach.ports import Progress, Report

_PR_SET_PDEATHSIG = 1


def run_in_child(stage: StageName, job: Job, report: Report) -> None:
    """Run a stage in a child process and wait for it.

    Raises
    ------
    CoachError : the error that the child ended with, of the same class.
    AnalysisError : if the child died without saying why (killed, out of memory).
    """
    with tempfile.TemporaryFile() as noise:
        child = subprocess.Popen(
            command(stage, job), stdout=subprocess.PIPE, stderr=noise, text=True, bufsize=1
        )
        try:
            failure = _follow(child, report)
        finally:
            child.kill()
            code = child.wait()
        if failure is not None:
            raise failure
        if not job.result(stage).exists():
            raise AnalysisError(_epitaph(stage, code, noise))


def command(stage: StageName, job: Job) -> list[str]:
    """The command line that runs `stage` of `job`."""
    parent = str(os.getpid())
    return [sys.executable, "-m", "coach.pipeline.child", stage, to_json(job), parent]


def _follow(child: subprocess.Popen[str], report: Report) -> CoachError | None:
    failure = None
    for line in child.stdout or ():
        message = parse_line(line)
        if isinstance(message, Progress):
            report(message)
        elif message is not None:
            failure = message
    child.wait()
    return failure


def parse_line(line: str) -> Progress | CoachError | None:
    """What a line of the child says; None when it says nothing to us."""
    try:
        said = json.loads(line)
    except ValueError:
        return None
    if "error" in said:
        kind = getattr(errors, said["error"], AnalysisError)
        error: CoachError = kind(said["message"])
        return error
    return Progress(said["stage"], said["done"], said["total"])


def _epitaph(stage: StageName, code: int, noise: IO[bytes]) -> str:
    noise.seek(0)
    last = noise.read().decode(errors="replace").strip().splitlines()[-1:]
    why = f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
    hint = " There may not be enough memory." if code == -signal.SIGKILL else ""
    return f"The stage {stage} ended without a result ({why}).{hint} {' '.join(last)}".strip()


def to_json(job: Job) -> str:
    """The job as `main` reads it."""
    return json.dumps(
        {
            "recording": str(job.recording),
            "sha256": job.sha256,
            "results": str(job.results),
            "scratch": str(job.scratch),
            "config": job.config.as_dict(),
        }
    )


def _from_json(text: str) -> Job:
    said: dict[str, Any] = json.loads(text)
    return Job(
        Path(said["recording"]),
        said["sha256"],
        Path(said["results"]),
        Path(said["scratch"]),
        configured(said["config"]),
    )


def die_with_parent() -> None:
    """Ask Linux to kill this process when its parent dies; elsewhere there is no such promise."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def prepare() -> None:
    """Import what light stages need, and no model: for a process that will fork stages."""
    for port in ("decoders", "trackers"):
        for name in registry.installed(port):
            with suppress(MissingDependency):
                registry.load(port, name)


def main(stage: StageName, text: str, parent: str | None = None) -> int:
    """Run one stage and say on standard output how it goes."""
    die_with_parent()
    if parent is not None and os.getppid() != int(parent):
        return 1  # the parent died before it could take us along
    # Two OpenMP threads that wait for each other on a busy machine are many times slower than one.
    # The recogniser asks for its own threads.
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    voice = os.fdopen(os.dup(sys.stdout.fileno()), "w", buffering=1)
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())

    def say(progress: Progress) -> None:
        said = {"stage": progress.stage, "done": progress.done, "total": progress.total}
        voice.write(json.dumps(said) + "\n")

    try:
        run_here(stage, _from_json(text), say)
    except CoachError as error:
        voice.write(json.dumps({"error": type(error).__name__, "message": str(error)}) + "\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))  # type: ignore[arg-type]
