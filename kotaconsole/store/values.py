"""What goes into the store and comes out of it, beside the values of the domain."""

from __future__ import annotations

from dataclasses import dataclass

from kotaconsole.domain.clock import Instant
from kotaconsole.domain.commands import Author, Payload


@dataclass(frozen=True, slots=True)
class NewCommand:
    """Something a person did, before it has a number.

    Attributes:
        seen: version of the case the author was looking at, as the hub gave it.
        happened_at: when it happened; None means now.
        checked_at_desk: the author's identity was checked at this desk only, not by the hub.
    """

    kind: str
    referral_id: str
    payload: Payload
    author: Author
    seen: int | None = None
    happened_at: Instant | None = None
    checked_at_desk: bool = False


@dataclass(frozen=True, slots=True)
class SeenHead:
    """A record of the hub's audit log that this desk saw: it stands for all records before it.

    Attributes:
        at: when the record was written, by the hub's clock.
    """

    epoch: str
    n: int
    hash: str
    at: Instant


@dataclass(frozen=True, slots=True)
class Cursor:
    """How far a feed was read."""

    epoch: str
    seq: int


@dataclass(frozen=True, slots=True)
class Counts:
    """Figures for the strip.

    Attributes:
        open: cases in the list; closed: cases kept that have left it.
        queued: commands not at the hub; refused: refused ones nobody resolved.
        unreadable: events or items nobody could read and nobody has seen off.
    """

    open: int = 0
    closed: int = 0
    queued: int = 0
    refused: int = 0
    unreadable: int = 0


@dataclass(frozen=True, slots=True)
class SlipNumber:
    """A slip number that was given away.

    Attributes:
        status: reserved (not printed yet), spooled, completed, failed or void.
        at: when the status was set.
    """

    number: str
    referral_id: str
    form: str
    unit: str
    status: str
    at: Instant
    supersedes: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class KnownOperator:
    """Somebody who has signed in here; `desk` is the desk's short code as the hub gave it."""

    operator_id: str
    name: str
    role: str
    unit: str
    desk: str | None
    at: Instant


@dataclass(frozen=True, slots=True)
class Burst:
    """One sound of the alarm ledger: when, which, and the alarms it stood for as (key, through)."""

    at: Instant
    sound: str
    covers: tuple[tuple[str, int], ...]
