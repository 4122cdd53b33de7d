"""The hub is killed while people work: nothing that was answered is lost, nothing is done twice.

The short form: twenty kills at random moments, and one before and one after the commits that matter most. Every
commit one by one, and hundreds of kills, are in `tests/long`.
"""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.hub.killing import World

KILLS = 20
LONGEST_S = 0.4
SEED = int(os.environ.get("SEED", str(random.SystemRandom().randrange(10**6))))

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    print(f"seed {SEED}")
    world = World(tmp_path, SEED)
    world.open()
    yield world
    world.hub.close()


def test_twenty_kills_lose_nothing_and_double_nothing(world: World) -> None:
    world.killed(KILLS, LONGEST_S)
    found = world.examined()
    print(found)
    assert found["applied"] >= KILLS


@pytest.mark.parametrize("job", ["Commands.put note", "Intake.put"])
def test_a_kill_right_before_or_after_a_commit_is_made_good_by_sending_again(world: World, job: str) -> None:
    assert world.killed_at("before", job)
    assert world.killed_at("after", job)
    found = world.examined()
    print(found)
    if job.startswith("Commands"):
        assert found["answered again after a kill"] >= 1, "what was durable and unanswered is answered when asked again"
