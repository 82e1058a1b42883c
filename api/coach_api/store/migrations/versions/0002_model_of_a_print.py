"""An enrolled voice says which model made its print; one that does not is not compared."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add the column, unless a start that was killed has done so."""
    if "model" in {each["name"] for each in sa.inspect(op.get_bind()).get_columns("enrolments")}:
        return
    op.add_column(
        "enrolments", sa.Column("model", sa.String(length=64), nullable=False, server_default="")
    )
