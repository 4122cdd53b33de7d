"""Passwords: argon2id, worked out on a thread of their own so that no poll waits for them."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from kotaconsole.hub.problems import Refused

MIN_LENGTH: Final = 8
MAX_LENGTH: Final = 1024
"""Characters: longer ones only cost time."""
WAITING: Final = 64
"""Sign-ins that may wait for the thread; each takes some 50 ms."""


def hash_password(password: str) -> str:
    """The stored form, with the library's parameters (RFC 9106, low memory)."""
    return PasswordHasher().hash(password)


class PasswordCheck:
    """Compares passwords with stored forms. Thread: asked on the event loop, works on "hub-passwords"."""

    def __init__(self) -> None:
        self._hasher = PasswordHasher()
        self._pool = ThreadPoolExecutor(1, "hub-passwords")
        self._nobody = self._hasher.hash("no user has this password")
        self._waiting = 0

    async def fits(self, password: str, stored: str | None) -> bool:
        """Whether a password fits; an unknown user (None) takes as long as a known one.

        Raises:
            Refused: `unavailable` when too many are waiting already.
        """
        if self._waiting >= WAITING:
            raise Refused("unavailable", "too many sign-ins at once")
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._pool, self._fits, password, stored)
        finally:
            self._waiting -= 1

    def close(self) -> None:
        """End the thread."""
        self._pool.shutdown(cancel_futures=True)

    def _fits(self, password: str, stored: str | None) -> bool:
        if len(password) > MAX_LENGTH:
            return False
        try:
            self._hasher.verify(stored or self._nobody, password)
        except (VerificationError, InvalidHashError, UnicodeEncodeError):
            return False
        return stored is not None
