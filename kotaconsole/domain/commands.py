"""What a person may ask of a case, and what it carries.

A command is written once at a desk and travels as exactly those bytes. `decide` (in `decisions`) turns it into
happenings or a refusal; this module only says what can be asked.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from kotaconsole.domain.clock import Instant
from kotaconsole.domain.errors import Refusal
from kotaconsole.domain.referral import Location


@dataclass(frozen=True, slots=True)
class CommandBody:
    """The body of `PUT /v1/commands/{uuid}` as it stands on the wire; payload is checked by kind.

    Attributes:
        n: running number of the workstation, never reused.
        author: operator id of the person who entered it.
        seen: version of the case the author was looking at.
        happened_at: when it happened; entered_at: when it was entered.
    """

    kind: str
    referral_id: str
    workstation: str
    n: int
    author: str
    happened_at: Instant
    entered_at: Instant
    payload: dict[str, Any]
    seen: int | None = None


@dataclass(frozen=True, slots=True)
class Acknowledge:
    """Clears the alarm up to an event's version; the first one takes the case in hand."""

    through: int


@dataclass(frozen=True, slots=True)
class Note:
    """A note; `late` marks one typed in after an outage."""

    text: str
    late: bool | None = None


@dataclass(frozen=True, slots=True)
class Inform:
    """A unit was told, by name where one was given."""

    unit: str
    person: str | None = None
    rank: str | None = None
    phone: str | None = None


@dataclass(frozen=True, slots=True)
class MakeSlip:
    """A dispatch slip was made, or its status changed."""

    number: str
    form: str
    unit: str
    status: str
    copies: int
    supersedes: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Contact:
    """The person was reached; who reached them, and whether face to face."""

    in_person: bool
    who: str
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class AcceptedBy:
    """Who took the person into care; kind: child_welfare, childline, hospital, police or other."""

    name: str
    kind: str
    rank: str | None = None
    body: str | None = None


@dataclass(frozen=True, slots=True)
class Statement:
    """What a platform stated when it took its flag back."""

    platform: str
    name: str
    at: Instant
    text: str


@dataclass(frozen=True, slots=True)
class Close:
    """The end of a case; the closing rules decide whether it may be one."""

    code: str
    summary: str
    duplicate_of: str | None = None
    accepted_by: AcceptedBy | None = None
    statement: Statement | None = None
    without_supervisor: str | None = None


@dataclass(frozen=True, slots=True)
class Open:
    """A case that did not come by the intake; `report` holds the fields of a flag, as an intake body has them."""

    received_via: str
    report: dict[str, Any]


@dataclass(frozen=True, slots=True)
class View:
    """Masked fields were opened by somebody: recorded, and nothing else."""

    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Decline:
    """Somebody at the desk cannot take a new case: it escalates at once."""

    reason: str


@dataclass(frozen=True, slots=True)
class Release:
    """The holder lets go; the case asks for another."""

    reason: str


@dataclass(frozen=True, slots=True)
class TakeOver:
    """The case goes from its holder to the author."""

    reason: str


@dataclass(frozen=True, slots=True)
class Call:
    """A telephone call; whom: one of `CALLED`."""

    whom: str
    result: str
    number: str | None = None
    person: str | None = None


@dataclass(frozen=True, slots=True)
class AddLocation:
    """A place where the person may be; its id is minted by the desk."""

    location: Location


@dataclass(frozen=True, slots=True)
class AcceptLocation:
    """A place a person stands for; newer ones never overrule it."""

    id: str


@dataclass(frozen=True, slots=True)
class SetField:
    """One field, `subject.<member>` or `account.<member>`, and its new value; None unsets it."""

    field: str
    to: Any = None


@dataclass(frozen=True, slots=True)
class Update:
    """What became known of the person or the account."""

    set: tuple[SetField, ...]


@dataclass(frozen=True, slots=True)
class Assess:
    """What a person made of the case; the rules run again with it."""

    signals: tuple[str, ...]
    reason: str
    urgency: str | None = None


@dataclass(frozen=True, slots=True)
class RaiseLevel:
    """More urgent than the rules say."""

    level: str
    reason: str


@dataclass(frozen=True, slots=True)
class LowerLevel:
    """Less urgent than the rules say: a supervisor's decision."""

    level: str
    reason: str


@dataclass(frozen=True, slots=True)
class Locate:
    """A trace begins; it is looked at again after so many minutes."""

    plan: str
    recheck_minutes: int


@dataclass(frozen=True, slots=True)
class Depart:
    """A unit is on its way."""

    unit: str | None = None


@dataclass(frozen=True, slots=True)
class Arrive:
    """A unit is there."""

    unit: str | None = None


@dataclass(frozen=True, slots=True)
class Forward:
    """Another unit is asked to take the case."""

    to: str
    reason: str


@dataclass(frozen=True, slots=True)
class Accept:
    """The asked unit takes it."""


@dataclass(frozen=True, slots=True)
class AcceptByPhone:
    """A named person of the asked unit accepted by telephone."""

    person: str
    rank: str
    phone: str


@dataclass(frozen=True, slots=True)
class Return:
    """The asked unit gives it back."""

    reason: str


@dataclass(frozen=True, slots=True)
class Recall:
    """The asking unit takes its question back."""

    reason: str


@dataclass(frozen=True, slots=True)
class Reopen:
    """A closed case goes on."""

    reason: str


@dataclass(frozen=True, slots=True)
class MakeLink:
    """Another case belongs beside this one; kind: duplicate, same_person or related."""

    to: str
    kind: str


@dataclass(frozen=True, slots=True)
class Split:
    """The named flags never belonged here: they become a case of their own."""

    references: tuple[str, ...]
    new_referral_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class Hold:
    """A legal hold stops the pruning of a case, or no longer does."""

    on: bool
    reason: str


Payload = (
    Open | Acknowledge | Decline | Release | TakeOver | Note | Call | View | MakeSlip | AddLocation | AcceptLocation
    | Update | Assess | RaiseLevel | LowerLevel | Locate | Inform | Depart | Arrive | Contact | Forward | Accept
    | AcceptByPhone | Return | Recall | Close | Reopen | MakeLink | Split | Hold
)  # fmt: skip

PAYLOADS: Final[dict[str, type]] = {
    "open": Open, "acknowledge": Acknowledge, "decline": Decline, "release": Release, "take_over": TakeOver,
    "note": Note, "call": Call, "view": View, "slip": MakeSlip, "add_location": AddLocation,
    "accept_location": AcceptLocation, "update": Update, "assess": Assess, "raise_level": RaiseLevel,
    "lower_level": LowerLevel, "locate": Locate, "inform": Inform, "depart": Depart, "arrive": Arrive,
    "contact": Contact, "forward": Forward, "accept": Accept, "accept_by_phone": AcceptByPhone, "return": Return,
    "recall": Recall, "close": Close, "reopen": Reopen, "link": MakeLink, "split": Split, "hold": Hold,
}  # fmt: skip

NEEDS_SEEN: Final = frozenset(
    {
        "release", "take_over", "accept_location", "update", "assess", "raise_level", "lower_level", "locate",
        "inform", "depart", "arrive", "contact", "forward", "accept", "accept_by_phone", "return", "recall",
        "close", "reopen", "link", "split",
    }
)  # fmt: skip
"""Kinds that are refused when the case was changed by another desk since it was looked at."""


@dataclass(frozen=True, slots=True)
class Author:
    """The person who entered a command, as they stood at that moment."""

    operator_id: str
    name: str
    role: str
    unit: str
    workstation: str
    desk: str | None = None
    sent_by: str | None = None


@dataclass(frozen=True, slots=True)
class Command:
    """A command ready to be decided.

    Attributes:
        payload: checked by kind; a refusal where it could not be, because whether the author may ask at all is
            answered before what was asked.
    """

    kind: str
    referral_id: str
    payload: Payload | Refusal
    author: Author
    happened_at: Instant
    entered_at: Instant
    seen: int | None = None
