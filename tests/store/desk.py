"""What the store's tests share: a clock that is set, pages, people."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from kotaconsole.domain.changes import FeedPage, SnapshotPage, UnreadableEvent, UnreadableItem
from kotaconsole.domain.clock import Instant
from kotaconsole.domain.commands import Author
from kotaconsole.domain.referral import Alarm, Event, Holder, Referral, Stub
from kotaconsole.store import KnownOperator, Store, open_store
from tests.people import TWO_AM, bare

KEY = bytes(range(1, 33))
FEED = "kota-city"
CANARY = "CANARY-नमूना-7f3a"


class SetClock:
    """A clock a test sets."""

    def __init__(self, at: Instant = TWO_AM) -> None:
        self.at = at

    def now(self) -> Instant:
        return self.at

    def monotonic(self) -> float:
        return int(self.at) / 1000


def opened(folder: Path, *, key: bytes = KEY, clock: SetClock | None = None) -> Store:
    return open_store(folder, key, clock=clock or SetClock())


def author(store: Store, **changes: Any) -> Author:
    return replace(Author("op-meena", "R. Meena", "operator", FEED, store.workstation, "K1"), **changes)


def signed_in(store: Store, unit: str = FEED) -> Store:
    store.commands.save_operator(KnownOperator("op-meena", "R. Meena", "operator", unit, "K1", TWO_AM))
    return store


def ringing(key: str, version: int = 1, **changes: Any) -> Referral:
    alarm = Alarm(since=TWO_AM, through=version, cause="flag")
    return bare(id=key, version=version, alarm=alarm, **changes)


def held(key: str = "c1", version: int = 2, **changes: Any) -> Referral:
    holder = Holder("op-meena", "R. Meena", TWO_AM, "K1")
    return bare(id=key, version=version, state="acknowledged", holder=holder, **changes)


def stub(key: str = "c1", version: int = 3) -> Stub:
    return Stub(key, version, "acknowledged", "P1", "jhunjhunu", True)


def event(
    seq: int,
    case: Referral | Stub | None,
    *,
    kind: str = "flag_received",
    command_id: str | None = None,
    **changes: Any,
) -> Event:
    made = Event(
        event_id=f"ev-{seq}", kind=kind, referral_id=case.id if case else "case-1", version=case.version if case else 1,
        at=TWO_AM, recorded_at=TWO_AM, seq=seq, referral=case, command_id=command_id,
    )  # fmt: skip
    return replace(made, **changes)


def page(*events: Event | UnreadableEvent, last: int | None = None, epoch: str = "e1") -> FeedPage:
    end = last if last is not None else (events[-1].seq or 0 if events else 0)
    return FeedPage(epoch, events, end, end, 1, False, 1, TWO_AM)


def snapshot(*items: Referral | Stub | UnreadableItem, as_of: int = 0, epoch: str = "e1") -> SnapshotPage:
    return SnapshotPage(epoch, as_of, items, TWO_AM)


def listed(store: Store) -> list[str]:
    return [row.key for row in store.queries.rows(TWO_AM)]


def shown(store: Store, key: str = "c1") -> Referral:
    view = store.queries.case(key, TWO_AM)
    assert view is not None
    assert view.case is not None
    assert view.row == store.queries.row(key, TWO_AM) or view.case.state == "closed"
    return view.case
