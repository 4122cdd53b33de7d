"""The window's door into the core: everything `ui.desk.Desk` promises, done by the rooms below."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, cast

from kotaconsole.app.channels import Channels
from kotaconsole.app.slips import Slips
from kotaconsole.domain.changes import Changes
from kotaconsole.domain.clock import Instant
from kotaconsole.domain.commands import Author, Payload, View
from kotaconsole.domain.directory import Directory
from kotaconsole.domain.errors import Language
from kotaconsole.domain.listing import CaseRow, CaseView
from kotaconsole.domain.outbox import Entry
from kotaconsole.store import Store
from kotaconsole.ui.desk import (
    LinkView,
    Person,
    Preferences,
    PrintResult,
    ShiftView,
    SlipOrder,
    SoundView,
    ThemeName,
    WatchView,
)

log = logging.getLogger(__name__)

SHIFTS: Final = (ShiftView("A", 6, 14), ShiftView("B", 14, 22), ShiftView("C", 22, 6))
"""Three shifts of eight hours, changing at 06, 14 and 22 as the centre works."""


UNREADABLE: Final = "unreadable:"
"""Keys of the store that stand for events nobody could read."""


@dataclass(frozen=True, slots=True)
class Site:
    """Where this desk is; `stale_after_s` is the age in seconds from which a place counts as stale."""

    hub_address: str
    training: bool
    stale_after_s: float


class ConsoleDesk:
    """This desk, and who works at it: one signed-in operator after the other.

    Attributes:
        operator, desk_code, hub_address, training, stale_after_s: see `ui.desk.Desk`.

    Thread: any; reads and writes of the store wait for the disk, the rest answers at once.
    """

    def __init__(
        self, store: Store, author: Author, slips: Slips, channels: Channels, site: Site, defaults: Preferences,
        sign_in: Callable[[str, str], object],
    ) -> None:  # fmt: skip
        """`sign_in` begins a new session at the hub and ends with `take_over`."""
        self.hub_address = site.hub_address
        self.training = site.training
        self.stale_after_s = site.stale_after_s
        self._store, self._slips, self._channels = store, slips, channels
        self._defaults, self._sign_in = defaults, sign_in
        self.take_over(author, _fetches_nothing)

    def take_over(self, author: Author, fetch: Callable[[str], None]) -> None:
        """This person works here from now on.

        Args:
            author: who.
            fetch: asks the hub for what is missing of a case's timeline and returns at once.
        """
        self._author, self._fetch = author, fetch
        self._preferences = _kept_preferences(self._store, author.operator_id) or self._defaults
        self.operator = Person(author.operator_id, author.name, author.role, author.unit)
        self.desk_code = author.desk

    # ------------------------------------------------------------------ at once
    def now(self) -> Instant:
        """The hub's time, as far as its skew is known."""
        return self._channels.now()

    def monotonic(self) -> float:
        """The clock of `LinkView.last_good`."""
        return self._channels.monotonic()

    def shift(self) -> ShiftView:
        """The shift that is running by the wall clock in India."""
        hour = self.now().ist().hour
        return next(shift for shift in SHIFTS if _within(shift, hour))

    def link(self) -> LinkView:
        """The latest state of the link."""
        return self._channels.link

    def sound(self) -> SoundView:
        """The latest state of the sound."""
        return self._channels.sound

    def preferences(self) -> Preferences:
        """What this operator chose last time."""
        return self._preferences

    def heartbeat(self) -> None:
        """Passed on to the alarm."""
        self._channels.controls.beat()

    def watch(self) -> WatchView:
        """The latest state of what is told besides."""
        return self._channels.watch

    def seen(self) -> None:
        """This person has seen what calls."""
        log.info("somebody has seen what calls")
        self._channels.controls.seen()

    def pause(self) -> None:
        """Hold what sounds now."""
        log.info("the sound is paused")
        self._channels.controls.pause()

    def resume(self) -> None:
        """End the pause."""
        self._channels.controls.resume()

    def subscribe(
        self,
        on_changes: Callable[[Changes], None],
        on_link: Callable[[LinkView], None],
        on_sound: Callable[[SoundView], None],
        on_watch: Callable[[WatchView], None],
    ) -> Callable[[], None]:
        """Hear of changes, link, sound and watch; calling the answer ends it all."""
        channels = self._channels
        ends = (
            self._store.subscribe(on_changes), channels.on_link.add(on_link), channels.on_sound.add(on_sound),
            channels.on_watch.add(on_watch),
        )  # fmt: skip

        def end() -> None:
            for one in ends:
                one()

        return end

    # ------------------------------------------------------------------ reads
    def rows(self) -> tuple[CaseRow, ...]:
        """Every case that is kept: open ones, and closed ones for their own tab."""
        now = self.now()
        open_ones = self._store.queries.rows(now)
        listed = {row.key for row in open_ones}
        return (*open_ones, *(row for row in self._store.queries.closed(now) if row.key not in listed))

    def rows_of(self, keys: frozenset[str]) -> tuple[CaseRow, ...]:
        """The rows of these cases."""
        now = self.now()
        found = (self._store.queries.row(key, now, closed=True) for key in keys)
        return tuple(row for row in found if row is not None)

    def case(self, key: str) -> CaseView | None:
        """One case with its timeline; what is missing of it is fetched and told by a change."""
        if self._store.queries.timeline_from(key) is not None:
            self._fetch(key)
        return self._store.queries.case(key, self.now())

    def directory(self) -> Directory | None:
        """The directory as last received."""
        return self._store.queries.directory()

    def refused(self) -> tuple[Entry, ...]:
        """Refused commands nobody has resolved."""
        return self._store.queries.refused()

    def draft(self, key: str) -> str:
        """Half-typed note of a case."""
        return self._store.queries.draft(key)

    # ------------------------------------------------------------------ signing in
    def sign_in(self, username: str, password: str) -> None:
        """Go on with a new session, of the same person or another."""
        self._sign_in(username, password)

    # ------------------------------------------------------------------ writes
    def save(self, kind: str, referral_id: str, payload: Payload, seen: int | None) -> Entry:
        """Queue one command; saved when this returns.

        What nobody could read has no case at the hub, so seeing it off is kept at this desk alone.
        """
        if referral_id.startswith(UNREADABLE):
            self._store.commands.acknowledge_unreadable(referral_id, self._author)
            return _seen_off(referral_id, self._author, self.now())
        return self._store.commands.queue(kind, referral_id, payload, author=self._author, seen=seen)

    def save_draft(self, key: str, text: str) -> None:
        """Keep a half-typed note."""
        self._store.commands.save_draft(key, text)

    def record_reveal(self, referral_id: str, fields: tuple[str, ...]) -> None:
        """Queue a `view`, so that the hub's audit has this look."""
        self._store.commands.queue("view", referral_id, View(fields), author=self._author)

    def set_aside(self, command_id: str, reason: str) -> None:
        """Resolve a refused command."""
        self._store.commands.set_aside(command_id, reason)

    def save_preferences(self, chosen: Preferences) -> None:
        """Keep what the operator chose."""
        self._preferences = chosen
        kept = json.dumps({"language": chosen.language, "theme": chosen.theme, "scale": chosen.scale})
        self._store.commands.remember(_preferences_key(self._author.operator_id), kept)

    # ------------------------------------------------------------------ slips
    def slip_preview(self, order: SlipOrder) -> bytes:
        """The slip as a PNG."""
        return self._slips.preview(order)

    def inform_with_slip(self, order: SlipOrder) -> str:
        """Take a slip number and queue the inform."""
        return self._slips.inform_with_slip(order)

    def print_slip(self, referral_id: str, number: str) -> PrintResult:
        """Print a slip that has a number."""
        return self._slips.print_slip(referral_id, number, self._preferences.language)


def _fetches_nothing(_key: str) -> None:
    """Before anybody has taken over there is nobody to ask."""


def _seen_off(key: str, author: Author, now: Instant) -> Entry:
    """What the screen gets for an acknowledgement that never travels."""
    return Entry(
        n=0, command_id="", referral_id=key, kind="acknowledge", author=author.operator_id, author_name=author.name,
        happened_at=now, entered_at=now, body=b"", payload={}, fate="acked",
    )  # fmt: skip


def _within(shift: ShiftView, hour: int) -> bool:
    if shift.start_hour < shift.end_hour:
        return shift.start_hour <= hour < shift.end_hour
    return hour >= shift.start_hour or hour < shift.end_hour


def _preferences_key(operator_id: str) -> str:
    return f"preferences:{operator_id}"


def _kept_preferences(store: Store, operator_id: str) -> Preferences | None:
    kept = store.queries.remembered(_preferences_key(operator_id))
    if kept is None:
        return None
    try:
        found = json.loads(kept)
        return Preferences(cast("Language", found["language"]), cast("ThemeName", found["theme"]), int(found["scale"]))
    except (ValueError, LookupError, TypeError):
        # preferences are convenience: unreadable ones of an older release give way to the site's
        log.warning("kept preferences could not be read")
        return None
