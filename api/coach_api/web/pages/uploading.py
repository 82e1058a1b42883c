"""The upload form; a script sends it with progress, a plain form works as well."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse

from coach_api.intake.accept import Offer, accept
from coach_api.intake.form import finish, read_about, stream_form
from coach_api.people import consent
from coach_api.sessions import goals
from coach_api.store.tables import now
from coach_api.web.callers import check_csrf, check_origin
from coach_api.web.dependencies import Ctx
from coach_api.web.pages.forms import Visitor
from coach_api.web.render import page

router = APIRouter(include_in_schema=False)


@router.get("/upload")
def upload_page(context: Ctx, principal: Visitor) -> Response:
    """Show the form."""
    settings = context.settings
    with context.engine.connect() as db:
        present = goals.list_open_goals(db, principal.user_id)
    return page(
        "upload.html",
        principal,
        wording=consent.WORDING,
        limit=settings.max_upload_bytes,
        days=settings.audio_days,
        goals=present,
        today=now().date(),
    )


@router.post("/upload")
async def upload(request: Request, context: Ctx, principal: Visitor) -> Response:
    """Take the form without a script."""
    check_origin(request)
    context.limits.spend("upload", principal.user_id)
    async with stream_form(request, context) as form:
        check_csrf(principal, form.fields.get("csrf"))
        about = read_about(form.fields)
        consent.require_consent(about.consent)
        async with finish(form, context) as received:
            offer = Offer(received, about, form.filenames[0])
            row, is_new = await run_in_threadpool(accept, context, principal, offer)
    return RedirectResponse(f"/sessions/{row.id}" + ("" if is_new else "?again=1"), 303)
