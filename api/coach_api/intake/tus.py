"""The headers of the tus protocol, version 1.0, as values.

Resumable uploads in the open protocol that clients for browsers, phones and scripts use
(https://tus.io/protocols/resumable-upload). The service supports the core and the extensions
`creation`, `creation-defer-length`, `termination`, `checksum` and `expiration`.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from typing import Any

from coach_api.problems import Problem

VERSION = "1.0.0"
EXTENSIONS = ("creation", "creation-defer-length", "termination", "checksum", "expiration")
ALGORITHMS = ("sha1", "sha256")
BYTES = "application/offset+octet-stream"
"""The content type of the bytes of an upload."""

_KEY = re.compile(r"[!-+\--~]+")  # ASCII without the space and the comma


def read_metadata(header: str) -> dict[str, str]:
    """Read ``Upload-Metadata``: keys, each with its value in base64, separated by commas.

    Raises
    ------
    Problem : if it cannot be read, or names a key twice.

    Examples
    --------
    >>> read_metadata("title SW4gcGllY2Vz,mentor_first")
    {'title': 'In pieces', 'mentor_first': ''}
    """
    found: dict[str, str] = {}
    for pair in filter(None, (each.strip() for each in header.split(","))):
        key, _, value = pair.partition(" ")
        if not _KEY.fullmatch(key) or key in found:
            raise _unreadable("Upload-Metadata: expected each key once, as 'key base64'.")
        found[key] = _decode("Upload-Metadata", value).decode("utf-8", "replace")
    return found


def write_metadata(fields: Mapping[str, str]) -> str:
    """Write ``Upload-Metadata``.

    Examples
    --------
    >>> write_metadata({"title": "In pieces", "mentor_first": ""})
    'title SW4gcGllY2Vz,mentor_first'
    """
    return ",".join(
        f"{key} {base64.b64encode(text.encode()).decode()}".strip() for key, text in fields.items()
    )


@dataclass(frozen=True, slots=True)
class Checksum:
    """The checksum that the bytes of one request must have.

    Parameters
    ----------
    algorithm : one of `ALGORITHMS`.
    digest : the hash itself.
    """

    algorithm: str
    digest: bytes

    def begin(self) -> Any:
        """Make a hash to feed the bytes to."""
        return hashlib.new(self.algorithm, usedforsecurity=False)


def read_checksum(header: str) -> Checksum:
    """Read ``Upload-Checksum``: an algorithm and a hash in base64.

    Raises
    ------
    Problem : if it cannot be read, or we do not know the algorithm.

    Examples
    --------
    >>> read_checksum("sha1 Kq5sNclPz7QV2+lfQIuc6R7oRu0=").algorithm
    'sha1'
    """
    algorithm, _, value = header.strip().partition(" ")
    if algorithm not in ALGORITHMS:
        raise _unreadable(f"Upload-Checksum: expected one of {', '.join(ALGORITHMS)}.")
    return Checksum(algorithm, _decode("Upload-Checksum", value))


def write_moment(moment: datetime) -> str:
    """Write a moment in UTC as HTTP does, for ``Upload-Expires``."""
    return format_datetime(moment, usegmt=True)


def check_version(header: str | None) -> None:
    """Refuse a client of another version.

    Raises
    ------
    Problem : if ``Tus-Resumable`` is not our version.
    """
    if header != VERSION:
        raise Problem(
            "wrong-version",
            f"Expected the header Tus-Resumable: {VERSION}.",
            {"Tus-Version": VERSION},
        )


def _decode(name: str, value: str) -> bytes:
    try:
        return base64.b64decode(value.strip(), validate=True)
    except (binascii.Error, ValueError):
        raise _unreadable(f"{name}: expected base64.") from None


def _unreadable(why: str) -> Problem:
    return Problem("unreadable-request", why)
