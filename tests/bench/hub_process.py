"""The hub as it is served, with two additions: it says when the commit of a flag was durable, and what it is asked.

The moment is taken on the hub's writer thread, right after the transaction's block has been left, before anything is
published: nobody can know of the flag earlier. Asked are ``cpu``, the processor time of the process, and
``waiting``, how many polls wait.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from kotaconsole.hub.cases.intake import Taken
from kotaconsole.hub.cli import find_resources
from kotaconsole.hub.clock import WallClock
from kotaconsole.hub.serve import Listen, Running
from kotaconsole.hub.settings import HubSettings
from kotaconsole.hub.storage.writer import Writer
from kotaconsole.hub.web.connection import tune_process
from tests.bench.saying import listen, say


def _tell_commits() -> None:
    plain = Writer._hand_back

    def hand_back(self: Writer, job: Any, outcome: object, after: list[Callable[[], None]]) -> None:
        at = time.monotonic()
        plain(self, job, outcome, after)
        if after and isinstance(outcome, Taken):
            say("commit", at=at, key=json.loads(outcome.body)["referral_id"])

    Writer._hand_back = hand_back  # type: ignore[method-assign]


def main(folder: str) -> None:
    """Serve until standard input ends."""
    _tell_commits()
    tune_process()
    settings = HubSettings(db=f"sqlite:///{Path(folder) / 'hub.db'}", resources=find_resources())
    with Running(settings, Listen("127.0.0.1", 0), WallClock()) as running:
        server = running.server(lambda: say("ready", url=running.url))

        def over() -> None:
            server.should_exit = True

        def hear(word: dict[str, Any]) -> None:
            if word["is"] == "cpu":
                say("cpu", seconds=time.process_time())
            elif word["is"] == "waiting":
                say("waiting", count=running.hub.feeds.waiting())

        listen(hear, over)
        server.run(sockets=[running.socket])


if __name__ == "__main__":
    main(sys.argv[1])
