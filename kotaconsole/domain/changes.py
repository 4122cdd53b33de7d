"""What comes in by a feed, already checked, and what a commit changed."""

from __future__ import annotations

from dataclasses import dataclass

from kotaconsole.domain.clock import Instant
from kotaconsole.domain.referral import Event, Referral, Stub


@dataclass(frozen=True, slots=True)
class UnreadableEvent:
    """An event that could not be read in a page that could: kept raw, rings as P1, blocks nothing.

    Attributes:
        seq: the place it stands for in the feed.
        raw: its JSON text as received, cut to a sane length.
        referral_id: the case it names, when at least that could be read.
    """

    seq: int
    raw: str
    referral_id: str | None = None


@dataclass(frozen=True, slots=True)
class UnreadableItem:
    """The same for an item of a snapshot; key is the id when it could be read, else its place."""

    key: str
    raw: str


@dataclass(frozen=True, slots=True)
class FeedPage:
    """One page of a feed after a cursor.

    Attributes:
        next: the cursor after this page; head: the newest seq of the feed; oldest: the oldest still kept.
        beat: the hub's heart, which stands still when the hub is frozen.
    """

    epoch: str
    events: tuple[Event | UnreadableEvent, ...]
    next: int
    head: int
    oldest: int
    more: bool
    beat: int
    server_time: Instant


@dataclass(frozen=True, slots=True)
class SnapshotPage:
    """One page of a feed's open cases; as_of is the head when page 1 was read."""

    epoch: str
    as_of: int
    items: tuple[Referral | Stub | UnreadableItem, ...]
    server_time: Instant
    next_page_token: str | None = None


@dataclass(frozen=True, slots=True)
class Timeline:
    """One page of a case's own events."""

    events: tuple[Event, ...]
    more: bool
    server_time: Instant


@dataclass(frozen=True, slots=True)
class Changes:
    """What one commit changed, broadcast once; each screen decides whether that is its business.

    Attributes:
        referrals: ids of cases whose stored state, events or pending commands changed.
        rings: whether the set of unacknowledged alarms may have changed.
        outbox: whether commands were queued, answered or refused.
        everything: a snapshot was swapped in.
    """

    referrals: frozenset[str] = frozenset()
    rings: bool = False
    outbox: bool = False
    everything: bool = False
