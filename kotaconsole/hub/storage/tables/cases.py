"""Cases, their timeline, the feeds, and the records of commands.

Bodies are stored as the JSON bytes that are sent, so that nothing is written twice in two forms.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
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
    Column("transfer_to", String),
    Column("holder_id", String),
    Column("due_at", BigInteger),
    Index("referrals_by_unit", "unit", "id"),
    Index("referrals_by_transfer", "transfer_to"),
    Index("referrals_by_due", "due_at"),
)
"""`whole` is the case with unbounded lists, which the rules run on; `body` is the case as it travels.

`transfer_to` and `holder_id` tell who sees it, `due_at` when the hub's own clock has something to do with it.
"""

flags = Table(
    "flags",
    metadata,
    Column("platform", String, nullable=False),
    Column("reference", String, nullable=False),
    Column("referral_id", String, ForeignKey("referrals.id"), nullable=False),
    Column("body_hash", LargeBinary, nullable=False),
    Column("defective", Boolean, nullable=False),
    Column("received_at", BigInteger, nullable=False),
    Column("told", LargeBinary),
    Column("own_id", String),
    PrimaryKeyConstraint("platform", "reference"),
    Index("flags_by_referral", "referral_id"),
    Index("flags_by_own_id", "own_id"),
)
"""The latest body of each flag of a source; `platform` as it stands in the path, known or not.

`told` is what this flag said of account and person (JSON): a split gives it to the case the flag moves to. `own_id` is
the id of the case this flag would begin: after a restore, commands may name the case by it although the flag has
joined another one this time.
"""

flag_keys = Table(
    "flag_keys",
    metadata,
    Column("platform", String, nullable=False),
    Column("reference", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("value", String, nullable=False),
    ForeignKeyConstraint(["platform", "reference"], ["flags.platform", "flags.reference"]),
    PrimaryKeyConstraint("platform", "reference", "kind", "value"),
)
"""Every folded account key ever carried by one flag: what a split takes along."""

kept_bodies = Table(
    "kept_bodies",
    metadata,
    Column("platform", String, nullable=False),
    Column("reference", String, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("body", LargeBinary, nullable=False),
    ForeignKeyConstraint(["platform", "reference"], ["flags.platform", "flags.reference"]),
    PrimaryKeyConstraint("platform", "reference"),
)
"""The beginning of a flag that was too large to be read at all."""

account_keys = Table(
    "account_keys",
    metadata,
    Column("kind", String, nullable=False),
    Column("value", String, nullable=False),
    Column("referral_id", String, ForeignKey("referrals.id"), nullable=False),
    PrimaryKeyConstraint("kind", "value", "referral_id"),
    Index("account_keys_by_referral", "referral_id"),
)
"""By which keys a case is found: every one a flag of it ever carried, save where a person set what the account is."""

split_sides = Table(
    "split_sides",
    metadata,
    Column("split", String, nullable=False),
    Column("side", Integer, nullable=False),
    Column("referral_id", String, ForeignKey("referrals.id"), nullable=False),
    PrimaryKeyConstraint("split", "referral_id"),
    Index("split_sides_by_referral", "referral_id"),
)
"""Cases a person took apart: the two sides of one split are two accounts, whatever keys they share."""

split_keys = Table(
    "split_keys",
    metadata,
    Column("split", String, nullable=False),
    Column("side", Integer, nullable=False),
    Column("kind", String, nullable=False),
    Column("value", String, nullable=False),
    PrimaryKeyConstraint("split", "side", "kind", "value"),
)
"""The keys of each side of a split, by which a later flag is told to belong to one of them."""

hints = Table(
    "hints",
    metadata,
    Column("kind", String, nullable=False),
    Column("value", String, nullable=False),
    Column("referral_id", String, ForeignKey("referrals.id"), nullable=False),
    Column("at", BigInteger, nullable=False),
    PrimaryKeyConstraint("kind", "value", "referral_id"),
    Index("hints_by_value", "kind", "value", "at"),
    Index("hints_by_referral", "referral_id"),
)
"""Folded phones, e-mails and names of cases: never a reason to join, only to suggest a look."""

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
    Column("event_id", String, nullable=False),
    PrimaryKeyConstraint("unit", "seq"),
    Index("feed_events_by_event", "event_id"),
)
"""Places in feeds; `event_id` stands in `events` or in `notices`."""

notices = Table(
    "notices",
    metadata,
    Column("event_id", String, primary_key=True),
    Column("referral_id", String, ForeignKey("referrals.id"), nullable=False),
    Column("head", LargeBinary, nullable=False),
    Column("referral", LargeBinary, nullable=False),
    Index("notices_by_referral", "referral_id"),
)
"""What a feed tells beside the timeline: `left_scope` and `stub_updated`; `referral` is a stub or the word null."""

stubs = Table(
    "stubs",
    metadata,
    Column("unit", String, nullable=False),
    Column("referral_id", String, ForeignKey("referrals.id"), nullable=False),
    Column("version", Integer, nullable=False),
    Column("accepted_by", String),
    Column("closed_at", BigInteger),
    Column("body", LargeBinary, nullable=False),
    PrimaryKeyConstraint("unit", "referral_id"),
    Index("stubs_by_referral", "referral_id"),
    Index("stubs_by_closing", "closed_at"),
)
"""What the feed of a unit keeps of a case that went to another; `closed_at` begins its last seven days."""

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
    Index("commands_by_referral", "referral_id"),
)
"""Idempotency records: the first answer to each command, applied or terminally refused."""

epochs = Table(
    "epochs",
    metadata,
    Column("epoch", String, primary_key=True),
    Column("began_at", BigInteger, nullable=False),
)
"""Epochs this hub had before the present one (which stands in `facts`); a restore adds the one it ends."""
