"""What the hub itself says over HTTP, read with nothing but the standard library."""

from __future__ import annotations

import json
import urllib.error
import urllib.parse
import urllib.request
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

_TIMEOUT = 15.0  # seconds; an audit may wait, but not for ever


class HubSilent(Exception):
    """The hub did not answer as its contract says; the text names the request and the answer's code."""


@dataclass(frozen=True)
class FlagAtHub:
    """One red flag as the hub has it; ``received_at`` in Unix seconds."""

    platform: str
    reference: str
    received_at: float


@dataclass(frozen=True)
class CaseAtHub:
    """One case as the hub has it.

    Attributes:
        number: As people call it; the id while it has none.
        flag_count: What the hub says the number of its flags is.
        flags: The flags it hands out.
        notes: The texts of its note_added events, in their order.
    """

    number: str
    closed: bool
    flag_count: int
    flags: tuple[FlagAtHub, ...]
    notes: tuple[str, ...]


class HubReader:
    """A signed-in reader of one hub.

    It signs in as a workstation of its own, sends no presence and writes nothing.
    """

    def __init__(self, url: str, username: str, password: str) -> None:
        self._url = url.rstrip("/")
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        self._token = ""
        workstation = {"id": str(uuid.uuid4()), "name": "audit", "version": "0"}
        session = self._ask("POST", "/v1/sessions", username=username, password=password, workstation=workstation)
        self._token = session["access_token"]
        self._unit = session["operator"]["unit"]

    def _ask(self, method: str, path: str, **body: Any) -> dict[str, Any]:
        data = json.dumps(body).encode() if body else None
        request = urllib.request.Request(self._url + path, data, method=method)
        request.add_header("Accept", "application/json")
        if data:
            request.add_header("Content-Type", "application/json")
        if self._token:
            request.add_header("Authorization", f"Bearer {self._token}")
        try:
            with self._opener.open(request, timeout=_TIMEOUT) as answer:
                found: dict[str, Any] = json.loads(answer.read())
        except urllib.error.HTTPError as refusal:
            with refusal:
                raise HubSilent(f"{method} {path}: {refusal.code}") from None
        except (urllib.error.URLError, TimeoutError) as silence:
            raise HubSilent(f"{method} {path}: {silence}") from None
        return found

    def cases(self) -> tuple[CaseAtHub, ...]:
        """Every case of the reader's unit and below that is open or was closed lately; stubs are other units' cases."""
        return tuple(self._case(r) for r in self._referrals() if not r["stub"])

    def _referrals(self) -> Iterator[dict[str, Any]]:
        path = f"/v1/feeds/{urllib.parse.quote(self._unit)}/snapshot"
        token: str | None = None
        while True:
            page = self._ask("GET", path + (f"?page_token={urllib.parse.quote(token)}" if token else ""))
            yield from page["items"]
            token = page.get("next_page_token")
            if not token:
                return

    def _case(self, referral: dict[str, Any]) -> CaseAtHub:
        case = referral["id"]
        return CaseAtHub(
            referral["number"] or case,
            referral["state"] == "closed",
            referral["flag_count"],
            tuple(_flag(f) for f in self._flags(case)),
            tuple(e["data"]["text"] for e in self._events(case) if e["kind"] == "note_added"),
        )

    def _flags(self, case: str) -> Iterator[dict[str, Any]]:
        after, more = 0, True
        while more:
            page = self._ask("GET", f"/v1/referrals/{case}/flags?after={after}")
            yield from page["flags"]
            after, more = after + len(page["flags"]), bool(page["more"] and page["flags"])

    def _events(self, case: str) -> Iterator[dict[str, Any]]:
        after, more = 0, True
        while more:
            page = self._ask("GET", f"/v1/referrals/{case}/events?after_version={after}")
            yield from page["events"]
            after = max((e["version"] for e in page["events"]), default=after)
            more = bool(page["more"] and page["events"])


def _flag(flag: dict[str, Any]) -> FlagAtHub:
    received = datetime.fromisoformat(flag["received_at"])
    return FlagAtHub(flag["platform"], flag["reference"], received.timestamp())
