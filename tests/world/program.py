"""A program under test as a set of processes: its log, its end, its appetite, and the ways to hurt it."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import time
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.world import reaper
from tests.world.processes import Nest
from tests.world.waiting import WorldError

_MIB = 2**20


@dataclass(frozen=True)
class Usage:
    """What a program takes: memory in MiB (resident; proportional share), CPU seconds since its start."""

    rss_mb: float
    pss_mb: float
    cpu_s: float


class Program:
    """One started program and all its children, known by a mark in their environment (orphans too).

    Attributes:
        started: Monotonic seconds.
        logfile: Everything it wrote to standard output and error.
    """

    def __init__(
        self,
        nest: Nest,
        command: Sequence[str | Path],
        env: Mapping[str, str | None] | None = None,
        cwd: Path | None = None,
        stdin: bytes | None = None,
    ) -> None:
        self._token = f"WORLD_APP={uuid.uuid4().hex[:12]}"
        self.command = [str(part) for part in command]
        self.logfile = nest.dir / f"program-{self._token[-6:]}.log"
        name, value = self._token.split("=")
        merged = {**nest.env, **(env or {}), name: value}
        with self.logfile.open("wb") as out:
            self.started = time.monotonic()
            self.process = subprocess.Popen(
                self.command,
                env={k: v for k, v in merged.items() if v is not None},
                cwd=cwd or nest.home,
                stdin=subprocess.DEVNULL if stdin is None else subprocess.PIPE,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        if stdin is not None and self.process.stdin:
            self.process.stdin.write(stdin)
            self.process.stdin.close()

    @property
    def pid(self) -> int:
        """The main process."""
        return self.process.pid

    @property
    def alive(self) -> bool:
        """Whether the main process runs."""
        return self.process.poll() is None

    @property
    def returncode(self) -> int | None:
        """Exit code, None while it runs."""
        return self.process.poll()

    def log(self) -> str:
        """What it has written so far."""
        return self.logfile.read_text(errors="replace")

    def pids(self) -> list[int]:
        """The whole process tree."""
        return reaper.marked(self._token)

    def children(self) -> dict[int, str]:
        """Command lines of the other processes."""
        lines = {p: Path(f"/proc/{p}/cmdline") for p in self.pids() if p != self.pid}
        return {p: f.read_bytes().replace(b"\0", b" ").decode(errors="replace") for p, f in lines.items() if f.exists()}

    def usage(self) -> Usage:
        """Summed over all its processes."""
        rss = pss = cpu = 0.0
        for pid in self.pids():
            stat = reaper.process_stat(pid)
            if stat:
                resident = stat.pages * os.sysconf("SC_PAGE_SIZE") / _MIB
                rss, pss = rss + resident, pss + (_pss_mb(pid) or resident)
                cpu += stat.ticks / os.sysconf("SC_CLK_TCK")
        return Usage(round(rss, 1), round(pss, 1), round(cpu, 2))

    def cpu_percent(self, seconds: float = 2.0) -> float:
        """Of one core, over the next ``seconds``."""
        before, start = self.usage().cpu_s, time.monotonic()
        time.sleep(seconds)
        return round(100 * (self.usage().cpu_s - before) / (time.monotonic() - start), 1)

    def wait(self, timeout: float = 10.0) -> int:
        """Wait for its own end; the exit code.

        Raises:
            WorldError: It has not ended in time.
        """
        try:
            return self.process.wait(timeout)
        except subprocess.TimeoutExpired:
            raise WorldError(f"{self.command[:4]} has not ended within {timeout} s") from None

    def terminate(self, timeout: float = 10.0) -> int:
        """Ask the main process to end (TERM); the exit code."""
        reaper.send(self.pid, signal.SIGTERM)
        return self.wait(timeout)

    def kill(self, pid: int | None = None) -> None:
        """``kill -9`` of the main process, or of one of its children."""
        reaper.send(self._own(pid), signal.SIGKILL)
        if pid is None:
            self.process.wait(10)

    def freeze(self, pid: int | None = None) -> None:
        """Stop it in its tracks, as an overloaded machine would."""
        reaper.send(self._own(pid), signal.SIGSTOP)

    def thaw(self, pid: int | None = None) -> None:
        """Let it go on."""
        reaper.send(self._own(pid), signal.SIGCONT)

    def _own(self, pid: int | None) -> int:
        if pid is not None and pid not in self.pids():
            raise ValueError(f"{pid} is no process of this program")
        return self.pid if pid is None else pid

    def end(self) -> list[tuple[int, str]]:
        """TERM, then KILL, of everything; (pid, name) of what needed KILL."""
        hard = reaper.end_marked(self._token)
        self.process.wait(5)
        return hard


def _pss_mb(pid: int) -> float | None:
    try:
        found = re.search(r"^Pss:\s+(\d+)", Path(f"/proc/{pid}/smaps_rollup").read_text(), re.MULTILINE)
    except OSError:
        return None
    return int(found.group(1)) / 1024 if found else None
