"""A desk without store, hub or sound: it keeps what it is given and says what it was asked."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from kotaconsole.domain.changes import Changes
from kotaconsole.domain.clock import Instant
from kotaconsole.domain.commands import Acknowledge, Close, Contact, Inform, MakeSlip, Note, Payload
from kotaconsole.domain.directory import Directory
from kotaconsole.domain.errors import Bilingual
from kotaconsole.domain.listing import CaseRow, CaseView, TimelineEntry, row_of
from kotaconsole.domain.outbox import Entry
from kotaconsole.domain.referral import Event, Holder, Informed, Referral, SlipRecord
from kotaconsole.ui.desk import LinkView, Person, Preferences, PrintResult, ShiftView, SlipOrder, SoundView, WatchView
from tests.ui import people


@dataclass(frozen=True)
class Saved:
    kind: str
    key: str
    payload: Payload
    seen: int | None
    thread: str


class FakeDesk:
    """Attributes a test may set: `fault` is raised by every write; `gate` holds writes back until it is set."""

    def __init__(self, cases: list[Referral] | None = None) -> None:
        self.operator = Person("op-1", "R. Meena", "operator", "kota-city")
        self.desk_code: str | None = "K2"
        self.hub_address = "https://hub.example.invalid"
        self.training = False
        self.stale_after_s = 900.0
        self.cases = {case.id: case for case in (people.night_shift() if cases is None else cases)}
        self.unreadable: dict[str, CaseView] = {}
        self.timelines: dict[str, tuple[TimelineEntry, ...]] = {}
        self.extra_rows: dict[str, CaseRow] = {}
        self.saved: list[Saved] = []
        self.entries: list[Entry] = []
        self.at_hub: set[str] = set()
        self.rejected: dict[str, str] = {}
        self.aside: list[tuple[str, str]] = []
        self.reveals: list[tuple[str, tuple[str, ...]]] = []
        self.drafts: dict[str, str] = {}
        self.printed: list[str] = []
        self.print_result = PrintResult(True, Bilingual("Printed on slips.", "slips पर छप गई।"))
        self.fault: Exception | None = None
        self.gate = threading.Event()
        self.gate.set()
        self.beats = 0
        self.units = True
        self.signed_in: list[tuple[str, str, str]] = []
        self.chosen = Preferences()
        self.time = 1_000.0
        self.wall = people.NOW
        self._link = LinkView("live", people.NOW, last_good=998.0)
        self._sound = SoundView("ok")
        self._watch = WatchView()
        self.asked: list[str] = []
        self._listeners: list[tuple[Callable[..., None], ...]] = []

    # at once
    def now(self) -> Instant:
        return self.wall

    def monotonic(self) -> float:
        return self.time

    def pass_time(self, seconds: float) -> None:
        self.time += seconds
        self.wall = self.wall.plus(seconds=seconds)

    def shift(self) -> ShiftView:
        return ShiftView("B", 14, 22)

    def link(self) -> LinkView:
        return self._link

    def sound(self) -> SoundView:
        return self._sound

    def watch(self) -> WatchView:
        return self._watch

    def seen(self) -> None:
        self.asked.append("seen")

    def pause(self) -> None:
        self.asked.append("pause")

    def resume(self) -> None:
        self.asked.append("resume")

    def preferences(self) -> Preferences:
        return self.chosen

    def heartbeat(self) -> None:
        self.beats += 1

    def subscribe(
        self,
        on_changes: Callable[[Changes], None],
        on_link: Callable[[LinkView], None],
        on_sound: Callable[[SoundView], None],
        on_watch: Callable[[WatchView], None],
    ) -> Callable[[], None]:
        listener = (on_changes, on_link, on_sound, on_watch)
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    # what a test makes happen; told from another thread, as the core would
    def tell(self, what: object) -> None:
        at = [isinstance(what, kind) for kind in (Changes, LinkView, SoundView, WatchView)].index(True)
        if isinstance(what, LinkView):
            self._link = what
        if isinstance(what, SoundView):
            self._sound = what
        if isinstance(what, WatchView):
            self._watch = what
        listeners = list(self._listeners)

        def say() -> None:
            for listener in listeners:
                listener[at](what)

        teller = threading.Thread(target=say, name="core")
        teller.start()
        teller.join()

    def put(self, *cases: Referral, rings: bool = False) -> None:
        for case in cases:
            self.cases[case.id] = case
        self.tell(Changes(frozenset(case.id for case in cases), rings=rings))

    def arrive(self, command_id: str) -> None:
        """The hub has a command."""
        self.at_hub.add(command_id)
        entry = next(entry for entry in self.entries if entry.command_id == command_id)
        self.tell(Changes(frozenset([entry.referral_id]), outbox=True))

    def reject(self, command_id: str, problem: str) -> None:
        self.rejected[command_id] = problem
        entry = next(entry for entry in self.entries if entry.command_id == command_id)
        self.tell(Changes(frozenset([entry.referral_id]), outbox=True))

    # reads
    def rows(self) -> tuple[CaseRow, ...]:
        keys = {*self.cases, *self.extra_rows, *self.unreadable}
        return self.rows_of(frozenset(keys))

    def rows_of(self, keys: frozenset[str]) -> tuple[CaseRow, ...]:
        found = []
        for key in keys:
            if key in self.extra_rows:
                found.append(self.extra_rows[key])
            elif key in self.unreadable:
                found.append(self.unreadable[key].row)
            elif key in self.cases:
                found.append(self._row(key))
        return tuple(found)

    def _row(self, key: str) -> CaseRow:
        mine = [entry for entry in self.entries if entry.referral_id == key]
        refused = sum(1 for entry in mine if entry.command_id in self.rejected)
        pending = sum(1 for entry in mine if entry.command_id not in self.at_hub) - refused
        return row_of(
            self.cases[key], now=self.wall, stale_after_s=900, unit=self.operator.unit, pending=pending, refused=refused
        )

    def case(self, key: str) -> CaseView | None:
        if key in self.unreadable:
            return self.unreadable[key]
        if key in self.extra_rows:
            return CaseView(self.extra_rows[key], people.case(int(key[-12:])), ())
        if key not in self.cases:
            return None
        lines = self.timelines.get(key, people.timeline(self.cases[key]))
        own = tuple(self._line(entry) for entry in self.entries if entry.referral_id == key)
        return CaseView(self._row(key), self.cases[key], lines + own)

    def _line(self, entry: Entry) -> TimelineEntry:
        if entry.command_id in self.at_hub:
            event = Event(entry.command_id, f"{entry.kind}_added", entry.referral_id, 9, entry.happened_at,
                          entry.happened_at, entry.payload, people.MEENA, entry.command_id)  # fmt: skip
            return TimelineEntry("hub", entry.happened_at, event.kind, "R. Meena", event=event)
        if entry.command_id in self.rejected:
            gone = replace(entry, fate="rejected", last_problem=self.rejected[entry.command_id])
            return TimelineEntry("refused", entry.happened_at, entry.kind, "R. Meena", entry=gone)
        return TimelineEntry("pending", entry.happened_at, entry.kind, "R. Meena", entry=entry)

    def directory(self) -> Directory | None:
        return people.directory() if self.units else None

    def refused(self) -> tuple[Entry, ...]:
        aside = {command for command, _reason in self.aside}
        return tuple(
            replace(entry, fate="rejected", last_problem=self.rejected[entry.command_id])
            for entry in self.entries
            if entry.command_id in self.rejected and entry.command_id not in aside
        )

    def draft(self, key: str) -> str:
        return self.drafts.get(key, "")

    # signing in
    def sign_in(self, username: str, password: str) -> None:
        self.gate.wait(10)
        if self.fault is not None:
            raise self.fault
        self.signed_in.append((username, password, threading.current_thread().name))
        if username != "meena":
            self.operator = Person(f"op-{username}", "K. Singh", "operator", "kota-city")
        self.tell(LinkView("live", people.NOW, 1000.0))

    # writes
    def save(self, kind: str, referral_id: str, payload: Payload, seen: int | None) -> Entry:
        self.gate.wait(10)
        if self.fault is not None:
            raise self.fault
        self.saved.append(Saved(kind, referral_id, payload, seen, threading.current_thread().name))
        self._apply(referral_id, payload)
        entry = self._entry(kind, referral_id, payload)
        self.entries.append(entry)
        self._told(referral_id)
        return entry

    def _told(self, key: str) -> None:
        for listener in list(self._listeners):
            listener[0](Changes(frozenset([key]), outbox=True))

    def _entry(self, kind: str, key: str, payload: Payload) -> Entry:
        n = len(self.entries) + 1
        fields: dict[str, Any] = {name: getattr(payload, name) for name in payload.__dataclass_fields__}
        return Entry(n, f"cmd-{n}", key, kind, "op-1", "R. Meena", self.wall, self.wall, b"{}", fields)

    def _apply(self, key: str, payload: Payload) -> None:
        case = self.cases.get(key)
        if case is None:
            return
        if isinstance(payload, Acknowledge):
            holder = case.holder or Holder("op-1", "R. Meena", self.wall, "K2")
            state = "acknowledged" if case.state == "new" else case.state
            case = replace(case, alarm=None, holder=holder, state=state)
        elif isinstance(payload, Inform):
            told = Informed(payload.unit, self.wall, payload.person, payload.rank, payload.phone, people.MEENA)
            case = replace(case, state="informed", informed=(*case.informed, told))
        elif isinstance(payload, MakeSlip):
            slip = SlipRecord(payload.number, payload.form, payload.unit, payload.status, self.wall)
            case = replace(case, slips=(*case.slips, slip))
        elif isinstance(payload, Contact):
            case = replace(case, state="contact_made")
        elif isinstance(payload, Close):
            case = replace(case, state="closed", alarm=None)
        else:
            assert isinstance(payload, Note)
        self.cases[key] = replace(case, version=case.version + 1)

    def save_draft(self, key: str, text: str) -> None:
        self.drafts[key] = text

    def record_reveal(self, referral_id: str, fields: tuple[str, ...]) -> None:
        self.reveals.append((referral_id, fields))

    def set_aside(self, command_id: str, reason: str) -> None:
        self.aside.append((command_id, reason))
        self._told("")

    def save_preferences(self, chosen: Preferences) -> None:
        self.chosen = chosen

    # slips
    def slip_preview(self, order: SlipOrder) -> bytes:
        return _page(order.inform.unit)

    def inform_with_slip(self, order: SlipOrder) -> str:
        number = f"K2-261123-{len(self.entries) + 5:02d}"
        self.save("inform", order.referral_id, order.inform, order.seen)
        self.save("slip", order.referral_id, MakeSlip(number, "station", order.inform.unit, "spooled", 1), None)
        return number

    def print_slip(self, referral_id: str, number: str) -> PrintResult:
        if self.fault is not None:
            raise self.fault
        self.printed.append(number)
        return self.print_result


def _page(words: str) -> bytes:
    """A drawn page in place of a slip."""
    from PySide6.QtCore import QBuffer, QByteArray, QIODevice
    from PySide6.QtGui import QColor, QImage, QPainter

    page = QImage(420, 595, QImage.Format.Format_RGB32)
    page.fill(QColor("white"))
    painter = QPainter(page)
    painter.drawRect(20, 20, 380, 555)
    painter.drawText(40, 60, words)
    painter.end()
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    page.save(buffer, "PNG")
    return bytes(data.data())
