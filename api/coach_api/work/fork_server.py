"""A process that has imported what stages need, and forks one child for each stage.

::

    worker --socket--> fork server (one thread, no model) --fork--> stage (own process group)

Each stage is still a process of its own: its memory is freed, it can be killed, and it dies with
this process, which dies with its worker. Forking saves a second of imports for each stage. A
request is a line with the stage and its job; the descriptors that come with it take the stage's
output and its errors. Answers are the stage's process id, then its exit code.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import signal
import socket
import sys
import traceback
from types import ModuleType
from typing import NoReturn

from coach.system import die_with_parent

_ENOUGH = 1 << 16


def main(program: str, descriptor: str, parent: str) -> int:
    """Fork stages until the worker is gone.

    Parameters
    ----------
    program : the module whose `prepare` is called before the first fork.
    descriptor : number of the open socket to the worker.
    parent : process id of the worker.
    """
    die_with_parent()
    if os.getppid() != int(parent):
        return 1  # the worker died before it could take us along
    # Before numpy is imported, which counts: see `coach.analysis.stage_process`.
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    module = importlib.import_module(program)
    module.prepare()
    gc.freeze()  # or collecting garbage in a stage would copy all of this
    with socket.socket(fileno=int(descriptor)) as worker:
        while (request := _read_request(worker)) is not None:
            line, descriptors = request
            _serve(worker, module, line, descriptors)
    return 0


def _read_request(worker: socket.socket) -> tuple[bytes, list[int]] | None:
    """Wait for the next stage; None when the worker has closed its end."""
    line, descriptors, _, _ = socket.recv_fds(worker, _ENOUGH, 2)
    while line and not line.endswith(b"\n"):
        more = worker.recv(_ENOUGH)
        if not more:
            return None
        line += more
    return (line, descriptors) if line else None


def _serve(worker: socket.socket, module: ModuleType, line: bytes, descriptors: list[int]) -> None:
    me = str(os.getpid())  # the child may find another parent when it asks
    pid = os.fork()
    if pid == 0:
        worker.close()
        _run_stage(module, line, descriptors, me)
    for each in descriptors:
        os.close(each)
    _send(worker, pid)
    _, status = os.waitpid(pid, 0)
    _send(worker, os.waitstatus_to_exitcode(status))


def _send(worker: socket.socket, number: int) -> None:
    worker.sendall(b"%d\n" % number)


def _run_stage(module: ModuleType, line: bytes, descriptors: list[int], parent: str) -> NoReturn:
    """Run the stage in the child, and end without the exit handlers of this process."""
    code = 1
    try:
        os.setsid()
        stage, job = json.loads(line)
        nothing = os.open(os.devnull, os.O_RDONLY)
        for number, descriptor in enumerate((nothing, *descriptors)):
            os.dup2(descriptor, number)
            os.close(descriptor)
        code = module.main(stage, job, parent)
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is the worker's, which ends us
    sys.exit(main(*sys.argv[1:]))
