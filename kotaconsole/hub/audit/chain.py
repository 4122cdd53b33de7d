"""The audit log: who did what, as a hash chain that shows when a row was changed or taken out.

A record is hashed exactly as `GET /v1/audit` gives it: SHA-256 of the hash before and the record without `hash`, keys
sorted, no spaces, UTF-8; members without a value stand neither in the answer nor in the hash. Nobody needs more than
that answer to check the chain.
"""

from __future__ import annotations

import hashlib
import json
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, insert, select

from kotaconsole.domain.clock import Instant
from kotaconsole.hub.ids import is_uuid
from kotaconsole.hub.storage.tables import audit, audit_salts
from kotaconsole.hub.storage.writer import Transaction

FIRST_PREV: Final = "0" * 64
SALT_BYTES: Final = 16
LONGEST: Final = 120
"""Characters of `who` and `what`: words of ours and ids, never free text."""
_UNFIT: Final = re.compile(r"[^A-Za-z0-9 .,:;+_@()/|-]")
"""Everything that two JSON writers might write in two ways, or that might be a name, is kept out of the chain."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that was done.

    Attributes:
        who: an operator's id or the name of a part of the hub. what: words of ours. desk: the short code.
        content: what was done in full; only a salted commitment to it is kept.
        command_id: the command that did it, so that a verification can hold the commitment against its record.
    """

    who: str
    what: str
    desk: str | None = None
    referral_id: str | None = None
    content: bytes = b""
    command_id: str | None = None


@dataclass(frozen=True, slots=True)
class Head:
    """How far the log goes, and the hash that stands for all of it up to there."""

    n: int
    hash: str
    at: Instant


def write(
    tx: Transaction, *, who: str, what: str, content: bytes = b"", desk: str | None = None,
    referral_id: str | None = None, command_id: str | None = None,
) -> None:  # fmt: skip
    """Add one row to the chain, in the transaction of what it tells about; see `Entry`."""
    write_all(tx, (Entry(who, what, desk, referral_id, content, command_id),))


def write_all(tx: Transaction, entries: Sequence[Entry]) -> None:
    """Add rows in this order."""
    last = tx.connection.execute(select(audit.c.n, audit.c.hash).order_by(audit.c.n.desc()).limit(1)).first()
    n, prev = (last.n, last.hash) if last else (0, FIRST_PREV)
    rows, salts = [], []
    for entry in entries:
        n += 1
        salt, digest = secrets.token_bytes(SALT_BYTES), hashlib.sha256(entry.content).digest()
        # what a client names is kept only in the form of an id: anything else could be a name or a phone number
        case = entry.referral_id.lower() if entry.referral_id is not None and is_uuid(entry.referral_id) else None
        record = {
            "n": n, "at": tx.now.iso(), "who": fit(entry.who), "desk": entry.desk, "what": fit(entry.what),
            "referral_id": case, "commitment": commitment(salt, digest), "prev": prev,
        }  # fmt: skip
        prev = chained(prev, record)
        rows.append({**record, "at": int(tx.now), "hash": prev})
        salts.append({"n": n, "salt": salt, "digest": digest, "command_id": entry.command_id})
    if rows:
        tx.connection.execute(insert(audit), rows)
        tx.connection.execute(insert(audit_salts), salts)


def fit(words: str) -> str:
    """Words as they may stand in the chain."""
    return _UNFIT.sub("?", words)[:LONGEST]


def commitment(salt: bytes, digest: bytes) -> str:
    """SHA-256 of the salt and the SHA-256 of what was done: says nothing once the salt is erased."""
    return hashlib.sha256(salt + digest).hexdigest()


def chained(prev: str, record: dict[str, Any]) -> str:
    """SHA-256 of the hash before and the record, keys sorted, no spaces; members without a value are left out."""
    told = {name: value for name, value in record.items() if value is not None}
    text = json.dumps(told, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256((prev + text).encode()).hexdigest()


def record_of(row: Any) -> dict[str, Any]:
    """A row as it travels and as it was hashed, without `hash`."""
    told = {
        "n": row.n, "at": Instant(row.at).iso(), "who": row.who, "desk": row.desk, "what": row.what,
        "referral_id": row.referral_id, "commitment": row.commitment, "prev": row.prev,
    }  # fmt: skip
    return {name: value for name, value in told.items() if value is not None}


def records(connection: Connection, after: int, limit: int) -> tuple[list[dict[str, Any]], bool]:
    """Records after a number, whole, and whether there are more."""
    query = select(audit).where(audit.c.n > after).order_by(audit.c.n).limit(limit + 1)
    found = connection.execute(query).all()
    return [{**record_of(row), "hash": row.hash} for row in found[:limit]], len(found) > limit


def head(connection: Connection, n: int | None = None) -> Head | None:
    """The last record, or the one with this number; None where there is none."""
    query = select(audit.c.n, audit.c.hash, audit.c.at).order_by(audit.c.n.desc()).limit(1)
    row = connection.execute(query if n is None else query.where(audit.c.n == n)).first()
    return None if row is None else Head(row.n, row.hash, Instant(row.at))
