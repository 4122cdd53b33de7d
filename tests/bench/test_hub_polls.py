"""What many waiting consoles cost the hub: a flag that wakes all of them, and the polls that have nothing to read.

The floor is the smallest server there could be: raw protocols on the same event loop, which hold questions and write
one ready answer of the same size, asked by the same desks in the same run, in turn with the hub.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial

import pytest

from kotaconsole.hub.cases.feeds import MOST_REST_S
from tests.bench.figures import Figures, percentile
from tests.bench.hub_people import add_people
from tests.bench.lines import Lines, Word
from tests.hub.client import Person, new_uuid
from tests.people import body
from tests.world.waiting import until

ROUNDS = int(os.environ.get("BENCH_POLL_ROUNDS", "15"))
WARM_UP = 2
CONSOLES = (500, 1_000)
DESKS = 100
"""Consoles of the empty polls: enough for a steady stream, few enough to leave the process time to idle."""
TIMES = 40
WAIT_S = 0.05
TURNS = 5

pytestmark = [pytest.mark.bench, pytest.mark.enable_socket, pytest.mark.timeout(300)]


@dataclass
class Room:
    """All processes of the measurement, and who speaks to the hub."""

    hub: Lines
    floor: Lines
    desks: Lines
    hub_url: str
    floor_url: str
    source: Person
    reader: Person

    def question(self, path: str) -> str:
        """A request with the headers a console sends."""
        return (
            f"GET {path} HTTP/1.1\r\nHost: {self.hub_url[7:]}\r\nUser-Agent: kotaconsole/0.1.0\r\n"
            "Accept-Encoding: gzip, deflate\r\nAccept: application/json\r\nConnection: keep-alive\r\n"
            f"Authorization: Bearer {self.reader.token}\r\n\r\n"
        )

    def poll(self, after: int, wait: float) -> str:
        """The long poll of a console at this place of its feed."""
        epoch = self.reader.epoch()
        return self.question(f"/v1/feeds/kota-city/changes?epoch={epoch}&after={after}&limit=500&wait={wait}")

    def told(self, process: Lines, what: str) -> Word:
        """Ask a process something and take its answer."""
        process.forget()
        process.tell(**{"is": what})
        return process.wait(what)

    def ask(self, name: str, question: str, times: int = 1) -> None:
        """Let a crowd ask."""
        self.desks.forget()
        self.desks.tell(**{"is": "ask", "name": name, "question": question, "times": times})
        self.desks.wait("asked")

    def open(self, name: str, url: str, count: int) -> None:
        """Connect a crowd."""
        self.desks.tell(**{"is": "open", "name": name, "url": url, "count": count})
        self.desks.wait("opened", lambda word: word["name"] == name, 60)

    def close(self, name: str) -> None:
        """Send a crowd home."""
        self.desks.tell(**{"is": "close", "name": name})


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Room]:
    folder = tmp_path_factory.mktemp("polls")
    env = dict(os.environ)
    with ExitStack() as held:
        hub = held.enter_context(Lines("hub_process", [str(folder)], env, folder / "hub.log"))
        floor = held.enter_context(Lines("floor_polls", [], env, folder / "floor.log"))
        desks = held.enter_context(Lines("many_desks", [], env, folder / "desks.log"))
        hub_url, floor_url = hub.wait("ready", timeout=60)["url"], floor.wait("ready")["url"]
        desks.wait("ready")
        add_people(folder, {"meena": ("operator", "kota-city"), "platform-desk": ("source", "rajasthan")})
        source = Person(hub_url, "platform-desk", new_uuid())
        yield Room(hub, floor, desks, hub_url, floor_url, source, Person(hub_url, "meena", new_uuid()))


@pytest.mark.parametrize("count", CONSOLES)
def test_one_flag_reaches_all_who_wait(figures: Figures, room: Room, count: int) -> None:
    room.open("hub", room.hub_url, count)
    room.open("floor", room.floor_url, count)
    ours: list[float] = []
    least: list[float] = []
    for _ in range(WARM_UP + ROUNDS):
        took, size = _from_commit(room, count)
        ours.append(took)
        least.append(_from_answer(room, count, size))
        # one flag at a time: a feed that has just called a crowd rests for a moment
        until(partial(_past, time.monotonic() + 3 * MOST_REST_S), 5)
    room.close("hub")
    room.close("floor")
    ours, least = ours[WARM_UP:], least[WARM_UP:]
    name = f"hub: commit to the last of {count} waiting consoles"
    note = "floor: raw protocols writing one ready answer of the same size"
    figures.ratio(f"{name}, p50", ours, least, 4, note)
    figures.at_most(f"{name}, p90", percentile(ours, 0.9), percentile(least, 0.9), None, len(ours))


def _past(moment: float) -> bool:
    return time.monotonic() > moment


def _from_commit(room: Room, count: int) -> tuple[float, int]:
    head = room.reader.get("/v1/feeds/kota-city/snapshot").json["as_of"]
    room.ask("hub", room.poll(head, 25))
    _all_wait(room, room.hub, count)
    room.hub.forget()
    flag = body(account={"platform_account_id": new_uuid(), "display_name": "नमूना"}, signals=["plan"])
    assert room.source.send("PUT", f"/v1/flags/instagram/{new_uuid()}", flag).status == 201
    committed, arrived = room.hub.wait("commit"), room.desks.wait("arrived", timeout=30)
    assert arrived["wrong"] == 0
    return arrived["last"] - committed["at"], arrived["size"]


def _from_answer(room: Room, count: int, size: int) -> float:
    room.floor.tell(**{"is": "page", "size": size})
    room.ask("floor", room.question("/hold"))
    _all_wait(room, room.floor, count)
    room.floor.tell(**{"is": "answer"})
    answered = float(room.floor.wait("answered")["at"])
    return float(room.desks.wait("arrived", timeout=30)["last"]) - answered


def _all_wait(room: Room, process: Lines, count: int) -> None:
    until(lambda: room.told(process, "waiting")["count"] == count, 20, f"{count} questions to wait")


def test_a_poll_with_nothing_to_read(figures: Figures, room: Room) -> None:
    """Processor time per answer, without what the process spends on its own."""
    room.open("hub", room.hub_url, DESKS)
    room.open("floor", room.floor_url, DESKS)
    head = room.reader.get("/v1/feeds/kota-city/snapshot").json["as_of"]
    poll = room.poll(head, WAIT_S)
    ours, least, size = [], [], 0
    for turn in range(1 + TURNS):
        cost, size = _cost(room, room.hub, "hub", poll)
        room.floor.tell(**{"is": "page", "size": size})
        floor, _ = _cost(room, room.floor, "floor", room.question("/soon"))
        if turn:
            ours.append(cost)
            least.append(floor)
    room.close("hub")
    room.close("floor")
    figures.ratio(
        "hub: processor time of an empty poll", ours, least, 5,
        f"floor: the same of raw protocols; {DESKS * TIMES} polls of {WAIT_S} s a turn, {size} bytes each",
    )  # fmt: skip


def _cost(room: Room, process: Lines, name: str, question: str) -> tuple[float, int]:
    before = room.told(process, "cpu")["seconds"]
    room.ask(name, question, TIMES)
    arrived = room.desks.wait("arrived", timeout=60)
    assert arrived["wrong"] == 0
    return (room.told(process, "cpu")["seconds"] - before) / (DESKS * TIMES), arrived["size"]
