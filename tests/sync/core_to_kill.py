"""The console without its window, made to be killed: run as a program of its own.

It imports once and then forks a fresh copy for each life, because importing takes longer than a life lasts. Every
life opens the files, starts the sync and writes notes; it says "saved" only after the store has said so.

Lines in: `live SEED` (write notes until killed), `settle` (send what is left, then end). Lines out: `pid N`,
`saved CASE TEXT`, `sent`, `lived STATUS`.
"""

from __future__ import annotations

import os
import random
import sys
import threading
from pathlib import Path

from kotaconsole.api.client import HubClient
from kotaconsole.api.tokens import Tokens
from kotaconsole.domain.commands import Author, Note
from kotaconsole.store import open_store
from kotaconsole.sync import Engine
from kotaconsole.wire.bodies import Workstation
from tests.sync.desks import KEY, PASSWORD, QUICK, SystemClock


def say(line: str) -> None:
    """One write of the system each: a line is either whole or not there."""
    os.write(1, f"{line}\n".encode())


def live(folder: Path, url: str, cases: list[str], seed: int | None) -> None:
    clock = SystemClock()
    store = open_store(folder, KEY, clock=clock)
    who = store.queries.operator()
    assert who is not None
    author = Author(who.operator_id, who.name, who.role, who.unit, store.workstation, who.desk)
    # the refresh token lives in the keyring, which is not part of this: each life signs in anew
    tokens = Tokens()
    station = Workstation(store.workstation, "kill", "0.1.0")

    def client() -> HubClient:
        return HubClient(url, tokens=tokens, workstation_id=store.workstation)

    nothing_left = threading.Event()
    engine = Engine(
        store, client, tokens, clock, station, QUICK,
        lambda view: nothing_left.set() if view.to_send == 0 and view.state == "live" else nothing_left.clear(),
        unit=who.unit,
    )  # fmt: skip

    def sign_in() -> None:
        client().sign_in("meena", PASSWORD, station)
        engine.wake()

    signing = threading.Thread(target=sign_in)
    signing.start()
    engine.start()
    if seed is None:
        signing.join()
        assert nothing_left.wait(60), "not everything could be sent"
        engine.stop()
        store.close()
        say("sent")
        return
    chance = random.Random(seed)
    while True:
        case = chance.choice(cases)
        text = f"{seed}-{chance.randrange(1 << 30)}"
        store.commands.queue("note", case, Note(text), author=author)
        say(f"saved {case} {text}")
        threading.Event().wait(chance.random() * 0.02)


def main() -> None:
    folder, url, cases = Path(sys.argv[1]), sys.argv[2], sys.argv[3:]
    assert not any(name.startswith("PySide6") for name in sys.modules), "the core starts without Qt"
    for line in sys.stdin:
        word, _, rest = line.strip().partition(" ")
        child = os.fork()
        if child == 0:
            sys.stdin = open(os.devnull)  # noqa: PTH123, SIM115 - the parent's orders are not the child's
            live(folder, url, cases, int(rest) if word == "live" else None)
            os._exit(0)
        say(f"pid {child}")
        _, status = os.waitpid(child, 0)
        say(f"lived {status}")


if __name__ == "__main__":
    main()
