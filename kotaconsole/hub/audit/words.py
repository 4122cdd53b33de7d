"""What a command is called in the audit log."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

APPLIED: Final = 201
FIELDS: Final = 6
"""Revealed fields named one by one; what is opened beyond them is counted."""
_FIELD: Final = re.compile(r"[a-z_]{1,20}(\.[a-z_]{1,20})?", re.ASCII)


def of_command(kind: str, status: int, payload: Mapping[str, Any], carried_by: str | None = None) -> str:
    """Kind and result; for `view` also which fields were revealed (their names, never what they hold).

    `carried_by` is whoever was signed in when the command of another person was sent.
    """
    told = f"command {kind[:40]}"
    if status != APPLIED:
        told += f" refused: {status}"
    if kind == "view":
        told += f": {_fields(payload.get('fields'))}"
    return told if carried_by is None else f"{told} (sent by {carried_by})"


def _fields(fields: Any) -> str:
    given = fields if isinstance(fields, list | tuple) else ()
    known = [field for field in given if isinstance(field, str) and _FIELD.fullmatch(field)]
    more = len(given) - len(known[:FIELDS])
    return " ".join([*known[:FIELDS], *([f"and {more} more"] if more else [])]) or "nothing named"
