"""What a run leaves behind, so that somebody who was not there can check it: log, pictures, sound, notes, audit."""

from __future__ import annotations

import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

from tests.e2e.case_list import read_case_list
from tests.e2e.night import ROOT, Hub, write_lines
from tests.e2e.operator import Operator
from tests.world.world import World

AUDITOR = "audit"


@dataclass(frozen=True)
class Audited:
    """What the audit said: its exit code, its table, and the numbers of the counts that do not agree."""

    code: int
    table: str

    @property
    def failed(self) -> list[str]:
        """Numbers of the lines that say NO."""
        return [line[0] for line in self.table.splitlines() if line.endswith("NO")]


@dataclass
class Evidence:
    """Collects while the run goes on.

    Attributes:
        folder: Where everything is put.
        loud: Also print the log as it grows.
        notes: Every note that was typed and saved.
    """

    world: World
    folder: Path
    loud: bool = False
    notes: list[str] = field(default_factory=list)
    _sights: list[dict[str, int]] = field(default_factory=list)
    _shots: int = 0

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self._mark = self.world.mark()
        self._began = time.time()
        self._log = self.folder / "demo.log"
        self._log.write_text("", encoding="utf-8")

    def say(self, line: str) -> None:
        """One line of the log, with the seconds since the beginning."""
        said = f"{self.world.mark() - self._mark:6.1f} s  {line}"
        with self._log.open("a", encoding="utf-8") as log:
            log.write(said + "\n")
        if self.loud:
            print(said, flush=True)

    def shot(self, name: str) -> Path:
        """A numbered picture of the screen."""
        self._shots += 1
        return self.world.screenshot(self.folder / f"{self._shots:02d}-{name}.png")

    def keep_sound(self) -> Path:
        """The recording so far."""
        return self.world.sound.save_wav(self.folder / "sound.wav", since=self._mark)

    def look_at_list(self, operator: Operator) -> None:
        """Keep what the list says now: a case that is closed later no longer stands in it."""
        self._sights.append(read_case_list(operator.app.bus, operator.app.pid))

    def audit(self, operator: Operator, hub: Hub, scenario: Path, patience: float = 8.0) -> Audited:
        """Let the audit compare the five counts, in a process of its own, while hub and window stand.

        Args:
            operator: whose window is read.
            hub: which is asked.
            scenario: the lines that were to be fed, all of them.
            patience: seconds the window may need to catch up with the hub.
        """
        wav = self.keep_sound()
        told = {
            "--scenario": scenario,
            "--seconds": "inf",
            "--hub": hub.url,
            "--user": AUDITOR,
            "--bus": operator.app.bus.address,
            "--pid": operator.app.pid,
            "--earlier": write_lines(self.folder / "list.jsonl", self._sights),
            "--wav": wav,
            "--began": self._began,
            "--notes": write_lines(self.folder / "notes.jsonl", self.notes),
            "--patience": patience,
            "--report": self.folder / "audit.json",
        }
        done = subprocess.run(
            [
                sys.executable,
                "-m",
                "tests.e2e.audit_demo",
                "--password-stdin",
                *(str(w) for p in told.items() for w in p),
            ],
            cwd=ROOT,
            input=hub.passwords[AUDITOR] + "\n",
            capture_output=True,
            text=True,
            timeout=90,
            check=False,
        )
        table = done.stdout + done.stderr
        (self.folder / "audit.txt").write_text(table, encoding="utf-8")
        return Audited(done.returncode, table)


def empty(folder: Path) -> None:
    """Take away what an earlier run left, by the names a run writes; anything else in the folder stays."""
    for pattern in ("[0-9][0-9]-*.png", "*.jsonl", "slip.pdf", "sound.wav", "demo.log", "audit.txt", "audit.json"):
        for file in folder.glob(pattern):
            file.unlink()
