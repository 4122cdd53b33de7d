"""Everything that is read: frozen values out of the two files, with what is not at the hub yet laid over."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from sqlalchemy import RowMapping, func, select

from kotaconsole.domain.alarm import AlarmItem
from kotaconsole.domain.clock import Instant
from kotaconsole.domain.directory import Directory
from kotaconsole.domain.listing import CaseRow, CaseView, order, row_of
from kotaconsole.domain.outbox import Entry
from kotaconsole.domain.referral import Event, Referral
from kotaconsole.store import feeds, rows, timeline
from kotaconsole.store import tables as t
from kotaconsole.store.engine import File
from kotaconsole.store.overlay import Waiting, by_case, laid_over, ringing
from kotaconsole.store.shelf import Shelf
from kotaconsole.store.values import Burst, Counts, Cursor, KnownOperator, SlipNumber
from kotaconsole.wire import codec, pages

_UNREADABLE = "unreadable:"


class Queries:
    """The reads of the store. Nothing here writes: the connections themselves forbid it.

    Thread: any; at most two at a time, others wait their turn.

    Attributes:
        workstation: the id of this desk's outbox, made with the file and never changed.
    """

    def __init__(self, outbox: File, cache: File, workstation: str, stale_after_s: float) -> None:
        self._outbox = outbox
        self._cache = cache
        self.workstation = workstation
        self._stale_after_s = stale_after_s
        self._shelf = Shelf(cache)

    # ------------------------------------------------------------------------------------------------- what is shown

    def rows(self, now: Instant) -> tuple[CaseRow, ...]:
        """The list in its order: open cases, those with something to send, and what nobody can read."""
        feed = self.feed()
        if feed is None:
            return ()
        waiting, pending, refused, epoch = by_case(self._waiting()), self._per_case("queued"), self._refusals(), None
        if (cursor := self.cursor(feed)) is not None:
            epoch = cursor.epoch
        lines = [self._unreadable_row(row) for row in self._unreadable(feed)]
        cases: dict[str, Referral | None] = dict.fromkeys(waiting)
        cases |= {case.id: case for case in self._shelf.listed(feed, {*waiting, *pending})}
        for key, hub in cases.items():
            seen = laid_over(hub, waiting.get(key, ()), epoch)
            if seen is not None and (seen.state != "closed" or pending[key]):
                lines.append(self._row(seen, now, pending[key], refused[key]))
        return tuple(sorted(lines, key=order))

    def row(self, key: str, now: Instant) -> CaseRow | None:
        """One line of the list, or None when it does not belong there (any more)."""
        feed = self.feed()
        if feed is None:
            return None
        if key.startswith(_UNREADABLE):
            found = [row for row in self._unreadable(feed) if row["key"] == key]
            return self._unreadable_row(found[0]) if found else None
        seen = self._seen(feed, key)
        if seen is None:
            return None
        pending, refused = self._per_case("queued", key)[key], self._refusals(key)[key]
        return None if seen.state == "closed" and not pending else self._row(seen, now, pending, refused)

    def case(self, key: str, now: Instant) -> CaseView | None:
        """One case for the pane, in the list or closed; None when this desk has nothing of it."""
        feed = self.feed()
        if feed is None:
            return None
        if key.startswith(_UNREADABLE):
            return self._unreadable_case(feed, key)
        seen = self._seen(feed, key)
        if seen is None:
            return None
        row = self._row(seen, now, self._per_case("queued", key)[key], self._refusals(key)[key])
        lines = timeline.merged(self.events(key), self._entries(t.command.c.referral_id == key))
        return CaseView(row=row, case=seen, timeline=lines)

    def alarms(self) -> tuple[AlarmItem, ...]:
        """The alarms nobody has acknowledged, out of what is stored and nothing else."""
        feed = self.feed()
        if feed is None:
            return ()
        cursor = self.cursor(feed)
        waiting = by_case(self._waiting(t.command.c.kind == "acknowledge"))
        items = [
            AlarmItem(key=row["key"], through=row["through"], level="P1")
            for row in self._unreadable(feed)
        ]  # fmt: skip
        for case in self._shelf.listed(feed):
            alarm = ringing(case, waiting.get(case.id, ()), cursor.epoch if cursor else None)
            if alarm is not None:
                items.append(
                    AlarmItem(
                        key=case.id, through=alarm.through, level=case.level, training=case.training,
                        cause=alarm.cause,
                    )
                )  # fmt: skip
        return tuple(items)

    def counts(self) -> Counts:
        """The figures of the strip."""
        feed = self.feed()
        standing: dict[str, int] = {}
        if feed is not None:
            asked = select(t.referral.c.standing, func.count()).where(t.referral.c.feed == feed)
            with self._cache.reader.begin() as connection:
                standing = {row[0]: row[1] for row in connection.execute(asked.group_by(t.referral.c.standing))}
        return Counts(
            open=standing.get("open", 0), closed=standing.get("closed", 0),
            queued=sum(self._per_case("queued").values()), refused=sum(self._refusals().values()),
            unreadable=len(self._unreadable(feed)) if feed is not None else 0,
        )  # fmt: skip

    # ---------------------------------------------------------------------------------------------------- the outbox

    def queue(self) -> tuple[Entry, ...]:
        """What is saved here and not at the hub, by number."""
        return self._entries(t.command.c.fate == "queued")

    def heads(self, unit: str) -> tuple[Entry, ...]:
        """The lowest queued number of each case, when an author of this unit entered it.

        A hub takes only commands whose author is of the bearer's unit; another's waits, and what was entered on the
        same case later waits behind it.
        """
        queued = t.command.c.fate == "queued"
        first = select(func.min(t.command.c.n)).where(queued).group_by(t.command.c.referral_id)
        return self._entries(t.command.c.n.in_(first) & (t.command.c.author_unit == unit))

    def refused(self) -> tuple[Entry, ...]:
        """What the hub refused for good and nobody has dealt with, by number."""
        return self._entries((t.command.c.fate == "rejected") & t.command.c.resolved.is_(None))

    def entry(self, command_id: str) -> Entry | None:
        """One command of any fate."""
        return next(iter(self._entries(t.command.c.command_id == command_id)), None)

    def to_send(self) -> int:
        """How many commands are not at the hub."""
        return sum(self._per_case("queued").values())

    def slips(self, referral_id: str | None = None) -> tuple[SlipNumber, ...]:
        """The slip numbers this desk gave away, void ones too, in the order they were given."""
        asked = select(t.slip).order_by(t.slip.c.at, t.slip.c.number)
        if referral_id is not None:
            asked = asked.where(t.slip.c.referral_id == referral_id)
        return tuple(rows.slip(row) for row in self._outbox_rows(asked))

    def draft(self, referral_id: str) -> str:
        """Half-typed text of a case; empty when there is none."""
        found = self._outbox_rows(select(t.draft.c.text).where(t.draft.c.referral_id == referral_id))
        return found[0]["text"] if found else ""

    def operator(self) -> KnownOperator | None:
        """Who signed in here last."""
        found = self._outbox_rows(select(t.operator).order_by(t.operator.c.at.desc(), t.operator.c.operator_id))
        return rows.operator(found[0]) if found else None

    def bursts(self) -> tuple[Burst, ...]:
        """The alarm ledger, oldest first."""
        return tuple(
            Burst(Instant(row["at"]), row["sound"], tuple((str(k), int(n)) for k, n in codec.parse(row["covers"])))
            for row in self._outbox_rows(select(t.alarm_ledger).order_by(t.alarm_ledger.c.id))
        )

    def remembered(self, name: str) -> str | None:
        """A small fact kept under this name."""
        return self._fact(f"fact:{name}")

    def feed(self) -> str | None:
        """The feed that is shown: the unit of who signed in last."""
        return self._fact("feed")

    # ----------------------------------------------------------------------------------------------------- the cache

    def cursor(self, feed: str) -> Cursor | None:
        """How far a feed was read; None before its first snapshot."""
        with self._cache.reader.begin() as connection:
            return feeds.cursor(connection, feed)

    def directory(self) -> Directory | None:
        """The directory as last handed out."""
        kept = self._kept_directory()
        return None if kept is None else codec.decode(bytes(kept["body"]), Directory)

    def directory_etag(self) -> str | None:
        """The mark under which it was handed out."""
        kept = self._kept_directory()
        return None if kept is None else str(kept["etag"])

    def events(self, referral_id: str) -> tuple[Event, ...]:
        """The events of a case that are here, by version."""
        asked = select(t.event.c.body).where(t.event.c.referral_id == referral_id)
        found = self._cache_rows(asked.order_by(t.event.c.version, t.event.c.event_id))
        return tuple(pages.read_event(bytes(row["body"])) for row in found)

    def timeline_from(self, referral_id: str) -> int | None:
        """The version after which events of a case have to be asked for; None when all are here.

        Every event makes one version, so the first gap in the versions is where something is missing.
        """
        feed = self.feed()
        case = None if feed is None else self._shelf.one(feed, referral_id)
        if case is None:
            return None
        asked = select(t.event.c.version).where(t.event.c.referral_id == referral_id)
        here = {row["version"] for row in self._cache_rows(asked)}
        missing = next((version for version in range(1, case.version + 1) if version not in here), None)
        return None if missing is None else missing - 1

    # -------------------------------------------------------------------------------------------------------- inside

    def _row(self, case: Referral, now: Instant, pending: int, refused: int) -> CaseRow:
        return row_of(case, now=now, stale_after_s=self._stale_after_s, pending=pending, refused=refused)

    def _seen(self, feed: str, key: str) -> Referral | None:
        cursor = self.cursor(feed)
        waiting = self._waiting(t.command.c.referral_id == key)
        return laid_over(self._shelf.one(feed, key), waiting, cursor.epoch if cursor else None)

    def _waiting(self, where: Any = True) -> tuple[Waiting, ...]:
        shown = (t.command.c.settled == 0) & (t.command.c.fate != "rejected")
        found = self._outbox_rows(select(t.command).where(shown & where).order_by(t.command.c.n))
        return tuple(
            Waiting(rows.entry(row), rows.author(row, self.workstation), row["epoch"], row["answer_version"])
            for row in found
        )

    def _entries(self, where: Any) -> tuple[Entry, ...]:
        found = self._outbox_rows(select(t.command).where(where).order_by(t.command.c.n))
        return tuple(rows.entry(row) for row in found)

    def _per_case(self, fate: str, key: str | None = None, where: Any = True) -> Counter[str]:
        asked = select(t.command.c.referral_id, func.count().label("many")).where((t.command.c.fate == fate) & where)
        if key is not None:
            asked = asked.where(t.command.c.referral_id == key)
        found = self._outbox_rows(asked.group_by(t.command.c.referral_id))
        return Counter({row["referral_id"]: row["many"] for row in found})

    def _refusals(self, key: str | None = None) -> Counter[str]:
        return self._per_case("rejected", key, t.command.c.resolved.is_(None))

    def _unreadable(self, feed: str) -> Sequence[RowMapping]:
        seen = {row["key"] for row in self._outbox_rows(select(t.seen_off.c.key))}
        found = self._cache_rows(select(t.unreadable).where(t.unreadable.c.feed == feed).order_by(t.unreadable.c.at))
        return [row for row in found if row["key"] not in seen]

    def _unreadable_row(self, row: RowMapping, *, rings: bool = True) -> CaseRow:
        return timeline.unreadable_row(row["key"], row["feed"], Instant(row["at"]), row["through"], ringing=rings)

    def _unreadable_case(self, feed: str, key: str) -> CaseView | None:
        asked = select(t.unreadable).where((t.unreadable.c.feed == feed) & (t.unreadable.c.key == key))
        found = self._cache_rows(asked)
        if not found:
            return None
        rings = any(row["key"] == key for row in self._unreadable(feed))
        return CaseView(row=self._unreadable_row(found[0], rings=rings), case=None, timeline=(), raw=found[0]["raw"])

    def _kept_directory(self) -> RowMapping | None:
        return next(iter(self._cache_rows(select(t.directory))), None)

    def _fact(self, name: str) -> str | None:
        found = self._outbox_rows(select(t.desk.c.value).where(t.desk.c.name == name))
        return str(found[0]["value"]) if found else None

    def _outbox_rows(self, asked: Any) -> Sequence[RowMapping]:
        return _all(self._outbox, asked)

    def _cache_rows(self, asked: Any) -> Sequence[RowMapping]:
        return _all(self._cache, asked)


def _all(file: File, asked: Any) -> Sequence[RowMapping]:
    with file.reader.begin() as connection:
        return connection.execute(asked).mappings().all()
