"""The private desk as pytest fixtures.

Session-wide, because starting them takes seconds: ``sound_server``, ``print_server``. Per test: ``make_world`` (as
many desks as wanted, with any option of ``World``), ``world`` (a desk with sound, the queue "slips" and an unlocked
keyring), ``secrets`` (a keyring on a bus of its own, without a screen).

Nothing starts unless a test asks for it. With pytest-xdist each worker has its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Protocol

import pytest

from tests.world.bus import start_session_bus
from tests.world.keyring import Keyring
from tests.world.needs import require
from tests.world.printing import PrintServer
from tests.world.processes import Nest
from tests.world.sound import SoundServer
from tests.world.world import World


class MakeWorld(Protocol):
    """Makes a desk that ends with the test."""

    def __call__(self, size: tuple[int, int] = (1280, 800), **options: Any) -> World:
        """See ``World``."""


@dataclass(frozen=True)
class Secrets:
    """A secret service without a screen: ``env`` for programs, ``keyring.start(mode)`` to lock or remove it."""

    nest: Nest
    keyring: Keyring

    @property
    def env(self) -> dict[str, str]:
        """Environment in which the keyring is reachable."""
        return self.nest.env


@pytest.fixture(scope="session")
def session_sound_server() -> Iterator[SoundServer]:
    """One sound server and recorder for the whole session; ask for ``sound_server`` in tests."""
    require("sound")
    with Nest() as nest:
        server = SoundServer(nest).start()
        yield server
        nest.stop()
        server.finish()


@pytest.fixture(scope="session")
def session_print_server() -> Iterator[PrintServer]:
    """One print server for the whole session; ask for ``print_server`` in tests."""
    require("printing")
    with Nest() as nest:
        yield PrintServer(nest, ("slips", "second")).start()


@pytest.fixture
def sound_server(session_sound_server: SoundServer) -> Iterator[SoundServer]:
    """The session's sound server, left unmuted at full volume."""
    yield session_sound_server
    session_sound_server.reset()


@pytest.fixture
def print_server(session_print_server: PrintServer) -> Iterator[PrintServer]:
    """The session's print server, left with enabled queues in a good mood."""
    yield session_print_server
    session_print_server.reset()


@pytest.fixture
def secrets() -> Iterator[Secrets]:
    """A session bus with an unlocked keyring."""
    require("bus", "keyring")
    with Nest() as nest:
        bus = start_session_bus(nest)
        keyring = Keyring(nest, bus)
        keyring.start("unlocked")
        yield Secrets(nest, keyring)
        bus.close()


@pytest.fixture
def make_world() -> Iterator[MakeWorld]:
    """Desks that end with the test."""
    made: list[World] = []

    def make(size: tuple[int, int] = (1280, 800), **options: Any) -> World:
        made.append(World(size, **options))
        return made[-1]

    yield make
    hard = [end for world in reversed(made) for end in world.stop()]
    assert not hard, f"these needed kill -9 at the end: {hard}"


@pytest.fixture
def world(make_world: MakeWorld, sound_server: SoundServer, print_server: PrintServer) -> World:
    """A desk with the session's sound and print queues and an unlocked keyring."""
    return make_world(sound=sound_server, queues=print_server, keyring="unlocked")
