"""From the start of the process to a painted window."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.bench.figures import Figures, percentile
from tests.world.fixtures import MakeWorld

pytestmark = [pytest.mark.bench, pytest.mark.enable_socket, pytest.mark.timeout(300)]

ROOT = Path(__file__).resolve().parents[2]
ROUNDS = int(os.environ.get("BENCH_STARTS", "21"))
WARM_UP = 2
NAME = "start to sign-in window painted"


def _seconds(words: list[str], env: Mapping[str, str]) -> float:
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.first_paint", *words],
        cwd=ROOT, env=dict(env), capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.stdout.strip(), f"nothing was painted: {done.stderr[-2000:]}"
    return float(done.stdout) - began


def _alternately(folder: Path, env: Mapping[str, str]) -> tuple[list[float], list[float]]:
    """Bare, console, bare, console ...; the console as from the menu: without words, on a desk that exists."""
    env = {**env, "XDG_DATA_HOME": str(folder)}
    bare, console = [], []
    for _ in range(WARM_UP + ROUNDS):
        bare.append(_seconds(["bare"], env))
        console.append(_seconds(["console"], env))
    return bare[WARM_UP:], console[WARM_UP:]


def _add(figures: Figures, where: str, bare: list[float], console: list[float]) -> None:
    figures.ratio(f"{NAME}, {where}, p50", console, bare, 1.5, "floor: a process with a bare QMainWindow")
    figures.at_most(f"{NAME}, {where}, p90", percentile(console, 0.9), percentile(bare, 0.9), None, len(console))


def test_on_a_screen(figures: Figures, make_world: MakeWorld, tmp_path: Path) -> None:
    world = make_world((1280, 800))
    _add(figures, "X11", *_alternately(tmp_path, world.nest.env))


def test_without_a_screen(figures: Figures, make_world: MakeWorld, tmp_path: Path) -> None:
    """The same without the X server's share: only our own work and Qt's."""
    world = make_world((640, 480))
    _add(figures, "offscreen", *_alternately(tmp_path, {**world.nest.env, "QT_QPA_PLATFORM": "offscreen"}))
