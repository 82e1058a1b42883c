"""The routes of the REST interface, all under /v1 but for health and metrics."""

from __future__ import annotations

from coach_api.web.routes import (
    corrections,
    enrolments,
    events,
    files,
    goals,
    notes,
    people,
    results,
    service,
    sessions,
    shares,
    tokens,
    trends,
    uploads,
    users,
    webhooks,
)

ROUTES = (
    sessions.router, events.router, results.router, files.router, corrections.router,
    shares.router, uploads.greeter, uploads.router, trends.router, goals.router, notes.router,
    enrolments.router, people.router, tokens.router, users.router, webhooks.router, service.router,
)  # fmt: skip
