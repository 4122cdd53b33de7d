"""A hub as a process of its own for the generated requests: it serves until its standard input ends."""

from __future__ import annotations

import sys
import threading
from pathlib import Path

from kotaconsole.hub.cli import find_resources
from kotaconsole.hub.clock import WallClock
from kotaconsole.hub.serve import Listen, Running
from kotaconsole.hub.settings import HubSettings, Limits

LIMITS = Limits(access_s=7200, max_wait_s=1, body_s=5)
"""A run has one sign-in and asks thousands of times: tokens must last, polls must wait as little as a hub may ask."""


def main(folder: str) -> None:
    """Serve a hub on any free port of loopback and print its address."""
    settings = HubSettings(db=f"sqlite:///{Path(folder) / 'hub.db'}", resources=find_resources(), limits=LIMITS)
    with Running(settings, Listen("127.0.0.1", 0, None, None), WallClock()) as running:
        server = running.server(lambda: print(running.url, flush=True))

        def wait_for_the_end() -> None:
            sys.stdin.read()
            server.should_exit = True

        threading.Thread(target=wait_for_the_end, name="end", daemon=True).start()
        server.run(sockets=[running.socket])


if __name__ == "__main__":
    main(sys.argv[1])
