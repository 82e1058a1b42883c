"""The scorecard's own page, with the service's bar on top and the sound to play moments."""

from __future__ import annotations

from fastapi.responses import HTMLResponse

from coach.conversation import Conversation
from coach.page import html
from coach_api.people.principal import Principal
from coach_api.sessions import access, corrections, exports, sharing
from coach_api.sessions.context import Context
from coach_api.web.render import fragment


def scorecard_page(context: Context, principal: Principal, session_id: str) -> HTMLResponse:
    """Render the page that the command line writes as a page of this site.

    Raises
    ------
    Problem : if the principal may not read it, or there is none yet.
    """
    with context.engine.connect() as db:
        row = access.get(db, principal, session_id, "read")
        card = exports.stored_card(db, session_id)
        conv = corrections.shown(db, session_id)
        is_own = access.relation(row, principal) == "own"
        owner = "" if is_own else sharing.owners(db, [row])[row.owner_id]
        shared = sharing.listed(db, session_id) if is_own and sharing.is_possible(db) else None
    top = fragment(
        "bar.html",
        principal,
        item=access.described(context, row, principal),
        formats=exports.LABELS,
        owner=owner,
        shared=shared,
        unsure=conv.speakers if is_own and _is_guess(conv) else (),
    )
    site = html.Site(
        assets="/assets/",
        styles=("/static/pages.css",),
        top=top,
        corrections=f"/sessions/{session_id}/corrections" if is_own else "",
    )
    sound = f"/v1/sessions/{session_id}/audio" if row.blob_key else None
    return HTMLResponse(html.render(card, conv, audio_src=sound, site=site))


def _is_guess(conv: Conversation) -> bool:
    return conv.mentor is not None and conv.mentor.role_source == "guessed"
