"""The audit chain, what may be erased of it, and what stays of a pruned case."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, LargeBinary, String, Table

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
    Column("commitment", String, nullable=False),
    Column("prev", String, nullable=False),
    Column("hash", String, nullable=False),
    Index("audit_by_referral", "referral_id"),
)
"""A hash chain. Triggers refuse every change of a row and every row that does not follow on the last."""

audit_salts = Table(
    "audit_salts",
    metadata,
    Column("n", BigInteger, primary_key=True, autoincrement=False),
    Column("salt", LargeBinary, nullable=False),
    Column("digest", LargeBinary),
    Column("command_id", String),
)
"""What opens a commitment: SHA-256(salt + digest), digest = SHA-256 of what was done in full.

A room of its own, because a case's salts go with the case while its audit rows stay for ever. `digest` is null only in
rows older than this table.
"""

pruned = Table(
    "pruned",
    metadata,
    Column("referral_id", String, primary_key=True),
    Column("at", BigInteger, nullable=False),
)
"""Cases that were pruned: of them `referrals` holds nothing but number, dates, level, unit and outcome."""
