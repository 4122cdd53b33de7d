"""Ends processes by a mark in their environment; as a script, ends a world's processes when its maker was killed.

This file runs by itself (``python -S -I reaper.py TOKEN FOLDER``), so it imports nothing of its neighbours. A process
that clears its children's environment hides them from this.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
import time
from dataclasses import dataclass
from pathlib import Path

FOLDER_PREFIX = "kw-"


@dataclass(frozen=True)
class ProcessStat:
    """What the kernel says of one process; times in clock ticks, memory in pages."""

    state: str
    name: str
    ticks: int
    pages: int


def process_stat(pid: int) -> ProcessStat | None:
    """None when the process is gone."""
    try:
        line = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return None
    head, _, tail = line.rpartition(")")
    fields = tail.split()
    return ProcessStat(fields[0], head.partition("(")[2], sum(map(int, fields[11:15])), int(fields[21]))


def marked(token: str) -> list[int]:
    """The live processes, other than this one, whose environment carries ``NAME=value``."""
    others = (int(p.name) for p in Path("/proc").iterdir() if p.name.isdigit() and int(p.name) != os.getpid())
    return [pid for pid in others if _carries(pid, token.encode())]


def _carries(pid: int, token: bytes) -> bool:
    try:
        if token not in Path(f"/proc/{pid}/environ").read_bytes().split(b"\0"):
            return False
    except OSError:
        return False
    stat = process_stat(pid)
    return stat is not None and stat.state != "Z"


def send(pid: int, sig: int) -> None:
    """A signal; a process that has gone by itself is as good."""
    try:
        os.kill(pid, sig)
    except ProcessLookupError:
        return


def end_marked(token: str, grace: float = 3.0) -> list[tuple[int, str]]:
    """TERM, after ``grace`` seconds KILL, each by its pid. Returns (pid, name) of those that needed KILL."""
    for pid in marked(token):
        send(pid, signal.SIGTERM)
        send(pid, signal.SIGCONT)
    end = time.monotonic() + grace
    while marked(token) and time.monotonic() < end:
        time.sleep(0.03)
    hard = []
    for _ in range(3):
        for pid in marked(token):
            stat = process_stat(pid)
            hard.append((pid, stat.name if stat else "?"))
            send(pid, signal.SIGKILL)
        time.sleep(0.03)
    return hard


def _main(token: str, folder: Path) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if sys.stdin.buffer.read(1) == b"":  # the pipe closed without a good-bye: our maker was killed
        end_marked(token)
        if folder.name.startswith(FOLDER_PREFIX):
            shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    _main(sys.argv[1], Path(sys.argv[2]))
