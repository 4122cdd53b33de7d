"""A hub that only answers: small pages, so that a reader that stops after the first is found out."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from typing_extensions import override

from tests.e2e.hub_reader import CaseAtHub, FlagAtHub

PASSWORD = "audit-me"
_CASES_A_PAGE = 2


@contextmanager
def standing_hub(cases: Sequence[CaseAtHub]) -> Iterator[str]:
    """Serve these cases on loopback; the URL."""

    class Handler(_Handler):
        shown = tuple(cases)

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, name="standing-hub")
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join(5)


class _Handler(BaseHTTPRequestHandler):
    shown: tuple[CaseAtHub, ...] = ()

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.path != "/v1/sessions" or asked["password"] != PASSWORD:
            return self._answer(401, {"code": "invalid-credentials"})
        return self._answer(201, {"access_token": "token", "operator": {"unit": "kota-city"}})

    def do_GET(self) -> None:
        if self.headers.get("Authorization") != "Bearer token":
            return self._answer(401, {"code": "token-expired"})
        where = urlsplit(self.path)
        asked = {name: values[0] for name, values in parse_qs(where.query).items()}
        match where.path.split("/")[2:]:
            case ["feeds", "kota-city", "snapshot"]:
                return self._answer(200, self._snapshot(int(asked.get("page_token", "0"))))
            case ["referrals", place, "flags"]:
                flags, after = self.shown[int(place)].flags, int(asked["after"])
                page = [_flag(f) for f in flags[after : after + 1]]
                return self._answer(200, {"flags": page, "more": after + 1 < len(flags)})
            case ["referrals", place, "events"]:
                notes, after = self.shown[int(place)].notes, int(asked["after_version"])
                page = [
                    {"kind": "note_added", "version": after + 1, "data": {"text": n}} for n in notes[after : after + 1]
                ]
                return self._answer(200, {"events": page, "more": after + 1 < len(notes)})
        return self._answer(404, {"code": "not-found"})

    def _snapshot(self, first: int) -> dict[str, Any]:
        following = first + _CASES_A_PAGE
        items = [_referral(i, c) for i, c in enumerate(self.shown) if first <= i < following]
        more = {"next_page_token": str(following)} if following < len(self.shown) else {}
        return {"items": items, **more}

    def _answer(self, status: int, body: dict[str, Any]) -> None:
        raw = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw)

    @override
    def log_message(self, format: str, *args: object) -> None:
        """Nothing: the tests tell."""


def _referral(place: int, case: CaseAtHub) -> dict[str, Any]:
    state = "closed" if case.closed else "new"
    return {"id": str(place), "number": case.number, "stub": False, "state": state, "flag_count": case.flag_count}


def _flag(flag: FlagAtHub) -> dict[str, Any]:
    received = datetime.fromtimestamp(flag.received_at, UTC).isoformat(timespec="milliseconds")
    return {"platform": flag.platform, "reference": flag.reference, "received_at": received.replace("+00:00", "Z")}
