"""Clients that do not give up until they are answered, and the journal of what they sent.

While nobody answers, a client sends the same bytes under the same id again. Everything sent and every answer stands
in a journal, in memory and in a file, so that a later run can go on and what was answered can be held against what
the hub shows in the end.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import random
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.hub.client import Got, Person, new_uuid
from tests.people import body as flag_body

GONE = (OSError, http.client.HTTPException, json.JSONDecodeError)
"""Nobody answers, or the answer was cut in the middle."""
AGAIN_S = 0.05


class SignInFailed(Exception):
    """The hub went, or cannot write, while somebody signed in."""


class Lasting(Person):
    """Somebody who signs in again when their session has run out: some runs last longer than that."""

    checked = False
    """The form of answers is another test's; here a client must never give up over it."""

    def ask(self, method: str, path: str, body: bytes | None = None, *, headers: dict[str, str] | None = None) -> Got:
        got = super().ask(method, path, body, headers=headers)
        if got.status != 401:
            return got
        try:
            self.sign_in()
        except AssertionError as error:
            raise SignInFailed from error
        return super().ask(method, path, body, headers=headers)


@dataclass(slots=True)
class Entry:
    """One command or flag as it was sent, and its first answer."""

    path: str
    body: bytes
    who: str
    status: int = 0
    raw: bytes = b""

    @property
    def command_id(self) -> str:
        return self.path.rsplit("/", 1)[1]

    @property
    def told(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.body)
        return found


@dataclass
class Journal:
    """What all clients sent and were answered. Thread: any."""

    path: Path
    entries: dict[str, Entry] = field(default_factory=dict)
    replayed: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def load(self) -> None:
        """Take over an earlier run; what it had not been answered is sent again by whoever asks for `open`."""
        if self.path.exists():
            for line in self.path.read_text(encoding="utf-8").splitlines():
                with contextlib.suppress(json.JSONDecodeError):  # the last line of a run that was itself ended
                    self._take(json.loads(line))

    def sending(self, path: str, body: bytes, who: str) -> Entry:
        """Before the first try."""
        entry = Entry(path, body, who)
        with self._lock:
            self.entries[path] = entry
            self._write({"path": path, "body": body.decode(), "who": who})
        return entry

    def answered(self, entry: Entry, got: Got) -> None:
        """At the first answer."""
        with self._lock:
            entry.status, entry.raw = 201 if got.status == 200 else got.status, got.raw
            again = got.headers.get("idempotent-replayed") == "true"
            self.replayed += again
            self._write({"path": entry.path, "status": entry.status, "raw": got.raw.decode(), "again": again})

    def open(self) -> list[Entry]:
        """What was sent and never answered."""
        return [entry for entry in self.entries.values() if not entry.status]

    def _take(self, line: dict[str, Any]) -> None:
        if "body" in line:
            self.entries[line["path"]] = Entry(line["path"], line["body"].encode(), line["who"])
        else:
            entry = self.entries[line["path"]]
            entry.status, entry.raw = line["status"], line["raw"].encode()
            self.replayed += line["again"]

    def _write(self, line: dict[str, Any]) -> None:
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line, ensure_ascii=False) + "\n")


class Stubborn:
    """A client that sends until it is answered. Thread: one of its own."""

    def __init__(self, person: Person, journal: Journal, stop: threading.Event) -> None:
        self.person, self.journal, self.stop = person, journal, stop
        self.wrong: list[str] = []

    def put(self, path: str, body: bytes) -> Got | None:
        """Send until there is an answer that stands; None when the run ends before."""
        return self.again(self.journal.sending(path, body, self.person.username))

    def again(self, entry: Entry) -> Got | None:
        """The same for something that was sent before."""
        while not self.stop.is_set():
            got = self._try("PUT", entry.path, entry.body)
            if got is not None and got.status not in (401, 503):
                if got.status >= 500:
                    self.wrong.append(f"{entry.path}: {got.status}")
                self.journal.answered(entry, got)
                return got
            self.stop.wait(AGAIN_S)
        return None

    def get(self, path: str) -> Got | None:
        """Read until it can be read."""
        while not self.stop.is_set():
            got = self._try("GET", path, None)
            if got is not None and got.status not in (401, 503):
                return got
            self.stop.wait(AGAIN_S)
        return None

    def _try(self, method: str, path: str, body: bytes | None) -> Got | None:
        try:
            return self.person.ask(method, path, body)
        except (*GONE, SignInFailed):
            return None


STORY: list[tuple[str, dict[str, Any]]] = [
    ("note", {"text": "पहली टिप्पणी"}),
    ("call", {"whom": "hostel", "result": "उत्तर नहीं"}),
    ("add_location", {"location": {"kind": "operator", "text": "पुस्तकालय के पास"}}),
    ("update", {"set": [{"field": "subject.language", "to": "hi"}]}),
    ("assess", {"signals": ["plan"], "urgency": "high", "reason": "पाठ पढ़ा"}),
    ("raise_level", {"level": "P1", "reason": "बात हुई"}),
    ("acknowledge", {"through": 0}),
    ("locate", {"plan": "छात्रावास से पूछना", "recheck_minutes": 10}),
    ("forward", {"to": "kota-rural", "reason": "वहाँ होने की सूचना"}),
    ("note", {"text": "हस्तांतरण के बीच"}),
    ("recall", {"reason": "यहीं मिला"}),
    ("inform", {"unit": "kunhadi"}),
    ("depart", {"unit": "kunhadi"}),
    ("arrive", {"unit": "kunhadi"}),
    ("contact", {"in_person": True, "who": "छात्र"}),
    ("view", {"fields": ["subject.phone"]}),
    ("close", {"code": "safe_with_family", "summary": "परिवार के साथ"}),
    ("note", {"text": "बंद होने के बाद"}),
    ("reopen", {"reason": "नई सूचना"}),
    ("release", {"reason": "पाली समाप्त"}),
]
"""One case from its opening to its end, all kinds of commands an operator has alone."""
NEEDS_SEEN = {"update", "assess", "raise_level", "locate", "forward", "recall", "inform", "depart", "arrive", "contact",
              "close", "reopen", "release"}  # fmt: skip


class Desk(Stubborn):
    """An operator who works one case of their own after the other, and notes on cases that all share."""

    def __init__(
        self, person: Person, journal: Journal, stop: threading.Event, shared: list[str], dice: random.Random
    ) -> None:
        super().__init__(person, journal, stop)
        self.shared, self.dice = shared, dice

    def run(self) -> None:
        """Until stopped."""
        for entry in self.journal.open():
            if entry.who == self.person.username:
                self.again(entry)
        while not self.stop.is_set():
            self._life(new_uuid())

    def command(self, kind: str, case: str, payload: dict[str, Any], seen: int | None) -> Got | None:
        """One command, until it is answered."""
        more = {"seen": seen} if kind in NEEDS_SEEN else {}
        told = self.person.envelope(kind, case, payload, **more)
        return self.put(f"/v1/commands/{new_uuid()}", json.dumps(told, ensure_ascii=False).encode())

    def _life(self, case: str) -> None:
        opened = {"received_via": "phone", "excerpt": "दूरभाष पर सूचना", "urgency": "high"}
        got = self.command("open", case, opened, None)
        version = 1
        for kind, payload in STORY:
            if got is None:
                return
            version = got.json.get("version", version)
            got = self.command(kind, case, _filled(kind, payload, version), version)
            if self.dice.random() < 0.5:
                self._beside()

    def _beside(self) -> None:
        """Something on a case that others write to as well; acknowledging it twice is refused, and stays refused."""
        case = self.dice.choice(self.shared)
        if self.dice.random() < 0.7:
            self.command("note", case, {"text": "साझा प्रकरण"}, None)
        elif (found := self.get(f"/v1/referrals/{case}")) is not None:
            self.command("acknowledge", case, {"through": found.json["version"]}, None)


def _filled(kind: str, payload: dict[str, Any], version: int) -> dict[str, Any]:
    if kind == "acknowledge":
        return {"through": version}
    if kind == "add_location":
        return {"location": {"id": new_uuid(), **payload["location"]}}
    return payload


class Source(Stubborn):
    """A platform that sends flags: new ones, the same again, changed ones."""

    def __init__(self, person: Person, journal: Journal, stop: threading.Event, dice: random.Random) -> None:
        super().__init__(person, journal, stop)
        self.dice = dice

    def run(self) -> None:
        """Until stopped."""
        for entry in self.journal.open():
            if entry.who == self.person.username:
                self.again(entry)
        while not self.stop.is_set():
            account = {"platform_account_id": f"account-{self.dice.randrange(40)}", "display_name": "नमूना"}
            told = flag_body(account=account, signals=[])
            self.put(f"/v1/flags/instagram/{new_uuid()}", json.dumps(told, ensure_ascii=False).encode())
            # a flag of which nothing but its withdrawal is looked at; again and again the same is allowed
            self._try("PUT", "/v1/flags/threads/withdrawn", json.dumps(told).encode())
            self._try("DELETE", "/v1/flags/threads/withdrawn?reason=error", None)
            self.stop.wait(0.05)


class Comings(Stubborn):
    """Somebody who comes and goes: signs in, refreshes, tells of their presence, signs out."""

    def run(self) -> None:
        """Until stopped."""
        person = self.person
        while not self.stop.is_set():
            told = {"listening": True, "audible": "yes", "last_seq": 1, "outbox_depth": 0, "version": "0.1.0"}
            with contextlib.suppress(*GONE, SignInFailed, AssertionError):
                person.sign_in()
                person.send("PUT", f"/v1/workstations/{person.workstation}/presence", told)
                refresh = {"refresh_token": person.session["refresh_token"], "workstation_id": person.workstation}
                got = Person.send(person, "POST", "/v1/sessions/refresh", refresh)
                if got.status == 201:
                    person.token = str(got.json["access_token"])
                person.get("/v1/feeds/kota-city/snapshot")
                person.ask("DELETE", "/v1/sessions/current")
            self.stop.wait(0.2)
