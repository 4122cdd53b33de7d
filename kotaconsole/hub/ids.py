"""Ids the hub makes: UUIDs of version 7 (RFC 9562), which sort by the time they were made."""

from __future__ import annotations

import secrets
import uuid

from kotaconsole.domain.clock import Instant


def new_id(now: Instant) -> str:
    """A fresh UUID, version 7."""
    value = (int(now) & ((1 << 48) - 1)) << 80 | secrets.randbits(80)
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    return str(uuid.UUID(int=value))


def first_id(moment: Instant) -> str:
    """The beginning of every id that is made in this millisecond: what was made before sorts below it."""
    stamp = f"{int(moment):012x}"
    return f"{stamp[:8]}-{stamp[8:]}"


def is_uuid(text: str) -> bool:
    """Whether this is a UUID in its usual written form."""
    try:
        return str(uuid.UUID(text)) == text.lower()
    except ValueError:
        return False
