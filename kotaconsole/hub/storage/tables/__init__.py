"""The hub's tables, by room. Only `migrations` creates them. Moments are whole milliseconds since 1970 (UTC)."""

from __future__ import annotations

from kotaconsole.hub.storage.tables.access import families, postings, seats, source_keys, tokens, users, workstations
from kotaconsole.hub.storage.tables.audit import audit, audit_salts, pruned
from kotaconsole.hub.storage.tables.base import counters, facts, metadata
from kotaconsole.hub.storage.tables.cases import (
    account_keys,
    commands,
    epochs,
    events,
    feed_events,
    feeds,
    flag_keys,
    flags,
    hints,
    kept_bodies,
    notices,
    referrals,
    split_keys,
    split_sides,
    stubs,
)
from kotaconsole.hub.storage.tables.operations import papers, site_settings
from kotaconsole.hub.storage.tables.watch import drill_cases, drills, handovers, presence_changes, unattended

__all__ = [
    "account_keys",
    "audit",
    "audit_salts",
    "commands",
    "counters",
    "drill_cases",
    "drills",
    "epochs",
    "events",
    "facts",
    "families",
    "feed_events",
    "feeds",
    "flag_keys",
    "flags",
    "handovers",
    "hints",
    "kept_bodies",
    "metadata",
    "notices",
    "papers",
    "postings",
    "presence_changes",
    "pruned",
    "referrals",
    "seats",
    "site_settings",
    "source_keys",
    "split_keys",
    "split_sides",
    "stubs",
    "tokens",
    "unattended",
    "users",
    "workstations",
]
