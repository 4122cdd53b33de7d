"""A real hub on loopback, in a thread of the test's own process, on a file that outlives its stops."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from kotaconsole.domain.clock import Clock, Instant
from kotaconsole.hub.access.people import add_user
from kotaconsole.hub.cli import find_resources
from kotaconsole.hub.clock import WallClock
from kotaconsole.hub.serve import HubServer, Listen, Running
from kotaconsole.hub.settings import HubSettings, Limits
from kotaconsole.hub.state import read_papers
from kotaconsole.hub.storage import cipher
from kotaconsole.hub.storage.database import key_of, open_database
from tests.hub.client import PASSWORD, Got, Http, Person, new_uuid
from tests.people import TWO_AM
from tests.people import body as flag_body

TIMEOUT_S = 60


class ManualClock:
    """A clock the test moves."""

    def __init__(self, now: Instant = TWO_AM) -> None:
        self._now = now
        self._passed = 0.0

    def now(self) -> Instant:
        return self._now

    def monotonic(self) -> float:
        return self._passed

    def advance(self, seconds: float) -> None:
        self._now = self._now.plus(seconds=seconds)
        self._passed += seconds


class TestHub:
    """A hub that can be stopped and started on the same port and file.

    Attributes:
        url: set after the first start. db: its file. limits: used at the next start.
    """

    __test__ = False

    def __init__(
        self, folder: Path, limits: Limits | None = None, *, training: bool = False, cert: Path | None = None,
        key: Path | None = None, clock: Clock | None = None, **more: Any,
    ) -> None:  # fmt: skip
        folder.mkdir(parents=True, exist_ok=True)
        self.db = folder / "hub.db"
        self.limits = limits or Limits()
        self.training = training
        self.clock: Clock = clock or WallClock()
        self.cert = cert
        self.key = key
        self.more = more
        self.url = ""
        self.running: Running | None = None
        self._port = 0
        self._server: HubServer | None = None
        self._thread: threading.Thread | None = None
        self._source: Person | None = None

    @property
    def settings(self) -> HubSettings:
        return HubSettings(
            db=f"sqlite:///{self.db}",
            resources=find_resources(),
            limits=self.limits,
            training=self.training,
            **self.more,
        )

    def start(self) -> TestHub:
        running = Running(self.settings, Listen("127.0.0.1", self._port, self.cert, self.key), self.clock)
        listening = threading.Event()
        server = running.server(listening.set)
        thread = threading.Thread(target=self._serve, args=(running, server), name="test-hub", daemon=True)
        thread.start()
        assert listening.wait(TIMEOUT_S), "the hub did not begin to listen"
        self.running, self._server, self._thread = running, server, thread
        self.url = running.url
        self._port = int(running.url.rsplit(":", 1)[1])
        return self

    def stop(self) -> None:
        if self._server is not None and self._thread is not None:
            self._server.should_exit = True
            self._thread.join(TIMEOUT_S)
            assert not self._thread.is_alive(), "the hub did not stop"
            self._server = self._thread = self.running = None

    def restart(self) -> None:
        self.stop()
        self.start()

    def add_user(
        self,
        username: str,
        role: str = "operator",
        unit: str = "kota-city",
        *,
        name: str = "",
        password: str = PASSWORD,
    ) -> str:
        """Add a person, as the command line does, also while the hub runs; gives back the id."""
        papers = read_papers(find_resources(), self.more.get("directory"))
        database = open_database(f"sqlite:///{self.db}")
        try:
            return add_user(
                database.writer, papers.directory, self.clock.now(), username=username, name=name, role=role,
                unit=unit, password=password,
            )  # fmt: skip
        finally:
            database.close()

    def person(
        self, username: str, role: str = "operator", unit: str = "kota-city", workstation: str | None = None
    ) -> Person:
        """A new person, signed in at a workstation of their own."""
        self.add_user(username, role, unit, name=f"{username} नमूना")
        return Person(self.url, username, workstation or new_uuid())

    def source(self) -> Person:
        """A signed-in source, made when first needed."""
        if self._source is None:
            self._source = self.person("platform-desk", "source", "rajasthan")
        return self._source

    def put_flag(
        self, reference: str, *, platform: str = "instagram", account: str | None = None, **fields: Any
    ) -> Got:
        """One flag through the real intake, each on an account of its own unless one is given."""
        told = {"platform_account_id": account or f"account-of-{reference}", "display_name": "नमूना"}
        value = flag_body(**{"account": told, **fields})
        return self.source().send("PUT", f"/v1/flags/{platform}/{reference}", value)

    def raw(self) -> Any:
        """A connection to the hub's file past the hub, with its key."""
        return cipher.connect(self.db, key_of(f"sqlite:///{self.db}"))

    def put_raw(self, reference: str, raw: bytes, *, platform: str = "instagram", **headers: str) -> Got:
        """The same with any bytes."""
        return self.source().ask("PUT", f"/v1/flags/{platform}/{reference}", raw, headers=headers)

    def anyone(self) -> Http:
        """A client without a session."""
        return Http(self.url)

    @staticmethod
    def _serve(running: Running, server: HubServer) -> None:
        with running:
            server.run(sockets=[running.socket])


@pytest.fixture
def make_hub(tmp_path: Path) -> Iterator[Callable[..., TestHub]]:
    """Hubs with limits of the test's own."""
    made: list[TestHub] = []

    def make(limits: Limits | None = None, **more: Any) -> TestHub:
        folder = tmp_path / f"hub-{len(made)}"
        made.append(TestHub(folder, limits, **more))
        return made[-1].start()

    yield make
    for hub in made:
        hub.stop()


@pytest.fixture
def hub(make_hub: Callable[..., TestHub]) -> TestHub:
    """A hub as it is installed."""
    return make_hub()


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestHub]:
    """One hub for all tests of a module that leave each other alone: every test uses names of its own."""
    hub = TestHub(tmp_path_factory.mktemp("shared")).start()
    yield hub
    hub.stop()


@pytest.fixture
def name() -> str:
    """A name nobody else uses."""
    return f"n{new_uuid()[:12]}"
