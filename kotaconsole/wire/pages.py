"""Feeds and snapshots: pages are taken whole or refused whole, events in a good page are taken one by one.

A page whose envelope is wrong cannot be trusted at all: the cursor would slip past events nobody saw. A bad event
in a good page must not stop the others: it is kept raw under the place it stands for.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, TypeVar

import msgspec

from kotaconsole.domain.changes import FeedPage, SnapshotPage, Timeline, UnreadableEvent, UnreadableItem
from kotaconsole.domain.clock import Instant
from kotaconsole.domain.errors import ContractBreach
from kotaconsole.domain.referral import Actor, Event, Referral, Stub
from kotaconsole.wire import codec, lenient

T = TypeVar("T", "_Feed", "_Items", "_Timeline")
V = TypeVar("V", "_Event", Stub, Referral)

RAW_KEPT: Final = 16_384
"""Characters kept of something unreadable: enough for a person to see what it was."""


@dataclass(frozen=True, slots=True)
class _Feed:
    epoch: str
    events: tuple[msgspec.Raw, ...]
    next: int
    head: int
    oldest: int
    more: bool
    beat: int
    server_time: Instant


@dataclass(frozen=True, slots=True)
class _Items:
    epoch: str
    as_of: int
    items: tuple[msgspec.Raw, ...]
    server_time: Instant
    next_page_token: str | None = None


@dataclass(frozen=True, slots=True)
class _Timeline:
    events: tuple[msgspec.Raw, ...]
    more: bool
    server_time: Instant


class _Event(msgspec.Struct, frozen=True):
    event_id: str
    kind: str
    referral_id: str
    version: int
    at: Instant
    recorded_at: Instant
    data: dict[str, Any] | None = None
    by: Actor | None = None
    command_id: str | None = None
    seq: int | None = None
    referral: msgspec.Raw = msgspec.Raw(b"null")


@dataclass(frozen=True, slots=True)
class _Kind:
    stub: bool = False


class _Place(msgspec.Struct):
    """As much of an unreadable event as can be read."""

    seq: Any = None
    id: Any = None
    referral_id: Any = None


def read_changes(body: bytes, *, epoch: str, after: int) -> FeedPage:
    """Check one answer of the changes feed against the cursor it was asked with.

    Raises:
        ContractBreach: the envelope is wrong (not JSON, fields missing, other epoch, a hole): nothing of it counts.
    """
    page = _envelope(body, _Feed, "events")
    if page.epoch != epoch:
        raise ContractBreach("the page belongs to another epoch")
    if page.next != after + len(page.events):
        raise ContractBreach("next is not the last seq of the page")
    events = tuple(_event_or_raw(bytes(raw), after + 1 + i) for i, raw in enumerate(page.events))
    return FeedPage(
        epoch=page.epoch, events=events, next=page.next, head=page.head, oldest=page.oldest,
        more=page.more, beat=page.beat, server_time=page.server_time,
    )  # fmt: skip


def read_snapshot(body: bytes) -> SnapshotPage:
    """Check one page of a snapshot.

    Raises:
        ContractBreach: the envelope is wrong.
    """
    page = _envelope(body, _Items, "items")
    items = tuple(_item_or_raw(bytes(raw), place) for place, raw in enumerate(page.items))
    return SnapshotPage(page.epoch, page.as_of, items, page.server_time, page.next_page_token)


def read_timeline(body: bytes) -> Timeline:
    """Check the events of one case; one that cannot be read is left out here, the feed has kept it raw.

    Raises:
        ContractBreach: the envelope is wrong.
    """
    page = _envelope(body, _Timeline, "events")
    return Timeline(tuple(_readable(page.events)), page.more, page.server_time)


def read_event(raw: bytes) -> Event:
    """One event of any place.

    Raises:
        ContractBreach: it is not one.
    """
    found = _in_our_form(raw, _Event, lenient.event)
    raw_case = bytes(found.referral)
    case = None if raw_case.strip() == b"null" else read_case(raw_case)
    if case is not None and case.id != found.referral_id:
        raise ContractBreach("the event carries another case")
    return Event(
        event_id=found.event_id, kind=found.kind, referral_id=found.referral_id, version=found.version,
        at=found.at, recorded_at=found.recorded_at, data=found.data or {}, by=found.by,
        command_id=found.command_id, seq=found.seq, referral=case,
    )  # fmt: skip


def read_case(raw: bytes) -> Referral | Stub:
    """A whole case, or the stub of one.

    Raises:
        ContractBreach: neither.
    """
    if codec.decode(raw, _Kind).stub:
        return _in_our_form(raw, Stub, lenient.stub)
    return _in_our_form(raw, Referral, lenient.case)


def _in_our_form(raw: bytes, shape: type[V], put: Callable[[Any], Any]) -> V:
    """Read it as it is; only what does not fit is read again, so that our own hub's pages cost no more than before."""
    try:
        return codec.decode(raw, shape)
    except ContractBreach:
        found = codec.parse(raw)
    return codec.decode(codec.encode(put(found)), shape)


def _envelope(body: bytes, shape: type[T], several: str) -> T:
    """The envelope, also where one entry holds half a character.

    Such an escape is JSON by its grammar (RFC 8259, section 8.2) but our parser refuses the document for it; then
    the entries are taken apart by a parser that does not, so that one bad entry spoils nothing but itself.
    """
    try:
        return codec.decode(body, shape)
    except ContractBreach:
        if b"\\u" not in body:
            raise
    try:
        found = json.loads(body)
        entries = [json.dumps(entry).encode() for entry in found.pop(several)]
    except (ValueError, AttributeError, LookupError, TypeError, RecursionError):
        raise ContractBreach("the page is not JSON of its shape") from None
    envelope = codec.convert({**found, several: []}, shape)
    taken_apart: dict[str, Any] = {several: tuple(msgspec.Raw(entry) for entry in entries)}
    return replace(envelope, **taken_apart)


def _readable(raws: Sequence[msgspec.Raw]) -> list[Event]:
    events = []
    for raw in raws:
        try:
            events.append(read_event(bytes(raw)))
        except ContractBreach:
            continue
    return events


def _event_or_raw(raw: bytes, seq: int) -> Event | UnreadableEvent:
    try:
        event = read_event(raw)
    except ContractBreach:
        place = _place(raw)
        if type(place.seq) is int and place.seq != seq:
            raise ContractBreach("the page has a hole") from None
        return UnreadableEvent(seq, _text(raw), _named(place.referral_id))
    if event.seq is None:
        return UnreadableEvent(seq, _text(raw), event.referral_id)
    if event.seq != seq:
        raise ContractBreach("the page has a hole")
    return event


def _item_or_raw(raw: bytes, place: int) -> Referral | Stub | UnreadableItem:
    try:
        return read_case(raw)
    except ContractBreach:
        return UnreadableItem(_named(_place(raw).id) or f"item-{place}", _text(raw))


def _place(raw: bytes) -> _Place:
    try:
        return codec.decode(raw, _Place)
    except ContractBreach:
        return _Place()


def _named(value: object) -> str | None:
    return value[:100] if isinstance(value, str) else None


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", "replace")[:RAW_KEPT]
