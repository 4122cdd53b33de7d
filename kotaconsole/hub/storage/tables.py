"""The hub's tables. Bodies are stored as the JSON bytes that are sent, so that nothing is written twice in two forms.

Moments are whole milliseconds since 1970 (UTC). Only `migrations` creates these; this module names them.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    UniqueConstraint,
)

metadata: Final = MetaData()

facts = Table(
    "facts",
    metadata,
    Column("name", String, primary_key=True),
    Column("value", String, nullable=False),
)
"""Single values of the whole hub: epoch, epoch_began, training."""

counters = Table(
    "counters",
    metadata,
    Column("name", String, primary_key=True),
    Column("value", BigInteger, nullable=False),
)
"""Running numbers: the beat, case numbers by year, desk codes."""

users = Table(
    "users",
    metadata,
    Column("id", String, primary_key=True),
    Column("username", String, nullable=False, unique=True),
    Column("name", String, nullable=False),
    Column("role", String, nullable=False),
    Column("unit", String, nullable=False),
    Column("password_hash", String, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("disabled", Boolean, nullable=False, default=False),
)

workstations = Table(
    "workstations",
    metadata,
    Column("id", String, primary_key=True),
    Column("desk", String, nullable=False, unique=True),
    Column("name", String),
    Column("version", String),
    Column("first_seen", BigInteger, nullable=False),
)

seats = Table(
    "seats",
    metadata,
    Column("user_id", String, ForeignKey("users.id"), nullable=False),
    Column("workstation_id", String, ForeignKey("workstations.id"), nullable=False),
    Column("since", BigInteger, nullable=False),
    PrimaryKeyConstraint("user_id", "workstation_id"),
)
"""Who ever had a session on which workstation: a queue written by one person may be carried by another."""

families = Table(
    "families",
    metadata,
    Column("id", String, primary_key=True),
    Column("user_id", String, ForeignKey("users.id"), nullable=False),
    Column("workstation_id", String, ForeignKey("workstations.id"), nullable=False),
    Column("salt", LargeBinary, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("revoked_at", BigInteger),
)
"""One sign-in and all tokens that grew out of it."""

tokens = Table(
    "tokens",
    metadata,
    Column("hash", LargeBinary, primary_key=True),
    Column("family", String, ForeignKey("families.id"), nullable=False),
    Column("kind", String, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Column("used_at", BigInteger),
    Index("tokens_by_expiry", "expires_at"),
)
"""Hashes only: whoever reads this file cannot sign in with it."""

referrals = Table(
    "referrals",
    metadata,
    Column("id", String, primary_key=True),
    Column("number", String, nullable=False, unique=True),
    Column("version", Integer, nullable=False),
    Column("unit", String, nullable=False),
    Column("state", String, nullable=False),
    Column("closed_at", BigInteger),
    Column("whole", LargeBinary, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Index("referrals_by_unit", "unit", "id"),
)
"""`whole` is the case with unbounded lists, which the rules run on; `body` is the case as it travels."""

flags = Table(
    "flags",
    metadata,
    Column("platform", String, nullable=False),
    Column("reference", String, nullable=False),
    Column("referral_id", String, ForeignKey("referrals.id"), nullable=False),
    Column("body_hash", LargeBinary, nullable=False),
    Column("defective", Boolean, nullable=False),
    Column("received_at", BigInteger, nullable=False),
    PrimaryKeyConstraint("platform", "reference"),
    Index("flags_by_referral", "referral_id"),
)
"""The latest body of each flag of a source; `platform` as it stands in the path, known or not."""

account_keys = Table(
    "account_keys",
    metadata,
    Column("kind", String, nullable=False),
    Column("value", String, nullable=False),
    Column("referral_id", String, ForeignKey("referrals.id"), nullable=False),
    PrimaryKeyConstraint("kind", "value", "referral_id"),
    Index("account_keys_by_referral", "referral_id"),
)
"""Every folded account key ever carried by a flag of a case."""

events = Table(
    "events",
    metadata,
    Column("event_id", String, primary_key=True),
    Column("referral_id", String, ForeignKey("referrals.id"), nullable=False),
    Column("version", Integer, nullable=False),
    Column("kind", String, nullable=False),
    Column("workstation", String),
    Column("touched", String, nullable=False, default=""),
    Column("head", LargeBinary, nullable=False),
    Column("referral", LargeBinary, nullable=False),
    UniqueConstraint("referral_id", "version"),
)
"""The timeline. `head` is the event without seq and referral; `touched` names what makes two desks collide."""

feeds = Table(
    "feeds",
    metadata,
    Column("unit", String, primary_key=True),
    Column("head", BigInteger, nullable=False),
)

feed_events = Table(
    "feed_events",
    metadata,
    Column("unit", String, ForeignKey("feeds.unit"), nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("event_id", String, ForeignKey("events.event_id"), nullable=False),
    PrimaryKeyConstraint("unit", "seq"),
)

commands = Table(
    "commands",
    metadata,
    Column("id", String, primary_key=True),
    Column("body_hash", LargeBinary, nullable=False),
    Column("status", Integer, nullable=False),
    Column("answer", LargeBinary, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("workstation", String),
    Column("n", BigInteger),
    Column("referral_id", String),
    Index("commands_by_n", "workstation", "n"),
)
"""Idempotency records: the first answer to each command, applied or terminally refused."""

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
