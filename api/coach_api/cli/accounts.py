"""``coach token`` and ``coach user``: the first token and the first users of a deployment."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import click
import sqlalchemy as sa

from coach_api.people import accounts, links, second_factor, tokens
from coach_api.problems import Problem
from coach_api.settings import settings_from
from coach_api.store.database import connect
from coach_api.store.migrate import migrate
from coach_api.store.tables import ROLES

_LOCAL_URL = "http://127.0.0.1:8000"


@contextmanager
def _database() -> Iterator[sa.Connection]:
    """The deployment's database, in one transaction."""
    settings = settings_from()
    migrate(settings)
    engine = connect(settings)
    try:
        with engine.begin() as db:
            yield db
    finally:
        engine.dispose()


@click.group()
def token() -> None:
    """Make tokens for scripts."""


@token.command("create")
@click.option("--name", required=True, help="What the token is for.")
@click.option("--user", "email", help="E-mail address. Default: the owner of a local service.")
@click.option(
    "--scope", "scopes", multiple=True, type=click.Choice(tokens.SCOPES),
    default=("read", "write"), show_default=True,
)  # fmt: skip
@click.option("--days", type=click.FloatRange(min=0, min_open=True), help="How long it is valid.")
def create_token(name: str, email: str | None, scopes: tuple[str, ...], days: float | None) -> None:
    """Make a token and print it, this once, as the last line."""
    life = timedelta(days=days) if days else None
    with _database() as db:
        user_id = _user(db, email).id if email else accounts.first_user(db)
        token_id, secret = tokens.issue(db, user_id, name, scopes, life=life)
    click.echo(f"Token {token_id} may {' and '.join(scopes)}. Keep it, it is not shown again:")
    click.echo(secret)


@click.group()
def user() -> None:
    """Make users and let them sign in."""


@user.command("create")
@click.argument("email")
@click.option("--name", default="", help="What to call them.")
@click.option("--role", type=click.Choice(ROLES), default="mentor", show_default=True)
def create_user(email: str, name: str, role: str) -> None:
    """Make a user and print a sign-in link that works once, for a day."""
    with _database() as db:
        _print_link(db, accounts.create(db, email, name=name, role=role))


@user.command("link")
@click.argument("email", required=False)
@click.option(
    "--without-second-factor", "is_lost", is_flag=True,
    help="Turn their second factor off, for one who has lost it.",
)  # fmt: skip
def create_link(email: str | None, is_lost: bool) -> None:
    """Print a new sign-in link for a user. Without EMAIL: for the owner of a local service."""
    with _database() as db:
        user_id = _user(db, email).id if email else accounts.first_user(db)
        if is_lost:
            second_factor.turn_off(db, user_id)
        _print_link(db, user_id)


def _user(db: sa.Connection, email: str) -> sa.Row[tuple[str]]:
    found = accounts.find_by_email(db, email)
    if found is None:
        raise Problem("not-found", "No user has that address: make one with coach user create.")
    return found


def _print_link(db: sa.Connection, user_id: str) -> None:
    base = settings_from().public_url
    if not base:
        base = _LOCAL_URL
        click.echo(f"For a service at {base}; if it is elsewhere, set COACH_PUBLIC_URL.", err=True)
    click.echo(links.link_url(base, links.issue(db, user_id)))
