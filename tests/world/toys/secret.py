"""Keeps and reads back a secret; prints what came of it as one word."""

from __future__ import annotations

import keyring
from keyring.errors import KeyringLocked, NoKeyringError


def attempt() -> str:
    """``kept``, ``locked`` or ``none``."""
    try:
        keyring.set_password("world", "meena", "s3cret")
        return "kept" if keyring.get_password("world", "meena") == "s3cret" else "lost"
    except KeyringLocked:
        return "locked"
    except NoKeyringError:
        return "none"


if __name__ == "__main__":
    print(attempt())
