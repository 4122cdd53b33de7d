"""The program's own parts as processes of their own, started as an administrator would start them.

Nothing of the program is imported: a hub, its people, a source that sends a file of flags, and the console's window.
"""

from __future__ import annotations

import http.client
import json
import secrets
import shutil
import signal
import sys
import urllib.error
import urllib.request
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

from tests.e2e.operator import Operator
from tests.world.processes import free_port
from tests.world.program import Program
from tests.world.waiting import until
from tests.world.world import World

ROOT = Path(__file__).parents[2]
SCENARIO = ROOT / "resources" / "scenarios" / "kota-night.jsonl"
KOTACONSOLE = (sys.executable, "-m", "kotaconsole")
UNIT = "kota-city"
_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class Place(Protocol):
    """Where programs can be started: a world, or less."""

    @property
    def home(self) -> Path:
        """Where they may write."""

    def start(self, command: Sequence[str | Path], *, cwd: Path | None = None, stdin: bytes | None = None) -> Program:
        """Start one."""


class Hub:
    """One hub with a database of its own, that can be stopped and started again at the same address.

    Attributes:
        url: Where it answers.
        file: Its database.
        passwords: By user name.
    """

    def __init__(self, world: Place, *words: str, scheme: str = "http") -> None:
        """Make it; nothing runs yet.

        Args:
            world: Whose processes these are.
            words: More words for ``hub serve``.
            scheme: http or https.
        """
        self._world, self._words = world, ("--training", *words)
        self.port = free_port()
        self.url = f"{scheme}://127.0.0.1:{self.port}"
        self.passwords: dict[str, str] = {}
        self.file = world.home / f"hub-{self.port}.db"
        self._db = f"sqlite:///{self.file}"
        self._program: Program | None = None

    def add_users(self, **roles: str) -> None:
        """Add people by user name and role; each gets a password nobody knows beforehand."""
        first, *others = roles.items()  # the first one makes the database, the others may come side by side
        for group in ([first], others):
            adding = [self._add(name, role) for name, role in group]
            for program in adding:
                assert program.wait(60) == 0, program.log()

    def _add(self, name: str, role: str) -> Program:
        self.passwords[name] = secrets.token_hex(6)
        words = ("hub", "user", "add", name, "--role", role, "--unit", UNIT, "--password-stdin", "--db", self._db)
        return self._world.start([*KOTACONSOLE, *words], cwd=ROOT, stdin=self.passwords[name].encode() + b"\n")

    def user(self, *words: str, stdin: str | None = None) -> None:
        """``kotaconsole hub user ...``, as the administrator does it while the hub runs."""
        typed = None if stdin is None else stdin.encode() + b"\n"
        program = self._world.start([*KOTACONSOLE, "hub", "user", *words, "--db", self._db], cwd=ROOT, stdin=typed)
        assert program.wait(60) == 0, program.log()

    def take_users(self, other: Hub) -> None:
        """Begin with a copy of another hub's people; neither may run."""
        for ending in ("", ".key"):
            shutil.copy(f"{other.file}{ending}", f"{self.file}{ending}")
        self.passwords = dict(other.passwords)

    def start(self) -> None:
        """Start it and wait until it answers."""
        words = ("hub", "serve", "--db", self._db, "--host", "127.0.0.1", "--port", str(self.port), *self._words)
        program = self._program = self._world.start([*KOTACONSOLE, *words], cwd=ROOT)
        until(self._ready, 40, lambda: f"the hub on {self.port}: {program.log()[-800:]}", 0.05)

    def _ready(self) -> bool:
        assert self._program is not None
        assert self._program.alive, self._program.log()
        try:
            with _OPENER.open(f"{self.url}/readyz", timeout=2) as answer:
                return bool(answer.status == 200)
        except urllib.error.URLError as silence:
            return "CERTIFICATE" in str(silence.reason)  # it answers; whether it is believed is the console's affair
        except OSError:
            return False

    def stop(self) -> None:
        """Ask it to end (TERM to its process) and wait; nothing if it does not run."""
        if self._program is None or not self._program.alive:
            return
        self._program.thaw()  # one that is frozen could not end
        ended = self._program.terminate(20)  # the server repeats the signal to itself once everything is put away
        assert ended in (0, -signal.SIGTERM), f"{ended}: {self._program.log()}"

    def freeze(self) -> None:
        """Stop its process in the midst of everything: connections stay open, and nothing answers."""
        assert self._program is not None
        self._program.freeze()

    def thaw(self) -> None:
        """Let it go on."""
        assert self._program is not None
        self._program.thaw()

    def log(self) -> str:
        """What it wrote."""
        return self._program.log() if self._program else ""

    # the intake, and reading, by plain HTTP
    def feed(self, file: Path, *words: str) -> Program:
        """Let ``kotaconsole flags`` send a file as the user "intake"."""
        told = ("--hub", self.url, "--user", "intake", "--password-stdin", *words)
        return self._world.start(
            [*KOTACONSOLE, "flags", file, *told], cwd=ROOT, stdin=self.passwords["intake"].encode() + b"\n"
        )

    def sign_in(self, name: str, workstation: str) -> Caller:
        """A session by plain HTTP, as somebody at a workstation of his own."""
        return Caller(self, name, workstation)


class Caller:
    """Somebody who speaks to the hub without the console.

    Attributes:
        id: The hub's id of the person.
    """

    def __init__(self, hub: Hub, name: str, workstation: str) -> None:
        self._port, self._token = hub.port, ""
        station = {"id": workstation, "name": "outside", "version": "0.1.0"}
        asked = {"username": name, "password": hub.passwords[name], "workstation": station}
        session = self.ask("POST", "/v1/sessions", json.dumps(asked).encode())
        self._token, self.id = session["access_token"], session["operator"]["id"]

    def ask(self, method: str, path: str, body: bytes | None = None) -> dict[str, Any]:
        """One request; the answer's JSON. Raises AssertionError unless it was taken."""
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=15)
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        if self._token:
            headers["Authorization"] = f"Bearer {self._token}"
        try:
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            raw = response.read()
        finally:
            connection.close()
        assert response.status < 300, f"{method} {path}: {response.status} {raw[:300]!r}"
        found: dict[str, Any] = json.loads(raw) if raw else {}
        return found

    def put_flag(self, platform: str, reference: str, body: bytes) -> dict[str, Any]:
        """One flag through the intake, as it stands."""
        return self.ask("PUT", f"/v1/flags/{platform}/{reference}", body)


def open_desk(world: World, hub: Hub, *words: str, program: Sequence[str] = KOTACONSOLE) -> Operator:
    """The console's sign-in window, with an operator before it."""
    told = ["--hub", hub.url, "--profile", str(world.home / "desk"), *words]
    return Operator(world, world.launch([*program, *told], cwd=ROOT, timeout=60))


def lines_of(scenario: Path) -> list[dict[str, Any]]:
    """The lines of a file of flags."""
    return [json.loads(line) for line in scenario.read_text(encoding="utf-8").splitlines() if line.strip()]


def write_lines(file: Path, lines: Sequence[object]) -> Path:
    """Write JSON lines."""
    file.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), encoding="utf-8")
    return file
