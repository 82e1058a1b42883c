"""The scorecard's own page, with the service's bar on top and the sound to play moments."""

from __future__ import annotations

from fastapi.responses import HTMLResponse

from coach.formats import html
from coach_api import corrections, exports, sessions
from coach_api.auth.principal import Principal
from coach_api.context import Context
from coach_api.pages.render import fragment


def scorecard_page(context: Context, principal: Principal, session_id: str) -> HTMLResponse:
    """Render the page that the command line writes as a page of this site.

    Raises
    ------
    Problem : if the principal may not read it, or there is none yet.
    """
    with context.engine.connect() as db:
        row = sessions.get(db, principal, session_id, "read")
        card = exports.stored_card(db, session_id)
        conv = corrections.shown(db, session_id)
    item = sessions.described(context, row, principal)
    site = html.Site(
        assets="/assets/",
        styles=("/static/pages.css",),
        top=fragment("bar.html", principal, item=item, formats=exports.NAMES),
    )
    sound = f"/v1/sessions/{session_id}/audio" if row.blob_key else None
    return HTMLResponse(html.render(card, conv, audio_src=sound, site=site))
