"""Your API tokens and signed-in browsers."""

from __future__ import annotations

from datetime import timedelta

from fastapi import APIRouter

from coach_api.people import audit, tokens
from coach_api.people.principal import Principal
from coach_api.problems import Problem, not_found
from coach_api.schemas.base import COMMON
from coach_api.schemas.people import TokenIn, TokenMade, TokenOut
from coach_api.web.callers import SignedIn, Writer
from coach_api.web.dependencies import Ctx
from coach_api.web.routes.parameters import ObjectId

router = APIRouter(prefix="/v1/tokens", tags=["people"], responses=COMMON)


@router.get("")
def list_tokens(context: Ctx, principal: Writer) -> list[TokenOut]:
    """List your tokens and signed-in browsers."""
    with context.engine.connect() as db:
        rows = tokens.list_tokens(db, principal.user_id)
    return [TokenOut.model_validate(row, extra="ignore") for row in rows]


@router.post("", status_code=201)
def create_token(wish: TokenIn, context: Ctx, principal: SignedIn) -> TokenMade:
    """Make a token, in a browser; its secret is shown this once."""
    _check_scopes(principal, wish)
    life = timedelta(days=wish.days) if wish.days else None
    with context.engine.begin() as db:
        token_id, secret = tokens.issue(db, principal.user_id, wish.name, wish.scopes, life=life)
        audit.note(db, principal.user_id, "token.created", token_id)
        made = next(row for row in tokens.list_tokens(db, principal.user_id) if row.id == token_id)
    plain = TokenOut.model_validate(made, extra="ignore").model_dump()
    return TokenMade(**plain, token=secret)


@router.delete("/{token_id}", status_code=204)
def revoke_token(token_id: ObjectId, context: Ctx, principal: Writer) -> None:
    """Make a token worthless, or sign a browser out."""
    with context.engine.begin() as db:
        if not tokens.revoke(db, principal.user_id, token_id):
            raise not_found("token")
        audit.note(db, principal.user_id, "token.revoked", token_id)


def _check_scopes(principal: Principal, wish: TokenIn) -> None:
    """Refuse a token with more rights than its user has."""
    beyond = [scope for scope in wish.scopes if not principal.may(scope)]
    if beyond:
        raise Problem("not-allowed", f"You do not have the scope {', '.join(beyond)} yourself.")
