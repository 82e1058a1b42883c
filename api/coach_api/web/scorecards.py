"""The scorecard's own page and its parts, with the service's bar on top and the sound to play."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa
from fastapi.responses import HTMLResponse
from markupsafe import Markup

from coach.page import html
from coach.page.html import PartName, Selection, Site
from coach.page.view import Page
from coach_api.people.principal import Principal
from coach_api.sessions import access, corrections, exports, goals, sharing, sounds
from coach_api.sessions.context import Context
from coach_api.web.correction_text import CHOICES, SENT_AS
from coach_api.web.render import fragment

STYLES = ("/assets/scorecard.css", "/static/pages.css")
SCRIPTS = (*(f"/assets/{name}" for name in html.SCRIPTS), "/static/parts.js", "/static/fix.js")


@dataclass(frozen=True, slots=True)
class ReaderView:
    """A session as one reader sees it: its row, its page, the site around it, its sound."""

    row: sa.Row[Any]
    page: Page
    site: Site
    sound: str | None


def view_for(
    context: Context, principal: Principal, session_id: str, *, said: str = "", to: str = ""
) -> ReaderView:
    """Collect what a page about a session needs.

    Parameters
    ----------
    context : of the service.
    principal : the reader.
    session_id : as it was sent.
    said, to : as for `scorecard_page`.

    Raises
    ------
    Problem : if the principal may not read it, or there is no scorecard yet.
    """
    with context.engine.connect() as db:
        row = access.get(db, principal, session_id, "read")
        page = corrections.page_of(context, db, session_id)
        is_own = access.relation_of(row, principal) == "own"
        top = _render_bar(context, db, principal, row, page, {"said": said, "to": to})
    site = Site(
        address=corrections.address(session_id),
        styles=STYLES,
        scripts=SCRIPTS if is_own else SCRIPTS[:-1],
        top=top,
        csrf=principal.csrf,
        may_correct=is_own,
    )
    return ReaderView(row, page, site, sounds.address_of(row))


def scorecard_page(
    context: Context, principal: Principal, session_id: str, *, said: str = "", to: str = ""
) -> HTMLResponse:
    """Render the digest, with everything else one step away.

    Parameters
    ----------
    context, principal, session_id : of whom, to whom.
    said : what is said above it; with `to`, why it was not shared with that address.
    to : an address that was typed in.

    Raises
    ------
    Problem : as `view_for`.
    """
    shown = view_for(context, principal, session_id, said=said, to=to)
    site = site_with_goals(context, principal, shown)
    return HTMLResponse(html.render_page(shown.page, site, audio_src=shown.sound))


def site_with_goals(context: Context, principal: Principal, shown: ReaderView) -> Site:
    """Add the reader's goals, and the thing to try, to the site of a digest.

    Parameters
    ----------
    context : of the service.
    principal : the reader.
    shown : from `view_for`.
    """
    if not shown.site.may_correct:
        return shown.site
    with context.engine.connect() as db:
        present = goals.list_open_goals(db, principal.user_id)
        found = goals.progress(db, present, until=shown.row)
    attempt = shown.page.card.feedback.attempt
    offer = practice = Markup("")
    if attempt is not None:
        wish = goals.goal_from(attempt)
        is_goal = any((each.text, each.measure) == (wish.text, wish.measure) for each in present)
        offer = fragment("offer.html", principal, session_id=shown.row.id, is_goal=is_goal)
    if found:
        practice = fragment("progress.html", principal, found=found)
    return replace(shown.site, practice=practice, offer=offer)


def part_page(
    shown: ReaderView, name: PartName, selection: Selection, *, bare: bool
) -> HTMLResponse:
    """Render a part on a page of its own; `bare`, without anything around it.

    Parameters
    ----------
    shown : from `view_for`.
    name : of the part.
    selection : of moments, for the review.
    bare : whether the part comes without the page around it.
    """
    if bare:
        values: Mapping[str, Any] = {
            "shown": tuple(selection.select(shown.page.review)) if name == "review" else (),
            "selection": selection,
        }
        return HTMLResponse(html.render_fragment(name, shown.page, shown.site, **values))
    made = html.render_part(
        name, shown.page, shown.site, selection=selection, audio_src=shown.sound
    )
    return HTMLResponse(made)


def _render_bar(
    context: Context,
    db: sa.Connection,
    principal: Principal,
    row: sa.Row[Any],
    page: Page,
    said: Mapping[str, str],
) -> Any:
    is_own = access.relation_of(row, principal) == "own"
    conv = page.conv
    is_guess = conv and conv.mentor is not None and conv.mentor.role_source == "guessed"
    return fragment(
        "bar.html",
        principal,
        item=access.describe_session(context, row, principal),
        formats=exports.list_formats(),
        for_readers=exports.FOR_READERS,
        most_embedded=exports.MOST_EMBEDDED,
        owner="" if is_own else sharing.owners(db, [row])[row.owner_id],
        shared=sharing.list_shares(db, row.id) if is_own and sharing.is_possible(db) else None,
        unsure=conv.speakers if conv and is_own and is_guess else (),
        speakers=conv.speakers if conv else (),
        choices=CHOICES,
        sent_as=SENT_AS,
        **said,
    )
