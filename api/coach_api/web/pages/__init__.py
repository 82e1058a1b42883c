"""Plain pages, rendered here: everything works without a script; scripts add progress and sound."""

from __future__ import annotations

from coach_api.web.pages import (
    account,
    admin,
    correcting,
    noting,
    people,
    practising,
    reading,
    rehearsing,
    reviewing,
    signing,
    trending,
    uploading,
)

PAGES = (
    signing.router, reading.router, reviewing.router, trending.router, practising.router,
    rehearsing.router, uploading.router, correcting.router, noting.router,
    account.router, admin.router, people.router,
)  # fmt: skip
