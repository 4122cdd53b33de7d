"""`kill -9` in the midst of writing: what was shown as saved is at the hub exactly once, and in order."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from tests.hub.fixtures import TestHub
from tests.people import ROOT
from tests.sync.desks import TestDesk

pytestmark = [pytest.mark.sync, pytest.mark.slow]

KILLS = 100
SEED = 20261123


class Core:
    """The program of `core_to_kill`, and what it said."""

    def __init__(self, folder: Path, url: str, cases: list[str]) -> None:
        self.saved: list[tuple[str, str]] = []
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.sync.core_to_kill", str(folder), url, *cases],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT,
        )  # fmt: skip

    def order(self, line: str) -> int:
        assert self._process.stdin is not None
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()
        word, pid = self._line().split()
        assert word == "pid"
        return int(pid)

    def hear(self) -> str:
        """Read until the life ends; gives back its last word before the exit status."""
        last = ""
        while not (line := self._line()).startswith("lived "):
            last = line
            if line.startswith("saved "):
                _, case, text = line.split()
                self.saved.append((case, text))
        return f"{last}|{line}"

    def end(self) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        assert self._process.wait(20) == 0
        self._process.stdout.close()

    def _line(self) -> str:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line, "the core is gone"
        return line.strip()


@pytest.mark.timeout(180)
def test_a_hundred_kills_lose_nothing_double_nothing_and_keep_the_order(
    hub: TestHub, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    hub.add_user("meena", name="R. Meena")
    cases = [hub.put_flag(f"ref-{n}").json["referral_id"] for n in range(4)]
    folder = tmp_path / "desk"
    first = TestDesk(folder, hub.url)
    first.sign_in()
    first.close()

    begun, chance = time.monotonic(), random.Random(SEED)
    core = Core(folder, hub.url, cases)
    for life in range(KILLS):
        pid = core.order(f"live {life}")
        # the moment of the kill, not a wait: some lives end inside the opening itself, some in the midst of sending
        time.sleep(chance.choice((0.02, 0.1, 0.3, 0.5)) * (0.5 + chance.random()))
        os.kill(pid, signal.SIGKILL)
        assert core.hear().endswith(f"lived {int(signal.SIGKILL)}"), "it was to be killed, not to end by itself"
    person = hub.person("reader")
    before = sum(len(_notes(person, case)) for case in cases)
    core.order("settle")
    assert core.hear() == "sent|lived 0"
    core.end()

    at_hub = {case: _notes(person, case) for case in cases}
    saved = {case: [text for where, text in core.saved if where == case] for case in cases}
    total = sum(map(len, at_hub.values()))
    doubled = sum(many - 1 for notes in at_hub.values() for many in Counter(notes).values())
    missing = sum(len(set(saved[case]) - set(at_hub[case])) for case in cases)
    with capsys.disabled():
        print(
            f"\n{KILLS} kills in {time.monotonic() - begun:.0f} s (seed {SEED}): "
            f"{len(core.saved)} notes reported saved, {before} at the hub before the last start, "
            f"{total} after it, {missing} missing, {doubled} doubled"
        )
    assert len(core.saved) > KILLS, "too few notes were written to show anything"
    assert (missing, doubled) == (0, 0)
    for case in cases:
        # a note may have been saved in the instant before the kill and never reported: it is at the hub too
        reported = set(saved[case])
        assert [text for text in at_hub[case] if text in reported] == saved[case], "out of order"
    assert total - len(core.saved) <= KILLS, "at most one unreported note in each life"
    last = TestDesk(folder, hub.url)
    assert [entry.n for entry in last.store.queries.queue()] == []
    last.close()


def _notes(person: object, case: str) -> list[str]:
    notes: list[str] = []
    after = 0
    while True:
        got = person.get(f"/v1/referrals/{case}/events?after_version={after}&limit=500").json  # type: ignore[attr-defined]
        notes += [event["data"]["text"] for event in got["events"] if event["kind"] == "note_added"]
        if not got["more"]:
            return notes
        after = got["events"][-1]["version"]
