"""Rate limits: a bucket of tokens for each class of request and each caller.

They live in the process's memory: they stop a runaway script and the guessing of passwords, and
need no table. Two API processes allow twice as much.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from coach_api.problems import Problem

_MOST_BUCKETS = 10_000


@dataclass(frozen=True, slots=True)
class Rate:
    """`burst` requests at once, then `per_second`."""

    burst: float
    per_second: float


RATES = {
    "read": Rate(2_000, 1_000),
    "write": Rate(200, 10),
    "upload": Rate(100, 0.2),
    "door": Rate(100, 1 / 3),
    "sign-in": Rate(10, 1 / 30),
    "account": Rate(100, 1 / 30),
    "refused": Rate(50, 0.5),
}


class RateLimits:
    """Counts requests; `factor` scales every rate."""

    def __init__(self, factor: float = 1.0, clock: Callable[[], float] = time.monotonic) -> None:
        self._factor = factor
        self._clock = clock
        self._buckets: dict[tuple[str, str], tuple[float, float]] = {}
        self._lock = threading.Lock()

    def spend(self, kind: str, who: str) -> None:
        """Count one request of `who`.

        Parameters
        ----------
        kind : of request, as in the table of rates.
        who : id of a user, or an address.

        Raises
        ------
        Problem : if that was one too many; ``Retry-After`` says when to come back.
        """
        rate = RATES[kind]
        with self._lock:
            wait = self._take(rate, (kind, who))
        if wait > 0:
            seconds = max(1, math.ceil(wait))
            raise Problem(
                "too-many-requests",
                f"That is more than this service allows at once. Try again in {seconds} s.",
                {"Retry-After": str(seconds)},
            )

    def give_back(self, kind: str, who: str) -> None:
        """Count a request of `who` no longer.

        Parameters
        ----------
        kind : of request, as in the table of rates.
        who : id of a user, or an address.
        """
        with self._lock:
            if (kind, who) in self._buckets:
                left, since = self._buckets[kind, who]
                self._buckets[kind, who] = (left + 1, since)

    def _take(self, rate: Rate, key: tuple[str, str]) -> float:
        """Take a token; the seconds until there is one again, 0 if there was one."""
        moment, burst = self._clock(), rate.burst * self._factor
        left, since = self._buckets.get(key, (burst, moment))
        left = min(burst, left + (moment - since) * rate.per_second * self._factor)
        if left < 1:
            self._buckets[key] = (left, moment)
            return (1 - left) / (rate.per_second * self._factor)
        self._buckets.pop(key, None)
        self._buckets[key] = (left - 1, moment)
        if len(self._buckets) > _MOST_BUCKETS:
            self._buckets.pop(next(iter(self._buckets)))
        return 0.0
