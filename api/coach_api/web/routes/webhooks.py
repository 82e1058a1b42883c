"""Webhooks: register, list and delete the addresses that are called for a new scorecard."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from fastapi import APIRouter

from coach_api.people import audit
from coach_api.people.principal import Principal
from coach_api.problems import Problem, not_found
from coach_api.schemas.base import COMMON, problems
from coach_api.schemas.people import DeliveryOut, WebhookIn, WebhookMade, WebhookOut
from coach_api.store.tables import deliveries, new_id, webhooks
from coach_api.web.callers import Writer
from coach_api.web.dependencies import Ctx
from coach_api.web.routes.parameters import ObjectId
from coach_api.webhooks.signing import make_secret
from coach_api.webhooks.targets import check_url

router = APIRouter(prefix="/v1/webhooks", tags=["webhooks"], responses=COMMON)
MOST = 20


@router.get("")
def list_webhooks(context: Ctx, principal: Writer) -> list[WebhookOut]:
    """List your webhooks."""
    with context.engine.connect() as db:
        rows = _list_own(db, principal)
    return [WebhookOut.model_validate(row, extra="ignore") for row in rows]


@router.post("", status_code=201, responses=problems("conflict"))
def add_webhook(wish: WebhookIn, context: Ctx, principal: Writer) -> WebhookMade:
    """Add a webhook, called when a scorecard of yours is ready; its secret is shown this once."""
    check_url(wish.url, private=context.settings.private_webhooks)
    values = {"id": new_id(), "owner_id": principal.user_id, "secret": make_secret()}
    with context.engine.begin() as db:
        if len(_list_own(db, principal)) >= MOST:
            raise Problem("conflict", f"There are {MOST} webhooks already: delete one first.")
        db.execute(webhooks.insert().values(**values, url=wish.url))
        audit.note(db, principal.user_id, "webhook.created", values["id"])
        row = next(row for row in _list_own(db, principal) if row.id == values["id"])
    return WebhookMade.model_validate(row, extra="ignore")


@router.delete("/{webhook_id}", status_code=204)
def delete_webhook(webhook_id: ObjectId, context: Ctx, principal: Writer) -> None:
    """Delete a webhook."""
    with context.engine.begin() as db:
        _check_own(db, principal, webhook_id)
        db.execute(webhooks.delete().where(webhooks.c.id == webhook_id))
        audit.note(db, principal.user_id, "webhook.deleted", webhook_id)


@router.get("/{webhook_id}/deliveries")
def list_deliveries(webhook_id: ObjectId, context: Ctx, principal: Writer) -> list[DeliveryOut]:
    """See how the last hundred calls went."""
    wanted = sa.select(deliveries).where(deliveries.c.webhook_id == webhook_id)
    with context.engine.connect() as db:
        _check_own(db, principal, webhook_id)
        rows = db.execute(wanted.order_by(deliveries.c.next_at.desc()).limit(100)).all()
    return [DeliveryOut.model_validate(row, extra="ignore") for row in rows]


def _list_own(db: sa.Connection, principal: Principal) -> list[sa.Row[Any]]:
    wanted = sa.select(webhooks).where(webhooks.c.owner_id == principal.user_id)
    return list(db.execute(wanted.order_by(webhooks.c.created_at)))


def _check_own(db: sa.Connection, principal: Principal, webhook_id: str) -> None:
    if not any(row.id == webhook_id for row in _list_own(db, principal)):
        raise not_found("webhook")
