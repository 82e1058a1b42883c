"""Scorecards that were read lately, as they are sent, so that reading one again is cheap.

A scorecard of an hour's talk has half a megabyte. The database says each time which revision is in
force and who may read it; only the bytes are kept here, up to a limit, and never after an erasure.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable

_MOST_BYTES = 32 * 1024**2


class Recent:
    """Bytes by session and revision; the ones not read for longest go first.

    Examples
    --------
    >>> recent = Recent(most_bytes=10)
    >>> recent.get("s", 1, lambda: b"12345"), recent.get("s", 1, lambda: b"never asked")
    (b'12345', b'12345')
    """

    def __init__(self, most_bytes: int = _MOST_BYTES) -> None:
        self._most = most_bytes
        self._kept: OrderedDict[str, tuple[int, bytes]] = OrderedDict()
        self._size = 0
        self._lock = threading.Lock()

    def get(self, session_id: str, revision: int, read: Callable[[], bytes]) -> bytes:
        """The bytes of that revision; `read` gets them if they are not here."""
        with self._lock:
            found = self._kept.get(session_id)
            if found is not None and found[0] == revision:
                self._kept.move_to_end(session_id)
                return found[1]
        body = read()
        with self._lock:
            self._forget(session_id)
            self._kept[session_id] = (revision, body)
            self._size += len(body)
            while self._size > self._most:
                self._forget(next(iter(self._kept)))
        return body

    def forget(self, session_id: str) -> None:
        """Drop what is kept of a session."""
        with self._lock:
            self._forget(session_id)

    def _forget(self, session_id: str) -> None:
        gone = self._kept.pop(session_id, None)
        self._size -= len(gone[1]) if gone else 0
