"""Between rows and values."""

from __future__ import annotations

import os
import uuid
from typing import Any, Protocol

from kotaconsole.domain.changes import UnreadableEvent
from kotaconsole.domain.clock import Instant
from kotaconsole.domain.commands import Author
from kotaconsole.domain.outbox import Entry
from kotaconsole.domain.referral import Event, Referral, Stub
from kotaconsole.store.values import KnownOperator, SlipNumber
from kotaconsole.wire import codec


class Row(Protocol):
    """A row, whoever read it."""

    def __getitem__(self, column: str, /) -> Any:
        """The value of a column."""


def uuid7(now: Instant) -> str:
    """A UUID of version 7 (RFC 9562): sortable by the moment it was made, 74 random bits."""
    random = int.from_bytes(os.urandom(10))
    value = (int(now) & (1 << 48) - 1) << 80 | 0x7 << 76 | (random >> 62 & 0xFFF) << 64 | 0b10 << 62
    return str(uuid.UUID(int=value | random & (1 << 62) - 1))


def entry(row: Row) -> Entry:
    """A row of the outbox."""
    body = bytes(row["body"])
    return Entry(
        n=row["n"], command_id=row["command_id"], referral_id=row["referral_id"], kind=row["kind"],
        author=row["author"], author_name=row["author_name"], happened_at=Instant(row["happened_at"]),
        entered_at=Instant(row["entered_at"]), body=body,
        # a pruned case has its words wiped; number, id and result stay
        payload=codec.parse(body)["payload"] if body else {},
        fate=row["fate"], attempts=row["attempts"], last_problem=row["last_problem"], resolved=row["resolved"],
        checked_at_desk=bool(row["checked_at_desk"]), epoch=row["epoch"],
    )  # fmt: skip


def author(row: Row, workstation: str) -> Author:
    """The person who entered a row, as they stood then."""
    return Author(
        operator_id=row["author"], name=row["author_name"], role=row["author_role"], unit=row["author_unit"],
        workstation=workstation, desk=row["author_desk"],
    )  # fmt: skip


def author_columns(who: Author) -> dict[str, Any]:
    """The person, for a row."""
    return {
        "author": who.operator_id, "author_name": who.name, "author_role": who.role, "author_unit": who.unit,
        "author_desk": who.desk,
    }  # fmt: skip


def slip(row: Row) -> SlipNumber:
    """A row of given slip numbers."""
    return SlipNumber(
        number=row["number"], referral_id=row["referral_id"], form=row["form"], unit=row["unit"],
        status=row["status"], at=Instant(row["at"]), supersedes=row["supersedes"], reason=row["reason"],
    )  # fmt: skip


def operator(row: Row) -> KnownOperator:
    """A row of who has signed in."""
    return KnownOperator(row["operator_id"], row["name"], row["role"], row["unit"], row["desk"], Instant(row["at"]))


def standing(case: Referral | Stub) -> str:
    """Where a case belongs: in the list, among the closed, or kept as a stub only."""
    if isinstance(case, Stub):
        return "stub"
    return "closed" if case.state == "closed" else "open"


def case_columns(feed: str, case: Referral | Stub, rev: int) -> dict[str, Any]:
    """A case, for a row."""
    return {
        "feed": feed, "id": case.id, "version": case.version, "standing": standing(case), "rev": rev,
        "body": codec.encode(case),
    }  # fmt: skip


def event_columns(event: Event) -> dict[str, Any]:
    """An event of the timeline, for a row: the case it carries stands elsewhere already."""
    body = {
        "event_id": event.event_id, "kind": event.kind, "referral_id": event.referral_id,
        "version": event.version, "at": event.at, "recorded_at": event.recorded_at, "data": event.data,
        "by": event.by, "command_id": event.command_id,
    }  # fmt: skip
    return {
        "event_id": event.event_id, "referral_id": event.referral_id, "version": event.version,
        "command_id": event.command_id, "body": codec.encode(body),
    }  # fmt: skip


def unreadable_key(feed: str, epoch: str, place: int | str) -> str:
    """The name under which something unreadable rings.

    The epoch belongs to it: after a restore of the hub the same place is another event, and an old acknowledgement
    must not silence it.
    """
    return f"unreadable:{feed}:{place}:{epoch}"


def unreadable_columns(feed: str, epoch: str, event: UnreadableEvent, at: Instant) -> dict[str, Any]:
    """An event that could not be read, for a row."""
    return {
        "key": unreadable_key(feed, epoch, event.seq), "feed": feed, "through": event.seq,
        "referral_id": event.referral_id, "at": int(at), "raw": event.raw,
    }  # fmt: skip
