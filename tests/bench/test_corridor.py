"""From the hub's commit of a flag to the row on the screen and to the first sample of its sound.

Everything is real and in processes of its own: the hub, its intake over HTTP, the console with its window on a
virtual screen, its encrypted files, its sounder, a sound server with one recorder from start to end. One flag at a
time: floor, flag, floor, flag; each is acknowledged, and the next waits until the burst is over.
"""

from __future__ import annotations

import os
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from kotaconsole.domain.clock import Instant
from kotaconsole.hub.access.people import add_user
from kotaconsole.hub.cli import find_resources
from kotaconsole.hub.state import read_papers
from kotaconsole.hub.storage.database import open_database
from tests.bench.figures import Figures, percentile
from tests.bench.lines import Lines
from tests.hub.client import PASSWORD, Person
from tests.people import body
from tests.world.fixtures import MakeWorld
from tests.world.sound import SoundServer
from tests.world.world import World

FLAGS = int(os.environ.get("BENCH_FLAGS", "60"))
WARM_UP = 3
BURST_S = 1.4
APART_S = 2.3
"""Begin of one flag to the begin of the next: the burst, a silence, the floor's tone, a silence."""
SETTLED_S = 0.15
"""After the floor's tone: what both of them stirred up is at rest."""
STAGES = ("answered", "stored", "applied", "crossed", "row", "painted")

pytestmark = [pytest.mark.bench, pytest.mark.enable_socket, pytest.mark.timeout(120 + 4 * (FLAGS + WARM_UP))]


@dataclass
class Night:
    """All processes of the measurement."""

    hub: Lines
    console: Lines
    floor_hub: Lines
    floor_sound: Lines
    source: Person


@dataclass
class Times:
    """Seconds from the commit (or from the floor's beginning), one value per flag."""

    stages: dict[str, list[float]] = field(default_factory=lambda: {stage: [] for stage in STAGES})
    sound: list[float] = field(default_factory=list)
    floor_row: list[float] = field(default_factory=list)
    floor_sound: list[float] = field(default_factory=list)


def _add_people(folder: Path) -> None:
    papers = read_papers(find_resources(), None)
    database = open_database(f"sqlite:///{folder / 'hub.db'}")
    try:
        now = Instant(time.time_ns() // 1_000_000)
        for name, role, unit in (("meena", "operator", "kota-city"), ("platform-desk", "source", "rajasthan")):
            add_user(
                database.writer, papers.directory, now, username=name, name=f"{name} नमूना", role=role, unit=unit,
                password=PASSWORD,
            )  # fmt: skip
    finally:
        database.close()


@pytest.fixture
def night(make_world: MakeWorld, sound_server: SoundServer, tmp_path: Path) -> Iterator[tuple[Night, World]]:
    _add_people(tmp_path)
    world = make_world((1920, 1080), sound=sound_server, keyring="unlocked")
    with ExitStack() as running:

        def start(module: str, *words: str) -> Lines:
            return running.enter_context(Lines(module, list(words), world.nest.env, tmp_path / f"{module}.log"))

        hub = start("hub_process", str(tmp_path))
        url = hub.wait("ready", timeout=30)["url"]
        source = Person(url, "platform-desk", str(uuid.uuid4()))
        (tmp_path / "page").write_bytes(_page(url, source))
        floor_hub, floor_sound = start("floor_hub", str(tmp_path / "page")), start("floor_sound")
        floor_url = floor_hub.wait("ready")["url"]
        floor_sound.wait("ready")
        console = start("console_process", url, floor_url, str(tmp_path / "desk"), "meena", PASSWORD)
        console.wait("ready", timeout=40)
        yield Night(hub, console, floor_hub, floor_sound, source), world


def _page(url: str, source: Person) -> bytes:
    """What the hub answers a poll with when one flag came: the size of the floor's answer."""
    _put(source, "for-its-size")
    person = Person(url, "meena", str(uuid.uuid4()))
    return person.changes("kota-city", person.epoch(), 0).raw


def _put(source: Person, reference: str) -> str:
    value = body(account={"platform_account_id": f"account-of-{reference}", "display_name": "नमूना"})
    got = source.send("PUT", f"/v1/flags/instagram/{reference}", value)
    assert got.status == 201, got.raw
    return str(got.json["referral_id"])


def _of(key: str) -> Callable[[dict[str, object]], bool]:
    return lambda word: word["key"] == key


def test_commit_to_row_and_sound(figures: Figures, night: tuple[Night, World]) -> None:
    one, world = night
    times = Times()
    # the flag that was sent for its size rings since the sign-in; it is measured nowhere
    one.console.tell(key=one.hub.wait("commit")["key"])
    time.sleep(APART_S)
    # these pauses pace the night; nothing is waited for by them
    for turn in range(WARM_UP + FLAGS):
        began = time.monotonic()
        _one_floor(one, world, times)
        time.sleep(max(0.0, began + APART_S - BURST_S - time.monotonic()))
        _one_flag(one, world, times, f"flag-{turn}")
        time.sleep(max(0.0, began + APART_S + SETTLED_S - time.monotonic()))
    _report(figures, times)


def _one_floor(one: Night, world: World, times: Times) -> None:
    one.floor_hub.wait("waiting")
    one.floor_hub.forget()
    one.console.forget()
    one.floor_hub.tell(say="answer")
    asked = one.floor_hub.wait("answered")["at"]
    times.floor_row.append(one.console.wait("floor")["at"] - asked)
    one.floor_sound.forget()
    one.floor_sound.tell(say="play")
    at = one.floor_sound.wait("started")["at"]
    times.floor_sound.append(_first_sample(world, at) - at)


def _one_flag(one: Night, world: World, times: Times, reference: str) -> None:
    one.hub.forget()
    one.console.forget()
    key = _put(one.source, reference)
    commit = one.hub.wait("commit", _of(key))["at"]
    for stage, values in times.stages.items():
        values.append(one.console.wait(stage, _of(key))["at"] - commit)
    one.console.tell(key=key)
    times.sound.append(_first_sample(world, commit) - commit)


def _first_sample(world: World, since: float) -> float:
    """When the sink's monitor first carried a sound after this moment; it was silent before."""
    return world.sound.wait_burst(since, timeout=3, whole=False).onset


def _report(figures: Figures, times: Times) -> None:
    stages = {stage: values[WARM_UP:] for stage, values in times.stages.items()}
    sound, floor_row, floor_sound = times.sound[WARM_UP:], times.floor_row[WARM_UP:], times.floor_sound[WARM_UP:]
    under = "floor: raw answer to a waiting question (requests) + one queued signal, in the console's process"
    for stage, name in (("row", "commit to row in the model"), ("painted", "commit to row painted")):
        figures.ratio(f"{name}, p50", stages[stage], floor_row, 4.0 if stage == "row" else None, under)
        figures.at_most(
            f"{name}, p99", percentile(stages[stage], 0.99), percentile(floor_row, 0.99), None, len(stages[stage])
        )
    before = [0.0] * len(sound)
    for stage in STAGES:
        figures.part(f"  of it until {stage}", [a - b for a, b in zip(stages[stage], before, strict=True)])
        before = stages[stage]
    under = "floor: an open device is started; its first block holds the sound"
    figures.ratio("commit to first sample of sound, p50", sound, floor_sound, None, under)
    figures.at_most(
        "commit to first sample of sound, p99", percentile(sound, 0.99), percentile(floor_sound, 0.99), 150.0,
        len(sound), under,
    )  # fmt: skip
