"""The whole console is killed again and again while notes are written: what it showed as saved is at the hub once.

Long: `make test-long` (LIVES lives, 100 unless said otherwise, some 5 s each). The seed is printed; give it back as
SEED to live the same lives again.
"""

from __future__ import annotations

import os
import random
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.evidence import AUDITOR
from tests.e2e.hub_reader import HubReader
from tests.e2e.night import Hub, open_desk
from tests.e2e.operator import Operator
from tests.world.fixtures import MakeWorld
from tests.world.waiting import WorldError, until
from tests.world.world import World

LIVES = int(os.environ.get("LIVES", "100"))
SEED = int(os.environ.get("SEED", str(random.SystemRandom().randrange(10**6))))
LONGEST_S = 4.0
"""A life ends at a random moment within so many seconds of writing."""

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.enable_socket, pytest.mark.timeout(60 + 30 * LIVES)]


@pytest.fixture
def hub(make_world: MakeWorld) -> Iterator[tuple[World, Hub]]:
    world = make_world(sound=False, keyring="unlocked")
    hub = Hub(world)
    hub.add_users(intake="source", meena="operator", **{AUDITOR: "auditor"})
    hub.start()
    yield world, hub
    hub.stop()


def write_until_killed(desk: Operator, life: int, shown: list[str], dice: random.Random) -> None:
    """Write notes until the kill comes; `shown` gets each one that the window has called saved."""
    pid = desk.app.pid
    kill = threading.Timer(dice.uniform(0.0, LONGEST_S), desk.app.kill)
    kill.start()
    try:
        for n in range(10_000):
            text = f"life {life} note {n}"
            desk.write_note(text)
            shown.append(text)
    except (WorldError, AssertionError):
        pass  # the window is gone in the midst of a note; whether it was ours that ended it is asked below
    kill.join()
    until(lambda: not desk.app.alive, 10, f"process {pid} to be gone")
    assert desk.app.returncode == -9, f"the console ended by itself: {desk.app.log()[-800:]}"


def test_what_was_shown_as_saved_is_at_the_hub_exactly_once(hub: tuple[World, Hub], tmp_path: Path) -> None:
    world, server = hub
    print(f"seed {SEED}, {LIVES} lives")
    dice = random.Random(SEED)
    source = server.sign_in("intake", "00000000-0000-4000-8000-000000000001")
    source.put_flag("instagram", "kill-1", b'{"signals":["plan"],"account":{"handle":"@namuna"}}')
    shown: list[str] = []
    for life in range(LIVES):
        desk = open_desk(world, server)
        desk.sign_in("meena", server.passwords["meena"])
        desk.wait_for_list()
        desk.wait_for_row(level=".")
        desk.choose_top()
        write_until_killed(desk, life, shown, dice)
        if life % 10 == 9:
            print(f"{life + 1} lives, {len(shown)} notes shown as saved", flush=True)
    last = open_desk(world, server)
    last.sign_in("meena", server.passwords["meena"])
    last.wait_for_list()
    reader = HubReader(server.url, AUDITOR, server.passwords[AUDITOR])

    def at_hub() -> list[str]:
        (case,) = reader.cases()
        return list(case.notes)

    until(lambda: set(shown) <= set(at_hub()), 60, lambda: f"{len(set(shown) - set(at_hub()))} notes are missing", 0.5)
    found = at_hub()
    print(f"{len(shown)} shown as saved, {len(found)} at the hub, {len(found) - len(set(found))} doubled")
    assert len(found) == len(set(found)), "a note is doubled"
    order = {text: place for place, text in enumerate(found)}
    places = [order[text] for text in shown]
    assert places == sorted(places), "notes are out of order"
    assert last.app.close() == 0
