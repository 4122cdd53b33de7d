"""What leaves the hub is written down: every operation that shows data has its row in the audit log, or a reason."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import pytest

from tests.contract.document import operations
from tests.hub.client import Person, new_uuid
from tests.hub.fixtures import TestHub

SHIFT: Final = "from=2026-11-23T00:00:00.000Z&to=2026-11-23T08:00:00.000Z"
ONCE: Final = "once per session: it is asked for again and again"
EVERY: Final = "every time"

LOOKS: Final[dict[str, tuple[str, str, str]]] = {
    "GET /v1/feeds/{unit}/snapshot": ("operator", "read snapshot kota-city", EVERY),
    "GET /v1/feeds/{unit}/changes": ("operator", "reads feed kota-city", ONCE),
    "GET /v1/referrals/{id}": ("operator", "opened case", EVERY),
    "GET /v1/referrals/{id}/events": ("operator", "read timeline", EVERY),
    "GET /v1/referrals/{id}/flags": ("operator", "read flags", EVERY),
    "POST /v1/referrals:search": ("operator", "search", EVERY),
    "GET /v1/workstations": ("supervisor", "reads desks of kota-city", ONCE),
    "GET /v1/handovers": ("operator", "reads hand-overs of kota-city", ONCE),
    "GET /v1/reports/shift": ("operator", "shift report of kota-city", EVERY),
    "GET /v1/audit": ("auditor", "read the audit log", ONCE),
}
"""Operation, by whom it is tried here, the row, and how often."""
NO_ROW: Final[dict[str, str]] = {
    "GET /healthz": "says nothing of anybody",
    "GET /readyz": "says nothing of anybody",
    "GET /metrics": "figures without persons or cases",
    "GET /v1/openapi.json": "the contract, for anybody",
    "GET /v1/meta": "the hub itself, for anybody",
    "GET /v1/me": "the caller, to the caller",
    "GET /v1/directory": "units and their public numbers",
    "GET /v1/audit/head": "a number and a hash; every desk asks for it",
}
CHANGES: Final = ("PUT", "DELETE")
CHANGING_POSTS: Final = (
    "POST /v1/sessions", "POST /v1/sessions/refresh", "POST /v1/drills",
)  # fmt: skip
"""What changes something has the row of the change; a refresh goes on with a sign-in that has one."""


def test_every_operation_that_shows_something_is_decided_on() -> None:
    shown = {
        f"{method} {path}"
        for path, method, _ in operations()
        if method not in CHANGES and f"{method} {path}" not in CHANGING_POSTS
    }
    assert shown == set(LOOKS) | set(NO_ROW)


def rows_of(hub: TestHub, who: str) -> list[tuple[str, str | None]]:
    raw = hub.raw()
    try:
        return list(raw.execute("SELECT what, desk FROM audit WHERE who = ? ORDER BY n", (who,)).fetchall())
    finally:
        raw.close()


ASK: Final[dict[str, Callable[[Person, str], Any]]] = {
    "GET /v1/feeds/{unit}/snapshot": lambda who, _: who.get("/v1/feeds/kota-city/snapshot"),
    "GET /v1/feeds/{unit}/changes": lambda who, _: who.changes("kota-city", who.epoch(), 0),
    "GET /v1/referrals/{id}": lambda who, rid: who.get(f"/v1/referrals/{rid}"),
    "GET /v1/referrals/{id}/events": lambda who, rid: who.get(f"/v1/referrals/{rid}/events"),
    "GET /v1/referrals/{id}/flags": lambda who, rid: who.get(f"/v1/referrals/{rid}/flags?after=0&limit=1"),
    "POST /v1/referrals:search": lambda who, _: who.send("POST", "/v1/referrals:search", {}),
    "GET /v1/workstations": lambda who, _: who.get("/v1/workstations"),
    "GET /v1/handovers": lambda who, _: who.get("/v1/handovers?unit=kota-city"),
    "GET /v1/reports/shift": lambda who, _: who.get(f"/v1/reports/shift?unit=kota-city&{SHIFT}"),
    "GET /v1/audit": lambda who, _: who.get("/v1/audit"),
}


@pytest.mark.parametrize("operation", sorted(LOOKS))
def test_what_is_shown_is_written_down(shared: TestHub, name: str, operation: str) -> None:
    role, what, how_often = LOOKS[operation]
    who = shared.person(name, role)
    rid = str(shared.put_flag(f"L-{new_uuid()}").json["referral_id"])
    before = rows_of(shared, who.id)
    for _ in range(2):
        assert ASK[operation](who, rid).status == 200
    # a poll does not wait for its row, all others do; what comes after it comes after the row
    who.send("POST", "/v1/referrals:search", {"q": "nothing"})
    times = 2 if how_often is EVERY else 1
    # whoever takes the snapshot reads the feed, which is told as well
    told = [
        row for row in rows_of(shared, who.id)[len(before) :] if row[0] == what or not row[0].startswith("reads feed")
    ]
    assert told == [(what, who.desk)] * times + [("search", who.desk)]
