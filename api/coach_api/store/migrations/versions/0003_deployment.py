"""Which store belongs to this database, how its cleanup stands, and which sessions were erased."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make both tables; of the deployment there is one row."""
    deployment = op.create_table(
        "deployment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("store_id", sa.String(length=32), nullable=True),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("excused_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("stopped", sa.Text(), nullable=False, server_default=""),
        sa.PrimaryKeyConstraint("id", name="pk_deployment"),
    )
    op.bulk_insert(deployment, [{"id": 1, "stopped": ""}])
    op.create_table(
        "erased_sessions",
        sa.Column("trace", sa.String(length=64), nullable=False),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("trace", name="pk_erased_sessions"),
    )
