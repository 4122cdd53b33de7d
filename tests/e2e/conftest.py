"""Desks that have a hub and its people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Protocol

import pytest

from tests.e2e.evidence import AUDITOR
from tests.e2e.night import Hub
from tests.world.processes import Nest
from tests.world.program import Program
from tests.world.world import World


class MakeHub(Protocol):
    """Makes a hub that runs."""

    def __call__(self, world: World, *words: str, scheme: str = "http") -> Hub:
        """See ``Hub``."""


class _Office:
    """Where people are added once for all tests: a folder, without a screen."""

    def __init__(self, nest: Nest) -> None:
        self._nest = nest

    @property
    def home(self) -> Path:
        return self._nest.home

    def start(self, command: Sequence[str | Path], *, cwd: Path | None = None, stdin: bytes | None = None) -> Program:
        return Program(self._nest, command, cwd=cwd, stdin=stdin)


@pytest.fixture(scope="session")
def peopled_hub() -> Iterator[Hub]:
    """A hub that never runs, with a source, an operator and an auditor: adding them takes seconds."""
    with Nest() as nest:
        hub = Hub(_Office(nest))
        hub.add_users(intake="source", meena="operator", **{AUDITOR: "auditor"})
        yield hub


@pytest.fixture
def make_hub(peopled_hub: Hub) -> Iterator[MakeHub]:
    """Running hubs with people; they end by TERM before their world does."""
    with ExitStack() as ending:

        def make(world: World, *words: str, scheme: str = "http") -> Hub:
            hub = Hub(world, *words, scheme=scheme)
            hub.take_users(peopled_hub)
            hub.start()
            ending.callback(hub.stop)
            return hub

        yield make
