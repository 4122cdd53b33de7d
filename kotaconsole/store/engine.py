"""Opening the desk's two encrypted files: the only place that knows SQLite's settings.

The outbox is precious. It is made once, under another name, and put in its place whole, so that whatever stands
there later was an outbox: it is opened or left alone, and never made anew. The cache may be thrown away.
"""

from __future__ import annotations

import logging
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal, Protocol
from urllib.parse import quote

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.pool import QueuePool
from sqlcipher3 import dbapi2 as sqlcipher

from kotaconsole.store import faults, migrations
from kotaconsole.store.migrations import Step, cache, outbox

KEY_BYTES: Final = 32
READERS: Final = 2
_BUSY_MS: Final = 5_000
_log = logging.getLogger(__name__)


class Sql(Protocol):
    """A transaction that takes plain SQL; its rows know their columns by name."""

    def execute(self, statement: str, values: Sequence[Any] | Mapping[str, Any] = (), /) -> Sql:
        """Run one statement."""

    def fetchone(self) -> Any:
        """The next row of the last statement, or None."""

    def fetchall(self) -> list[Any]:
        """The rows of the last statement."""

    def __iter__(self) -> Iterator[Any]:
        """The rows of the last statement, one by one."""


@dataclass(frozen=True, slots=True)
class File:
    """One open file: the writer's engine with its single connection, and the readers' with two.

    What stands on the way of a red flag goes by `reading` and `writing`, straight to the driver over the same
    connections: there SQLAlchemy's own share of a statement is ten times SQLite's (measured: 9 and 110 microseconds).
    """

    path: Path
    writer: Engine
    reader: Engine

    @contextmanager
    def reading(self) -> Iterator[Sql]:
        """One look at the file as it stands now, however many statements it takes."""
        with _driver(self.reader) as sql:
            sql.execute("BEGIN DEFERRED")
            yield sql
            sql.execute("COMMIT")

    @contextmanager
    def writing(self) -> Iterator[Sql]:
        """One transaction: committed at its end, and undone whole by an error. Thread: the writer's."""
        with _driver(self.writer) as sql:
            sql.execute("BEGIN IMMEDIATE")
            yield sql
            sql.execute("COMMIT")

    def ask(self, statement: str, values: Sequence[Any] | Mapping[str, Any] = ()) -> list[Any]:
        """The rows of one statement, which is a look of its own: at each statement other threads may step in."""
        with _driver(self.reader) as sql:
            return sql.execute(statement, values).fetchall()

    def close(self) -> None:
        """Close all connections; SQLite folds the log into the file with the last one."""
        self.reader.dispose()
        self.writer.dispose()


def open_outbox(path: Path, key: bytes) -> File:
    """Open the outbox, or make it where there is none.

    Raises:
        EnvironmentFault: `store-key-wrong`, `store-newer`, `store-unusable`; no byte was changed.
    """
    _clear_draft(path)
    if not path.exists():
        _create(path, key, outbox.STEPS)
    elif not _opens(path, key):
        raise faults.key_wrong()
    file = _file(path, key, "FULL")
    try:
        with file.writer.begin() as connection:
            found = migrations.version(connection)
            if found > len(outbox.STEPS):
                raise faults.newer(found, len(outbox.STEPS))
            migrations.run(connection, outbox.STEPS)
    except faults.DATABASE_ERRORS as problem:
        file.close()
        raise faults.of_database(problem) from problem
    except BaseException:
        file.close()
        raise
    return file


def look_into(path: Path, key: bytes, question: str) -> list[Any]:
    """The rows of one question to a file that stays as it is, after every page of it was checked.

    Raises:
        EnvironmentFault: `store-key-wrong`, `store-damaged`, `store-unusable`.
    """
    if not _opens(path, key):
        raise faults.key_wrong()
    engine = _engine(path, key, ("PRAGMA query_only=ON",), 1, "DEFERRED")
    try:
        with _driver(engine) as sql:
            torn = sql.execute("PRAGMA cipher_integrity_check").fetchall()
            told = sql.execute("PRAGMA quick_check").fetchall()
            if torn or [row[0] for row in told] != ["ok"]:
                raise faults.damaged(f"{len(torn)} pages, {len(told)} findings")
            return sql.execute(question).fetchall()
    except faults.DATABASE_ERRORS as problem:
        raise faults.of_database(problem) from problem
    finally:
        engine.dispose()


def open_cache(path: Path, key: bytes) -> File:
    """Open the cache; one that cannot be opened, or is of a later release, is built again from the hub."""
    if path.exists() and not (_opens(path, key) and _of_known_release(path, key)):
        _log.warning("the cache could not be used and is built again from the hub")
        for side in ("", "-wal", "-shm"):
            path.with_name(path.name + side).unlink(missing_ok=True)
    file = _file(path, key, "NORMAL")
    try:
        with file.writer.begin() as connection:
            migrations.run(connection, cache.STEPS)
    except BaseException:
        file.close()
        raise
    return file


@contextmanager
def _driver(engine: Engine) -> Iterator[Sql]:
    pooled = engine.raw_connection()
    try:
        sql = pooled.cursor()
        sql.row_factory = sqlcipher.Row  # type: ignore[attr-defined]
        yield sql  # type: ignore[misc]
    finally:
        # the pool rolls back what was not committed
        pooled.close()


def _file(path: Path, key: bytes, synchronous: Literal["FULL", "NORMAL"]) -> File:
    writing = _engine(path, key, (f"PRAGMA synchronous={synchronous}", "PRAGMA journal_mode=WAL"), 1, "IMMEDIATE")
    reading = _engine(path, key, ("PRAGMA query_only=ON",), READERS, "DEFERRED")
    return File(path, writing, reading)


def _engine(path: Path, key: bytes, pragmas: Sequence[str], size: int, begin: str) -> Engine:
    engine = create_engine(
        "sqlite://", module=sqlcipher, creator=_creator(path, key, pragmas), poolclass=QueuePool,
        pool_size=size, max_overflow=0, hide_parameters=True,
    )  # fmt: skip

    # the driver is in autocommit and would never begin: without IMMEDIATE two writers meet in mid-transaction
    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql(f"BEGIN {begin}")

    return engine


def _creator(path: Path, key: bytes, pragmas: Sequence[str]) -> Callable[[], Any]:
    def connect() -> Any:
        connection = sqlcipher.connect(
            str(path), isolation_level=None, check_same_thread=False, timeout=_BUSY_MS / 1000
        )
        _unlock(connection, key)
        # secure_delete: what is erased is overwritten; temp_store: no work file of SQLite outside the encryption
        for pragma in ("PRAGMA secure_delete=ON", "PRAGMA temp_store=MEMORY", *pragmas):
            connection.execute(pragma).fetchall()
        return connection

    return connect


def _unlock(connection: Any, key: bytes) -> None:
    """A raw key opens in less than a millisecond; a passphrase would be stretched for a tenth of a second."""
    if len(key) != KEY_BYTES:
        raise ValueError("the key has 32 bytes")
    # a key that does not fit is told by us, in a sentence; the library would print it as well
    connection.execute("PRAGMA cipher_log_level = NONE").fetchall()
    connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"").fetchall()


def _opens(path: Path, key: bytes) -> bool:
    """Whether the key opens the file. Nothing is written, not even beside it.

    A plain open would fold a leftover log into the file, even with the wrong key; an immutable one reads the file
    alone. A power cut may have torn its first page while the log holds the good one, so before the key is called
    wrong, copies of both are tried.
    """
    if _reads(f"file:{quote(str(path))}?immutable=1", key):
        return True
    log = path.with_name(path.name + "-wal")
    if not log.exists() or log.stat().st_size == 0:
        return False
    with tempfile.TemporaryDirectory(prefix=".probe-", dir=path.parent) as folder:
        for file in (path, log):
            shutil.copyfile(file, Path(folder) / file.name)
        return _reads(f"file:{quote(str(Path(folder) / path.name))}", key)


def _reads(uri: str, key: bytes) -> bool:
    connection = sqlcipher.connect(uri, uri=True, isolation_level=None)
    try:
        _unlock(connection, key)
        (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        # an empty file opens with every key; ours are never empty
        return bool(tables)
    except faults.DATABASE_ERRORS:
        return False
    finally:
        connection.close()


def _of_known_release(path: Path, key: bytes) -> bool:
    engine = _engine(path, key, (), 1, "DEFERRED")
    try:
        with engine.connect() as connection:
            return migrations.version(connection) <= len(cache.STEPS)
    finally:
        engine.dispose()


def _clear_draft(path: Path) -> None:
    """Take away what a crash left of an outbox in the making: it was never in its place and holds nothing."""
    path.with_name(path.name + ".new").unlink(missing_ok=True)
    path.with_name(path.name + ".new-journal").unlink(missing_ok=True)


def _create(path: Path, key: bytes, steps: Sequence[Step]) -> None:
    draft = path.with_name(path.name + ".new")
    engine = _engine(draft, key, ("PRAGMA synchronous=EXTRA", "PRAGMA journal_mode=DELETE"), 1, "IMMEDIATE")
    try:
        with engine.begin() as connection:
            migrations.run(connection, steps)
    except faults.DATABASE_ERRORS as problem:
        raise faults.of_database(problem) from problem
    finally:
        engine.dispose()
    draft.replace(path)
    _settle(path.parent)


def _settle(folder: Path) -> None:
    """Make the new name itself survive a power cut; only POSIX lets a folder be synced."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
