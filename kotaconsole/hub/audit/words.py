"""What a command is called in the audit log."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from kotaconsole.domain.commands import PAYLOADS
from kotaconsole.domain.referral import Account, Flag, Location, Referral, Subject

APPLIED: Final = 201
COMMAND_LINE: Final = "command line"
"""Who did what the hub's own command line did: it knows nobody's name."""
FIELDS: Final = 6
"""Revealed fields named one by one; what is opened beyond them is counted."""
_MEMBERS: Final = frozenset(
    name for shape in (Referral, Account, Subject, Flag, Location) for name in shape.__slots__
)  # fmt: skip
"""What a field of a case can be called. Any other word is a client's own, and could be a name."""


def of_command(kind: str, status: int, payload: Mapping[str, Any], carried_by: str | None = None) -> str:
    """Kind and result; for `view` also which fields were revealed (their names, never what they hold).

    `carried_by` is whoever was signed in when the command of another person was sent.
    """
    told = f"command {kind if kind in PAYLOADS else 'of an unknown kind'}"
    if status != APPLIED:
        told += f" refused: {status}"
    if kind == "view":
        told += f": {_fields(payload.get('fields'))}"
    return told if carried_by is None else f"{told} (sent by {carried_by})"


def _fields(fields: Any) -> str:
    given = fields if isinstance(fields, list | tuple) else ()
    known = [field for field in given if isinstance(field, str) and _is_member(field)]
    more = len(given) - len(known[:FIELDS])
    return " ".join([*known[:FIELDS], *([f"and {more} more"] if more else [])]) or "nothing named"


def _is_member(field: str) -> bool:
    return _MEMBERS.issuperset(field.split("."))
