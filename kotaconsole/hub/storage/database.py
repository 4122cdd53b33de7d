"""The hub's file: one SQLite database, one writer, readers that can only read."""

from __future__ import annotations

import fcntl
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DatabaseError, DataError, IntegrityError, ProgrammingError

from kotaconsole.domain.errors import Bilingual, EnvironmentFault

READERS = 2
"""Reads are short and rare beside the polls, which never read: two connections are plenty."""
BUSY_MS = 5_000


@dataclass(frozen=True, slots=True)
class Database:
    """Two engines on one file.

    Attributes:
        writer: BEGIN IMMEDIATE; used by one thread only.
        reader: cannot write, whatever it is asked to do.
    """

    path: Path
    writer: Engine
    reader: Engine

    def close(self) -> None:
        """Give all connections back."""
        self.reader.dispose()
        self.writer.dispose()


def open_database(url: str) -> Database:
    """Open or create the file and bring its schema up to date.

    Raises:
        EnvironmentFault: the address is none of ours (`hub-database-url`), or the file cannot be used
            (`hub-database`).
    """
    path = file_of(url)
    try:
        # a folder that is not there is a mistyped path: an empty hub in its place would show an empty list
        if not path.exists():
            path.touch(mode=0o600)
        database = Database(path, _engine(path, read_only=False), _engine(path, read_only=True))
        upgrade(database.writer)
    except (DatabaseError, OSError) as error:
        raise _unusable(type(error).__name__) from None
    return database


def file_of(url: str) -> Path:
    """The file an address such as `sqlite:////srv/hub.db` names; a bare path is taken as one.

    Raises:
        EnvironmentFault: another kind of database, or none in a file.
    """
    try:
        parsed = make_url(url if "://" in url else f"sqlite:///{url}")
    except ArgumentError:
        raise _not_ours() from None
    if parsed.get_backend_name() != "sqlite" or parsed.database in (None, "", ":memory:"):
        raise _not_ours()
    return Path(str(parsed.database))


def upgrade(engine: Engine) -> None:
    """Run every migration the file has not seen, all in one transaction."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def lock(path: Path) -> int:
    """Make this process the only hub on a file; the kernel ends the lock with the process, however it ends.

    Returns:
        An open file descriptor that holds the lock; close it to let go.

    Raises:
        EnvironmentFault: another hub serves this file (`hub-already-running`).
    """
    try:
        held = os.open(path.with_name(f"{path.name}.lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise _unusable(type(error).__name__) from None
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(held)
        raise EnvironmentFault(
            "hub-already-running",
            Bilingual(
                en="Another hub already serves this database. Nothing was changed. Stop it first, or name another"
                " file with --db.",
                hi="इस डेटाबेस पर एक हब पहले से चल रहा है। कुछ भी बदला नहीं गया। पहले उसे रोकें, या --db से दूसरी फ़ाइल बताएँ।",
            ),
        ) from None
    return held


def is_passing(error: DatabaseError) -> bool:
    """Whether a database error tells of the surroundings (locked, full, unreadable disk) and not of our own fault."""
    return not isinstance(error, IntegrityError | ProgrammingError | DataError)


def _engine(path: Path, *, read_only: bool) -> Engine:
    engine = create_engine(
        f"sqlite:///{path}",
        connect_args={"check_same_thread": False, "timeout": BUSY_MS / 1000},
        pool_size=READERS if read_only else 1,
        max_overflow=0,
    )

    def prepare(raw: Any, _: Any) -> None:
        # the driver must not begin transactions by itself: we say which kind
        raw.isolation_level = None
        for pragma in _pragmas(read_only):
            raw.execute(f"PRAGMA {pragma}")

    def begin(connection: Connection) -> None:
        # taking the write lock at once: a read lock that has to become one fails under load
        connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")

    event.listen(engine, "connect", prepare)
    event.listen(engine, "begin", begin)
    return engine


def _pragmas(read_only: bool) -> tuple[str, ...]:
    shared = (f"busy_timeout={BUSY_MS}", "foreign_keys=ON", "cache_size=-16000")
    if read_only:
        return (*shared, "query_only=ON")
    # FULL: with NORMAL no commit is synced, and a power cut would lose what was answered as applied
    return ("journal_mode=WAL", "synchronous=FULL", "secure_delete=ON", *shared)


def _not_ours() -> EnvironmentFault:
    return EnvironmentFault(
        "hub-database-url",
        Bilingual(
            en="The hub keeps its data in one SQLite file. Nothing was changed. Give it as --db sqlite:////path/hub.db.",
            hi="हब अपना डेटा एक SQLite फ़ाइल में रखता है। कुछ भी बदला नहीं गया। इसे ऐसे बताएँ: --db sqlite:////path/hub.db",
        ),
    )


def _unusable(technical: str) -> EnvironmentFault:
    return EnvironmentFault(
        "hub-database",
        Bilingual(
            en="The hub's database file cannot be opened or brought up to date. What is in it was left as it is."
            " Check the path, the rights and the free space.",
            hi="हब की डेटाबेस फ़ाइल खोली या अद्यतन नहीं की जा सकी। उसमें जो है वह वैसा ही है। पथ, अनुमति और खाली जगह जाँचें।",
        ),
        technical,
    )
