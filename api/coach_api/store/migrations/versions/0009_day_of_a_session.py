"""A session has a day; keys of pairs are made when they are asked for."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Add the day, drop the keys."""
    op.add_column("sessions", sa.Column("held_on", sa.Date(), nullable=True))
    op.drop_column("sessions", "pair_key")
