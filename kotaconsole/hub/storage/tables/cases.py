"""Cases, their timeline, the feeds, and the records of commands.

Bodies are stored as the JSON bytes that are sent, so that nothing is written twice in two forms.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    String,
    Table,
    UniqueConstraint,
)

from kotaconsole.hub.storage.tables.base import metadata

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
