"""The case as everyone sees it: the shapes of the Referral API, version 1.

These frozen values are the one description of a case. The hub makes them, the wire carries them unchanged, the
console shows them. None means *unknown*, which is not the same as no. Unknown words in the open vocabularies
(platform, signals, location kinds) are kept as text; only what the rules decide on is closed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from kotaconsole.domain.clock import Instant
from kotaconsole.domain.errors import Bilingual
from kotaconsole.domain.vocabulary import AlarmCause, Level, State, Ternary


@dataclass(frozen=True, slots=True)
class Reason:
    """One triage rule that matched, with its sentence and the revision of the rules file."""

    rule: str | int
    text: Bilingual
    revision: str | int


@dataclass(frozen=True, slots=True)
class Holder:
    """Who has the case in hand."""

    operator_id: str
    name: str
    since: Instant
    desk: str | None = None


@dataclass(frozen=True, slots=True)
class Alarm:
    """What still asks for an acknowledgement.

    Attributes:
        since: moment of the oldest unacknowledged cause.
        through: version of the newest cause; acknowledging up to it clears the alarm.
        cause: the newest cause, save that `withdrawn` replaces no other.
        stage: escalation, 0 to 2, of the oldest cause.
    """

    since: Instant
    through: int
    cause: AlarmCause
    stage: int = 0


@dataclass(frozen=True, slots=True)
class TransferAlarm:
    """The alarm at the unit that is asked to take a case."""

    since: Instant
    stage: int = 0


@dataclass(frozen=True, slots=True)
class Actor:
    """Who made an event; `sent_by` names the bearer when another carried the author's command."""

    operator_id: str
    name: str
    unit: str | None = None
    desk: str | None = None
    sent_by: str | None = None


By = Actor | str | None
"""The contract leaves the shape of a nested `by` open: we send the whole actor and also read a bare name."""


@dataclass(frozen=True, slots=True)
class Transfer:
    """A case on its way to another unit; the sender owns it until it is accepted."""

    to: str
    since: Instant
    by: By = None
    reason: str | None = None
    alarm: TransferAlarm | None = None


@dataclass(frozen=True, slots=True)
class ByPhone:
    """An acceptance given by telephone, by a named person."""

    to: str
    person: str
    at: Instant
    rank: str | None = None
    phone: str | None = None
    by: By = None


@dataclass(frozen=True, slots=True)
class Assessed:
    """What a person set by assessing the case; the rules run over it together with the flags."""

    at: Instant
    signals: tuple[str, ...] = ()
    urgency: str | None = None
    reason: str | None = None
    by: By = None


@dataclass(frozen=True, slots=True)
class Informed:
    """A unit that was told of the case."""

    unit: str
    at: Instant
    person: str | None = None
    rank: str | None = None
    phone: str | None = None
    by: By = None


@dataclass(frozen=True, slots=True)
class Locating:
    """A trace in progress, with the moment it has to be looked at again."""

    plan: str | None = None
    recheck_at: Instant | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """A unit that may be the right one, and why."""

    unit: str
    strength: str
    why: Bilingual


@dataclass(frozen=True, slots=True)
class LinkHint:
    """Another case that may belong to this one; only a person joins them."""

    to: str
    by: str
    why: Bilingual


@dataclass(frozen=True, slots=True)
class Suggested:
    """What the hub found out by itself and leaves to the operator."""

    candidates: tuple[Candidate, ...] = ()
    links: tuple[LinkHint, ...] = ()


@dataclass(frozen=True, slots=True)
class Defect:
    """A part of a flag that could not be used, kept so that a person can see it."""

    pointer: str
    found: str


@dataclass(frozen=True, slots=True)
class Flag:
    """One red flag of a platform."""

    platform: str
    reference: str
    received_at: Instant
    flagged_at: Instant | None = None
    posted_at: Instant | None = None
    kind: str | None = None
    excerpt: str | None = None
    language: str | None = None
    url: str | None = None
    urgency: str | None = None
    signals: tuple[str, ...] = ()
    reviewer_note: str | None = None
    callback_ref: str | None = None
    withdrawn_at: Instant | None = None
    defects: tuple[Defect, ...] = ()
    raw_excerpt: str | None = None


@dataclass(frozen=True, slots=True)
class Account:
    """The account that was flagged; its holder is not always the person at risk."""

    platform_account_id: str | None = None
    display_name: str | None = None
    handle: str | None = None
    url: str | None = None
    phones: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    age_band: str = "unknown"
    holder_is_subject: str = "unknown"


@dataclass(frozen=True, slots=True)
class Subject:
    """The person in distress, as far as known."""

    name: str | None = None
    age: int | None = None
    sex: str | None = None
    language: str | None = None
    phone: str | None = None
    guardian_name: str | None = None
    guardian_phone: str | None = None
    institute: str | None = None
    hostel: str | None = None
    room: str | None = None
    warden: str | None = None
    home_district: str | None = None
    hazards: str | None = None
    alone: str = "unknown"
    family_may_harm: str = "unknown"


@dataclass(frozen=True, slots=True)
class Location:
    """One place where the person may be; radius in metres, WGS 84 degrees."""

    id: str
    kind: str
    source: str | None = None
    text: str | None = None
    pincode: str | None = None
    lat: float | None = None
    lon: float | None = None
    radius_m: float | None = None
    observed_at: Instant | None = None
    accepted_by: str | None = None
    accepted_at: Instant | None = None


@dataclass(frozen=True, slots=True)
class SlipRecord:
    """A dispatch slip that was made; the same number again changes only status and time."""

    number: str
    form: str
    unit: str
    status: str
    at: Instant
    copies: int = 1
    by: By = None
    supersedes: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Counts:
    """How much was written, for the list."""

    notes: int = 0
    calls: int = 0


@dataclass(frozen=True, slots=True)
class Times:
    """First moments of each step; kept when later steps overtake them."""

    acknowledged_at: Instant | None = None
    informed_at: Instant | None = None
    departed_at: Instant | None = None
    on_scene_at: Instant | None = None
    contact_at: Instant | None = None
    closed_at: Instant | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a case ended."""

    code: str
    at: Instant
    summary: str | None = None
    by: By = None


@dataclass(frozen=True, slots=True)
class Link:
    """Two cases a person put together."""

    to: str
    kind: str


@dataclass(frozen=True, slots=True)
class Referral:
    """A case, whole. `version` grows by one with every event."""

    id: str
    version: int
    state: State
    level: Level
    unit: str
    opened_at: Instant
    updated_at: Instant
    number: str | None = None
    stub: Literal[False] = False
    reasons: tuple[Reason, ...] = ()
    level_by_hand: bool = False
    holder: Holder | None = None
    alarm: Alarm | None = None
    transfer: Transfer | None = None
    by_phone: ByPhone | None = None
    assessed: Assessed | None = None
    informed: tuple[Informed, ...] = ()
    informed_count: int = 0
    locating: Locating | None = None
    suggested: Suggested | None = None
    flags: tuple[Flag, ...] = ()
    flag_count: int = 0
    account: Account = Account()
    subject: Subject = Subject()
    locations: tuple[Location, ...] = ()
    location_count: int = 0
    slips: tuple[SlipRecord, ...] = ()
    slip_count: int = 0
    counts: Counts = Counts()
    times: Times = Times()
    outcome: Outcome | None = None
    links: tuple[Link, ...] = ()
    link_count: int = 0
    previous: str | None = None
    hold: bool = False
    training: bool = False
    late_entry: bool = False


@dataclass(frozen=True, slots=True)
class Stub:
    """What a unit keeps of a case that has gone to another."""

    id: str
    version: int
    state: str
    level: str
    unit: str
    stub: Literal[True]
    number: str | None = None
    accepted_by: str | None = None
    outcome_code: str | None = None
    times: Times = Times()


@dataclass(frozen=True, slots=True)
class Event:
    """One entry of a case's timeline, with the case as it stood after it.

    Attributes:
        seq: place in the feed it came by; None where it was read outside a feed.
        version: the case's version after it.
        at: when it happened. recorded_at: when the hub wrote it.
        referral: the whole case or stub after the event; None when nothing may be kept, or outside a feed.
    """

    event_id: str
    kind: str
    referral_id: str
    version: int
    at: Instant
    recorded_at: Instant
    data: Mapping[str, Any] = field(default_factory=dict)
    by: Actor | None = None
    command_id: str | None = None
    seq: int | None = None
    referral: Referral | Stub | None = None


def open_alarm(case: Referral) -> Alarm | None:
    """The alarm that still rings, if any; a closed case never rings."""
    return None if case.state == "closed" else case.alarm


def is_minor(case: Referral) -> Ternary:
    """Whether the person may be under 18: the younger of account and subject counts, and unknown stays unknown."""
    ages = (case.account.age_band == "under_18", case.subject.age is not None and case.subject.age < 18)
    if any(ages):
        return "yes"
    known = case.account.age_band in ("18_24", "25_plus") or case.subject.age is not None
    return "no" if known else "unknown"


def name_of(by: By) -> str | None:
    """The name to show for whoever did something."""
    return by.name if isinstance(by, Actor) else by
