"""The two files as tables. Rows never leave this package: whoever asks gets frozen values.

The steps in `migrations` make these tables; a test compares the two.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import Column, Integer, LargeBinary, MetaData, Table, Text

OUTBOX: Final = MetaData()
CACHE: Final = MetaData()

desk = Table(
    "desk",
    OUTBOX,
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
)
"""Facts of this desk by name: the workstation's id, the last number given, what was remembered."""

command = Table(
    "command",
    OUTBOX,
    Column("n", Integer, primary_key=True),
    Column("command_id", Text, nullable=False, unique=True),
    Column("referral_id", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("author", Text, nullable=False),
    Column("author_name", Text, nullable=False),
    Column("author_role", Text, nullable=False),
    Column("author_unit", Text, nullable=False),
    Column("author_desk", Text),
    Column("happened_at", Integer, nullable=False),
    Column("entered_at", Integer, nullable=False),
    Column("epoch", Text),
    Column("body", LargeBinary, nullable=False),
    Column("body_hash", LargeBinary, nullable=False),
    Column("fate", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("last_problem", Text),
    Column("last_detail", Text),
    Column("answer_version", Integer),
    Column("answered_at", Integer),
    Column("resolved", Text),
    Column("settled", Integer, nullable=False),
    Column("checked_at_desk", Integer, nullable=False),
    Column("offered", Text),
)
"""What was entered here. No key points out of it and nothing cascades into it. settled: its event came by the feed.

epoch: of the list its author looked at. offered: the epoch under which it was offered once more, after a restore.
"""

slip = Table(
    "slip",
    OUTBOX,
    Column("number", Text, primary_key=True),
    Column("referral_id", Text, nullable=False),
    Column("form", Text, nullable=False),
    Column("unit", Text, nullable=False),
    Column("supersedes", Text),
    Column("reason", Text),
    Column("status", Text, nullable=False),
    Column("at", Integer, nullable=False),
    Column("author", Text, nullable=False),
    Column("author_name", Text, nullable=False),
    Column("author_role", Text, nullable=False),
    Column("author_unit", Text, nullable=False),
    Column("author_desk", Text),
)
"""Every slip number this desk ever gave away."""

alarm_ledger = Table(
    "alarm_ledger",
    OUTBOX,
    Column("id", Integer, primary_key=True),
    Column("at", Integer, nullable=False),
    Column("sound", Text, nullable=False),
    Column("covers", Text, nullable=False),
)

draft = Table(
    "draft",
    OUTBOX,
    Column("referral_id", Text, primary_key=True),
    Column("text", Text, nullable=False),
    Column("at", Integer, nullable=False),
)

seen_off = Table(
    "seen_off",
    OUTBOX,
    Column("key", Text, primary_key=True),
    Column("author", Text, nullable=False),
    Column("author_name", Text, nullable=False),
    Column("at", Integer, nullable=False),
)
"""Unreadable events a person has acknowledged here; the hub does not know of them."""

operator = Table(
    "operator",
    OUTBOX,
    Column("operator_id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("unit", Text, nullable=False),
    Column("desk", Text),
    Column("at", Integer, nullable=False),
)
"""Who has signed in here, and when last."""

audit_head = Table(
    "audit_head",
    OUTBOX,
    Column("epoch", Text, primary_key=True),
    Column("n", Integer, primary_key=True),
    Column("hash", Text, nullable=False),
    Column("at", Integer, nullable=False),
    Column("lost", Integer, nullable=False),
)
"""Records of the hub's audit log that this desk saw. lost: a restore left them behind, and that was told."""

feed = Table(
    "feed",
    CACHE,
    Column("feed", Text, primary_key=True),
    Column("epoch", Text, nullable=False),
    Column("seq", Integer, nullable=False),
)

referral = Table(
    "referral",
    CACHE,
    Column("feed", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("standing", Text, nullable=False),
    Column("rev", Integer, nullable=False),
    Column("body", LargeBinary, nullable=False),
)
"""standing: open, closed or stub. version 0: the hub has lost the case, and what waits to be sent keeps it here.
rev grows with every write, so that a reader knows what it has decoded already."""

shadow = Table(
    "shadow",
    CACHE,
    Column("feed", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("standing", Text, nullable=False),
    Column("rev", Integer, nullable=False),
    Column("body", LargeBinary, nullable=False),
)
"""A snapshot while it is read; it takes the place of the list only when it is whole."""

event = Table(
    "event",
    CACHE,
    Column("event_id", Text, primary_key=True),
    Column("referral_id", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("command_id", Text),
    Column("body", LargeBinary, nullable=False),
)

unreadable = Table(
    "unreadable",
    CACHE,
    Column("key", Text, primary_key=True),
    Column("feed", Text, nullable=False),
    Column("through", Integer, nullable=False),
    Column("referral_id", Text),
    Column("at", Integer, nullable=False),
    Column("raw", Text, nullable=False),
)

directory = Table(
    "directory",
    CACHE,
    Column("only", Integer, primary_key=True),
    Column("etag", Text, nullable=False),
    Column("body", LargeBinary, nullable=False),
)
