"""`make demo` on a machine without a display, as a test: the night is played to its end and leaves evidence."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.night import KOTACONSOLE
from tests.e2e.operator import Operator
from tests.world.fixtures import MakeWorld

ROOT = Path(__file__).parents[2]
SECONDS = 45
"""From here on the scripted operator is unhurried."""


@pytest.mark.slow
@pytest.mark.enable_socket
@pytest.mark.timeout(300)
def test_the_night_of_the_demo_is_played_to_its_end(tmp_path: Path) -> None:
    out = tmp_path / "demo"
    words = [sys.executable, "-m", "tests.e2e.demo", "--seconds", str(SECONDS), "--out", str(out)]
    played = subprocess.run(
        words, cwd=ROOT, env=dict(os.environ), capture_output=True, text=True, timeout=280, check=False
    )
    log = out / "demo.log"
    assert played.returncode == 0, f"{played.stdout[-1500:]}{played.stderr[-1500:]}\n{log.read_text('utf-8')}"
    assert {"slip.pdf", "sound.wav", "demo.log", "audit.txt", "fed.jsonl"} <= {file.name for file in out.iterdir()}
    assert len(list(out.glob("*.png"))) >= 9, "pictures in both languages, by day and by night"
    table = (out / "audit.txt").read_text("utf-8")
    assert table.count(" yes") == 5
    assert str(out) in played.stdout, "it says where everything lies"


@pytest.mark.enable_socket
@pytest.mark.timeout(180)
def test_with_a_display_a_person_tries_it_even_where_no_keyring_is(make_world: MakeWorld) -> None:
    """Name and password stand in the window already; the first cases are there after two presses of Enter."""
    world = make_world((1440, 900), keyring="none")
    desk = Operator(world, world.launch([*KOTACONSOLE, "demo"], cwd=ROOT, timeout=60))
    world.key("Return")
    world.key("Return")
    desk.wait_for_list()
    assert desk.wait_for_row(level="P1")
