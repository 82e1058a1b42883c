"""Where a webhook may call: public addresses, unless the deployment allows its own network."""

from __future__ import annotations

import ipaddress
import socket
from urllib.parse import urlsplit

from coach_api.problems import Problem


def check_url(url: str, *, private: bool) -> None:
    """Refuse an address that is none, or that leads into the service's own network.

    The name is looked up now and again before every call, so that it cannot be moved there later.

    Raises
    ------
    Problem : if so.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError:
        raise _refused("it is no web address") from None
    if parts.scheme not in ("http", "https") or not host or parts.username or parts.password:
        raise _refused("expected https://host/path without a password")
    if private:
        return
    if parts.scheme != "https":
        raise _refused("expected https")
    if not all(ipaddress.ip_address(each).is_global for each in addresses(host, port)):
        raise _refused("it leads into a private network (allow with COACH_PRIVATE_WEBHOOKS=1)")


def addresses(host: str, port: int) -> list[str]:
    """The network addresses of a host.

    Raises
    ------
    Problem : if it has none.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise _refused("the host is not known") from None
    return [str(each[4][0]).partition("%")[0] for each in found]


def _refused(why: str) -> Problem:
    return Problem("invalid-request", f"This webhook cannot be used: {why}.")
