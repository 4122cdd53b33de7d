"""The audit passes an honest run and catches what it is there for: real HTTP, a real window, a real recording."""

from __future__ import annotations

import json
import subprocess
import sys
import wave
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.e2e.audit_demo import due_flags
from tests.e2e.heard import read_alarms
from tests.e2e.hub_reader import CaseAtHub, FlagAtHub
from tests.e2e.standins.hub import PASSWORD, standing_hub
from tests.world.app import App
from tests.world.bursts import RATE
from tests.world.fixtures import MakeWorld
from tests.world.toys.play import pattern
from tests.world.world import World

pytestmark = [pytest.mark.e2e, pytest.mark.enable_socket, pytest.mark.timeout(90)]

ROOT = Path(__file__).parents[2]
BEGAN = 1_795_000_000.0
NOTE = "वार्डन से बात हुई"


@dataclass(frozen=True)
class Run:
    """A demo run as its four witnesses would tell it."""

    cases: tuple[CaseAtHub, ...]
    listed: dict[str, int]
    bursts: tuple[tuple[float, str, float], ...]  # seconds after the beginning, pattern, pitch
    typed: tuple[str, ...] = (NOTE,)
    hidden: tuple[int, ...] = ()
    earlier: tuple[dict[str, int], ...] = ()


def _case(n: int, *seconds: float, closed: bool = False, notes: Sequence[str] = ()) -> CaseAtHub:
    flags = tuple(FlagAtHub("instagram", f"IG-{n}-{i}", BEGAN + at) for i, at in enumerate(seconds))
    return CaseAtHub(f"2026-{n:06}", closed, len(flags), flags, tuple(notes))


CASES = (_case(1, 1.0, 2.5, notes=[NOTE]), _case(2, 9.0), _case(3, 14.0, closed=True))
BURSTS = ((1.2, "s1", 523.0), (4.7, "group", 415.0), (12.0, "group", 415.0), (16.0, "s1", 523.0))
HONEST = Run(CASES, {"000001": 2, "000002": 1}, BURSTS, earlier=({"000001": 1}, {"000001": 2, "000003": 1}))
LINES: list[dict[str, object]] = [
    {"after": at, "do": "put", "platform": "instagram", "reference": f"IG-{n}-{i}"}
    for n, i, at in ((1, 0, 1), (1, 1, 2.5), (2, 0, 9), (3, 0, 14))
]
MORE_LINES: list[dict[str, object]] = [
    {"after": 3, "do": "put", "platform": "instagram", "reference": "IG-1-1"},  # an update is no new flag
    {"after": 4, "do": "delete", "platform": "instagram", "reference": "IG-8-0"},
    {"after": 61, "do": "put", "platform": "instagram", "reference": "IG-9-0"},  # not due in this run
]


def _record(path: Path, bursts: Sequence[tuple[float, str, float]], seconds: float = 22.0) -> None:
    samples = np.zeros(int(seconds * RATE))
    for at, kind, hz in bursts:
        wave_form, first = pattern(kind, hz), int(at * RATE)
        length = min(len(wave_form), len(samples) - first)
        samples[first : first + length] += wave_form[:length]
    _write(path, samples)


def _write(path: Path, samples: NDArray[np.float64]) -> None:
    with wave.open(str(path), "wb") as out:
        out.setparams((1, 2, RATE, len(samples), "NONE", ""))
        out.writeframes((samples * 32_000).astype(np.int16).tobytes())


def _lines(path: Path, items: Sequence[object]) -> Path:
    path.write_text("".join(json.dumps(item, ensure_ascii=False) + "\n" for item in items), encoding="utf-8")
    return path


def _audit(world: World, folder: Path, run: Run, password: str = PASSWORD) -> subprocess.CompletedProcess[str]:
    """Let the audit look at this run, in a process of its own."""
    window = ROOT / "tests/e2e/standins/case_window.py"
    app: App = world.launch([sys.executable, window, json.dumps(run.listed), *map(str, run.hidden)])
    _record(folder / "sound.wav", run.bursts)
    with standing_hub(run.cases) as url:
        files = {
            "--scenario": _lines(folder / "scenario.jsonl", LINES + MORE_LINES),
            "--earlier": _lines(folder / "earlier.jsonl", run.earlier),
            "--notes": _lines(folder / "notes.jsonl", run.typed),
            "--wav": folder / "sound.wav",
            "--report": folder / "report.json",
        }
        told = {
            "--seconds": 60,
            "--hub": url,
            "--user": "audit",
            "--bus": app.bus.address,
            "--pid": app.pid,
            "--patience": 0.4,
        }
        options = [str(word) for pair in {**files, **told, "--began": BEGAN}.items() for word in pair]
        return subprocess.run(
            [sys.executable, "-m", "tests.e2e.audit_demo", "--password-stdin", *options],
            cwd=ROOT,
            input=password + "\n",
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )


def _failed(answer: subprocess.CompletedProcess[str]) -> list[str]:
    """The numbers of the lines that do not agree."""
    assert answer.returncode in (0, 1), answer.stdout + answer.stderr
    return [line[0] for line in answer.stdout.splitlines() if line.endswith("NO")]


@pytest.fixture
def desk(make_world: MakeWorld) -> World:
    """A desk with a screen."""
    return make_world((800, 600))


def test_an_honest_run_passes(desk: World, tmp_path: Path) -> None:
    answer = _audit(desk, tmp_path, HONEST)
    assert answer.returncode == 0, answer.stdout + answer.stderr
    report = json.loads((tmp_path / "report.json").read_text())
    assert [line["figure"] for line in report] == [4, 4, 4, 4, 1]


DROPPED = replace(HONEST, cases=(CASES[0], CASES[2]), listed={"000001": 2})
MERGED = replace(HONEST, cases=(replace(CASES[0], flags=CASES[0].flags[:1]), *CASES[1:]))
DOUBLED = replace(HONEST, cases=(replace(CASES[0], notes=(NOTE, NOTE)), *CASES[1:]))
FAULTS = {
    "a flag dropped on its way to the hub": (DROPPED, ["2"]),
    "a flag counted and not handed out": (MERGED, ["2", "3"]),
    "a hidden row": (replace(HONEST, hidden=(1,)), ["3"]),
    "a row that is not there": (replace(HONEST, listed={"000001": 2}), ["3"]),
    "a row that says too few flags": (replace(HONEST, listed={"000001": 1, "000002": 1}), ["3"]),
    "a closed case that never stood in the list": (replace(HONEST, earlier=({"000001": 2},)), ["3"]),
    "an open case that left the list": (
        replace(HONEST, listed={"000001": 2}, earlier=({"000001": 2, "000002": 1, "000003": 1},)),
        ["3"],
    ),
    "a muted sink": (replace(HONEST, bursts=()), ["4"]),
    "a burst too late for one flag": (replace(HONEST, bursts=(*BURSTS[:2], (15.2, "s1", 523.0))), ["4"]),
    "a sound that is not the red flag's": (replace(HONEST, bursts=(*BURSTS[:3], (16.0, "group", 330.0))), ["4"]),
    "half a burst": (replace(HONEST, bursts=(*BURSTS[:3], (16.0, "group", 523.0))), ["4"]),
    "a doubled note": (DOUBLED, ["5"]),
    "a lost note": (replace(HONEST, typed=(NOTE, "second")), ["5"]),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_caught_by_its_own_count(desk: World, tmp_path: Path, fault: str) -> None:
    run, caught_by = FAULTS[fault]
    answer = _audit(desk, tmp_path, run)
    assert answer.returncode == 1, answer.stdout
    assert _failed(answer) == caught_by, answer.stdout


def test_what_cannot_be_read_proves_nothing(desk: World, tmp_path: Path) -> None:
    answer = _audit(desk, tmp_path, HONEST, password="wrong")
    assert answer.returncode == 2
    assert "POST /v1/sessions: 401" in answer.stdout


def test_nothing_of_the_program_is_imported() -> None:
    code = "import sys, tests.e2e.audit_demo; print([m for m in sys.modules if m.startswith('kotaconsole')])"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout.strip() == "[]"


def test_bursts_that_follow_closely_are_told_apart(tmp_path: Path) -> None:
    _record(tmp_path / "x.wav", ((1.0, "s1", 523.0), (4.6, "s1", 523.0), (8.3, "group", 415.0), (9.8, "group", 415.0)))
    alarms = read_alarms(tmp_path / "x.wav", BEGAN)
    assert [round(a.onset - BEGAN, 2) for a in alarms] == pytest.approx([1.0, 4.6, 8.3, 9.8], abs=0.02)
    assert [a.hz for a in alarms] == [523.0, 523.0, 415.0, 415.0]


def test_the_right_pitch_in_another_rhythm_is_no_alarm(tmp_path: Path) -> None:
    pulse = pattern("group", 415.0)[: int(0.15 * RATE)]
    even = np.concatenate([np.concatenate([pulse, np.zeros(int(0.25 * RATE))]) for _ in range(5)])
    _write(tmp_path / "x.wav", np.concatenate([np.zeros(RATE), even, np.zeros(RATE)]))
    assert read_alarms(tmp_path / "x.wav", BEGAN) == ()


def test_a_burst_cut_short_by_the_end_of_the_recording_counts(tmp_path: Path) -> None:
    _record(tmp_path / "x.wav", ((1.0, "s1", 523.0),), seconds=2.4)
    assert len(read_alarms(tmp_path / "x.wav", BEGAN)) == 1


def test_updates_withdrawals_and_lines_not_due_are_no_flags(tmp_path: Path) -> None:
    stranger: dict[str, object] = {"after": 5, "do": "put", "platform": "sharewave", "reference": "SW-1"}
    scenario = _lines(tmp_path / "s.jsonl", [*LINES, *MORE_LINES, stranger])
    assert len(due_flags(scenario, 60)) == 5
    assert ("other", "SW-1") in due_flags(scenario, 60)
    assert len(due_flags(scenario, 2.5)) == 2
