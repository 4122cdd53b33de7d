"""The hub is killed at each of its commits, and hundreds of times at random moments, while people work.

Long: `make test-long` (KILLS kills, 300 unless said otherwise, some 2 s each, after some 100 kills at commits). What
was done stands in `build/kill-hub`: a call that runs out of its time (KILL_S seconds, 3,000) holds what it has
against what the hub shows and ends; the next call goes on. When all is done, the next call begins anew. The dice
follow SEED, which is printed.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path

import pytest

from tests.hub.killing import World
from tests.long.hub_to_kill import START

KILLS = int(os.environ.get("KILLS", "300"))
BUDGET_S = float(os.environ.get("KILL_S", "3000"))
FOLDER = Path(__file__).resolve().parents[2] / "build" / "kill-hub"
LONGEST_S = 1.0
WATCHED_S = 8.0
AT_ONCE = 10
"""Kills between two looks at the clock."""
ALWAYS = {"Auth._begin", "Intake.put", "Intake.withdraw", *(f"Commands.put {kind}" for kind in (
    "open", "note", "call", "add_location", "update", "assess", "raise_level", "acknowledge", "locate", "forward",
    "recall", "inform", "depart", "arrive", "contact", "view", "close", "reopen", "release"))}  # fmt: skip
"""Commits that have to have come in this test; whatever others it sees, the hub dies at them as well."""

pytestmark = [pytest.mark.slow, pytest.mark.enable_socket, pytest.mark.timeout(BUDGET_S + 1800)]


@dataclass
class State:
    """How far it is."""

    seed: int
    points: dict[str, bool] = field(default_factory=dict)
    kills: int = 0
    parts: int = 0
    figures: dict[str, int] = field(default_factory=dict)
    done: bool = False

    @classmethod
    def load(cls) -> State:
        """Of the last call, or a new one."""
        file = FOLDER / "state.json"
        if file.exists():
            found = cls(**json.loads(file.read_text()))
            if not found.done:
                return found
            shutil.rmtree(FOLDER)
        FOLDER.mkdir(parents=True, exist_ok=True)
        return cls(int(os.environ.get("SEED", str(random.SystemRandom().randrange(10**6)))))

    def save(self) -> None:
        """Leave it for the next call."""
        (FOLDER / "state.json").write_text(json.dumps(asdict(self), indent=1) + "\n")


def test_every_commit_and_hundreds_of_moments() -> None:
    state, ends = State.load(), time.monotonic() + BUDGET_S
    state.parts += 1
    print(f"seed {state.seed}, part {state.parts}, {len(state.points)} commits and {state.kills} kills done")
    world = World(FOLDER, state.seed + state.parts)
    try:
        world.open()
        _at_commits(world, state, ends)
        while state.kills < KILLS and time.monotonic() < ends:
            count = min(AT_ONCE, KILLS - state.kills)
            world.killed(count, LONGEST_S)
            state.kills += count
            state.save()
            print(f"{state.kills} kills, {len(world.journal.entries)} sent", flush=True)
        state.figures = world.examined()
        state.done = state.kills >= KILLS
        state.save()
    finally:
        world.hub.close()
    print(f"{sum(state.points.values())} commits, {state.kills} kills: {state.figures}")
    reached = {point.split(" ", 1)[1] for point, died in state.points.items() if died}
    assert not state.done or reached >= ALWAYS, f"never died at {sorted(ALWAYS - reached)}"


def _at_commits(world: World, state: State, ends: float) -> None:
    names = world.watched(WATCHED_S)
    while time.monotonic() < ends:
        names |= world.hub.jobs | ALWAYS
        points = [f"{when} {name}" for name in sorted(names - {START}) for when in ("before", "after")]
        left = [point for point in (f"before {START}", *points) if point not in state.points]
        if not left:
            return
        when, _, name = left[0].partition(" ")
        state.points[left[0]] = world.killed_at(when, name)
        state.save()
        print(f"{left[0]}: {'died' if state.points[left[0]] else 'did not come'}", flush=True)
