"""A hub that is killed again and again while people work, and what has to hold afterwards."""

from __future__ import annotations

import contextlib
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.hub import afterwards
from tests.hub.client import Person, new_uuid
from tests.hub.fixtures import TestHub
from tests.hub.stubborn import Comings, Desk, Journal, Lasting, Source, Stubborn
from tests.people import body as flag_body
from tests.world.waiting import WorldError, until

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_S = 60.0


class HubToKill:
    """A hub as a process of its own on one port and file.

    Attributes:
        jobs: names of the jobs whose commits were seen, over all lives.
    """

    def __init__(self, db: Path) -> None:
        self.db, self.url = db, ""
        self.jobs: set[str] = set()
        self._port = "0"
        self._process: subprocess.Popen[str] | None = None
        self._reader: threading.Thread | None = None
        self._up = threading.Event()

    @property
    def alive(self) -> bool:
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def start(self, *death: str) -> bool:
        """Start it, to die at a chosen commit if one is given; False when it was gone before it listened."""
        command = [sys.executable, "-m", "tests.long.hub_to_kill", str(self.db), self._port, *death]
        log = self.db.with_name("hub.log").open("ab")
        with log:
            self._process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=log, text=True)
        self._up.clear()
        self._reader = threading.Thread(target=self._read, args=(self._process,), name="hub-words", daemon=True)
        self._reader.start()
        until(lambda: self._up.is_set() or not self.alive, PATIENCE_S, "the hub to listen")
        return self._up.is_set()

    def kill(self) -> None:
        """End it without a word."""
        assert self._process is not None
        if self.alive:
            os.kill(self._process.pid, signal.SIGKILL)
        self.wait_dead()

    def wait_dead(self) -> None:
        """Until its process is gone; it must have been killed and not have ended by itself."""
        assert self._process is not None
        assert self._reader is not None
        status = self._process.wait(PATIENCE_S)
        self._reader.join(PATIENCE_S)
        assert status == -signal.SIGKILL, f"the hub ended by itself: {self.db.with_name('hub.log').read_text()[-2000:]}"

    def close(self) -> None:
        """Whatever happened, leave no process behind."""
        if self._process is not None and self._process.poll() is None:
            self._process.kill()
            self._process.wait()

    def _read(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout is not None
        with process.stdout as pipe:
            for line in pipe:
                what, _, rest = line.strip().partition(" ")
                if what == "job":
                    self.jobs.add(rest)
                elif what == "url":
                    self.url, self._port = rest, rest.rsplit(":", 1)[1]
                    self._up.set()


class World:
    """A hub in a folder, its people at their workstations, and the journal; opened again, it goes on.

    Attributes:
        people: by name. shared: cases that everybody writes to.
    """

    OPERATORS = ("asha", "bharat", "charu")

    def __init__(self, folder: Path, seed: int) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.hub = HubToKill(folder / "hub.db")
        self.journal = Journal(folder / "journal.jsonl")
        self.people: dict[str, Person] = {}
        self.shared: list[str] = []
        self.dice = random.Random(seed)
        self._folder = folder

    def open(self) -> None:
        """Start the hub and sign everybody in, where they sat before."""
        self.journal.load()
        assert self.hub.start()
        seats = self._folder / "seats.json"
        told = {
            **dict.fromkeys(self.OPERATORS, "operator"),
            "platform": "source",
            "auditor": "auditor",
            "dev": "supervisor",
        }
        known: dict[str, str] = json.loads(seats.read_text()) if seats.exists() else {}
        if not known:
            for name, role in told.items():
                unit = "kota-city" if role in ("operator", "supervisor") else "rajasthan"
                TestHub(self._folder).add_user(name, role, unit)
                known[name] = new_uuid()
            seats.write_text(json.dumps(known))
        self.people = {name: Lasting(self.hub.url, name, desk) for name, desk in known.items()}
        for entry in self.journal.entries.values():
            if "/commands/" in entry.path:
                person = self.people[entry.who]
                person.n = max(person.n, entry.told["n"])
        source = Stubborn(self.people["platform"], self.journal, threading.Event())
        for number in range(3):
            flag = flag_body(account={"platform_account_id": f"shared-{number}"}, signals=["plan"])
            path = f"/v1/flags/facebook/shared-{number}"
            known_entry = self.journal.entries.get(path)
            got = source.put(path, json.dumps(flag).encode()) if known_entry is None else None
            raw = got.raw if got is not None else self.journal.entries[path].raw
            self.shared.append(str(json.loads(raw)["referral_id"]))

    def clients(self, stop: threading.Event) -> list[Client]:
        """Everybody who writes, each with dice of their own."""
        desks: list[Client] = [
            Desk(self.people[name], self.journal, stop, self.shared, random.Random(self.dice.random()))
            for name in self.OPERATORS
        ]
        source = Source(self.people["platform"], self.journal, stop, random.Random(self.dice.random()))
        return [*desks, source, Comings(self.people["dev"], self.journal, stop)]

    def killed(self, kills: int, longest_s: float, tell: Callable[[int], None] = lambda _number: None) -> None:
        """Let everybody work while the hub is killed at random moments, then let all that is open be answered."""
        stop = threading.Event()
        with at_work(self.clients(stop), stop):
            for number in range(kills):
                ends = time.monotonic() + self.dice.uniform(0.0, longest_s)
                until(lambda ends=ends: time.monotonic() >= ends, longest_s + 5, "the moment", 0.005)  # type: ignore[misc]
                self.hub.kill()
                assert self.hub.start()
                tell(number + 1)
        self.settle()

    def watched(self, seconds: float) -> set[str]:
        """Let everybody work in peace and see which commits there are."""
        stop = threading.Event()
        with at_work(self.clients(stop), stop):
            ends = time.monotonic() + seconds
            until(lambda: time.monotonic() >= ends, seconds + 5, "the time to pass")
        self.settle()
        return set(self.hub.jobs)

    def killed_at(self, when: str, job: str, number: int = 1, patience_s: float = 20.0) -> bool:
        """Let the hub die before or after a commit while everybody works; False when that commit did not come."""
        self.hub.kill()
        up = self.hub.start(when, job, str(number))
        stop = threading.Event()
        with at_work(self.clients(stop), stop):
            with contextlib.suppress(WorldError):
                until(lambda: not self.hub.alive, patience_s, "the hub to die")
            died = not self.hub.alive
            self.hub.kill()
            assert self.hub.start()
        self.settle()
        return died or not up

    def settle(self) -> None:
        """Send what was not answered until it is."""
        for entry in self.journal.open():
            assert Stubborn(self.people[entry.who], self.journal, threading.Event()).again(entry) is not None

    def examined(self) -> dict[str, int]:
        """Everything that has to hold, held against what the hub shows; figures of it."""
        reader = self.people["auditor"]
        before = afterwards.feeds_of(reader)
        found = afterwards.commands_are_there_once_and_in_order(self.journal, before)
        found["flags"] = afterwards.flags_are_there_once(self.journal, reader)
        found["sent again"] = afterwards.replays_give_the_first_answer(self.journal, self.people)
        heads = {unit: len(events) for unit, events in afterwards.feeds_of(reader).items()}
        by_person = sum(event["by"] is not None for event in before["rajasthan"])
        assert by_person == sum(e["by"] is not None for e in reader.feed("rajasthan")), "a replay made an event"
        found["events"], found["audit rows"] = heads["rajasthan"], afterwards.the_audit_chain_holds(reader)
        found["answered again after a kill"] = self.journal.replayed
        return found


Client = Desk | Source | Comings


@contextlib.contextmanager
def at_work(clients: list[Client], stop: threading.Event) -> Iterator[None]:
    """Run clients, each on a thread; at the end none of them may have met what cannot be."""
    threads = [threading.Thread(target=one.run, name=one.person.username, daemon=True) for one in clients]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join(PATIENCE_S)
    assert not any(thread.is_alive() for thread in threads)
    assert [wrong for one in clients for wrong in one.wrong] == []
