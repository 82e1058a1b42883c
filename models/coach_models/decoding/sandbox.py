"""Run the decoding process and read its messages."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
import threading
from dataclasses import asdict
from typing import IO, Any

from coach.intervals import Seconds
from coach.ports import Progress, Report
from coach.system import is_over_limit, module_command
from coach_models.decoding.decode_process import Request

STAGE = "decode"


def decode_in_child(request: Request, timeout: Seconds, report: Report) -> dict[str, Any]:
    """Decode in a process of its own.

    Parameters
    ----------
    request : the recording, the tracks and the folder for samples.
    timeout : seconds after which the process is killed.
    report : gets the seconds of sound that are decoded.

    Returns
    -------
    `result` (the fields of `Done`), or `refused` with one of the child's reasons, "limits" when it
    ran out of memory or time or wrote too much, "full" when the disk is, or "crashed".
    """
    command = module_command("coach_models.decoding.decode_process", json.dumps(asdict(request)))
    # Thread pools reserve memory for every core, which the limit would count.
    environment = os.environ | {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    with subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env=environment,
    ) as child:
        timer = threading.Timer(timeout, child.kill)
        timer.start()
        try:
            answer = _listen(child.stdout, report)
        finally:
            timer.cancel()
            child.kill()
    if answer:
        return answer
    return {"refused": "limits" if is_over_limit(child.returncode) else "crashed"}


def find_confinement() -> tuple[str, ...]:
    """What confines the process that decodes on this system; see `confinement.confine`."""
    with tempfile.TemporaryDirectory(prefix="coach-") as folder:
        command = module_command("coach_models.decoding.confinement", folder)
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    return tuple(json.loads(done.stdout or "[]"))


def _listen(lines: IO[str] | None, report: Report) -> dict[str, Any]:
    for line in lines or ():
        said: dict[str, Any] = json.loads(line)
        if "done" not in said:
            return said
        report(Progress(STAGE, said["done"], said["total"]))
    return {}
