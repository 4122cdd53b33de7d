"""The hub's tables, by room. Only `migrations` creates them. Moments are whole milliseconds since 1970 (UTC)."""

from __future__ import annotations

from kotaconsole.hub.storage.tables.access import families, seats, tokens, users, workstations
from kotaconsole.hub.storage.tables.audit import audit
from kotaconsole.hub.storage.tables.base import counters, facts, metadata
from kotaconsole.hub.storage.tables.cases import account_keys, commands, events, feed_events, feeds, flags, referrals

__all__ = [
    "account_keys",
    "audit",
    "commands",
    "counters",
    "events",
    "facts",
    "families",
    "feed_events",
    "feeds",
    "flags",
    "metadata",
    "referrals",
    "seats",
    "tokens",
    "users",
    "workstations",
]
