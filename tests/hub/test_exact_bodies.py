"""Bodies other than commands and flags: what is 400 and what 422 is one rule, and the place is that of the breach."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.contract.walking import breaches, flat, spoilt
from tests.hub.client import PASSWORD, Got, Person, new_uuid
from tests.hub.fixtures import TestHub

SHIFT = {"name": "रात", "start": "2026-11-22T22:00:00Z", "end": "2026-11-23T06:00:00Z"}
STATUS = {"missing": 400, "type": 400, "word": 400}
"""Of a breach; everything else is a bound, 422."""
NAMED = {
    # a text that is no time is of wrong type
    ("HandoverBody", "/shift/start", "form"): 400, ("HandoverBody", "/shift/end", "form"): 400,
    ("Search", "/from", "form"): 400, ("Search", "/to", "form"): 400,
    # the operation itself says otherwise
    ("Search", "/state", "word"): 422,
    # sign-in knows no 422
    ("SignIn", "/workstation/id", "form"): 400, ("SignIn", "/workstation/name", "too long"): 400,
    ("SignIn", "/workstation/version", "too long"): 400,
}  # fmt: skip
UNKNOWN = {("HandoverBody", "/unit"): 404, ("Search", "/unit"): 404, ("Drill", "/unit"): 404,
           ("Search", "/page_token"): 410, ("SignIn", "/username"): 401, ("SignIn", "/password"): 401,
           ("Refresh", "/refresh_token"): 401, ("Refresh", "/workstation_id"): 401}  # fmt: skip
"""What of another form simply does not exist is answered like anything that does not exist."""

Send = Callable[[Any], Got]


def requests(hub: TestHub, boss: Person, name: str) -> dict[str, tuple[Any, Send]]:
    rid = str(hub.put_flag(name).json["referral_id"])
    new = {"If-None-Match": "*"}
    desk = f"/v1/workstations/{boss.workstation}/presence"
    return {
        "HandoverBody": (
            {"unit": "kota-city", "shift": SHIFT, "open": [{"referral_id": rid, "remark": "x"}], "remarks": "x",
             "sign": "from"},
            lambda body: boss.send("PUT", f"/v1/handovers/{new_uuid()}", body, **new),
        ),
        "Presence": (
            {"operator": "x", "listening": True, "audible": "yes", "last_seq": 1, "outbox_depth": 1, "version": "1"},
            lambda body: boss.send("PUT", desk, body),
        ),
        "Search": (
            {"q": "x", "state": "new", "unit": "kota-city", "from": SHIFT["start"], "to": SHIFT["end"],
             "page_token": "x"},
            lambda body: boss.send("POST", "/v1/referrals:search", body),
        ),
        "Drill": (
            {"unit": "kota-city", "scenario": "drill-one"},
            lambda body: boss.send("POST", "/v1/drills", body, **{"Idempotency-Key": new_uuid()}),
        ),
        "SignIn": (
            {"username": boss.username, "password": PASSWORD, "workstation": {"id": "w", "name": "n", "version": "1"}},
            lambda body: hub.anyone().send("POST", "/v1/sessions", body),
        ),
        "Refresh": (
            {"refresh_token": "x", "workstation_id": "w"},
            lambda body: hub.anyone().send("POST", "/v1/sessions/refresh", body),
        ),
        "PasswordChange": (
            {"old": PASSWORD, "new": "another-long-test-password"},
            lambda body: boss.send("PUT", "/v1/me/password", body),
        ),
    }  # fmt: skip


@pytest.mark.parametrize(
    "shape", ["HandoverBody", "Presence", "Search", "Drill", "SignIn", "Refresh", "PasswordChange"]
)
def test_every_breach_of_the_schema_has_its_status_and_its_place(hub: TestHub, shape: str) -> None:
    whole, send = requests(hub, hub.person("boss", "supervisor"), "A-1")[shape]
    wrong, seen = [], 0
    for at, what, value in breaches(flat({"$ref": f"#/components/schemas/{shape}"}), whole):
        if not at:
            continue
        got, seen = send(spoilt(whole, at, value)), seen + 1
        unknown = UNKNOWN.get((shape, at)) if what not in STATUS else None
        expected = unknown or NAMED.get((shape, at, what)) or STATUS.get(what, 422)
        place = got.json["errors"][0]["pointer"] if got.status in (400, 422) else at
        if (got.status, place) != (expected, at):
            wrong.append((at, what, got.status, place))
    assert wrong == []
    assert seen >= 6
