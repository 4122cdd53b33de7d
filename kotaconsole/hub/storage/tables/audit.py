"""The audit chain."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, LargeBinary, String, Table

from kotaconsole.hub.storage.tables.base import metadata

audit = Table(
    "audit",
    metadata,
    Column("n", BigInteger, primary_key=True, autoincrement=False),
    Column("at", BigInteger, nullable=False),
    Column("who", String, nullable=False),
    Column("desk", String),
    Column("what", String, nullable=False),
    Column("referral_id", String),
    Column("salt", LargeBinary, nullable=False),
    Column("commitment", String, nullable=False),
    Column("prev", String, nullable=False),
    Column("hash", String, nullable=False),
)
"""A hash chain. Erasing a salt makes its commitment say nothing, and the chain still holds."""
