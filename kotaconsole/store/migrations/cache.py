"""Steps of cache.db, which can be built again from the hub at any time."""

from __future__ import annotations

from typing import Final

_LIST = """(
            feed TEXT NOT NULL,
            id TEXT NOT NULL,
            version INTEGER NOT NULL,
            standing TEXT NOT NULL CHECK (standing IN ('open', 'closed', 'stub')),
            rev INTEGER NOT NULL,
            body BLOB NOT NULL,
            PRIMARY KEY (feed, id)
        )"""

STEPS: Final = (
    (
        "CREATE TABLE feed (feed TEXT PRIMARY KEY NOT NULL, epoch TEXT NOT NULL, seq INTEGER NOT NULL)",
        f"CREATE TABLE referral {_LIST}",
        "CREATE INDEX referral_listed ON referral (feed, standing, rev)",
        "CREATE INDEX referral_newest ON referral (rev)",
        f"CREATE TABLE shadow {_LIST}",
        """CREATE TABLE event (
            event_id TEXT PRIMARY KEY NOT NULL,
            referral_id TEXT NOT NULL,
            version INTEGER NOT NULL,
            command_id TEXT,
            body BLOB NOT NULL
        )""",
        "CREATE INDEX event_of_case ON event (referral_id, version)",
        "CREATE INDEX event_of_command ON event (command_id) WHERE command_id IS NOT NULL",
        """CREATE TABLE unreadable (
            key TEXT PRIMARY KEY NOT NULL,
            feed TEXT NOT NULL,
            through INTEGER NOT NULL,
            referral_id TEXT,
            at INTEGER NOT NULL,
            raw TEXT NOT NULL
        )""",
        "CREATE TABLE directory (only INTEGER PRIMARY KEY CHECK (only = 1), etag TEXT NOT NULL, body BLOB NOT NULL)",
    ),
)
