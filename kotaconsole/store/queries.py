"""Everything that is read: frozen values out of the two files, with what is not at the hub yet laid over."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from sqlalchemy import RowMapping, func, select

from kotaconsole.domain.alarm import AlarmItem
from kotaconsole.domain.clock import Instant
from kotaconsole.domain.directory import Directory
from kotaconsole.domain.hearing import Ear, sounding
from kotaconsole.domain.listing import CaseRow, CaseView, order, row_of
from kotaconsole.domain.outbox import Entry
from kotaconsole.domain.referral import Event, Referral
from kotaconsole.store import feeds, rows, timeline
from kotaconsole.store import tables as t
from kotaconsole.store.engine import File
from kotaconsole.store.overlay import ANSWERS, Waiting, asking, by_case, laid_over, ringing
from kotaconsole.store.rows import Row
from kotaconsole.store.shelf import Shelf
from kotaconsole.store.values import Burst, Counts, Cursor, KnownOperator, SeenHead, SlipNumber
from kotaconsole.wire import codec, pages

_UNREADABLE = "unreadable:"
MOST_CLOSED: Final = 200
"""Closed cases shown beside the open ones; older ones are the hub's to search."""
_ENTERED: Final = """
    SELECT value AS feed, command.* FROM desk LEFT JOIN command
    ON {which} WHERE desk.name = 'feed'"""
_IS_AWAY: Final = "SELECT 1 FROM referral WHERE feed = ? AND id = ? AND version = 0"
_ALL: Final = "(settled = 0 OR fate = 'queued' OR fate = 'rejected' AND resolved IS NULL)"
_OF_ALL: Final = _ENTERED.format(which=_ALL)
_OF_CASE: Final = _ENTERED.format(which=f"referral_id = :key AND {_ALL}")
# in this order there is an index of the few that are unsettled
_ANSWERS: Final = (
    _ENTERED.format(which=f"settled = 0 AND fate != 'rejected' AND kind IN {ANSWERS}") + " ORDER BY referral_id, n"
)


@dataclass(frozen=True, slots=True)
class _Written:
    """What this desk has entered.

    Attributes:
        feed: the one that is shown.
        waiting: commands whose events have not come, in any order.
        queued, refused: how many commands per case are not at the hub, and refused and unresolved.
    """

    feed: str | None
    waiting: Sequence[Waiting]
    queued: Counter[str]
    refused: Counter[str]


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
        written = self._written()
        feed = written.feed
        if feed is None:
            return ()
        waiting, pending = by_case(written.waiting), written.queued
        lines = [self._unreadable_row(row) for row in self._unreadable(feed)]
        epoch, listed = self._shelf.listed(feed, {*waiting, *pending})
        cases: dict[str, Referral | None] = dict.fromkeys(waiting)
        cases |= {case.id: case for case in listed}
        for key, hub in cases.items():
            seen = laid_over(hub, waiting.get(key, ()), epoch)
            if seen is not None and (seen.state != "closed" or pending[key]):
                lines.append(self._row(seen, now, written))
        return tuple(sorted(lines, key=order))

    def closed(self, now: Instant) -> tuple[CaseRow, ...]:
        """The lines of closed cases that are kept, the newest `MOST_CLOSED` of them."""
        feed = self.feed()
        if feed is None:
            return ()
        kept = (t.referral.c.feed == feed) & (t.referral.c.standing == "closed")
        newest = select(t.referral.c.id).where(kept).order_by(t.referral.c.rev.desc()).limit(MOST_CLOSED)
        found = (self.row(row["id"], now, closed=True) for row in self._cache_rows(newest))
        return tuple(row for row in found if row is not None)

    def row(self, key: str, now: Instant, *, closed: bool = False) -> CaseRow | None:
        """One line of the list, or None when it does not belong there (any more); `closed`: also of closed cases."""
        written = self._written(key)
        feed = written.feed
        if feed is None:
            return None
        if key.startswith(_UNREADABLE):
            found = [row for row in self._unreadable(feed) if row["key"] == key]
            return self._unreadable_row(found[0]) if found else None
        seen = self._seen(feed, key, written)
        if seen is None:
            return None
        gone = seen.state == "closed" and not written.queued[key] and not closed
        return None if gone else self._row(seen, now, written)

    def case(self, key: str, now: Instant) -> CaseView | None:
        """One case for the pane, in the list or closed; None when this desk has nothing of it."""
        written = self._written(key)
        feed = written.feed
        if feed is None:
            return None
        if key.startswith(_UNREADABLE):
            return self._unreadable_case(feed, key)
        seen = self._seen(feed, key, written)
        if seen is None:
            return None
        row = self._row(seen, now, written)
        lines = timeline.merged(self.events(key), self._entries(t.command.c.referral_id == key))
        return CaseView(row=row, case=seen, timeline=lines)

    def alarms(self, unattended: frozenset[str] = frozenset()) -> tuple[AlarmItem, ...]:
        """The alarms nobody has answered and that sound at this desk, out of what is stored and nothing else.

        Args:
            unattended: other units for which this desk has to listen, as the hub said.
        """
        written = self._written(answers=True)
        feed = written.feed
        if feed is None:
            return ()
        waiting, ear = by_case(written.waiting), Ear(feed, self.directory, unattended)
        items = [
            AlarmItem(key=row["key"], through=row["through"], level="P1")
            for row in self._unreadable(feed)
        ]  # fmt: skip
        epoch, rung = self._shelf.ringing(feed)
        for case in rung:
            entered = waiting.get(case.id, ())
            items.extend(sounding(case, ringing(case, entered, epoch), asking(case, entered, epoch), ear))
        return tuple(items)

    def counts(self) -> Counts:
        """The figures of the strip."""
        written = self._written()
        feed = written.feed
        standing: dict[str, int] = {}
        if feed is not None:
            asked = select(t.referral.c.standing, func.count().label("many")).where(t.referral.c.feed == feed)
            found = self._cache_rows(asked.group_by(t.referral.c.standing))
            standing = {row["standing"]: row["many"] for row in found}
        return Counts(
            open=standing.get("open", 0), closed=standing.get("closed", 0), queued=written.queued.total(),
            refused=written.refused.total(), unreadable=len(self._unreadable(feed)) if feed is not None else 0,
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
        return int(self._outbox.ask("SELECT count(*) FROM command WHERE fate = 'queued'")[0][0])

    def refusals(self) -> int:
        """How many commands the hub refused for good and nobody has dealt with."""
        return int(self._outbox.ask("SELECT count(*) FROM command WHERE fate = 'rejected' AND resolved IS NULL")[0][0])

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

    def audit_heads(self) -> tuple[SeenHead, ...]:
        """Records of the hub's audit log this desk saw and its hub should still have, newest first."""
        asked = select(t.audit_head).where(t.audit_head.c.lost == 0).order_by(t.audit_head.c.n.desc())
        found = self._outbox_rows(asked)
        return tuple(SeenHead(row["epoch"], row["n"], row["hash"], Instant(row["at"])) for row in found)

    def feed(self) -> str | None:
        """The feed that is shown: the unit of who signed in last."""
        return self._fact("feed")

    # ----------------------------------------------------------------------------------------------------- the cache

    def cursor(self, feed: str) -> Cursor | None:
        """How far a feed was read; None before its first snapshot."""
        with self._cache.reading() as sql:
            return feeds.cursor(sql, feed)

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
        case = None if feed is None else self._shelf.one(feed, referral_id)[1]
        if case is None:
            return None
        asked = select(t.event.c.version).where(t.event.c.referral_id == referral_id)
        here = {row["version"] for row in self._cache_rows(asked)}
        missing = next((version for version in range(1, case.version + 1) if version not in here), None)
        return None if missing is None else missing - 1

    # -------------------------------------------------------------------------------------------------------- inside

    def _row(self, case: Referral, now: Instant, written: _Written) -> CaseRow:
        pending, refused = written.queued[case.id], written.refused[case.id]
        row = row_of(
            case, now=now, stale_after_s=self._stale_after_s, unit=written.feed or "", pending=pending, refused=refused
        )
        # only what waits to be sent keeps a case here that a restored hub has lost
        away = pending and self._cache.ask(_IS_AWAY, (written.feed, case.id))
        return replace(row, away=True) if away else row

    def _seen(self, feed: str, key: str, written: _Written) -> Referral | None:
        epoch, case = self._shelf.one(feed, key)
        return laid_over(case, written.waiting, epoch)

    def _written(self, key: str | None = None, *, answers: bool = False) -> _Written:
        """What was entered here and still counts: of one case, or of all, or what answers an alarm of all.

        Read before the cache is, never after: a command must not be missing from both because its event came between.
        """
        asked = _ANSWERS if answers else _OF_ALL if key is None else _OF_CASE
        joined = self._outbox.ask(asked, {"key": key})
        found = [row for row in joined if row["n"] is not None]
        return _Written(
            joined[0]["feed"] if joined else None,
            [
                Waiting(rows.entry(row), rows.author(row, self.workstation), row["epoch"], row["answer_version"])
                for row in found
                if row["settled"] == 0 and row["fate"] != "rejected"
            ],
            Counter(row["referral_id"] for row in found if row["fate"] == "queued"),
            Counter(row["referral_id"] for row in found if row["fate"] == "rejected" and row["resolved"] is None),
        )

    def _entries(self, where: Any) -> tuple[Entry, ...]:
        found = self._outbox_rows(select(t.command).where(where).order_by(t.command.c.n))
        return tuple(rows.entry(row) for row in found)

    def _unreadable(self, feed: str) -> Sequence[Row]:
        found = self._cache.ask("SELECT * FROM unreadable WHERE feed = ? ORDER BY at", (feed,))
        if not found:
            return ()
        seen = {row["key"] for row in self._outbox.ask("SELECT key FROM seen_off")}
        return [row for row in found if row["key"] not in seen]

    def _unreadable_row(self, row: Row, *, rings: bool = True) -> CaseRow:
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
        found = self._outbox.ask("SELECT value FROM desk WHERE name = ?", (name,))
        return str(found[0]["value"]) if found else None

    def _outbox_rows(self, asked: Any) -> Sequence[RowMapping]:
        return _all(self._outbox, asked)

    def _cache_rows(self, asked: Any) -> Sequence[RowMapping]:
        return _all(self._cache, asked)


def _all(file: File, asked: Any) -> Sequence[RowMapping]:
    with file.reader.begin() as connection:
        return connection.execute(asked).mappings().all()
