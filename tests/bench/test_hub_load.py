"""Commands at a steady rate beside consoles that follow the feed those commands fill.

Every command is durable before it is answered, and every console is told of every one of them. BENCH_LOAD_S=300
measures five minutes; without it, twenty seconds.
"""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.bench.figures import Figures, percentile
from tests.bench.hub_people import add_people
from tests.bench.lines import Lines
from tests.hub.client import Person, new_uuid
from tests.people import body
from tests.world.waiting import until

SECONDS = float(os.environ.get("BENCH_LOAD_S", "20"))
RATE = float(os.environ.get("BENCH_LOAD_RATE", "100"))
CONSOLES = 200
OPERATORS = 10
CASES = 200
WARM_UP_S = 3.0
SEED = 20261123

pytestmark = [pytest.mark.bench, pytest.mark.enable_socket, pytest.mark.timeout(240 + 2 * SECONDS)]


@dataclass
class Load:
    """All processes, the people and the cases."""

    hub: Lines
    commands: Lines
    desks: Lines
    url: str
    people: list[Person]
    cases: list[str]
    head: int
    folder: Path

    def send(self, seconds: float) -> tuple[list[float], list[int], float]:
        """Send commands for so long: times of the answered, statuses of the others, how late the sender itself was."""
        self.commands.forget()
        people = [{"id": one.id, "workstation": one.workstation, "token": one.token or ""} for one in self.people]
        plan = {"url": self.url, "people": people, "cases": self.cases, "rate": RATE, "seconds": seconds, "seed": SEED}
        self.commands.tell(**{"is": "go", **plan})
        through = self.commands.wait("through", timeout=seconds + 90)
        self.head += len(through["times"])
        return through["times"], through["wrong"], through["late"]

    def seen(self) -> dict[str, int]:
        """How far the slowest console is."""
        self.desks.forget()
        self.desks.tell(**{"is": "seen"})
        return self.desks.wait("seen")


@pytest.fixture
def load(tmp_path: Path) -> Iterator[Load]:
    env = dict(os.environ)
    with ExitStack() as held:
        hub = held.enter_context(Lines("hub_process", [str(tmp_path)], env, tmp_path / "hub.log"))
        url = hub.wait("ready", timeout=60)["url"]
        names = [f"operator-{n}" for n in range(OPERATORS)]
        add_people(
            tmp_path, {"platform-desk": ("source", "rajasthan"), **dict.fromkeys(names, ("operator", "kota-city"))}
        )
        source, people = Person(url, "platform-desk", new_uuid()), [Person(url, name, new_uuid()) for name in names]
        cases = [_case(source) for _ in range(CASES)]
        commands = held.enter_context(Lines("steady_commands", [], env, tmp_path / "commands.log"))
        words = [url, "kota-city", people[0].epoch(), str(CASES), str(CONSOLES)]
        desks = held.enter_context(Lines("following_desks", words, env, tmp_path / "desks.log"))
        desks.tell_raw([one.token for one in people])
        desks.wait("ready", timeout=30)
        commands.wait("ready", timeout=30)
        yield Load(hub, commands, desks, url, people, cases, CASES, tmp_path)


def _case(source: Person) -> str:
    flag = body(account={"platform_account_id": new_uuid(), "display_name": "नमूना"}, signals=["plan"])
    return str(source.send("PUT", f"/v1/flags/instagram/{new_uuid()}", flag).json["referral_id"])


def test_a_hundred_durable_commands_a_second_beside_200_consoles(figures: Figures, load: Load) -> None:
    load.send(WARM_UP_S)
    commits = _plain_commits(load.folder)
    before, cpu = load.seen(), _cpu(load)
    began = time.monotonic()
    times, wrong, late = load.send(SECONDS)
    took = time.monotonic() - began
    used = (_cpu(load) - cpu) / took
    until(lambda: load.seen()["least"] >= load.head, 10, lambda: f"all consoles to be at {load.head}: {load.seen()}")
    after = load.seen()
    pages = (after["pages"] - before["pages"]) / took
    note = (
        f"{len(times)} commands, {len(wrong)} refused or failed {sorted(set(wrong))}, {pages:.0f} pages/s to consoles,"
        f" hub {used:.0%} of a core, sender at most {late * 1000:.0f} ms late; floor: a plain commit, synced"
    )
    name = f"hub: {RATE:g} commands/s for {SECONDS:g} s beside {CONSOLES} consoles"
    figures.at_most(f"{name}, p50", percentile(times, 0.5), percentile(commits, 0.5), None, len(times), note)
    figures.at_most(f"{name}, p99", percentile(times, 0.99), percentile(commits, 0.99), 100, len(times), note)
    figures.at_most(f"{name}, longest", max(times), max(commits), None, len(times), note)
    assert wrong == []
    assert after["wrong"] == 0


def _cpu(load: Load) -> float:
    load.hub.forget()
    load.hub.tell(**{"is": "cpu"})
    return float(load.hub.wait("cpu")["seconds"])


def _plain_commits(folder: Path) -> list[float]:
    """What the disk alone asks for a durable commit of this size."""
    file = sqlite3.connect(folder / "floor.db", isolation_level=None)
    file.execute("PRAGMA journal_mode=WAL")
    file.execute("PRAGMA synchronous=FULL")
    file.execute("CREATE TABLE t (a BLOB)")
    times = []
    for _ in range(500):
        began = time.monotonic()
        file.execute("BEGIN IMMEDIATE")
        file.execute("INSERT INTO t VALUES (?)", (b" " * 8000,))
        file.execute("COMMIT")
        times.append(time.monotonic() - began)
    file.close()
    return times
