"""`kotaconsole flags FILE`: sends a file of flags through the real intake, as a platform would.

Each line of the file is one step: {"after": seconds from the start, "do": "put" or "delete", "platform",
"reference", and "body" (JSON), "raw" (text) or "raw_base64" (bytes), or "reason"}. Any text of the form `@-PT5M`
in a body stands for the moment that much before it is sent, so that a file never grows old.
"""

from __future__ import annotations

import argparse
import base64
import http.client
import json
import re
import ssl
import sys
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, urlsplit

from kotaconsole import __version__
from kotaconsole.domain.clock import Instant
from kotaconsole.domain.errors import Bilingual, ContractBreach, EnvironmentFault
from kotaconsole.hub.arguments import Parser
from kotaconsole.hub.clock import WallClock
from kotaconsole.wire import codec
from kotaconsole.wire.bodies import Session

FAILED: Final = 2
TIMEOUT_S: Final = 30
TRIES: Final = 5
"""How often a sign-in is tried at a hub that is not ready or not there."""
PATIENCE_S: Final = 120.0
"""How long one flag is offered to a hub that took others before: a platform too waits for a restart, and a flag that
was given up is a person nobody looks for."""
PAUSE_S: Final = 1.0
"""The longest pause between two tries: a hub that is back hears of a waiting flag within it."""
_AGO: Final = re.compile(r"@-PT(\d{1,9})([SMH])", re.ASCII)
_UNIT_S: Final = {"S": 1, "M": 60, "H": 3600}


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the file; `after` in seconds from the start."""

    after: float
    do: str
    platform: str
    reference: str
    line: Mapping[str, Any]


@dataclass(slots=True)
class Tally:
    """What was sent and what the hub said."""

    sent: int = 0
    statuses: Counter[int] = field(default_factory=Counter)

    @property
    def accepted(self) -> int:
        """Answers that took the flag in."""
        return sum(count for status, count in self.statuses.items() if status < 300)

    def summary(self) -> str:
        """Plain lines with counts only."""
        by_status = ", ".join(f"{status}: {count}" for status, count in sorted(self.statuses.items()))
        return (
            f"भेजे / sent {self.sent} · स्वीकृत / accepted {self.accepted} · "
            f"अस्वीकृत / refused {self.sent - self.accepted} ({by_status})"
        )


class Source:
    """A `source` session at a hub, over one kept connection that is made anew when it breaks."""

    def __init__(self, url: str, user: str, password: str, ca_file: Path | None = None) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise _fault("feeder-url", "--hub needs an address such as https://hub.example.invalid.",
                         "--hub में पता दें, जैसे https://hub.example.invalid।")  # fmt: skip
        self._parts = parts
        self._ca = ca_file
        self._who = (user, password)
        self._token = ""
        self._connection: http.client.HTTPConnection | None = None

    def sign_in(self) -> None:
        """Begin a session.

        Raises:
            EnvironmentFault: the hub is not there, or refuses name and password.
        """
        user, password = self._who
        station = {"id": str(uuid.uuid5(uuid.NAMESPACE_URL, f"kotaconsole-flags:{user}")), "version": __version__}
        asked = codec.encode({"username": user, "password": password, "workstation": {**station, "name": "flags"}})
        status, body = self._patiently("POST", "/v1/sessions", asked)
        if status != 201:
            raise _fault("feeder-sign-in", f"The hub refused the sign-in ({status}). Check name and password.",
                         f"हब ने साइन-इन अस्वीकार किया ({status})। नाम और पासवर्ड जाँचें।")  # fmt: skip
        try:
            self._token = codec.decode(body, Session).access_token
        except ContractBreach:
            raise _fault("feeder-not-a-hub", "What answers at --hub is not a hub.",
                         "--hub के पते पर हब नहीं है।") from None  # fmt: skip

    def send(self, method: str, path: str, body: bytes | None) -> int:
        """One request of the intake; signs in again when the session has run out."""
        status, _ = self._patiently(method, path, body)
        if status == 401:
            self.sign_in()
            status, _ = self._patiently(method, path, body)
        return status

    def close(self) -> None:
        """End the connection."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _patiently(self, method: str, path: str, body: bytes | None) -> tuple[int, bytes]:
        began, attempt, last = time.monotonic(), 0, False
        while not last:
            attempt += 1
            last = attempt >= TRIES and (not self._token or time.monotonic() - began > PATIENCE_S)
            try:
                status, answer = self._once(method, path, body)
            except (OSError, http.client.HTTPException):
                self.close()
            else:
                if last or status not in (429, 503):
                    return status, answer
            if not last:
                time.sleep(min(PAUSE_S, 0.2 * 2**attempt))
        raise _fault(
            "feeder-hub-unreachable",
            "The hub cannot be reached. Start it, then send the file again: what it has already is not taken twice.",
            "हब तक पहुँच नहीं हुई। उसे चलाएँ, फिर फ़ाइल दोबारा भेजें: जो पहुँच चुका है वह दो बार नहीं लिया जाता।",
        )

    def _once(self, method: str, path: str, body: bytes | None) -> tuple[int, bytes]:
        if self._connection is None:
            self._connection = self._connect()
        headers = {"Content-Type": "application/json"}
        if self._token and path != "/v1/sessions":
            headers["Authorization"] = f"Bearer {self._token}"
        self._connection.request(method, f"{self._parts.path.rstrip('/')}{path}", body, headers)
        response = self._connection.getresponse()
        return response.status, response.read(codec.MAX_ANSWER)

    def _connect(self) -> http.client.HTTPConnection:
        host, port = str(self._parts.hostname), self._parts.port
        if self._parts.scheme == "http":
            return http.client.HTTPConnection(host, port, timeout=TIMEOUT_S)
        context = ssl.create_default_context(cafile=None if self._ca is None else str(self._ca))
        return http.client.HTTPSConnection(host, port, timeout=TIMEOUT_S, context=context)


def main(argv: list[str]) -> int:
    """Send one file; 0 when every line was accepted, 1 when one was refused, 2 after a sentence."""
    asked = _parser().parse_args(argv)
    try:
        steps = read_steps(asked.file)
        source = Source(asked.hub, asked.user, sys.stdin.readline().rstrip("\r\n"), asked.ca_file)
        with closing(source):
            source.sign_in()
            tally = feed(steps, source.send, rate=asked.rate, speed=asked.speed)
    except EnvironmentFault as fault:
        print(fault.sentence.both(), file=sys.stderr)
        return FAILED
    print(tally.summary())
    return 0 if tally.accepted == tally.sent else 1


def feed(
    steps: Sequence[Step], send: Callable[[str, str, bytes | None], int], *, rate: float | None = None,
    speed: float = 1.0,
) -> Tally:  # fmt: skip
    """Send steps at their times.

    Args:
        steps: in the order of the file.
        send: sends one request and gives back its status.
        rate: flags per second instead of the file's own times.
        speed: the file's seconds per second of the clock.
    """
    tally = Tally()
    clock = WallClock()
    began = clock.monotonic()
    for place, step in enumerate(steps):
        due = place / rate if rate else step.after / speed
        pause = began + due - clock.monotonic()
        if pause > 0:
            time.sleep(pause)
        method, path, body = request_of(step, clock.now())
        tally.statuses[send(method, path, body)] += 1
        tally.sent += 1
    return tally


def request_of(step: Step, now: Instant) -> tuple[str, str, bytes | None]:
    """Method, path and body of a step that is sent now."""
    path = f"/v1/flags/{quote(step.platform, safe='')}/{quote(step.reference, safe='')}"
    if step.do == "delete":
        return "DELETE", f"{path}?reason={quote(str(step.line.get('reason', 'other')), safe='')}", None
    if "raw_base64" in step.line:
        return "PUT", path, base64.b64decode(str(step.line["raw_base64"]))
    if "raw" in step.line:
        return "PUT", path, _ago_in_text(str(step.line["raw"]), now).encode("utf-8", "surrogatepass")
    return "PUT", path, json.dumps(_ago(step.line.get("body"), now), ensure_ascii=True).encode()


def read_steps(file: Path) -> list[Step]:
    """The steps of a file.

    Raises:
        EnvironmentFault: it cannot be read, or a line is no step; the sentence names the line.
    """
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError):
        raise _fault("feeder-file", f"The file {file.name} cannot be read.",
                     f"फ़ाइल {file.name} पढ़ी नहीं जा सकी।") from None  # fmt: skip
    return list(_steps(lines))


def _steps(lines: Sequence[str]) -> Iterator[Step]:
    for number, text in enumerate(lines, 1):
        if not text.strip():
            continue
        try:
            line = json.loads(text)
            step = Step(float(line["after"]), line["do"], str(line["platform"]), str(line["reference"]), line)
        except (ValueError, KeyError, TypeError):
            step = None
        if step is None or step.do not in ("put", "delete"):
            raise _fault("feeder-line", f"Line {number} of the file is no step.",
                         f"फ़ाइल की पंक्ति {number} समझी नहीं जा सकी।")  # fmt: skip
        yield step


def _ago(value: Any, now: Instant) -> Any:
    if isinstance(value, dict):
        return {key: _ago(inner, now) for key, inner in value.items()}
    if isinstance(value, list):
        return [_ago(inner, now) for inner in value]
    found = _AGO.fullmatch(value) if isinstance(value, str) else None
    return value if found is None else _moment(found, now)


def _ago_in_text(text: str, now: Instant) -> str:
    return re.sub(f'"{_AGO.pattern}"', lambda found: f'"{_moment(found, now)}"', text, flags=re.ASCII)


def _moment(found: re.Match[str], now: Instant) -> str:
    return now.plus(seconds=-int(found[1]) * _UNIT_S[found[2]]).iso()


def _fault(code: str, en: str, hi: str) -> EnvironmentFault:
    return EnvironmentFault(code, Bilingual(en=en, hi=hi))


def _parser() -> argparse.ArgumentParser:
    parser = Parser(prog="kotaconsole flags", description="फ़्लैग भेजें / send a file of flags")
    parser.add_argument("file", type=Path, metavar="FILE")
    parser.add_argument("--hub", required=True, metavar="URL")
    parser.add_argument("--user", required=True)
    parser.add_argument("--password-stdin", action="store_true", required=True)
    parser.add_argument("--rate", type=_positive, help="flags per second, instead of the file's own times")
    parser.add_argument("--speed", type=_positive, default=1.0, help="how much faster than the file's own times")
    parser.add_argument("--ca-file", type=Path, help="certificate authority of the hub")
    return parser


def _positive(text: str) -> float:
    number = float(text)
    if not 0 < number < 1e6:
        raise argparse.ArgumentTypeError("0 से अधिक / more than 0")
    return number
