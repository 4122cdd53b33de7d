"""A hub that is not ours: as much of the contract as a console needs, with faults a test can order.

It shares no code with the hub in the project, so that what both would get wrong together shows here.
"""

from __future__ import annotations

import hashlib
import json
import threading
import time
from collections.abc import Callable
from typing import Any

from tests.api.server import Asked, Say, Server, problem, say

AT = "2026-11-23T02:14:00.000Z"
UNIT = "kota-city"


def case(key: str, version: int = 1, **fields: Any) -> dict[str, Any]:
    """A referral as a hub sends it."""
    return {
        "id": key, "number": f"2026-{key}", "version": version, "stub": False, "state": "new", "level": "P2",
        "reasons": [], "level_by_hand": False, "unit": UNIT, "holder": None,
        "alarm": {"since": AT, "through": version, "cause": "flag", "stage": 0}, "transfer": None, "by_phone": None,
        "assessed": None, "informed": [], "informed_count": 0, "locating": None,
        "suggested": {"candidates": [], "links": []}, "flags": [], "flag_count": 0,
        "account": {"phones": [], "emails": [], "age_band": "unknown", "holder_is_subject": "unknown"},
        "subject": {"alone": "unknown", "family_may_harm": "unknown"}, "locations": [], "location_count": 0,
        "slips": [], "slip_count": 0, "counts": {"notes": 0, "calls": 0}, "opened_at": AT, "updated_at": AT,
        "times": {}, "outcome": None, "links": [], "link_count": 0, "hold": False, "training": False,
        "late_entry": False, "a_field_of_tomorrow": {"kept": "out"}, **fields,
    }  # fmt: skip


class ScriptedHub:
    """Answers as the contract says unless `fault` has something else to say.

    Attributes:
        fault: asked first; what it gives back is the answer, None lets the hub answer itself.
        events: the feed. cases: what the snapshot gives. beat: moved by `tick` only when `still` is set.
    """

    def __init__(self) -> None:
        self.fault: Callable[[Asked], Say | None] = lambda _: None
        self.epoch = "e1"
        self.min_console: str | None = None
        self.person = {"id": "op-1", "name": "R. Meena", "role": "operator", "unit": UNIT}
        self.cases: dict[str, dict[str, Any]] = {}
        self.events: list[dict[str, Any]] = []
        self.commands: dict[str, tuple[str, dict[str, Any]]] = {}
        self.applied: list[dict[str, Any]] = []
        self.beat: int | None = None
        self.access, self.refresh = "a1", "r1"
        self.news = threading.Condition()
        self.hang_up_after: Callable[[Asked], bool] = lambda _: False
        self.server = Server(self._answer)
        self.url = self.server.url

    def close(self) -> None:
        with self.news:
            self.news.notify_all()
        self.server.close()

    def flag(self, key: str, **fields: Any) -> None:
        """A flag comes in."""
        with self.news:
            version = self.cases[key]["version"] + 1 if key in self.cases else 1
            self._event("flag_repeated" if version > 1 else "flag_received", case(key, version, **fields))

    def event(self, raw: dict[str, Any]) -> None:
        """Any event at the next place of the feed."""
        with self.news:
            self.events.append({"seq": len(self.events) + 1, **raw})
            self.news.notify_all()

    def asked(self, part: str) -> list[Asked]:
        return [one for one in list(self.server.asked) if part in one.path]

    def _event(self, kind: str, after: dict[str, Any], command_id: str | None = None, **data: Any) -> dict[str, Any]:
        self.cases[after["id"]] = after
        event = {
            "seq": len(self.events) + 1, "event_id": f"ev-{self.epoch}-{len(self.events) + 1}", "kind": kind,
            "referral_id": after["id"], "version": after["version"], "at": AT, "recorded_at": AT, "by": None,
            "command_id": command_id, "data": data, "referral": after,
        }  # fmt: skip
        self.events.append(event)
        self.news.notify_all()
        return event

    def _answer(self, asked: Asked) -> Say | None:
        ordered = self.fault(asked)
        if ordered is not None:
            return ordered
        answer = self._route(asked)
        return None if self.hang_up_after(asked) else answer

    def _route(self, asked: Asked) -> Say:  # noqa: C901, PLR0911 - one answer per path
        if asked.path.startswith("/v1/sessions") and asked.method == "POST":
            if asked.path.endswith("/refresh") and asked.json["refresh_token"] != self.refresh:
                return problem(401, "session-revoked")
            if asked.path.endswith("/refresh"):
                self.access, self.refresh = f"a{len(self.server.asked)}", f"r{len(self.server.asked)}"
            return self._session()
        if asked.path == "/v1/meta":
            return say({"api": "1", "server_time": _now(), "epoch": self.epoch, "min_console": self.min_console})
        if asked.headers.get("authorization") != f"Bearer {self.access}":
            return problem(401, "token-expired")
        if asked.path.endswith("/snapshot"):
            with self.news:
                items = list(self.cases.values())
                return say({"epoch": self.epoch, "as_of": len(self.events), "items": items, "server_time": _now()})
        if asked.path.endswith("/changes"):
            return self._changes(asked)
        if asked.path.startswith("/v1/commands/"):
            return self._command(asked)
        if asked.path.endswith("/events"):
            return say({"events": [], "more": False, "server_time": _now()})
        if asked.path == "/v1/directory":
            return say({"revision": "r", "intake_unit": UNIT, "units": [], "helplines": []}, ETag='"1"')
        return say({"server_time": _now(), "alarms": []})

    def _session(self) -> Say:
        return say(
            {"access_token": self.access, "expires_in": 600, "refresh_token": self.refresh,
             "operator": self.person,
             "workstation": {"id": "ws", "desk": "K1"}, "server_time": _now()}, 201,
        )  # fmt: skip

    def _changes(self, asked: Asked) -> Say:
        after, wait = int(asked.query["after"]), float(asked.query["wait"])
        if asked.query["epoch"] != self.epoch or after > len(self.events):
            return problem(410, "epoch-changed", epoch=self.epoch)
        with self.news:
            self.news.wait_for(lambda: len(self.events) > after or self.server.released.is_set(), wait)
            events = self.events[after:]
            beat = int(time.monotonic() * 2) if self.beat is None else self.beat
            return say(
                {"epoch": self.epoch, "events": events, "next": after + len(events), "head": len(self.events),
                 "oldest": 1, "more": False, "beat": beat, "server_time": _now()},
            )  # fmt: skip

    def _command(self, asked: Asked) -> Say:
        key, digest = asked.path.rsplit("/", 1)[1], hashlib.sha256(asked.body).hexdigest()
        with self.news:
            if key in self.commands:
                known, answer = self.commands[key]
                if known != digest:
                    return problem(422, "command-id-reused", terminal=True)
                return say(answer, 200, Idempotent_Replayed="true")
            body = json.loads(asked.body)
            before = self.cases.get(body["referral_id"])
            if before is None:
                return problem(404, "not-found", terminal=True)
            after = {**before, "version": before["version"] + 1}
            if body["kind"] == "acknowledge":
                after |= {"alarm": None, "state": "acknowledged"}
            event = self._event(f"{body['kind']}_done", after, key, **body["payload"])
            self.applied.append(body)
            answer = {
                "outcome": "applied", "referral_id": after["id"], "number": after["number"],
                "version": after["version"], "event_ids": [event["event_id"]],
            }  # fmt: skip
            self.commands[key] = (digest, answer)
            return say(answer, 201)


def _now() -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime())
