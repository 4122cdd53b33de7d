"""Alembic runs this inside the connection that `database.upgrade` hands over."""

from __future__ import annotations

from alembic import context

from kotaconsole.hub.storage.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
with context.begin_transaction():
    context.run_migrations()
