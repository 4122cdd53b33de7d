"""The key of the hub's file: where it stands, and who may read it.

A raw key, not a passphrase: every connection opens with it in under a millisecond, and nobody has to type it when the
machine restarts at night.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import secrets
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from kotaconsole.domain.errors import Bilingual, EnvironmentFault

KEY_BYTES: Final = 32
CREDENTIAL: Final = "hub-key"
"""The name under which systemd hands the key over (`LoadCredential=hub-key:...`)."""
CREDENTIALS_DIRECTORY: Final = "CREDENTIALS_DIRECTORY"


def key_path(file: Path, named: Path | None = None) -> Path:
    """Where the key of a file is looked for: as named, as systemd's credential, or beside the file."""
    if named is not None:
        return named
    handed = os.environ.get(CREDENTIALS_DIRECTORY)
    if handed and (credential := Path(handed, CREDENTIAL)).exists():
        return credential
    return file.with_name(f"{file.name}.key")


def read_key(path: Path) -> bytes:
    """The key in a file: 64 hexadecimal digits.

    Raises:
        EnvironmentFault: `hub-key-missing`, `hub-key-unreadable`, `hub-key-open` (others could read it) or
            `hub-key-broken`.
    """
    try:
        with path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            text = file.read(1024).strip()
    except FileNotFoundError:
        raise _missing(path) from None
    except OSError as error:
        raise _unreadable(path, type(error).__name__) from None
    # systemd shows a credential's reader as the group, by an access list: there only "others" tell anything
    strangers = stat.S_IRWXO if _is_credential(path) else stat.S_IRWXG | stat.S_IRWXO
    if mode & strangers:
        raise _open_to_others(path)
    try:
        key = bytes.fromhex(text.decode("ascii"))
    except ValueError:
        raise _broken(path, "not hexadecimal") from None
    if len(key) != KEY_BYTES:
        raise _broken(path, "not 32 bytes")
    return key


def create_key(path: Path) -> bytes:
    """Make a key and its file, readable by its owner only, and durable before anything is written with it.

    Raises:
        EnvironmentFault: `hub-key-unmade`: the file cannot be made; one that is there is never touched.
    """
    key = secrets.token_bytes(KEY_BYTES)
    try:
        made = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise _unmade(path, type(error).__name__) from None
    try:
        with os.fdopen(made, "wb") as file:
            file.write(key.hex().encode() + b"\n")
            file.flush()
            os.fsync(made)
        settle(path.parent)
    except OSError as error:
        # half a key would be taken for a broken one from now on
        path.unlink(missing_ok=True)
        raise _unmade(path, type(error).__name__) from None
    return key


@contextlib.contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Let one process at a time make or change files of a folder; the kernel ends the lock with the process."""
    held = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield
    finally:
        os.close(held)


def settle(folder: Path) -> None:
    """Make a new name in a folder survive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _is_credential(path: Path) -> bool:
    handed = os.environ.get(CREDENTIALS_DIRECTORY)
    return bool(handed) and path.parent == Path(str(handed))


def _missing(path: Path) -> EnvironmentFault:
    return EnvironmentFault(
        "hub-key-missing",
        Bilingual(
            en=f"The key of the hub's database is not at {path}. The database was left as it is and nothing was"
            " created. Put the key file back from where you keep it, or name it with --key-file.",
            hi=f"हब के डेटाबेस की कुंजी {path} पर नहीं है। डेटाबेस वैसा ही है और कुछ भी बनाया नहीं गया। कुंजी की फ़ाइल जहाँ सुरक्षित"
            " रखी है वहाँ से वापस रखें, या --key-file से बताएँ।",
        ),
    )


def _unreadable(path: Path, technical: str) -> EnvironmentFault:
    return EnvironmentFault(
        "hub-key-unreadable",
        Bilingual(
            en=f"The key file {path} is there but cannot be read: it is a folder, this user may not read it, or the"
            " disk fails. Nothing was opened or changed. Check the path and whose file it is, or name the right one"
            " with --key-file.",
            hi=f"कुंजी की फ़ाइल {path} है, पर पढ़ी नहीं जा सकी: वह फ़ोल्डर है, इस उपयोगकर्ता को पढ़ने की अनुमति नहीं है, या डिस्क खराब"
            " है। कुछ भी खोला या बदला नहीं गया। पथ और फ़ाइल का मालिक जाँचें, या --key-file से सही फ़ाइल बताएँ।",
        ),
        technical,
    )


def _unmade(path: Path, technical: str) -> EnvironmentFault:
    return EnvironmentFault(
        "hub-key-unmade",
        Bilingual(
            en=f"The key file {path} could not be made. No database was created or changed, and no part of a key was"
            " left behind. Check the folder, the rights and the free space.",
            hi=f"कुंजी की फ़ाइल {path} बनाई नहीं जा सकी। कोई डेटाबेस बनाया या बदला नहीं गया, और कुंजी का कोई हिस्सा नहीं छोड़ा"
            " गया। फ़ोल्डर, अनुमति और खाली जगह जाँचें।",
        ),
        technical,
    )


def _open_to_others(path: Path) -> EnvironmentFault:
    return EnvironmentFault(
        "hub-key-open",
        Bilingual(
            en=f"Others on this machine could read the key file {path}. Nothing was opened or changed. Take the rights"
            " away (chmod 600) and find out who may have read it.",
            hi=f"इस मशीन पर दूसरे लोग कुंजी की फ़ाइल {path} पढ़ सकते हैं। कुछ भी खोला या बदला नहीं गया। अनुमति हटाएँ (chmod 600) और"
            " पता करें कि इसे किसने पढ़ा होगा।",
        ),
    )


def _broken(path: Path, technical: str) -> EnvironmentFault:
    return EnvironmentFault(
        "hub-key-broken",
        Bilingual(
            en=f"The key file {path} cannot be used: it should hold 64 hexadecimal digits. The database was left as it"
            " is. Put the right file back, or name it with --key-file.",
            hi=f"कुंजी की फ़ाइल {path} का उपयोग नहीं हो सका: उसमें 64 हेक्साडेसिमल अंक होने चाहिए। डेटाबेस वैसा ही है। सही फ़ाइल वापस"
            " रखें, या --key-file से बताएँ।",
        ),
        technical,
    )
