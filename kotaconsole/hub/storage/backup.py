"""A copy of the hub's file, taken while it runs: one consistent moment, whole and checked before it has its name."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from kotaconsole.domain.errors import Bilingual, EnvironmentFault
from kotaconsole.hub.storage import cipher, faults
from kotaconsole.hub.storage.database import file_of, present
from kotaconsole.hub.storage.keys import key_path, read_key, settle

NEEDED: Final = frozenset({"alembic_version", "facts", "counters", "referrals", "events", "commands", "audit"})
"""Tables without which a file is no hub's."""


def write_backup(url: str, key_file: Path | None, to: Path) -> int:
    """Write a backup under the hub's own key; gives back its size in bytes.

    The hub goes on meanwhile: readers and the writer of a log-first file do not wait for a reader.

    Raises:
        EnvironmentFault: the database is not there, or its key does not open it (`hub-no-database`, `hub-key-...`,
            `hub-database-...`), `hub-backup-exists` or `hub-backup`; what is there under the name stays.
    """
    path = present(file_of(url))
    key = _opening(path, key_path(path, key_file))
    with _reserved(to):
        draft = to.with_name(f"{to.name}.part")
        draft.unlink(missing_ok=True)
        try:
            os.close(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
            _copy(path, draft, key)
            _checked(path, draft, key)
            with draft.open("rb") as made:
                os.fsync(made.fileno())
            draft.replace(to)
            settle(to.parent)
        except cipher.ERRORS as error:
            technical = type(error).__name__
            raise (faults.damaged(path, technical) if cipher.is_damage(error) else _failed(technical)) from None
        finally:
            draft.unlink(missing_ok=True)
    return to.stat().st_size


def _opening(path: Path, at: Path) -> bytes:
    key = read_key(at)
    try:
        if cipher.is_plain(path):
            raise faults.unencrypted(path)
        if not cipher.fits(path, key):
            raise faults.wrong_key(path, at)
    except OSError as error:
        raise faults.unusable(type(error).__name__) from None
    return key


def _checked(path: Path, draft: Path, key: bytes) -> None:
    """Read the copy; what is wrong with it was wrong with the file."""
    try:
        inspect(draft, key)
    except EnvironmentFault as fault:
        raise faults.damaged(path, fault.technical) from None


def inspect(path: Path, key: bytes) -> None:
    """Read a whole file once: every page has to be as it was written, and the tables a hub's.

    Raises:
        EnvironmentFault: `hub-backup-unfit`: another key's, damaged, or no file of a hub.
    """
    connection = cipher.connect(path, key)
    try:
        pages = connection.execute("PRAGMA cipher_integrity_check").fetchall()
        rows = [row[0] for row in connection.execute("PRAGMA integrity_check")]
        tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    except cipher.ERRORS as error:
        raise unfit(type(error).__name__) from None
    finally:
        connection.close()
    if pages or rows != ["ok"]:
        raise unfit("damaged")
    if not tables >= NEEDED:
        raise unfit("no hub's file")


def _copy(path: Path, draft: Path, key: bytes) -> None:
    source, target = cipher.connect(path, key), cipher.connect(draft, key)
    try:
        # in one step: page by page it would begin anew with every commit of the hub, and never end
        source.backup(target, pages=-1)
        # one file, without a log beside it that could be left behind
        target.execute("PRAGMA journal_mode=DELETE").fetchall()
    finally:
        target.close()
        source.close()


@contextlib.contextmanager
def _reserved(to: Path) -> Iterator[None]:
    """Take a name nobody has yet, and give it back where nothing came of it."""
    try:
        os.close(os.open(to, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
    except FileExistsError:
        raise EnvironmentFault(
            "hub-backup-exists",
            Bilingual(
                en=f"{to} is there already and was left as it is: a backup never replaces another. Give another name.",
                hi=f"{to} पहले से है और वैसी ही है: एक बैकअप दूसरे को कभी नहीं मिटाता। दूसरा नाम दें।",
            ),
        ) from None
    except OSError as error:
        raise _failed(type(error).__name__) from None
    try:
        yield
    except BaseException:
        to.unlink(missing_ok=True)
        raise


def facts_of(path: Path, key: bytes) -> dict[str, Any]:
    """Epoch, past epochs and beat of a file, each as far as it can be read."""
    found: dict[str, Any] = {}
    try:
        connection = cipher.connect(path, key)
    except cipher.ERRORS:
        return found
    try:
        found |= dict(connection.execute("SELECT name, value FROM facts").fetchall())
        beat = connection.execute("SELECT value FROM counters WHERE name = 'beat'").fetchone()
        found["beat"] = 0 if beat is None else int(beat[0])
        # last: a file of the first release has no such table
        found["past"] = connection.execute("SELECT epoch, began_at FROM epochs").fetchall()
    except cipher.ERRORS:
        return found
    finally:
        connection.close()
    return found


def no_backup(source: Path) -> EnvironmentFault:
    """Nothing under the name of a backup that could be one."""
    return EnvironmentFault(
        "hub-backup-missing",
        Bilingual(
            en=f"There is no backup {source}: no file of this name, or one this user may not read. The hub's database"
            " was left as it is. Check --from; it names the file itself, not its folder.",
            hi=f"{source} नाम का कोई बैकअप नहीं है: इस नाम की फ़ाइल नहीं है, या इस उपयोगकर्ता को पढ़ने की अनुमति नहीं है। हब का"
            " डेटाबेस वैसा ही है। --from जाँचें; उसमें फ़ोल्डर नहीं, फ़ाइल ही बताएँ।",
        ),
    )


def newer(source: Path) -> EnvironmentFault:
    """A backup this release cannot read."""
    return EnvironmentFault(
        "hub-backup-newer",
        Bilingual(
            en=f"The backup {source} was made by a later release of this program, which this one cannot read. The"
            " hub's database and the backup were left as they are. Install that release and restore with it, or take"
            " an older backup.",
            hi=f"बैकअप {source} इस प्रोग्राम के बाद के संस्करण का है, जिसे यह संस्करण नहीं पढ़ सकता। हब का डेटाबेस और बैकअप वैसे ही हैं।"
            " वही संस्करण स्थापित करके उससे लौटाएँ, या पुराना बैकअप लें।",
        ),
    )


def unfit(technical: str) -> EnvironmentFault:
    """A backup that cannot be gone back to."""
    return EnvironmentFault(
        "hub-backup-unfit",
        Bilingual(
            en="This file cannot be gone back to: it was made under another key, is damaged, or is no backup of a hub."
            " The hub's database was left as it is. Try an older backup, or name the key with --key-file.",
            hi="इस फ़ाइल से लौटा नहीं जा सकता: यह दूसरी कुंजी से बनी है, खराब है, या हब का बैकअप नहीं है। हब का डेटाबेस वैसा ही"
            " है। पुराना बैकअप आज़माएँ, या --key-file से कुंजी बताएँ।",
        ),
        technical,
    )


def _failed(technical: str) -> EnvironmentFault:
    return EnvironmentFault(
        "hub-backup",
        Bilingual(
            en="The backup could not be written; no part of it was left behind, and the hub's database is as it was."
            " Check the folder, the rights and the free space.",
            hi="बैकअप लिखा नहीं जा सका; उसका कोई हिस्सा नहीं छोड़ा गया, और हब का डेटाबेस वैसा ही है। फ़ोल्डर, अनुमति और खाली"
            " जगह जाँचें।",
        ),
        technical,
    )
