"""How Alembic runs our migrations: on the connection that `coach_api.store.migrate` opened."""

from __future__ import annotations

from alembic import context

from coach_api.store.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
