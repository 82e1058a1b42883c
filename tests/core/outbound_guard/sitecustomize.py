"""Reports what a Python process tries to reach beyond loopback; imported at its start by Python.

A process has this when its folder is on PYTHONPATH; so do all of its children. It sees what goes
through Python's sockets. What libraries do in C, strace sees.
"""

import os
import sys

_EVENTS = {
    "socket.connect": 1,  # the place of the host or of the address
    "socket.sendto": 1,
    "socket.sendmsg": 1,
    "socket.getaddrinfo": 0,
    "socket.gethostbyname": 0,
    "socket.gethostbyaddr": 0,
}


def _report(event: str, args: tuple[object, ...]) -> None:
    place = _EVENTS.get(event)
    if place is None or _is_local(args[place]):
        return
    with open(os.environ["OUTBOUND_LOG"], "a") as log:
        log.write(f"{event} {args[place]!r}\n")


def _is_local(target: object) -> bool:
    if isinstance(target, tuple):
        target = target[0]
    if isinstance(target, bytes):
        target = target.decode(errors="replace")
    if not isinstance(target, str):
        return target is None  # no host
    if not target or target.startswith("/"):
        return True  # no host, or a socket in the file system
    return target == "localhost" or target == "::1" or target.startswith(("127.", "\0"))


if "OUTBOUND_LOG" in os.environ:
    sys.addaudithook(_report)
