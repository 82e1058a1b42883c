"""The scorecard's own page, with the service's bar on top and the sound to play moments."""

from __future__ import annotations

import sqlalchemy as sa
from fastapi import Request
from fastapi.responses import HTMLResponse

from coach.formats import html
from coach_api import corrections, exports, sessions
from coach_api.auth.principal import Principal
from coach_api.context import Context
from coach_api.pages.render import fragment

_HEAD = '<link rel="stylesheet" href="/static/pages.css">\n</head>'


def scorecard_page(
    request: Request, context: Context, db: sa.Connection, principal: Principal, session_id: str
) -> HTMLResponse:
    """Render the page that the command line writes, its assets linked."""
    row = sessions.get(db, principal, session_id, "read")
    card = exports.stored_card(db, session_id)
    conv = corrections.shown(db, session_id)
    sound = f"/v1/sessions/{session_id}/audio" if row.blob_key else None
    made = html.render(card, conv, audio_src=sound, assets="linked")
    item = sessions.described(context, row, principal)
    bar = fragment("bar.html", principal, item=item, formats=exports.NAMES)
    return HTMLResponse(_served(made, bar))


def _served(made: str, bar: str) -> str:
    """The page with its assets at their addresses here, and the bar."""
    made = made.replace('href="scorecard.css"', 'href="/assets/scorecard.css"', 1)
    made = made.replace('src="scorecard.js"', 'src="/assets/scorecard.js"', 1)
    made = made.replace("</head>", _HEAD, 1)
    return made.replace("<body>", f"<body>\n{bar}", 1)
