"""A memory of values that are costly to read: scorecards as they are sent, conversations as heard.

The database decides each time which revision is current and who may read it; only the value is kept
here, up to a limit, and never after an erasure.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Generic, TypeVar

Value = TypeVar("Value")


class Recent(Generic[Value]):
    """Values by session and revision; the ones not read for longest go first.

    Parameters
    ----------
    most : how much is kept, in the unit of `weigh`.
    weigh : how much a value counts.

    Examples
    --------
    >>> recent = Recent(10, len)
    >>> recent.get("s", 1, lambda: b"12345"), recent.get("s", 1, lambda: b"never asked")
    (b'12345', b'12345')
    """

    def __init__(self, most: int, weigh: Callable[[Value], int]) -> None:
        self._most, self._weigh = most, weigh
        self._kept: OrderedDict[str, tuple[int, Value]] = OrderedDict()
        self._weight = 0
        self._erasures = 0
        self._lock = threading.Lock()

    def get(self, session_id: str, revision: int, read: Callable[[], Value]) -> Value:
        """The value of that revision; `read` gets it if it is not here.

        Parameters
        ----------
        session_id : of the value.
        revision : of the value; another revision is read again.
        read : gets the value if it is not kept.
        """
        with self._lock:
            found = self._kept.get(session_id)
            if found is not None and found[0] == revision:
                self._kept.move_to_end(session_id)
                return found[1]
        return self.renew(session_id, revision, read)

    def renew(self, session_id: str, revision: int, make: Callable[[], Value]) -> Value:
        """Keep the value that `make` returns, unless a session is erased meanwhile.

        Parameters
        ----------
        session_id : of the value.
        revision : of the value.
        make : returns it, and runs without the lock.
        """
        with self._lock:
            erasures = self._erasures
        value = make()
        with self._lock:
            if erasures != self._erasures:  # it may be this one that was erased meanwhile
                return value
            self._forget(session_id)
            self._kept[session_id] = (revision, value)
            self._weight += self._weigh(value)
            while self._weight > self._most:
                self._forget(next(iter(self._kept)))
        return value

    def forget(self, session_id: str) -> None:
        """Drop what is kept of a session."""
        with self._lock:
            self._erasures += 1
            self._forget(session_id)

    def _forget(self, session_id: str) -> None:
        gone = self._kept.pop(session_id, None)
        self._weight -= self._weigh(gone[1]) if gone else 0
