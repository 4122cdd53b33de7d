"""The hub's file: one encrypted SQLite database, one writer, readers that can only read."""

from __future__ import annotations

import fcntl
import os
import stat
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import Connection, Engine, QueuePool, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DatabaseError, DataError, IntegrityError, ProgrammingError

from kotaconsole.domain.errors import Bilingual, EnvironmentFault
from kotaconsole.hub.storage import cipher, faults
from kotaconsole.hub.storage.keys import alone_in, create_key, key_path, read_key, settle

READERS = 2
"""Reads are short and rare beside the polls, which never read: two connections are plenty."""
BUSY_MS = 20_000
"""How long one process waits for another one's commit: longer than a request waits for the writer (`Limits.write_s`),
so that a command line whose disk stalls makes the hub slow and never broken."""
SIDES: Final = ("-wal", "-shm")
"""What SQLite keeps beside an open file: its log, with the newest commits, and the log's index."""


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


def open_database(url: str, key_file: Path | None = None, *, create: bool = True) -> Database:
    """Open the file, or create one where there is none, and bring its schema up to date.

    Args:
        url: where the file is.
        key_file: where its key is; by default `<file>.key` or systemd's credential. A key is made only together with
            a new file, and for a plain file of an earlier release, which is encrypted here.
        create: whether a file that is not there is made. One that is there and empty never is: a hub's data was in it.

    Raises:
        EnvironmentFault: the address is none of ours (`hub-database-url`), there is no file (`hub-no-database`), the
            key is missing, open to others or does not open the file (`hub-key-...`), or the file cannot be used
            (`hub-database`, `hub-database-...`, `hub-newer`).
    """
    path = file_of(url)
    key = _ready(path, key_file, create=create)
    database = Database(path, _engine(path, key, read_only=False), _engine(path, key, read_only=True))
    try:
        upgrade(database.writer)
    except CommandError:
        database.close()
        raise faults.newer() from None
    except (DatabaseError, OSError) as error:
        database.close()
        raise explained(path, error) from None
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
        raise faults.not_ours() from None
    if parsed.get_backend_name() != "sqlite" or parsed.database in (None, "", ":memory:"):
        raise faults.not_ours()
    return Path(str(parsed.database))


def present(path: Path) -> Path:
    """The path of a file that is there already, with something in it.

    Raises:
        EnvironmentFault: `hub-no-database`, `hub-database-empty` or `hub-database`.
    """
    try:
        found = path.stat()
    except (FileNotFoundError, NotADirectoryError):
        raise faults.no_database(path) from None
    except OSError as error:
        raise faults.unusable(type(error).__name__) from None
    if not stat.S_ISREG(found.st_mode):
        raise faults.no_file(path)
    if found.st_size == 0:
        raise faults.empty(path)
    return path


def explained(path: Path, error: BaseException) -> EnvironmentFault:
    """What an error of the driver, of SQLAlchemy or of the system says about a file that is being opened."""
    return _damage(path, error) or faults.unusable(type(error).__name__)


def met(path: Path, error: BaseException) -> EnvironmentFault:
    """What such an error says that is met later, in the midst of the work."""
    return _damage(path, error) or faults.interrupted(type(error).__name__)


def _damage(path: Path, error: BaseException) -> EnvironmentFault | None:
    cause = getattr(error, "orig", None) or error
    return faults.damaged(path, type(cause).__name__) if cipher.is_damage(cause) else None


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Run every migration up to a revision that the file has not seen, all in one transaction."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)


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
        raise faults.unusable(type(error).__name__) from None
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


def _ready(path: Path, key_file: Path | None, *, create: bool) -> bytes:
    """The key of a file that is there now, encrypted, and opened by it."""
    at = key_path(path, key_file)
    try:
        # a folder that is not there is a mistyped path: an empty hub in its place would show an empty list
        with alone_in(path.parent):
            if create and not path.exists():
                return _created(path, at)
            if cipher.is_plain(present(path)):
                key = read_key(at) if at.exists() else create_key(at)
                cipher.encrypt_in_place(path, key)
                return key
        key = read_key(at)
        if not cipher.fits(path, key):
            raise faults.wrong_key(path, at)
    except (*cipher.ERRORS, DatabaseError) as error:
        raise explained(path, error) from None
    return key


def _created(path: Path, at: Path) -> bytes:
    """A new file, and its key unless the site has laid one there.

    It gets its name only when it is whole. So whoever opens it meanwhile finds no file or all of it, and a file of
    0 bytes is never one that is about to be made: it is one whose content was lost.
    """
    for side in SIDES:
        if (log := path.with_name(path.name + side)).exists():
            raise faults.lone_log(log)
    key, made = (read_key(at), False) if at.exists() else (create_key(at), True)
    draft = path.with_name(f"{path.name}.creating")
    clear(draft)  # of one that was killed; the folder's lock is ours
    try:
        _build(draft, key)
        # a link, not a rename: it replaces nothing, whoever put it there
        os.link(draft, path)
        settle(path.parent)
    except BaseException:
        if made:
            at.unlink(missing_ok=True)
        raise
    finally:
        clear(draft)
    return key


def _build(draft: Path, key: bytes) -> None:
    os.close(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
    engine = _engine(draft, key, read_only=False)
    try:
        upgrade(engine)
    finally:
        engine.dispose()
    whole(draft)


def whole(draft: Path) -> None:
    """Make a closed file durable before it gets its name.

    Raises:
        OSError: a part of it still stands in its log.
    """
    if any(draft.with_name(draft.name + side).exists() for side in SIDES):
        raise OSError("the file was not closed whole")
    with draft.open("rb") as made:
        os.fsync(made.fileno())


def clear(draft: Path) -> None:
    """Take a draft away, with whatever SQLite laid beside it."""
    for side in ("", "-journal", *SIDES):
        draft.with_name(draft.name + side).unlink(missing_ok=True)


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
