"""The hub's file laid open: as a plain copy in memory, and as the bytes that really stand on the disk."""

from __future__ import annotations

import sqlite3
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from sqlalchemy import Connection, StaticPool, create_engine

from kotaconsole.hub.storage import cipher

PAGE = 4096
RESERVED = 80
"""What SQLCipher keeps at the end of each page: 16 bytes IV, 64 bytes HMAC."""
SALT = 16
FRAME = 24
WAL_HEADER = 32


def key_beside(db: Path) -> bytes:
    """The key as the hub made it."""
    return bytes.fromhex(db.with_name(f"{db.name}.key").read_text("ascii").strip())


def plain_copy(db: Path, to: Path) -> Path:
    """The same database unencrypted, with everything that is in its log."""
    connection = cipher.connect(db, key_beside(db))
    try:
        connection.execute("ATTACH DATABASE ? AS plain KEY ''", (str(to),))
        connection.execute("SELECT sqlcipher_export('plain')").fetchall()
        connection.execute("DETACH DATABASE plain")
    finally:
        connection.close()
    return to


def in_memory(source: sqlite3.Connection) -> sqlite3.Connection:
    """A copy to do anything to."""
    copy = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
    source.backup(copy)
    return copy


@contextmanager
def as_connection(raw: sqlite3.Connection) -> Iterator[Connection]:
    """A database in memory as the hub's code sees one."""
    engine = create_engine("sqlite://", creator=lambda: raw, poolclass=StaticPool)
    with engine.connect() as connection:
        yield connection


def bytes_on_disk(db: Path) -> bytes:
    """Every byte of the hub's folder, pages of file and log decrypted: also freed pages and the slack in used ones."""
    found = []
    for path in sorted(db.parent.iterdir()):
        raw = path.read_bytes()
        if path == db:
            found.append(b"".join(_pages(raw, db)))
        elif path.name == f"{db.name}-wal":
            found.append(b"".join(_frames(raw, db)))
        found.append(raw)
    return b"\n".join(found)


def _pages(raw: bytes, db: Path) -> Iterator[bytes]:
    for start in range(0, len(raw), PAGE):
        yield _decrypted(raw[start : start + PAGE], db, first=start == 0)


def _frames(raw: bytes, db: Path) -> Iterator[bytes]:
    for start in range(WAL_HEADER, len(raw), FRAME + PAGE):
        (number,) = struct.unpack(">I", raw[start : start + 4])
        page = raw[start + FRAME : start + FRAME + PAGE]
        if len(page) == PAGE:
            yield _decrypted(page, db, first=number == 1)


def _decrypted(page: bytes, db: Path, *, first: bool) -> bytes:
    iv = page[PAGE - RESERVED : PAGE - RESERVED + 16]
    body = page[SALT if first else 0 : PAGE - RESERVED]
    decryptor = Cipher(algorithms.AES256(key_beside(db)), modes.CBC(iv)).decryptor()
    return decryptor.update(body) + decryptor.finalize()
