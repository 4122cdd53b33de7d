"""`kotaconsole demo`: a training night, whole: a real hub, real flags over real HTTP, the real window.

The hub and the feeder are processes of their own, started as anybody would start them, on a free loopback port and
with a database of this night only. Nothing of it touches another desk: the folder is new unless one is named.
"""

from __future__ import annotations

import secrets
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from kotaconsole.app import Options
from kotaconsole.app import run as run_console
from kotaconsole.domain.errors import Bilingual, EnvironmentFault
from kotaconsole.system.paths import ourselves, resources

OPERATOR: Final = "meena"
SUPERVISOR: Final = "sharma"
SOURCE: Final = "intake"
PEOPLE: Final = (
    (OPERATOR, "operator", "R. Meena"),
    (SUPERVISOR, "supervisor", "K. Sharma"),
    (SOURCE, "source", "Training intake"),
)
"""Sign-in name, role and the name on screen of everybody in the night."""
UNIT: Final = "kota-city"
_START_LIMIT_S: Final = 30.0


@dataclass(frozen=True, slots=True)
class Night:
    """What the night is to be like.

    Attributes:
        profile: folder of the desk; None makes one that goes with the night.
        seconds: when it ends by itself; None waits for the operator to leave.
        speed: how many times as fast the scenario passes.
    """

    profile: Path | None = None
    config: Path | None = None
    queue: str | None = None
    seconds: float | None = None
    speed: float = 1.0


def run(night: Night) -> int:
    """Play the night; returns the console's exit status.

    Raises:
        EnvironmentFault: the hub did not start.
    """
    with ExitStack() as closing:
        folder = Path(closing.enter_context(tempfile.TemporaryDirectory(prefix="kotaconsole-demo-")))
        database = f"sqlite:///{folder / 'hub.db'}"
        passwords = {name: secrets.token_hex(5) for name, _, _ in PEOPLE}
        for name, role, shown in PEOPLE:
            _add_user(database, name, role, shown, passwords[name])
        url = closing.enter_context(_hub(database))
        closing.enter_context(_feeder(url, passwords[SOURCE], night.speed))
        _introduce(url, passwords)
        return run_console(
            Options(
                profile=night.profile or folder / "desk",
                config=night.config,
                hub=url,
                queue=night.queue,
                sign_in=(OPERATOR, passwords[OPERATOR]),
                seconds=night.seconds,
                throwaway=night.profile is None,
            )
        )


def _introduce(url: str, passwords: dict[str, str]) -> None:
    lines = [
        "प्रशिक्षण / TRAINING: सब लोग और अकाउंट काल्पनिक हैं। Everybody in this night is invented.",
        f"हब / hub: {url}",
        *(f"नाम / name: {name}   पासवर्ड / password: {passwords[name]}" for name in (OPERATOR, SUPERVISOR)),
    ]
    sys.stdout.write("\n".join(lines) + "\n")
    sys.stdout.flush()


def _add_user(database: str, name: str, role: str, shown: str, password: str) -> None:
    words = ["hub", "user", "add", name, "--role", role, "--unit", UNIT, "--name", shown]
    words += ["--password-stdin", "--db", database]
    done = subprocess.run(ourselves(*words), input=password, capture_output=True, text=True, check=False)
    if done.returncode:
        raise _did_not_start(done.stderr[-500:])


@contextmanager
def _hub(database: str) -> Iterator[str]:
    """A hub on a free loopback port for as long as the block runs."""
    port = _free_port()
    url = f"http://127.0.0.1:{port}"
    words = ["hub", "serve", "--db", database, "--host", "127.0.0.1", "--port", str(port), "--training"]
    with _running(words) as hub:
        _wait_until_ready(hub, f"{url}/readyz")
        yield url


@contextmanager
def _feeder(url: str, password: str, speed: float) -> Iterator[None]:
    scenario = str(resources() / "scenarios" / "kota-night.jsonl")
    words = ["flags", scenario, "--hub", url, "--user", SOURCE, "--password-stdin", "--speed", str(speed)]
    with _running(words, stdin=subprocess.PIPE) as feeder:
        assert feeder.stdin is not None  # noqa: S101 - it was asked for
        feeder.stdin.write(password.encode())
        feeder.stdin.close()
        yield


@contextmanager
def _running(words: list[str], stdin: int = subprocess.DEVNULL) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(ourselves(*words), stdin=stdin, stdout=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_until_ready(hub: subprocess.Popen[bytes], url: str) -> None:
    end = time.monotonic() + _START_LIMIT_S
    while time.monotonic() < end and hub.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=2):  # noqa: S310 - loopback http of our own hub
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.05)
    raise _did_not_start(f"exit status {hub.poll()}")


def _did_not_start(technical: str) -> EnvironmentFault:
    return EnvironmentFault(
        "demo-hub",
        Bilingual(
            en="The demo's own hub did not start. Nothing was changed. Start again; the details are below.",
            hi="डेमो का अपना हब शुरू नहीं हुआ। कुछ नहीं बदला। दोबारा शुरू करें; विवरण नीचे है।",
        ),
        technical,
    )


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
