"""What the site has decided, and the papers it has laid in."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, LargeBinary, String, Table

from kotaconsole.hub.storage.tables.base import metadata

site_settings = Table(
    "site_settings",
    metadata,
    Column("name", String, primary_key=True),
    Column("value", String, nullable=False),
    Column("at", BigInteger, nullable=False),
)
"""Only what differs from the program's own value; `value` is JSON."""

papers = Table(
    "papers",
    metadata,
    Column("name", String, primary_key=True),
    Column("body", LargeBinary, nullable=False),
    Column("at", BigInteger, nullable=False),
)
"""Whole documents by name: the directory, in the form of GET /v1/directory."""
