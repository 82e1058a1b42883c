"""Addresses that a webhook may call: public ones, unless the deployment allows its own network."""

from __future__ import annotations

import ipaddress
import socket
from urllib.parse import urlsplit

from coach_api.problems import Problem


def check_url(url: str, *, private: bool) -> None:
    """Refuse a URL that cannot be called, or that leads into the service's own network.

    The host is looked up again before every call, so that it cannot be moved there later.

    Parameters
    ----------
    url : where to post.
    private : whether plain http and private networks are allowed.

    Raises
    ------
    Problem : if so.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError:
        raise _refusal("it is not a web address") from None
    if parts.scheme not in ("http", "https") or not host or parts.username or parts.password:
        raise _refusal("expected https://host/path without a password")
    if private:
        return
    if parts.scheme != "https":
        raise _refusal("expected https")
    if not all(_is_public(ipaddress.ip_address(each)) for each in look_up(host, port)):
        raise _refusal("it leads into a private network (allow with COACH_PRIVATE_WEBHOOKS=1)")


def look_up(host: str, port: int) -> list[str]:
    """Look up the network addresses of a host.

    Parameters
    ----------
    host : a name or an address.
    port : 1 to 65535.

    Raises
    ------
    Problem : if it has none.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise _refusal("the host is not known") from None
    return [str(each[4][0]).partition("%")[0] for each in found]


def _is_public(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    """Whether an address is public, and so is the IPv4 address that it may stand for."""
    within = _embedded_addresses(address) if isinstance(address, ipaddress.IPv6Address) else ()
    return address.is_global and not address.is_multicast and all(map(_is_public, within))


def _embedded_addresses(address: ipaddress.IPv6Address) -> tuple[ipaddress.IPv4Address, ...]:
    """Return the IPv4 addresses to which a gateway may forward what is sent to an IPv6 address."""
    if address.ipv4_mapped is not None:
        return (address.ipv4_mapped,)
    if address.sixtofour is not None:
        return (address.sixtofour,)
    if address.teredo is not None:
        return address.teredo
    if any(address in network for network in _TRANSLATED):
        return (ipaddress.IPv4Address(int(address) & 0xFFFFFFFF),)
    return ()


_TRANSLATED = (
    ipaddress.IPv6Network("64:ff9b::/96"),  # NAT64, RFC 6052
    ipaddress.IPv6Network("64:ff9b:1::/48"),  # NAT64 of a network's own, RFC 8215
    ipaddress.IPv6Network("::/96"),  # IPv4-compatible, RFC 4291
)


def _refusal(why: str) -> Problem:
    return Problem("invalid-request", f"This webhook cannot be used: {why}.")
