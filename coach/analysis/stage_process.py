"""Run stages in child processes, which free their memory, can be killed and end with the parent.

A child is ``python -m coach.analysis.stage_process STAGE JOB``. It writes progress, and at most one
error, as JSON lines to its standard output; the output of libraries goes to standard error.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from threading import Thread
from typing import IO, Any

from coach import errors, registry
from coach.analysis.job import Job
from coach.analysis.run import run_here
from coach.analysis.stages import ANALYSIS, STAGES, Stage
from coach.config import make_config
from coach.errors import DISK_FULL, AnalysisError, CoachError, MissingDependency, NoRoom
from coach.interchange.json import make_ready
from coach.ports import Progress, Report
from coach.system import describe_exit, die_with_parent, module_command, was_killed

_FULL = (
    "There is no room left for decoded sound or for results. Free some space, then try "
    "again: it goes on. TMPDIR and COACH_CACHE_DIR choose folders on another disk for a command."
)


def run_in_children(stages: Sequence[Stage[Any]], job: Job, report: Report) -> None:
    """Run stages in parallel, each in a child process, and wait for them.

    Parameters
    ----------
    report : called with the progress of each stage.

    Raises
    ------
    CoachError : the error of a child, of the same class; the other children are stopped.
    AnalysisError : if a child died without an error (killed, out of memory).
    """
    said: _Said = SimpleQueue()
    with ExitStack() as stack:
        running = {stack.enter_context(_running(stage, job, said)) for stage in stages}
        while running:
            child, line = said.get()
            if line is None:
                child.check(job)
                running.remove(child)
            else:
                child.hear(line, report)


@dataclass(eq=False)
class _Child:
    """A stage in a child process: its messages and its end."""

    stage: Stage[Any]
    process: subprocess.Popen[str]
    noise: IO[bytes]
    failure: CoachError | None = None

    def listen(self, said: _Said) -> None:
        """Pass on its lines, and None at the end."""
        assert self.process.stdout is not None
        with self.process.stdout as lines:
            for line in lines:
                said.put((self, line))
        said.put((self, None))

    def hear(self, line: str, report: Report) -> None:
        """Take a line of the child."""
        message = parse_line(line)
        if isinstance(message, Progress):
            report(message)
        elif message is not None:
            self.failure = message

    def check(self, job: Job) -> None:
        """Wait for its end; raise its error."""
        code = self.process.wait()
        if self.failure is not None:
            raise self.failure
        if not self.stage.result(job).exists():
            raise AnalysisError(_epitaph(self.stage.name, code, self.noise))


_Said = SimpleQueue[tuple[_Child, str | None]]


@contextmanager
def _running(stage: Stage[Any], job: Job, said: _Said) -> Iterator[_Child]:
    """Start a child and read its output; it does not outlive the context."""
    with tempfile.TemporaryFile() as noise:
        process = subprocess.Popen(
            command(stage.name, job), stdout=subprocess.PIPE, stderr=noise, text=True, bufsize=1
        )
        child = _Child(stage, process, noise)
        listening = Thread(target=child.listen, args=(said,), daemon=True)
        listening.start()
        try:
            yield child
        finally:
            process.kill()
            process.wait()
            listening.join()


def command(stage: str, job: Job) -> list[str]:
    """The command line that runs the stage of that name.

    Parameters
    ----------
    stage : name of the stage.
    """
    parent = str(os.getpid())
    return module_command("coach.analysis.stage_process", stage, to_json(job), parent)


def parse_line(line: str) -> Progress | CoachError | None:
    """The message in a line of the child; None if it has none."""
    try:
        said = json.loads(line)
    except ValueError:
        return None
    if "error" in said:
        kind = getattr(errors, said["error"], AnalysisError)
        error: CoachError = kind(said["message"])
        return error
    return Progress(said["stage"], said["done"], said["total"])


def _epitaph(stage: str, code: int, noise: IO[bytes]) -> str:
    noise.seek(0)
    last = noise.read().decode(errors="replace").strip().splitlines()[-1:]
    why = describe_exit(code)
    hint = " There may not be enough memory." if was_killed(code) else ""
    return f"The stage {stage} ended without a result ({why}).{hint} {' '.join(last)}".strip()


def to_json(job: Job) -> str:
    """The job in the form that `main` reads."""
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
        make_config(said["config"]),
    )


def prepare() -> None:
    """Import what light stages need, without a model, in a process that will fork stages."""
    make_ready(*(stage.finds for stage in ANALYSIS))
    for port in ("decoders", "trackers"):
        for name in registry.installed_entries(port):
            with suppress(MissingDependency):
                registry.load(port, name)


def _keep_in(scratch: Path) -> None:
    """Put temporary files, also of libraries, where they are removed if this process is killed."""
    os.environ["TMPDIR"] = tempfile.tempdir = str(scratch)


def main(stage: str, text: str, parent: str | None = None) -> int:
    """Run one stage and write its progress to standard output.

    Parameters
    ----------
    stage : name of the stage.
    text : the job, as JSON.
    parent : process id of the parent; this process ends if the parent does.
    """
    die_with_parent()
    if parent is not None and os.getppid() != int(parent):
        return 1  # the parent died before it could end this process
    # On a busy machine two OpenMP threads wait for each other and are many times slower than one.
    # The recogniser asks for its own threads.
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    os.umask(0o077)  # the result of a stage is private
    voice = os.fdopen(os.dup(sys.stdout.fileno()), "w", buffering=1)
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())

    def say(progress: Progress) -> None:
        said = {"stage": progress.stage, "done": progress.done, "total": progress.total}
        voice.write(json.dumps(said) + "\n")

    def say_error(error: CoachError) -> None:
        voice.write(json.dumps({"error": type(error).__name__, "message": str(error)}) + "\n")

    job = _from_json(text)
    try:
        _keep_in(job.scratch)
        run_here((STAGES[stage],), job, say)
    except CoachError as error:
        say_error(error)
        return 1
    except OSError as error:
        if error.errno not in DISK_FULL:
            raise
        say_error(NoRoom(_FULL))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
