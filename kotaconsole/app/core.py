"""The console without its window: what is opened, in which order, and how it stops."""

from __future__ import annotations

import logging
import platform
import threading
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import cast

from kotaconsole import __version__
from kotaconsole.alarm.desk import AlarmDesk, BurstRecord
from kotaconsole.alarm.sounder_link import SounderLink, SounderOptions
from kotaconsole.alarm.troubles import TroubleBoard
from kotaconsole.api.client import HubClient
from kotaconsole.api.tokens import Tokens
from kotaconsole.app import refusals
from kotaconsole.app.channels import Channels, Controls
from kotaconsole.app.desk import ConsoleDesk, Site
from kotaconsole.app.slips import Slips
from kotaconsole.domain.alarm import AlarmTimes, Trouble
from kotaconsole.domain.changes import Changes
from kotaconsole.domain.clock import Clock
from kotaconsole.domain.commands import Author
from kotaconsole.domain.errors import EnvironmentFault, ServerRefusal
from kotaconsole.domain.link import LinkView
from kotaconsole.domain.troubles import Unheard
from kotaconsole.store import Burst, KnownOperator, Store, open_store
from kotaconsole.sync.engine import Engine
from kotaconsole.sync.values import Heard, SyncSettings
from kotaconsole.system.credentials import new_key, open_key
from kotaconsole.system.paths import ProfileDirs
from kotaconsole.system.settings import Alarm as AlarmSettings
from kotaconsole.system.settings import Settings
from kotaconsole.ui import desk as seen
from kotaconsole.ui.desk import Preferences, ThemeName
from kotaconsole.wire.bodies import Meta, Operator, Session, Workstation

log = logging.getLogger(__name__)


class Core:
    """Everything of one desk but its window.

    Thread: `open` and `sign_in` wait for keyring, disk and network, so any but the GUI's, one at a time; `stop` on the
    thread that made it.
    """

    def __init__(
        self, settings: Settings, dirs: ProfileDirs, resources: Path, clock: Clock, *, throwaway: bool = False
    ) -> None:  # fmt: skip
        self._throwaway = throwaway
        self._settings, self._dirs, self._resources, self._clock = settings, dirs, resources, clock
        self.channels = Channels(clock)
        self._lock = threading.Lock()
        self._store: Store | None = None
        self._alarm: AlarmDesk | None = None
        self._troubles = TroubleBoard(self._trouble)
        self._unattended = frozenset[str]()
        self._engine: Engine | None = None
        self._slips: Slips | None = None
        self._desk: ConsoleDesk | None = None
        self._author: Author | None = None
        # a slow disk must not hold up the alarm's thread, so bursts are written down by another
        self._ledger = ThreadPoolExecutor(1, thread_name_prefix="ledger")

    def open(self) -> Store:
        """The desk's files and its alarm, which rings from here on whether anybody is signed in or not.

        Raises:
            EnvironmentFault: keyring or files cannot be used; the files are untouched.
        """
        with self._lock:
            if self._store is None:
                store = self._store = open_store(
                    self._dirs.root, self._key(), clock=self._clock, stale_after_s=self._settings.desk.stale_after
                )
                self._start_alarm(store)
            return self._store

    def _key(self) -> bytes:
        try:
            return open_key(self._dirs.profile_id, self._dirs.databases)
        except EnvironmentFault as fault:
            if not self._throwaway or fault.code != "keyring-none":
                raise
            log.info("no keyring here: the key of this desk, which goes with the program, is kept in memory")
            return new_key()

    def sign_in(self, username: str, password: str) -> ConsoleDesk:
        """Sign in at the hub and begin to listen; again, when the session before has ended: the desk stays the same.

        Raises:
            EnvironmentFault: with the sentence for the sign-in window; nothing has changed.
        """
        if not self._settings.hub.url:
            raise refusals.no_hub()
        store = self.open()
        tokens = Tokens()
        workstation = Workstation(store.workstation, platform.node()[:100] or None, __version__)
        client = self._client(tokens, store.workstation)
        try:
            meta = client.meta()
            refusals.check_version(meta)
            session = client.sign_in(username, password, workstation)
        except ServerRefusal as refusal:
            raise refusals.at_sign_in(refusal) from refusal
        finally:
            client.close()
        refusals.check_role(session.operator)
        return self._begin(store, tokens, workstation, session, meta)

    def stop(self) -> None:
        """Stop everything in order; what was saved stays saved, what is queued goes out at the next start."""
        if self._engine is not None:
            self._engine.stop()
        if self._alarm is not None:
            self._alarm.stop()
        if self._slips is not None:
            self._slips.stop()
        self._ledger.shutdown(wait=True)
        if self._store is not None:
            self._store.close()

    def _begin(
        self, store: Store, tokens: Tokens, workstation: Workstation, session: Session, meta: Meta
    ) -> ConsoleDesk:  # fmt: skip
        # what the engine before still says of its link while it ends is told to nobody
        before, self._engine = self._engine, None
        if before is not None:
            before.stop()
        operator, desk = session.operator, session.workstation.desk
        known = KnownOperator(operator.id, operator.name, operator.role, operator.unit, desk, self._clock.now())
        store.commands.save_operator(known)
        author = self._author = _author(operator, workstation.id, desk)
        settings = self._settings
        engine = Engine(
            store, lambda: self._client(tokens, workstation.id), tokens, self._clock, workstation,
            SyncSettings(wait=settings.link.wait, presence=settings.link.presence),
            lambda view: self._on_link(view) if engine is self._engine else None,
            unit=operator.unit, heard=self._heard, on_unheard=self._on_unheard,
        )  # fmt: skip
        self._engine = engine
        if self._desk is None:
            self._desk = self._made_desk(store, author, meta.training)
        self._desk.take_over(author, engine.need)
        engine.start()
        return self._desk

    def _made_desk(self, store: Store, author: Author, training: bool) -> ConsoleDesk:
        settings, channels = self._settings, self.channels
        slips = self._slips = Slips(
            store, settings, self._resources, self._clock, lambda: self._author or author, channels.as_of, training
        )
        site = Site(settings.hub.url, training, settings.desk.stale_after)
        defaults = Preferences(settings.desk.language, cast("ThemeName", settings.desk.theme))
        return ConsoleDesk(store, author, slips, channels, site, defaults, self.sign_in)

    def _client(self, tokens: Tokens, workstation_id: str) -> HubClient:
        hub = self._settings.hub
        return HubClient(hub.url, tokens=tokens, workstation_id=workstation_id, ca_file=hub.ca_file)

    def _start_alarm(self, store: Store) -> None:
        sounder = SounderLink(SounderOptions(sounds=self._resources / "sounds", language=self._settings.desk.language))
        alarm = self._alarm = AlarmDesk(
            sounder, self._clock, times=_times(self._settings.alarm),
            on_view=self.channels.alarm_is, on_burst=lambda burst: self._note_burst(store, burst),
        )  # fmt: skip
        pause = partial(alarm.pause, self._settings.alarm.pause)
        self.channels.controls = Controls(alarm.heartbeat, self._troubles.seen, pause, alarm.resume)
        alarm.start()

        def changed(changes: Changes) -> None:
            if changes.rings or changes.everything:
                alarm.alarms_now(store.queries.alarms(self._unattended))

        store.subscribe(changed)
        alarm.alarms_now(store.queries.alarms())

    def _note_burst(self, store: Store, burst: BurstRecord) -> None:
        self._ledger.submit(_write_down, store, Burst(burst.began_at, burst.sound, burst.covers))

    def _on_link(self, view: LinkView) -> None:
        refused = self._store.queries.refusals() if self._store else 0
        shown = seen.LinkView(
            view.state, view.since, view.last_good, view.to_send, refused, view.why, view.notice,
            view.besides.no_directory, view.besides.unsent, view.signed_out,
        )  # fmt: skip
        self.channels.link_is(shown, view.skew_s)
        self._troubles.link_is(view)

    def _on_unheard(self, unheard: tuple[Unheard, ...]) -> None:
        unattended = frozenset(one.unit for one in unheard if one.kind == "unit_unattended")
        if unattended != self._unattended and self._store is not None and self._alarm is not None:
            self._unattended = unattended
            self._alarm.alarms_now(self._store.queries.alarms(unattended))
        self.channels.others_are(unheard)
        self._troubles.others_are(unheard)

    def _trouble(self, troubles: tuple[Trouble, ...]) -> None:
        if self._alarm is not None:
            self._alarm.troubles_now(troubles)
        self.channels.troubles_are(troubles)

    def _heard(self) -> Heard:
        match self.channels.sound.state:
            case "ok":
                return Heard("yes")
            case "lost":
                return Heard("no")
            case _:
                return Heard("unknown")


def _times(site: AlarmSettings) -> AlarmTimes:
    return AlarmTimes(
        repeat=site.repeat, repeat_escalated=site.repeat_escalated, trouble=site.trouble,
        trouble_seen=site.trouble_seen, pause_most=site.pause,
    )  # fmt: skip


def _author(operator: Operator, workstation_id: str, desk: str | None) -> Author:
    return Author(operator.id, operator.name, operator.role, operator.unit, workstation_id, desk)


def _write_down(store: Store, burst: Burst) -> None:
    try:
        store.commands.record_burst(burst)
    except EnvironmentFault as fault:
        log.warning("a burst could not be written to the ledger: %s", fault.code)
