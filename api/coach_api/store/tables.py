"""The tables. Times are UTC; ids are random hex; recordings and results of stages lie in the store.

`sessions` is what a user sees: one recording and how far it is. The job engine keeps tables of its
own in the same database, so that a session and its job begin in one transaction.
"""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

STATUSES = ("queued", "running", "done", "failed", "cancelled")
ROLES = ("mentor", "lead", "admin")
INTERACTIVE, BATCH = 1, 100
"""Priorities of `sessions.priority`: the smaller goes first."""


def new_id() -> str:
    """Draw a random identifier that says nothing about its object."""
    return uuid.uuid4().hex


def now() -> datetime:
    """Read the clock, in UTC."""
    return datetime.now(UTC)


class Utc(TypeDecorator[datetime]):
    """A moment in UTC. Every backend gives it back aware; SQLite alone would forget the zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Store in UTC."""
        return value.astimezone(UTC) if value else None

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give back in UTC."""
        if value is None:
            return None
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)


metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _id() -> Column[str]:
    return Column("id", String(32), primary_key=True, default=new_id)


def _user(name: str) -> Column[str]:
    return Column(name, ForeignKey("users.id", ondelete="CASCADE"), nullable=False)


def _session(*, primary: bool = False) -> Column[str]:
    return Column(
        "session_id",
        ForeignKey("sessions.id", ondelete="CASCADE"),
        primary_key=primary,
        nullable=False,
    )


def _moment(name: str = "created_at") -> Column[datetime]:
    return Column(name, Utc, nullable=False, default=now)


users = Table(
    "users", metadata, _id(),
    Column("email", String(320), unique=True, nullable=False),
    Column("name", String(200), nullable=False, default=""),
    Column("role", String(16), nullable=False, default="mentor"),
    Column("password_hash", Text),
    _moment(),
    Column("disabled_at", Utc),
    CheckConstraint(f"role IN {ROLES}", name="role"),
)  # fmt: skip

second_factors = Table(
    "second_factors", metadata,
    Column("user_id", ForeignKey("users.id", ondelete="CASCADE"), primary_key=True),
    Column("secret", String(64), nullable=False),
    Column("counter", Integer, nullable=False),  # of the last code: each is taken once
    Column("recovery", JSON, nullable=False, default=list),  # hashes of the codes on paper
    _moment(),
)  # fmt: skip

api_tokens = Table(
    "api_tokens", metadata, _id(), _user("user_id"),
    Column("name", String(200), nullable=False),
    Column("hash", String(64), unique=True, nullable=False),
    Column("scopes", JSON, nullable=False, default=list),
    _moment(),
    Column("last_used_at", Utc),
    Column("expires_at", Utc),
    Column("revoked_at", Utc),
    Index(None, "user_id"),
)  # fmt: skip

sign_in_links = Table(
    "sign_in_links", metadata,
    Column("hash", String(64), primary_key=True), _user("user_id"),
    Column("expires_at", Utc, nullable=False),
    Column("used_at", Utc),
)  # fmt: skip

sessions = Table(
    "sessions", metadata, _id(), _user("owner_id"),
    Column("title", String(300), nullable=False, default=""),
    Column("mentor", String(200), nullable=False, default=""),
    Column("partner", String(200), nullable=False, default=""),
    Column("sha256", String(64), nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("media_type", String(127), nullable=False, default=""),
    Column("suffix", String(16), nullable=False, default=""),
    Column("blob_key", String(200), nullable=False, default=""),  # empty: the sound is gone
    Column("status", String(16), nullable=False, default="queued"),
    Column("stage", String(32), nullable=False, default=""),
    Column("fraction", Float, nullable=False, default=0.0),
    Column("run", Integer, nullable=False, default=0),
    Column("error_type", String(64), nullable=False, default=""),
    Column("error_detail", Text, nullable=False, default=""),
    _moment(), _moment("updated_at"),
    Column("held_on", Date),  # null: not known, so the day of the upload stands for it
    Column("started_at", Utc),
    Column("audio_until", Utc),
    Column("deleted_at", Utc),
    Column("idempotency_key", String(200)),
    Column("config", JSON, nullable=False, default=dict),
    Column("priority", Integer, nullable=False, default=INTERACTIVE),
    CheckConstraint(f"status IN {STATUSES}", name="status"),
    Index(None, "owner_id", "created_at"),
    Index(None, "status"),
    Index(None, "audio_until"),
    Index(
        "uq_sessions_owner_sha256", "owner_id", "sha256", unique=True,
        sqlite_where=text("deleted_at IS NULL"), postgresql_where=text("deleted_at IS NULL"),
    ),
    Index(
        "uq_sessions_owner_idempotency", "owner_id", "idempotency_key", unique=True,
        sqlite_where=text("deleted_at IS NULL"), postgresql_where=text("deleted_at IS NULL"),
    ),
)  # fmt: skip

consents = Table(
    "consents", metadata, _id(), _session(),
    Column("given_by", String(200), nullable=False),
    Column("participant", String(200), nullable=False),  # empty: not named
    Column("part", String(16), nullable=False, server_default=""),  # mentor or partner
    Column("wording_version", String(32), nullable=False),
    _moment("given_at"),
    Index(None, "session_id"),
)  # fmt: skip

results = Table(
    "results", metadata, _session(primary=True),
    Column("conversation", Text, nullable=False),
    Column("scorecard", Text, nullable=False),
    Column("revision", Integer, nullable=False, default=0),
    Column("corrected", Boolean, nullable=False, default=False),
    _moment(),
)  # fmt: skip

corrections = Table(
    "corrections", metadata, _id(), _session(), _user("author_id"),
    Column("number", Integer, nullable=False),
    _moment("made_at"),
    Column("change", JSON, nullable=False),
    Column("undone_at", Utc),
    UniqueConstraint("session_id", "number"),
)  # fmt: skip

notes = Table(
    "notes", metadata, _id(), _session(), _user("author_id"),
    Column("moment", Float),  # seconds; null: of the whole session
    Column("text", Text, nullable=False),
    _moment(),
    Index(None, "session_id"),
)  # fmt: skip

goals = Table(
    "goals", metadata, _id(), _user("user_id"),
    Column("text", Text, nullable=False),
    Column("measure", String(64), nullable=False),
    Column("direction", String(8), nullable=False),
    Column("session_id", ForeignKey("sessions.id", ondelete="SET NULL")),  # it was taken from
    _moment(),
    Column("ended_at", Utc),
    Index(None, "user_id"),
)  # fmt: skip

shares = Table(
    "shares", metadata, _session(primary=True),
    Column("user_id", ForeignKey("users.id", ondelete="CASCADE"), primary_key=True),
    _moment(),
)  # fmt: skip

uploads = Table(
    "uploads", metadata, _id(), _user("owner_id"),
    Column("size", BigInteger, nullable=False),
    Column("received", BigInteger, nullable=False, default=0),
    Column("part", String(200), nullable=False),  # file name in Settings.uploads_dir
    _moment(),
    Column("meta", JSON, nullable=False, default=dict),  # fields of the form, until it is whole
    Column("session_id", ForeignKey("sessions.id", ondelete="CASCADE")),  # what it has become
)  # fmt: skip

webhooks = Table(
    "webhooks", metadata, _id(), _user("owner_id"),
    Column("url", Text, nullable=False),
    Column("secret", Text, nullable=False),
    _moment(),
)  # fmt: skip

deliveries = Table(
    "deliveries", metadata, _id(),
    Column("webhook_id", ForeignKey("webhooks.id", ondelete="CASCADE"), nullable=False),
    _session(),
    Column("attempts", Integer, nullable=False, default=0),
    Column("next_at", Utc, nullable=False, default=now),
    Column("delivered_at", Utc),
    Column("last_error", Text, nullable=False, default=""),
    Index(None, "next_at"),
)  # fmt: skip

enrolments = Table(
    "enrolments", metadata, _id(), _user("owner_id"),
    Column("name", String(200), nullable=False),
    Column("print", JSON, nullable=False),
    Column("model", String(64), nullable=False, server_default=""),
    Column("session_id", ForeignKey("sessions.id", ondelete="CASCADE")),  # it was made from
    _moment(),
)  # fmt: skip

audit = Table(
    "audit", metadata, _id(),
    _moment("at"),
    Column("actor", String(32), nullable=False),
    Column("action", String(64), nullable=False),
    Column("object", String(64), nullable=False, default=""),
    Index(None, "at"),
)  # fmt: skip

deployment = Table(
    "deployment", metadata,
    Column("id", Integer, primary_key=True),  # 1: there is one row
    Column("store_id", String(32)),  # as the store's mark says it; see `coach_api.store.pairing`
    Column("seen_at", Utc),  # when the cleanup last found the clock in order; null: never yet
    Column("excused_until", Utc),  # rows up to here may be of the future: an admin has looked
    Column("stopped", Text, nullable=False, server_default=""),  # why the sweep does not go on
)  # fmt: skip

erased_sessions = Table(
    "erased_sessions", metadata,
    Column("trace", String(64), primary_key=True),  # see `trace_of`
    _moment("erased_at"),
)  # fmt: skip
"""What still lies in the store of these sessions is known to be ours to erase."""
