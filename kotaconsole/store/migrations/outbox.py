"""Steps of outbox.db. A step that was released never changes; none may delete a row of `command`."""

from __future__ import annotations

from typing import Final

STEPS: Final = (
    (
        "CREATE TABLE desk (name TEXT PRIMARY KEY NOT NULL, value TEXT NOT NULL) WITHOUT ROWID",
        """CREATE TABLE command (
            n INTEGER PRIMARY KEY AUTOINCREMENT,
            command_id TEXT NOT NULL UNIQUE,
            referral_id TEXT NOT NULL,
            kind TEXT NOT NULL,
            author TEXT NOT NULL,
            author_name TEXT NOT NULL,
            author_role TEXT NOT NULL,
            author_unit TEXT NOT NULL,
            author_desk TEXT,
            happened_at INTEGER NOT NULL,
            entered_at INTEGER NOT NULL,
            epoch TEXT,
            body BLOB NOT NULL,
            body_hash BLOB NOT NULL,
            fate TEXT NOT NULL CHECK (fate IN ('queued', 'acked', 'rejected')),
            attempts INTEGER NOT NULL DEFAULT 0,
            last_problem TEXT,
            last_detail TEXT,
            answer_version INTEGER,
            answered_at INTEGER,
            resolved TEXT,
            settled INTEGER NOT NULL DEFAULT 0,
            checked_at_desk INTEGER NOT NULL DEFAULT 0
        )""",
        "CREATE INDEX command_waiting ON command (referral_id, n) WHERE fate = 'queued'",
        "CREATE INDEX command_shown ON command (referral_id, n) WHERE settled = 0",
        "CREATE INDEX command_of_case ON command (referral_id, n)",
        # nobody, not even a later release with a mistake in it, deletes what was not answered
        """CREATE TRIGGER command_kept BEFORE DELETE ON command WHEN OLD.fate = 'queued'
            BEGIN SELECT RAISE(ABORT, 'a queued command is never deleted'); END""",
        """CREATE TABLE slip (
            number TEXT PRIMARY KEY NOT NULL,
            referral_id TEXT NOT NULL,
            form TEXT NOT NULL,
            unit TEXT NOT NULL,
            supersedes TEXT,
            reason TEXT,
            status TEXT NOT NULL,
            at INTEGER NOT NULL,
            author TEXT NOT NULL,
            author_name TEXT NOT NULL,
            author_role TEXT NOT NULL,
            author_unit TEXT NOT NULL,
            author_desk TEXT
        )""",
        "CREATE INDEX slip_of_case ON slip (referral_id)",
        """CREATE TABLE alarm_ledger (
            id INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, sound TEXT NOT NULL, covers TEXT NOT NULL
        )""",
        "CREATE TABLE draft (referral_id TEXT PRIMARY KEY NOT NULL, text TEXT NOT NULL, at INTEGER NOT NULL)",
        """CREATE TABLE seen_off (
            key TEXT PRIMARY KEY NOT NULL, author TEXT NOT NULL, author_name TEXT NOT NULL, at INTEGER NOT NULL
        )""",
        """CREATE TABLE operator (
            operator_id TEXT PRIMARY KEY NOT NULL, name TEXT NOT NULL, role TEXT NOT NULL, unit TEXT NOT NULL,
            desk TEXT, at INTEGER NOT NULL
        )""",
    ),
    (
        """CREATE TABLE audit_head (
            epoch TEXT NOT NULL, n INTEGER NOT NULL, hash TEXT NOT NULL, at INTEGER NOT NULL,
            lost INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (epoch, n)
        )""",
    ),
    ("ALTER TABLE command ADD COLUMN offered TEXT",),
)
