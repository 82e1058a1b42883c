"""Running a script and waiting for it; imports little, for its memory is measured from here."""

from __future__ import annotations

import os
import subprocess

from coach.errors import AnalysisError
from coach.system import die_with_parent


def run_script(command: list[str]) -> None:
    """Run a script on one OpenMP thread, as our own stages run.

    Raises
    ------
    AnalysisError : with its last line, if it fails.
    """
    surroundings = {"OMP_NUM_THREADS": "1"} | dict(os.environ)
    done = subprocess.run(
        command, env=surroundings, capture_output=True, text=True, check=False,
        preexec_fn=die_with_parent,
    )  # fmt: skip
    if done.returncode:
        last = (done.stderr.strip().splitlines() or [f"exit code {done.returncode}"])[-1]
        raise AnalysisError(f"The peer ended without a reply: {last}")
