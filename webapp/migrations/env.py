"""Alembic's way in: the connection is given, and the tables are all of ours."""

from __future__ import annotations

from alembic import context

from webapp import tables

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=tables.metadata,
    render_as_batch=True,  # SQLite changes a table by making a new one
    compare_type=True,
    user_module_prefix="database.",
)
with context.begin_transaction():
    context.run_migrations()
