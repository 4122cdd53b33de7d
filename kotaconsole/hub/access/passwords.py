"""Passwords: argon2id, worked out on a thread of their own so that no poll waits for them."""

from __future__ import annotations

import asyncio
import unicodedata
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Final, TypeVar

from argon2 import PasswordHasher, Type, extract_parameters
from argon2.exceptions import InvalidHashError, VerificationError

from kotaconsole.domain.text import has_surrogate
from kotaconsole.hub.problems import Refused

T = TypeVar("T")

MIN_LENGTH: Final = 10
MAX_LENGTH: Final = 1024
"""Characters: longer ones only cost time."""
PASSES: Final = 3
MEMORY_KIB: Final = 64 * 1024
LANES: Final = 4
"""RFC 9106, section 4, second recommended option; above the least that OWASP's password storage sheet asks for
(19 MiB with 2 passes)."""
WAITING: Final = 64
"""Sign-ins that may wait for the thread; each takes some 50 ms."""


def hash_password(password: str) -> str:
    """The stored form."""
    return _hasher().hash(_prepared(password))


def broken_rule(password: str, names: Sequence[str], old: str | None = None) -> str | None:
    """What is wrong with a new password, in English; None when it may be used.

    Args:
        password: the new one.
        names: sign-in name and shown name; the password is none of them.
        old: the one before, where it is known.
    """
    word = _prepared(password)
    if has_surrogate(word):
        return "only characters that can be written"
    if not MIN_LENGTH <= len(word) <= MAX_LENGTH:
        return f"at least {MIN_LENGTH} and at most {MAX_LENGTH} characters"
    if any(word.casefold().strip() == _prepared(name).casefold().strip() for name in names):
        return "not the name"
    if old is not None and word == _prepared(old):
        return "not the password before"
    return None


def is_weaker(stored: str) -> bool:
    """Whether a stored form was made with less work than is asked for now."""
    try:
        made = extract_parameters(stored)
    except InvalidHashError:
        return True
    return made.type is not Type.ID or made.time_cost < PASSES or made.memory_cost < MEMORY_KIB


@dataclass(frozen=True, slots=True)
class Checked:
    """Whether a password fitted, and the form to store in place of the old one where that was made too weak."""

    fits: bool
    stronger: str | None = None


class PasswordCheck:
    """Compares passwords with stored forms. Thread: asked on the event loop, works on "hub-passwords"."""

    def __init__(self) -> None:
        self._hasher = _hasher()
        self._pool = ThreadPoolExecutor(1, "hub-passwords")
        self._nobody = self._hasher.hash("no user has this password")
        self._waiting = 0

    async def check(self, password: str, stored: str | None) -> Checked:
        """Whether a password fits; an unknown user (None) takes as long as a known one.

        Raises:
            Refused: `unavailable` when too many are waiting already.
        """
        return await self._run(partial(self._check, password, stored))

    async def make(self, password: str) -> str:
        """The stored form of a new password.

        Raises:
            Refused: `unavailable` when too many are waiting already.
        """
        return await self._run(partial(hash_password, password))

    def close(self) -> None:
        """End the thread."""
        self._pool.shutdown(cancel_futures=True)

    async def _run(self, work: Callable[[], T]) -> T:
        if self._waiting >= WAITING:
            raise Refused("unavailable", "too many sign-ins at once")
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._pool, work)
        finally:
            self._waiting -= 1

    def _check(self, password: str, stored: str | None) -> Checked:
        if len(password) > MAX_LENGTH:
            return Checked(fits=False)
        try:
            self._hasher.verify(stored or self._nobody, _prepared(password))
        except (VerificationError, InvalidHashError, UnicodeEncodeError):
            return Checked(fits=False)
        if stored is None:
            return Checked(fits=False)
        return Checked(fits=True, stronger=hash_password(password) if is_weaker(stored) else None)


def _hasher() -> PasswordHasher:
    return PasswordHasher(time_cost=PASSES, memory_cost=MEMORY_KIB, parallelism=LANES, type=Type.ID)


def _prepared(password: str) -> str:
    """One form for what looks the same: keyboards write the same Hindi letters as different code points (RFC 8265)."""
    return unicodedata.normalize("NFC", password)
