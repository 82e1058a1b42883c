"""An upload in pieces that is whole says which session it has become."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Add the column; uploads that were begun by the protocol before tus begin again."""
    op.execute("DELETE FROM uploads")
    with op.batch_alter_table("uploads") as table:
        table.add_column(sa.Column("session_id", sa.String(length=32), nullable=True))
        table.create_foreign_key(
            "fk_uploads_session_id", "sessions", ["session_id"], ["id"], ondelete="CASCADE"
        )
