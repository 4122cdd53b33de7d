"""The audit log: who did what, as a hash chain that shows when a row was changed or taken out."""

from __future__ import annotations

import hashlib
import json
import secrets

from sqlalchemy import insert, select

from kotaconsole.hub.storage.tables import audit
from kotaconsole.hub.storage.writer import Transaction

FIRST_PREV = "0" * 64


def write(
    tx: Transaction, *, who: str, what: str, content: bytes = b"", desk: str | None = None,
    referral_id: str | None = None,
) -> None:  # fmt: skip
    """Add one row to the chain, in the transaction of what it tells about.

    `who` is an operator id or the name of a part of the hub. Of `content`, what was done in full, only a salted
    commitment is kept, so that erasing stays possible.
    """
    last = tx.connection.execute(select(audit.c.n, audit.c.hash).order_by(audit.c.n.desc()).limit(1)).first()
    prev = last.hash if last else FIRST_PREV
    salt = secrets.token_bytes(16)
    record = {
        "n": last.n + 1 if last else 1,
        "at": tx.now.iso(),
        "who": who,
        "desk": desk,
        "what": what,
        "referral_id": referral_id,
        "commitment": hashlib.sha256(salt + content).hexdigest(),
        "prev": prev,
    }
    row = {**record, "at": int(tx.now), "salt": salt, "hash": chained(prev, record)}
    tx.connection.execute(insert(audit).values(row))


def chained(prev: str, record: dict[str, object]) -> str:
    """SHA-256 of the hash before and the record, keys sorted, no spaces; members without a value are left out."""
    told = {name: value for name, value in record.items() if value is not None}
    text = json.dumps(told, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256((prev + text).encode()).hexdigest()
