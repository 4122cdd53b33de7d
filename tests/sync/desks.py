"""A desk without a window: the console's store and sync as the console itself puts them together."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from kotaconsole.api.client import HubClient
from kotaconsole.api.tokens import Tokens
from kotaconsole.domain.changes import Changes
from kotaconsole.domain.clock import Instant
from kotaconsole.domain.commands import Author, Note
from kotaconsole.domain.link import LinkView
from kotaconsole.domain.listing import CaseRow
from kotaconsole.domain.outbox import Entry
from kotaconsole.store import KnownOperator, open_store
from kotaconsole.sync import Engine, SyncSettings
from kotaconsole.wire.bodies import Session, Workstation

KEY = bytes(range(32))
PASSWORD = "a-long-test-password"
QUICK = SyncSettings(wait=1.0, presence=1.0, check=0.2, resend=0.5, directory=5.0, hung=30.0)


class SystemClock:
    """The computer's own clock."""

    def now(self) -> Instant:
        return Instant(time.time_ns() // 1_000_000)

    def monotonic(self) -> float:
        return time.monotonic()


class TestDesk:
    """Opened on a folder; signed in when a hub answers; `start` begins the sync."""

    __test__ = False

    def __init__(self, folder: Path, url: str, username: str = "meena", settings: SyncSettings = QUICK) -> None:
        folder.mkdir(exist_ok=True)
        self.url, self.username, self.settings = url, username, settings
        self.clock = SystemClock()
        self.store = open_store(folder, KEY, clock=self.clock)
        self.tokens = Tokens()
        self.links: list[LinkView] = []
        self.engine: Engine | None = None
        self._news = threading.Condition()
        self.changes: list[Changes] = []
        self.store.subscribe(self._changed)

    def client(self) -> HubClient:
        return HubClient(self.url, tokens=self.tokens, workstation_id=self.store.workstation)

    def sign_in(self) -> Session:
        client = self.client()
        session = client.sign_in(self.username, PASSWORD, Workstation(self.store.workstation, "test", "0.1.0"))
        client.close()
        who = session.operator
        self.store.commands.save_operator(
            KnownOperator(who.id, who.name, who.role, who.unit, session.workstation.desk, self.clock.now())
        )
        return session

    @property
    def author(self) -> Author:
        who = self.store.queries.operator()
        assert who is not None
        return Author(who.operator_id, who.name, who.role, who.unit, self.store.workstation, who.desk)

    def start(self) -> TestDesk:
        unit = self.store.queries.feed()
        assert unit is not None
        self.engine = Engine(
            self.store, self.client, self.tokens, self.clock, Workstation(self.store.workstation, "test", "0.1.0"),
            self.settings, self._linked, unit=unit,
        )  # fmt: skip
        self.engine.start()
        return self

    def stop(self) -> None:
        if self.engine is not None:
            self.engine.stop()
            self.engine = None

    def close(self) -> None:
        self.stop()
        self.store.close()

    def note(self, referral_id: str, text: str) -> Entry:
        return self.store.commands.queue("note", referral_id, Note(text), author=self.author)

    def rows(self) -> tuple[CaseRow, ...]:
        return self.store.queries.rows(self.clock.now())

    def until(self, condition: Callable[[], Any], what: str, timeout: float = 60.0) -> Any:
        """Wait for something to come true; asked again after each change of store or link."""
        end = time.monotonic() + timeout
        with self._news:
            while True:
                found = condition()
                if found:
                    return found
                left = end - time.monotonic()
                assert left > 0, f"not within {timeout} s: {what}"
                self._news.wait(min(left, 0.2))

    def until_live(self) -> None:
        self.until(lambda: self.engine is not None and self.engine.link.state == "live", "the link is live")

    def until_sent(self, timeout: float = 60.0) -> None:
        self.until(lambda: self.store.queries.to_send() == 0, "everything is at the hub", timeout)

    def _changed(self, changes: Changes) -> None:
        with self._news:
            self.changes.append(changes)
            self._news.notify_all()

    def _linked(self, view: LinkView) -> None:
        with self._news:
            self.links.append(replace(view))
            self._news.notify_all()
