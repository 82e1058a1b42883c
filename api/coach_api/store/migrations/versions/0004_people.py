"""A print says which session it was made from; an unnamed participant has a part and no name."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

_PARTS = {"mentor": "the mentor", "partner": "the partner"}


def upgrade() -> None:
    """Add both columns; what stood in for a name is none."""
    with op.batch_alter_table("enrolments") as table:
        table.add_column(sa.Column("session_id", sa.String(length=32), nullable=True))
        table.create_foreign_key(
            "fk_enrolments_session_id", "sessions", ["session_id"], ["id"], ondelete="CASCADE"
        )
    op.add_column(
        "consents", sa.Column("part", sa.String(length=16), nullable=False, server_default="")
    )
    consents = sa.table("consents", sa.column("part"), sa.column("participant"))
    for part, stand_in in _PARTS.items():
        unnamed = sa.update(consents).where(consents.c.participant == stand_in)
        op.execute(unnamed.values(part=part, participant=""))
