"""Metrics for Prometheus: requests, durations, bytes, sessions by status; no people, no words."""

from __future__ import annotations

import sqlalchemy as sa
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from coach_api.store.tables import STATUSES, sessions

_FAST = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)


class Metrics:
    """The counters of one app, in a registry of its own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "coach_requests_total",
            "Requests answered.",
            ("method", "route", "status"),
            registry=self.registry,
        )
        self.seconds = Histogram(
            "coach_request_seconds",
            "Time until the answer began.",
            ("method", "route"),
            registry=self.registry,
            buckets=_FAST,
        )
        self.uploaded = Counter(
            "coach_uploaded_bytes_total", "Bytes of recordings accepted.", registry=self.registry
        )
        self.rescored = Histogram(
            "coach_rescore_seconds",
            "Time to score again after a correction.",
            registry=self.registry,
            buckets=_FAST,
        )
        self.delivered = Counter(
            "coach_webhooks_total", "Webhook calls.", ("outcome",), registry=self.registry
        )
        self._sessions = Gauge(
            "coach_sessions", "Sessions by status.", ("status",), registry=self.registry
        )  # fmt: skip

    def scrape(self, engine: sa.Engine) -> bytes:
        """Write the text format, sessions counted now."""
        counted = sa.select(sessions.c.status, sa.func.count()).group_by(sessions.c.status)
        with engine.connect() as db:
            found = {status: count for status, count in db.execute(counted)}
        for status in STATUSES:
            self._sessions.labels(status).set(found.get(status, 0))
        return generate_latest(self.registry)
