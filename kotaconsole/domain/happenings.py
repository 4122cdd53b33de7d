"""What can happen to a case. Each becomes one event of the timeline; its fields are the event's `data`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from kotaconsole.domain.clock import Instant
from kotaconsole.domain.commands import AcceptedBy, Statement
from kotaconsole.domain.intake import Reading
from kotaconsole.domain.referral import Account, Actor, Flag, Location, Subject


@dataclass(frozen=True, slots=True)
class FlagReceived:
    """The first flag of a case.

    Attributes:
        earlier: `received_at` of the newest flag of the same account in an earlier, closed case.
        previous: that case.
    """

    kind: ClassVar[str] = "flag_received"
    referral_id: str
    number: str
    unit: str
    reading: Reading
    training: bool = False
    previous: str | None = None
    earlier: Instant | None = None


@dataclass(frozen=True, slots=True)
class FlagRepeated:
    """Another flag of the same account joined an open case."""

    kind: ClassVar[str] = "flag_repeated"
    reading: Reading


@dataclass(frozen=True, slots=True)
class FlagUpdated:
    """The source sent a flag again with another body: it adds, it never takes back."""

    kind: ClassVar[str] = "flag_updated"
    reading: Reading


@dataclass(frozen=True, slots=True)
class FlagWithdrawn:
    """The source took a flag back; reason: error, resolved, duplicate or other."""

    kind: ClassVar[str] = "flag_withdrawn"
    platform: str
    reference: str
    reason: str


@dataclass(frozen=True, slots=True)
class Opened:
    """A person opened a case that came by phone or e-mail."""

    kind: ClassVar[str] = "opened"
    referral_id: str
    number: str
    unit: str
    received_via: str
    flag: Flag
    account: Account
    subject: Subject
    locations: tuple[Location, ...]
    late_entry: bool
    training: bool = False


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """Somebody named has seen it, up to this version."""

    kind: ClassVar[str] = "acknowledged"
    through: int


@dataclass(frozen=True, slots=True)
class NoteAdded:
    """A note."""

    kind: ClassVar[str] = "note_added"
    text: str
    late: bool


@dataclass(frozen=True, slots=True)
class UnitInformed:
    """A unit was told."""

    kind: ClassVar[str] = "informed"
    unit: str
    person: str | None
    rank: str | None
    phone: str | None


@dataclass(frozen=True, slots=True)
class SlipMade:
    """A slip was made, or its status changed."""

    kind: ClassVar[str] = "slip"
    number: str
    form: str
    unit: str
    status: str
    copies: int
    supersedes: str | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class ContactMade:
    """The person was reached."""

    kind: ClassVar[str] = "contact_made"
    in_person: bool
    who: str
    unit: str | None


@dataclass(frozen=True, slots=True)
class Closed:
    """The case ended."""

    kind: ClassVar[str] = "closed"
    code: str
    summary: str
    duplicate_of: str | None
    accepted_by: AcceptedBy | None
    statement: Statement | None
    without_supervisor: str | None


@dataclass(frozen=True, slots=True)
class Linked:
    """Another case was put beside this one; a duplicate hands its alarm over, so that nothing falls silent."""

    kind: ClassVar[str] = "linked"
    to: str
    link: str
    rings: bool


What = (
    FlagReceived | FlagRepeated | FlagUpdated | FlagWithdrawn | Opened | Acknowledged | NoteAdded | UnitInformed
    | SlipMade | ContactMade | Closed | Linked
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Happening:
    """One thing that happened, by whom and when.

    Attributes:
        at: when it happened; recorded_at: the hub's own time, which orders nothing but is shown.
        by: the person, or None for a source and the hub itself.
    """

    what: What
    at: Instant
    recorded_at: Instant
    by: Actor | None = None
