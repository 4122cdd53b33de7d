"""The hub as it is served, which kills itself at a chosen commit: the hub itself knows nothing of it.

Arguments: file, port, and optionally ``before`` or ``after``, the name of a job, and which commit of that job. It
says the name of each job at its first commit (``job <name>``) and where it listens (``url <url>``). The name is that
of the function that was handed to the writer; ``start`` is what is committed before the writer's thread begins.
"""

from __future__ import annotations

import contextlib
import functools
import json
import os
import signal
import sys
import threading
from collections.abc import Callable
from typing import Any

from sqlalchemy import Engine, event

from kotaconsole.hub.cli import find_resources
from kotaconsole.hub.clock import WallClock
from kotaconsole.hub.serve import Listen, Running
from kotaconsole.hub.settings import HubSettings
from kotaconsole.hub.storage.writer import Writer
from kotaconsole.hub.web.connection import tune_process

START = "start"


def name_of(work: Callable[..., Any]) -> str:
    """The function behind a job, and the kind of a command: each kind is a commit of its own."""
    kind = ""
    while isinstance(work, functools.partial):
        body = getattr(work.keywords.get("asked"), "body", b"")
        with contextlib.suppress(ValueError, KeyError, TypeError, RecursionError):
            kind = f" {json.loads(body)['kind']}" if body else ""
        work = work.func
    name = str(getattr(work, "__qualname__", type(work).__qualname__))
    return name.replace(".<locals>", "").replace(".<lambda>", "") + kind


class Death:
    """Counts commits and ends the process at the chosen one. Thread: wherever commits are made."""

    def __init__(self, when: str, job: str, number: int) -> None:
        self._when, self._job, self._left = when, job, number
        self._now = START
        self._said: set[str] = set()

    def take(self, job: str) -> None:
        """The writer begins a job."""
        self._now = job

    def commits(self, _connection: object) -> None:
        """The database is about to be told to commit."""
        if threading.current_thread().name not in ("hub-writer", "MainThread"):
            return
        if self._now not in self._said:
            self._said.add(self._now)
            print(f"job {self._now}", flush=True)
        if self._now == self._job:
            self._left -= 1
            self.die("before")

    def committed(self) -> None:
        """The commit is durable; nobody has been told of it."""
        if self._now == self._job:
            self.die("after")

    def die(self, when: str) -> None:
        """End here, as by a kill from outside, if this is the place."""
        if self._left == 0 and when == self._when:
            os.kill(os.getpid(), signal.SIGKILL)


def _watch(death: Death) -> None:
    one, hand_back = Writer._one, Writer._hand_back

    def watched(self: Writer, job: Any) -> None:
        death.take(name_of(job.work))
        one(self, job)

    def handed(self: Writer, job: Any, outcome: object, after: list[Callable[[], None]]) -> None:
        if not isinstance(outcome, Exception):
            death.committed()
        hand_back(self, job, outcome, after)

    Writer._one = watched  # type: ignore[method-assign]
    Writer._hand_back = handed  # type: ignore[method-assign]
    event.listen(Engine, "commit", death.commits)


def main(db: str, port: str, when: str = "", job: str = "", number: str = "1") -> None:
    """Serve until killed."""
    _watch(Death(when, job, int(number)))
    tune_process()
    settings = HubSettings(db=f"sqlite:///{db}", resources=find_resources())
    with Running(settings, Listen("127.0.0.1", int(port)), WallClock()) as running:
        running.server(lambda: print(f"url {running.url}", flush=True)).run(sockets=[running.socket])


if __name__ == "__main__":
    main(*sys.argv[1:])
