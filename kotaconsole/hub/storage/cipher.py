"""SQLCipher: connections to an encrypted file, and turning a plain file of an earlier release into one.

The one place, with `backup`, that speaks to the driver itself.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Final

import sqlcipher3.dbapi2 as driver

from kotaconsole.hub.storage.keys import settle

DRIVER: Final[Any] = driver
"""For `create_engine`."""
PLAIN: Final = b"SQLite format 3\x00"
ERRORS: Final = (driver.DatabaseError, OSError)
"""What an open file may fail with."""


_LOOKS: Final = 3
"""A look past the locks may fall into the moment in which a running hub writes that page; thrice it does not."""
_NOT_A_DATABASE: Final = 26
_MALFORMED: Final = 11
"""SQLITE_NOTADB and SQLITE_CORRUPT, of SQLite's list of result codes."""


def connect(path: Path, key: bytes, *, busy_ms: int = 5_000, alone: bool = False) -> Any:
    """One connection in autocommit; a key that does not fit shows only at the first look into the file.

    Args:
        path: the file.
        key: its key.
        busy_ms: how long a lock is waited for.
        alone: look at the file only, past its log and all locks, and change neither.
    """
    name = f"{path.absolute().as_uri()}?immutable=1" if alone else str(path)
    connection = driver.connect(name, isolation_level=None, check_same_thread=False, timeout=busy_ms / 1000, uri=alone)
    # a key that does not fit is told by us, in a sentence; the library would print it as well
    connection.execute("PRAGMA cipher_log_level = NONE").fetchall()
    connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"").fetchall()
    return connection


def is_plain(path: Path) -> bool:
    """Whether a file is a database that was never encrypted."""
    with path.open("rb") as file:
        return file.read(len(PLAIN)) == PLAIN


def fits(path: Path, key: bytes) -> bool:
    """Whether the key opens the file; where it does not, neither the file nor the log beside it is touched.

    An ordinary connection is no way to try a key: when it is closed, it folds the log into the file whatever the key,
    and beside a file of 0 bytes it takes the log for a leftover and deletes it.
    """
    if path.stat().st_size == 0 or not any(_first_page(path, key) for _ in range(_LOOKS)):
        return False
    connection = connect(path, key)
    try:
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except driver.DatabaseError:
        return False
    finally:
        connection.close()
    return True


def _first_page(path: Path, key: bytes) -> bool:
    connection = connect(path, key, alone=True)
    try:
        connection.execute("PRAGMA schema_version").fetchone()
    except driver.DatabaseError as error:
        # anything else is for a connection that knows of the log too
        return _code(error) != _NOT_A_DATABASE
    finally:
        connection.close()
    return True


def is_damage(error: BaseException) -> bool:
    """Whether an error of the driver says that what stands in the file is not what was written there."""
    return _code(error) in (_NOT_A_DATABASE, _MALFORMED)


def _code(error: BaseException) -> int:
    # the low byte; the others say more closely where it was met
    return int(getattr(error, "sqlite_errorcode", 0)) & 0xFF


def encrypt_in_place(path: Path, key: bytes) -> None:
    """Turn a plain file into an encrypted one: either it is whole under its name, or the old one still is.

    The copy is made beside it, compared, made durable, and only then takes the name. While that lasts nobody else
    can open the plain file.

    Raises:
        DatabaseError, OSError: another process has the file open, the disk is full; the file is as it was.
    """
    draft = path.with_name(f"{path.name}.encrypting")
    draft.unlink(missing_ok=True)
    old = driver.connect(str(path), isolation_level=None, timeout=1)
    try:
        # exclusive first: leaving the log is refused while anybody else has the file open
        old.execute("PRAGMA locking_mode=EXCLUSIVE").fetchall()
        old.execute("PRAGMA journal_mode=DELETE").fetchall()
        old.execute("BEGIN EXCLUSIVE")
        old.execute("COMMIT")
        _export(old, draft, key)
        before, after = _counts(old), _counted(draft, key)
        if before != after:
            raise OSError("the encrypted copy is not the same")
        with draft.open("rb") as made:
            os.fsync(made.fileno())
        draft.replace(path)
        settle(path.parent)
    finally:
        old.close()
        draft.unlink(missing_ok=True)


def _export(old: Any, draft: Path, key: bytes) -> None:
    os.close(os.open(draft, os.O_CREAT | os.O_EXCL, 0o600))
    old.execute(f"ATTACH ? AS encrypted KEY \"x'{key.hex()}'\"", (str(draft),))
    try:
        old.execute("SELECT sqlcipher_export('encrypted')").fetchall()
    finally:
        old.execute("DETACH encrypted")


def _counted(path: Path, key: bytes) -> dict[str, int]:
    connection = connect(path, key)
    try:
        found: list[Any] = connection.execute("PRAGMA integrity_check").fetchall()
        if [row[0] for row in found] != ["ok"]:
            raise OSError("the encrypted copy is damaged")
        return _counts(connection)
    finally:
        connection.close()


def _counts(connection: Any) -> dict[str, int]:
    tables = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    return {
        name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]  # noqa: S608 - our own tables
        for name in tables
    }
