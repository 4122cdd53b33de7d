"""A plain HTTP client that shares nothing with the console: what it sends is what the test wrote."""

from __future__ import annotations

import gzip
import http.client
import json
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from tests.contract import agreement

PASSWORD = "a-long-test-password"
NOW = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%S}.000Z"
"""When what the tests send happened: a fixed day would one day be too long ago for what a hub keeps."""


@dataclass(frozen=True, slots=True)
class Got:
    """One answer."""

    status: int
    headers: dict[str, str]
    raw: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.raw)

    @property
    def code(self) -> str:
        return str(self.json["code"])


class Http:
    """One request per connection, so that a test never depends on the state of an earlier one.

    Attributes:
        checked: every answer is held against the API document, and one it does not promise fails the test.
    """

    checked = True

    def __init__(self, url: str, token: str | None = None, timeout: float = 25) -> None:
        self.url = url
        self.token = token
        self.timeout = timeout

    def ask(self, method: str, path: str, body: bytes | None = None, *, headers: dict[str, str] | None = None) -> Got:
        parts = urlsplit(self.url)
        connection = http.client.HTTPConnection(str(parts.hostname), parts.port, timeout=self.timeout)
        told = {"Connection": "close", **(headers or {})}
        if self.token is not None and "Authorization" not in told:
            told["Authorization"] = f"Bearer {self.token}"
        try:
            connection.request(method, path, body, told)
            response = connection.getresponse()
            raw = response.read()
            got = {name.lower(): value for name, value in response.getheaders()}
            if got.get("content-encoding") == "gzip":
                raw = gzip.decompress(raw)
            if self.checked:
                agreement.check(method, path, response.status, got, raw)
            return Got(response.status, got, raw)
        finally:
            connection.close()

    def get(self, path: str, **headers: str) -> Got:
        return self.ask("GET", path, headers={name.replace("_", "-"): value for name, value in headers.items()})

    def send(self, method: str, path: str, value: Any, **headers: str) -> Got:
        return self.ask(method, path, json.dumps(value).encode(), headers=headers)


class Person(Http):
    """Somebody signed in at a workstation, who numbers the commands like a console does."""

    def __init__(self, url: str, username: str, workstation: str, version: str = "0.1.0") -> None:
        super().__init__(url)
        self.username = username
        self.workstation = workstation
        self.version = version
        self.n = 0
        self.session: dict[str, Any] = {}
        self.sign_in()

    @property
    def id(self) -> str:
        return str(self.session["operator"]["id"])

    @property
    def desk(self) -> str:
        return str(self.session["workstation"]["desk"])

    def sign_in(self) -> None:
        got = Http(self.url).send(
            "POST",
            "/v1/sessions",
            {
                "username": self.username,
                "password": PASSWORD,
                "workstation": {"id": self.workstation, "name": "test", "version": self.version},
            },
        )
        assert got.status == 201, got.raw
        self.session = got.json
        self.token = str(self.session["access_token"])

    def envelope(self, kind: str, referral_id: str, payload: dict[str, Any], **fields: Any) -> dict[str, Any]:
        self.n += 1
        return {
            "kind": kind, "referral_id": referral_id, "workstation": self.workstation, "n": self.n,
            "author": self.id, "happened_at": NOW, "entered_at": NOW, "payload": payload, **fields,
        }  # fmt: skip

    def command(self, kind: str, referral_id: str, payload: dict[str, Any], **fields: Any) -> Got:
        return self.put(new_uuid(), json.dumps(self.envelope(kind, referral_id, payload, **fields)).encode())

    def put(self, command_id: str, body: bytes, **headers: str) -> Got:
        return self.ask("PUT", f"/v1/commands/{command_id}", body, headers=headers)

    def case(self, referral_id: str) -> dict[str, Any]:
        got = self.get(f"/v1/referrals/{referral_id}")
        assert got.status == 200, got.raw
        found: dict[str, Any] = got.json
        return found

    def changes(self, unit: str, epoch: str, after: int, *, limit: int = 500, wait: float = 0) -> Got:
        return self.get(f"/v1/feeds/{unit}/changes?epoch={epoch}&after={after}&limit={limit}&wait={wait}")

    def feed(self, unit: str = "kota-city") -> list[dict[str, Any]]:
        """Every event of a feed, page by page."""
        epoch = self.epoch()
        events: list[dict[str, Any]] = []
        while True:
            page = self.changes(unit, epoch, len(events)).json
            events += page["events"]
            if not page["more"]:
                return events

    def epoch(self) -> str:
        return str(self.get("/v1/meta").json["epoch"])


def new_uuid() -> str:
    return str(uuid.uuid4())
