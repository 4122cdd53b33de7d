"""The hub's file: one encrypted SQLite database, one writer, readers that can only read."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import Connection, Engine, QueuePool, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DatabaseError, DataError, IntegrityError, ProgrammingError

from kotaconsole.domain.errors import Bilingual, EnvironmentFault
from kotaconsole.hub.storage import cipher
from kotaconsole.hub.storage.keys import alone_in, create_key, key_path, read_key

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


def open_database(url: str, key_file: Path | None = None) -> Database:
    """Open or create the file and bring its schema up to date.

    Args:
        url: where the file is.
        key_file: where its key is; by default `<file>.key` or systemd's credential. A key is made only together with
            a new file, and for a plain file of an earlier release, which is encrypted here.

    Raises:
        EnvironmentFault: the address is none of ours (`hub-database-url`), the key is missing, open to others or
            another file's (`hub-key-...`), or the file cannot be used (`hub-database`).
    """
    path = file_of(url)
    key = _ready(path, key_file)
    database = Database(path, _engine(path, key, read_only=False), _engine(path, key, read_only=True))
    try:
        upgrade(database.writer)
    except CommandError:
        database.close()
        raise _newer() from None
    except (DatabaseError, OSError) as error:
        database.close()
        raise _unusable(type(error).__name__) from None
    except BaseException:
        database.close()
        raise
    return database


def key_of(url: str, key_file: Path | None = None) -> bytes:
    """The key of a file that is there.

    Raises:
        EnvironmentFault: `hub-key-...`.
    """
    return read_key(key_path(file_of(url), key_file))


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


def _ready(path: Path, key_file: Path | None) -> bytes:
    """The key of a file that is there now, encrypted, and opened by it."""
    at = key_path(path, key_file)
    try:
        # a folder that is not there is a mistyped path: an empty hub in its place would show an empty list
        with alone_in(path.parent):
            if not path.exists():
                return _created(path, at)
            if cipher.is_plain(path):
                key = read_key(at) if at.exists() else create_key(at)
                cipher.encrypt_in_place(path, key)
                return key
        key = read_key(at)
        if not cipher.fits(path, key):
            raise _wrong_key(at)
    except cipher.ERRORS as error:
        raise _unusable(type(error).__name__) from None
    return key


def _created(path: Path, at: Path) -> bytes:
    """A new file, and its key unless the site has laid one there."""
    key = read_key(at) if at.exists() else create_key(at)
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
    return key


def _engine(path: Path, key: bytes, *, read_only: bool) -> Engine:
    engine = create_engine(
        "sqlite://", module=cipher.DRIVER, creator=_creator(path, key, _pragmas(read_only)), poolclass=QueuePool,
        pool_size=READERS if read_only else 1, max_overflow=0, hide_parameters=True,
    )  # fmt: skip

    def begin(connection: Connection) -> None:
        # taking the write lock at once: a read lock that has to become one fails under load
        connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")

    event.listen(engine, "begin", begin)
    return engine


def _creator(path: Path, key: bytes, pragmas: tuple[str, ...]) -> Callable[[], Any]:
    def connect() -> Any:
        connection = cipher.connect(path, key, busy_ms=BUSY_MS)
        for pragma in pragmas:
            connection.execute(f"PRAGMA {pragma}").fetchall()
        return connection

    return connect


def _pragmas(read_only: bool) -> tuple[str, ...]:
    shared = (f"busy_timeout={BUSY_MS}", "foreign_keys=ON", "cache_size=-16000", "temp_store=MEMORY")
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


def _wrong_key(at: Path) -> EnvironmentFault:
    return EnvironmentFault(
        "hub-key-wrong",
        Bilingual(
            en=f"The hub's database cannot be opened with the key in {at}: it is the key of another file, or the file"
            " is no database of a hub. What is in it was left as it is. Name the right key with --key-file, or the"
            " right file with --db.",
            hi=f"हब का डेटाबेस {at} की कुंजी से नहीं खुला: यह दूसरी फ़ाइल की कुंजी है, या यह हब का डेटाबेस नहीं है। उसमें जो है वह वैसा"
            " ही है। --key-file से सही कुंजी, या --db से सही फ़ाइल बताएँ।",
        ),
    )


def _newer() -> EnvironmentFault:
    return EnvironmentFault(
        "hub-newer",
        Bilingual(
            en="The hub's database was written by a later release of this program. It was left as it is. Start that"
            " release, or go back to a backup.",
            hi="हब का डेटाबेस इस प्रोग्राम के बाद के संस्करण का है। वह वैसा ही है। वही संस्करण चलाएँ, या बैकअप पर लौटें।",
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
