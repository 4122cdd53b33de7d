"""What can happen to a case. Each becomes one event of the timeline; its fields are the event's `data`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from kotaconsole.domain.clock import Instant
from kotaconsole.domain.commands import AcceptedBy, SetField, Statement
from kotaconsole.domain.intake import Reading
from kotaconsole.domain.referral import Account, Actor, Alarm, Flag, Location, Subject
from kotaconsole.domain.vocabulary import Level


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
    """The case ended; `review` marks one that a supervisor has to look at afterwards."""

    kind: ClassVar[str] = "closed"
    code: str
    summary: str
    duplicate_of: str | None
    accepted_by: AcceptedBy | None
    statement: Statement | None
    without_supervisor: str | None
    review: bool = False


@dataclass(frozen=True, slots=True)
class Linked:
    """Another case was put beside this one.

    Attributes:
        alarm: of the other case, which ends as a duplicate of this one: it goes on here, so that nothing falls silent.
    """

    kind: ClassVar[str] = "linked"
    to: str
    link: str
    alarm: Alarm | None = None


@dataclass(frozen=True, slots=True)
class Declined:
    """Somebody could not take it."""

    kind: ClassVar[str] = "declined"
    reason: str


@dataclass(frozen=True, slots=True)
class Released:
    """The holder let go: the case asks for another."""

    kind: ClassVar[str] = "released"
    reason: str


@dataclass(frozen=True, slots=True)
class TakenOver:
    """The author of the event took it from its holder."""

    kind: ClassVar[str] = "taken_over"
    reason: str


@dataclass(frozen=True, slots=True)
class Called:
    """A telephone call was made."""

    kind: ClassVar[str] = "called"
    whom: str
    number: str | None
    person: str | None
    result: str


@dataclass(frozen=True, slots=True)
class Updated:
    """Fields of the person or the account were set, or unset with None."""

    kind: ClassVar[str] = "updated"
    set: tuple[SetField, ...]


@dataclass(frozen=True, slots=True)
class LocationAdded:
    """A person named a place."""

    kind: ClassVar[str] = "location_added"
    location: Location


@dataclass(frozen=True, slots=True)
class LocationAccepted:
    """A person stands for a place."""

    kind: ClassVar[str] = "location_accepted"
    id: str


@dataclass(frozen=True, slots=True)
class CaseAssessed:
    """A person assessed the case; `settles` when the author had seen everything unreadable that it holds."""

    kind: ClassVar[str] = "assessed"
    signals: tuple[str, ...]
    urgency: str | None
    reason: str
    settles: bool = True


@dataclass(frozen=True, slots=True)
class LevelRaised:
    """A person made it more urgent."""

    kind: ClassVar[str] = "level_raised"
    level: Level
    reason: str


@dataclass(frozen=True, slots=True)
class LevelLowered:
    """A supervisor made it less urgent."""

    kind: ClassVar[str] = "level_lowered"
    level: Level
    reason: str


@dataclass(frozen=True, slots=True)
class LocatingBegun:
    """A trace began."""

    kind: ClassVar[str] = "locating"
    plan: str
    recheck_minutes: int
    recheck_at: Instant


@dataclass(frozen=True, slots=True)
class Forwarded:
    """Another unit was asked to take it; the sender stays the holder."""

    kind: ClassVar[str] = "forwarded"
    to: str
    reason: str


@dataclass(frozen=True, slots=True)
class Accepted:
    """The asked unit took it."""

    kind: ClassVar[str] = "accepted"


@dataclass(frozen=True, slots=True)
class AcceptedByPhone:
    """A named person of the asked unit accepted by telephone; unit and holder stay."""

    kind: ClassVar[str] = "accepted_by_phone"
    to: str
    person: str
    rank: str
    phone: str


@dataclass(frozen=True, slots=True)
class Returned:
    """The asked unit gave it back."""

    kind: ClassVar[str] = "returned"
    reason: str


@dataclass(frozen=True, slots=True)
class Recalled:
    """The asking unit took its question back."""

    kind: ClassVar[str] = "recalled"
    reason: str


@dataclass(frozen=True, slots=True)
class Departed:
    """A unit is on its way."""

    kind: ClassVar[str] = "departed"
    unit: str | None


@dataclass(frozen=True, slots=True)
class OnScene:
    """A unit is there."""

    kind: ClassVar[str] = "on_scene"
    unit: str | None


@dataclass(frozen=True, slots=True)
class Reopened:
    """A closed case goes on, in the author's hands."""

    kind: ClassVar[str] = "reopened"
    reason: str


@dataclass(frozen=True, slots=True)
class SplitAway:
    """Flags that never belonged here went to a case of their own."""

    kind: ClassVar[str] = "split"
    references: tuple[str, ...]
    new_referral_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class SplitOff:
    """Begins the case of flags that stood in another one, the `origin` (`from` on the wire); see `crossing`."""

    kind: ClassVar[str] = "split"
    referral_id: str
    number: str
    unit: str
    origin: str
    references: tuple[str, ...]
    reason: str
    flags: tuple[Flag, ...]
    account: Account
    subject: Subject
    locations: tuple[Location, ...]
    training: bool = False


@dataclass(frozen=True, slots=True)
class HoldChanged:
    """A legal hold was set or lifted."""

    kind: ClassVar[str] = "hold_changed"
    on: bool
    reason: str


@dataclass(frozen=True, slots=True)
class Escalated:
    """Nobody answered, stage 1 or 2; of: case (its oldest cause) or transfer (the alarm at the asked unit)."""

    kind: ClassVar[str] = "escalated"
    stage: int
    of: str = "case"


@dataclass(frozen=True, slots=True)
class Realarmed:
    """The hub rings again: no_action, recheck, transfer_not_accepted or contact_check; to the holder or the unit."""

    kind: ClassVar[str] = "realarmed"
    why: str
    to: str = "unit"


What = (
    FlagReceived | FlagRepeated | FlagUpdated | FlagWithdrawn | Opened | Acknowledged | Declined | Released | TakenOver
    | NoteAdded | Called | Updated | LocationAdded | LocationAccepted | CaseAssessed | LevelRaised | LevelLowered
    | LocatingBegun | UnitInformed | SlipMade | Forwarded | Accepted | AcceptedByPhone | Returned | Recalled | Departed
    | OnScene | ContactMade | Closed | Reopened | Linked | SplitAway | SplitOff | HoldChanged | Escalated | Realarmed
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Happening:
    """One thing that happened, by whom and when.

    Attributes:
        at: when it happened; recorded_at: the hub's own time, which orders nothing but is shown.
        by: the person, or None for a source and the hub itself.
        superseded: kept for the record only, because the case had gone past it when it came (see `decide`).
    """

    what: What
    at: Instant
    recorded_at: Instant
    by: Actor | None = None
    superseded: bool = False
