"""The key of the desk's files, in the operating system's keyring: the only home of `keyring`.

A random key nobody types protects the files of a stolen disk. It is worth nothing in a keyring that writes plain
text, so the backends are counted by name, and everything else is refused.
"""

from __future__ import annotations

import base64
import binascii
import logging
import secrets
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final, TypeVar

import keyring
from keyring.backend import KeyringBackend
from keyring.backends import SecretService, Windows, chainer, fail, kwallet, libsecret, macOS
from keyring.errors import InitError, KeyringError, KeyringLocked, NoKeyringError

from kotaconsole.domain.errors import Bilingual, EnvironmentFault

KEY_BYTES: Final = 32
_SERVICE: Final = "kotaconsole"
_ACCEPTED: Final = (SecretService.Keyring, Windows.WinVaultKeyring, macOS.Keyring)
_HARMLESS: Final = (libsecret.Keyring, kwallet.DBusKeyring)
"""Encrypted stores we do not use, which may stand in a chain beside one we do."""
_log = logging.getLogger(__name__)
T = TypeVar("T")

# What the backends let through without dressing it as one of keyring's own errors.
_AWAY: tuple[type[Exception], ...] = (NoKeyringError,)
_SHUT: tuple[type[Exception], ...] = (KeyringLocked, InitError)
_NO: tuple[type[Exception], ...] = (KeyringError, OSError)
if sys.platform == "linux":
    import jeepney
    from secretstorage import exceptions as secret

    _AWAY += (secret.SecretServiceNotAvailableException,)
    _SHUT += (secret.LockedException, secret.PromptDismissedException)
    _NO += (secret.SecretStorageException, jeepney.DBusErrorResponse)
elif sys.platform == "win32":  # written for Windows, not tried there
    from win32ctypes.pywin32 import pywintypes

    _NO += (pywintypes.error,)


def open_key(profile_id: str, databases: Iterable[Path], backend: KeyringBackend | None = None) -> bytes:
    """The desk's key; a new one only where the keyring has none and no file of the desk exists.

    Args:
        profile_id: names the key; see `ProfileDirs.profile_id`.
        databases: the files the key opens.
        backend: the keyring to use; the session's own by default.

    Returns:
        32 bytes.

    Raises:
        EnvironmentFault: `keyring-none`, `keyring-locked`, `keyring-refuses`, or `key-gone`, where files exist
            whose key the keyring does not have. No file is touched and no key replaced in any of these.

    Thread: any, one at a time; may wait while the person answers the keyring's own question.
    """
    store = accepted(backend or _session_keyring())
    key = find_key(profile_id, databases, store)
    if key is None:
        key = _create(store, _user(profile_id))
    _log.info("the key of the desk's files is kept by %s", type(store).__module__)
    return key


def find_key(profile_id: str, databases: Iterable[Path], backend: KeyringBackend | None = None) -> bytes | None:
    """The desk's key, or None where neither it nor a file of the desk exists yet; nothing is made.

    Raises:
        EnvironmentFault: as `open_key`.
    """
    store = accepted(backend or _session_keyring())
    key = _decode(_ask(lambda: store.get_password(_SERVICE, _user(profile_id))))
    if key is None and any(file.exists() for file in databases):
        raise EnvironmentFault("key-gone", _GONE)
    return key


def new_key() -> bytes:
    """A key that nobody has seen, of `KEY_BYTES`."""
    return secrets.token_bytes(KEY_BYTES)


def accepted(backend: KeyringBackend) -> KeyringBackend:
    """The backend itself, or the one of a chain, when it is one of those that encrypt.

    Exact classes: a subclass may write anywhere. A chain is never used as such, because it goes on to its next
    member when the first has no answer, and it is refused when any member could keep plain text.

    Raises:
        EnvironmentFault: `keyring-none` or `keyring-refuses`.
    """
    if type(backend) is fail.Keyring:
        raise EnvironmentFault("keyring-none", _NONE)
    if type(backend) is chainer.ChainerBackend:
        members: list[KeyringBackend] = list(backend.backends)
        if all(type(member) in _ACCEPTED + _HARMLESS for member in members):
            for member in members:
                if type(member) in _ACCEPTED:
                    return member
    if type(backend) in _ACCEPTED:
        return backend
    name = f"{type(backend).__module__}.{type(backend).__qualname__}"
    raise EnvironmentFault("keyring-refuses", _REFUSES, f"backend not accepted: {name}")


def _session_keyring() -> KeyringBackend:
    try:
        return keyring.get_keyring()
    except (RuntimeError, ImportError, AttributeError) as problem:  # a configured backend that cannot work here
        raise EnvironmentFault("keyring-none", _NONE, type(problem).__name__) from problem


def _user(profile_id: str) -> str:
    """The name under which the keyring keeps the key."""
    return f"desk-files:{profile_id}"


def _create(store: KeyringBackend, user: str) -> bytes:
    key = new_key()
    text = base64.b64encode(key).decode("ascii")
    _ask(lambda: store.set_password(_SERVICE, user, text))
    if _ask(lambda: store.get_password(_SERVICE, user)) != text:
        raise EnvironmentFault("keyring-refuses", _REFUSES, "the key just written does not come back")
    return key


def _decode(text: str | None) -> bytes | None:
    """The key, or None for an entry that is absent or no key of ours."""
    try:
        key = base64.b64decode(text or "", validate=True)
    except (binascii.Error, ValueError):
        return None
    return key if len(key) == KEY_BYTES else None


def _ask(question: Callable[[], T]) -> T:
    """Ask the keyring and sort its refusals into the three an operator can tell apart."""
    try:
        return question()
    except _AWAY as problem:
        raise EnvironmentFault("keyring-none", _NONE, type(problem).__name__) from problem
    except _SHUT as problem:
        raise EnvironmentFault("keyring-locked", _LOCKED, type(problem).__name__) from problem
    except _NO as problem:
        raise EnvironmentFault("keyring-refuses", _REFUSES, type(problem).__name__) from problem


_NONE = Bilingual(
    en="This session has no keyring, so the desk's files cannot be opened safely. The files are untouched. "
    "Ask the administrator to set up the system's keyring; until then nothing is kept on this desk.",
    hi="इस सत्र में कोई की-रिंग नहीं है, इसलिए डेस्क की फ़ाइलें सुरक्षित रूप से नहीं खुल सकतीं। फ़ाइलें जस की तस हैं। "
    "प्रशासक से सिस्टम की की-रिंग चालू करवाएँ; तब तक इस डेस्क पर कुछ सहेजा नहीं जाएगा।",
)
_LOCKED = Bilingual(
    en="The keyring is locked, so the desk's files stay closed. They are untouched. "
    "Unlock the keyring with its password (usually the one of the computer), then start the console again.",
    hi="की-रिंग पर ताला लगा है, इसलिए डेस्क की फ़ाइलें बंद हैं। वे जस की तस हैं। "
    "की-रिंग को उसके पासवर्ड (प्रायः कंप्यूटर का ही) से खोलें, फिर कंसोल दोबारा शुरू करें।",
)
_REFUSES = Bilingual(
    en="The keyring of this session cannot keep the desk's key safely, so it is not used. The files are untouched. "
    "Ask the administrator to set up Secret Service (Linux), Credential Manager (Windows) or Keychain (macOS).",
    hi="इस सत्र की की-रिंग डेस्क की कुंजी सुरक्षित नहीं रख सकती, इसलिए उसे काम में नहीं लिया गया। फ़ाइलें जस की तस हैं। "
    "प्रशासक से Secret Service (Linux), Credential Manager (Windows) या Keychain (macOS) चालू करवाएँ।",
)
_GONE = Bilingual(
    en="The key of this desk's files is not in the keyring. The files are untouched and no new key was made: "
    "what was saved can still be recovered. Do not delete anything; call the administrator, "
    "who can bring the keyring back from its backup.",
    hi="इस डेस्क की फ़ाइलों की कुंजी की-रिंग में नहीं है। फ़ाइलें जस की तस हैं और कोई नई कुंजी नहीं बनाई गई: "
    "सुरक्षित जानकारी अब भी वापस मिल सकती है। कुछ भी न मिटाएँ; प्रशासक को बुलाएँ, "
    "जो की-रिंग को बैकअप से लौटा सकते हैं।",
)
