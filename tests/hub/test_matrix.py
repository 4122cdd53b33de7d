"""Who may do what: every operation of the API document, every role, every relation of units, in one table.

The table is written by hand from the contract. An operation that the document has and the table has not, or the other
way round, fails; so does any status that differs. What is out of sight is 404, exactly like what does not exist.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final

import pytest

from kotaconsole.hub.access import keys
from kotaconsole.hub.settings import Limits
from tests.contract.document import operations
from tests.hub.administering import administer
from tests.hub.client import NOW, PASSWORD, Got, Http, Person, new_uuid
from tests.hub.fixtures import TestHub
from tests.hub.test_webhook import SECRET, signed
from tests.people import body as flag_body
from tests.world.waiting import until

UNIT: Final = "kota-city"
"""Everything that is asked for belongs to this unit."""
CALLERS: Final = {
    "own": "kota-city", "below": "range-kota", "above": "kunhadi", "sibling": "kota-rural", "other": "jaipur-east",
}  # fmt: skip
"""Where that unit stands, seen from the caller, and the caller's unit that makes it so."""
ROLES: Final = ("source", "operator", "supervisor", "auditor", "admin")

# One status; or two: own and below, the rest; or three: own, below, the rest.
TABLE: Final = """
operation                                   | none | source | operator    | supervisor  | auditor     | admin
GET /healthz                                | 200  | 200    | 200         | 200         | 200         | 200
GET /readyz                                 | 200  | 200    | 200         | 200         | 200         | 200
GET /metrics                                | 200  | 200    | 200         | 200         | 200         | 200
GET /v1/openapi.json                        | 200  | 200    | 200         | 200         | 200         | 200
GET /v1/meta                                | 200  | 200    | 200         | 200         | 200         | 200
POST /v1/sessions                           | 401  | 201    | 201         | 201         | 201         | 201
POST /v1/sessions/refresh                   | 401  | 201    | 201         | 201         | 201         | 201
DELETE /v1/sessions/current                 | 401  | 204    | 204         | 204         | 204         | 204
GET /v1/me                                  | 401  | 200    | 200         | 200         | 200         | 200
PUT /v1/me/password                         | 401  | 204    | 204         | 204         | 204         | 204
GET /v1/directory                           | 401  | 200    | 200         | 200         | 200         | 200
GET /v1/feeds/{unit}/snapshot               | 401  | 403    | 200 404     | 200 404     | 200 404     | 403
GET /v1/feeds/{unit}/changes                | 401  | 403    | 200 404     | 200 404     | 200 404     | 403
GET /v1/referrals/{id}                      | 401  | 403    | 200 404     | 200 404     | 200 404     | 403
GET /v1/referrals/{id}/events               | 401  | 403    | 200 404     | 200 404     | 200 404     | 403
GET /v1/referrals/{id}/flags                | 401  | 403    | 200 404     | 200 404     | 200 404     | 403
POST /v1/referrals:search                   | 401  | 403    | 200 404     | 200 404     | 200 404     | 403
PUT /v1/commands/{uuid} open                | 401  | 403    | 201         | 201         | 403         | 403
PUT /v1/commands/{uuid} note                | 401  | 404    | 201 404     | 201 404     | 403 404     | 404
PUT /v1/commands/{uuid} view                | 401  | 404    | 201 404     | 201 404     | 201 404     | 404
PUT /v1/commands/{uuid} acknowledge         | 401  | 404    | 201 403 404 | 201 403 404 | 403 404     | 404
PUT /v1/commands/{uuid} take_over           | 401  | 404    | 201 403 404 | 201 404     | 403 404     | 404
PUT /v1/commands/{uuid} hold                | 401  | 404    | 403 404     | 201 403 404 | 403 404     | 404
PUT /v1/flags/{platform}/{reference}        | 401  | 201    | 403         | 403         | 403         | 403
PUT /v1/flags/{platform}/{reference} signed | 201  | 201    | 201         | 201         | 201         | 201
PUT /v1/flags/{platform}/{reference} forged | 401  | 401    | 401         | 401         | 401         | 401
DELETE /v1/flags/{platform}/{reference}     | 401  | 200    | 403         | 403         | 403         | 403
POST /v1/drills                             | 401  | 403    | 403         | 201 404     | 403         | 403
PUT /v1/workstations/{id}/presence          | 401  | 403    | 200         | 200         | 403         | 403
PUT /v1/workstations/{id}/presence foreign  | 401  | 403    | 403         | 403         | 403         | 403
GET /v1/workstations                        | 401  | 403    | 403         | 200         | 403         | 403
GET /v1/handovers                           | 401  | 403    | 200 404     | 200 404     | 200 404     | 403
PUT /v1/handovers/{id}                      | 401  | 403    | 201 403 404 | 201 403 404 | 403         | 403
GET /v1/audit                               | 401  | 403    | 403         | 403         | 200         | 403
GET /v1/audit/head                          | 401  | 200    | 200         | 200         | 200         | 200
GET /v1/reports/shift                       | 401  | 403    | 200 404     | 200 404     | 200 404     | 403
"""

Caller = tuple[str, str]
"""Role and relation; ("none", "") is whoever is not signed in."""


def cells() -> Iterator[tuple[str, Caller, int]]:
    """Every cell of the table: operation with its variant, caller, status."""
    head, *lines = TABLE.strip().splitlines()
    assert [part.strip() for part in head.split("|")][1:] == ["none", *ROLES]
    for line in lines:
        operation, none, *others = (part.strip() for part in line.split("|"))
        yield operation, ("none", ""), int(none)
        for role, cell in zip(ROLES, others, strict=True):
            first, *rest = cell.split()
            assert len(rest) <= 2, line
            statuses = [first, rest[0] if len(rest) > 1 else first, *[rest[-1] if rest else first] * 3]
            for relation, status in zip(CALLERS, statuses, strict=True):
                yield operation, (role, relation), int(status)


@dataclass
class World:
    """A hub with somebody of every role in every unit, and a case to ask for."""

    hub: TestHub
    people: dict[Caller, Http] = field(default_factory=dict)
    passwords: dict[Caller, str] = field(default_factory=dict)
    case: str = ""
    holder: Person | None = None

    def fresh(self) -> str:
        """Another case of the unit, which nobody has touched."""
        got = self.hub.put_flag(f"case-{new_uuid()}")
        assert got.status == 201, got.raw
        return str(got.json["referral_id"])

    def held(self) -> str:
        """Another case, in somebody's hands."""
        rid = self.fresh()
        assert self.holder is not None
        assert self.holder.command("acknowledge", rid, {"through": 1}).status == 201
        return rid

    def sign_in(self, caller: Caller) -> Got:
        told = {"username": name_of(caller), "password": self.passwords.get(caller, "not the password"),
                "workstation": {"id": f"w-{name_of(caller)}"}}  # fmt: skip
        return self.hub.anyone().send("POST", "/v1/sessions", told)

    def anew(self, caller: Caller) -> Http:
        """The caller in another session."""
        if caller[0] == "none":
            return self.hub.anyone()
        return Http(self.hub.url, str(self.sign_in(caller).json["access_token"]))

    def command(self, caller: Caller, kind: str, rid: str, payload: dict[str, Any], **fields: Any) -> Got:
        who = self.people[caller]
        if isinstance(who, Person):
            return who.command(kind, rid, payload, **fields)
        body = {"kind": kind, "referral_id": rid, "workstation": "w", "n": 1, "author": "nobody", "happened_at": NOW,
                "entered_at": NOW, "payload": payload}  # fmt: skip
        return who.send("PUT", f"/v1/commands/{new_uuid()}", body)

    def workstation(self, caller: Caller) -> str:
        who = self.people[caller]
        return who.workstation if isinstance(who, Person) else "w-nobody"


def name_of(caller: Caller) -> str:
    return "-".join(part for part in caller if part)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    hub = TestHub(tmp_path_factory.mktemp("matrix"), Limits(beat_s=0.2)).start()
    world = World(hub)
    world.people["none", ""] = hub.anyone()
    for role in ROLES:
        for relation, unit in CALLERS.items():
            caller = (role, relation)
            world.people[caller] = hub.person(name_of(caller), role, unit)
            world.passwords[caller] = PASSWORD
    world.holder = hub.person("holder")
    world.case = world.fresh()
    hub.add_user("signer", "source", "rajasthan")
    administer(hub, lambda engine, now: keys.add_source_key(engine, now, username="signer", secret=SECRET))
    until(lambda: put_signed(world, SECRET).status == 201, 30, "the key to be known")
    yield world
    hub.stop()


def put_signed(world: World, secret: str, client: Http | None = None) -> Got:
    reference = f"signed-{new_uuid()}"
    path = f"/v1/flags/instagram/{reference}"
    body = json.dumps(flag_body(account={"platform_account_id": reference})).encode()
    return (client or world.hub.anyone()).ask("PUT", path, body, headers=signed(secret, "PUT", path, body))


def put_flag(world: World, caller: Caller) -> Got:
    reference = f"flag-{new_uuid()}"
    value = flag_body(account={"platform_account_id": reference})
    return world.people[caller].send("PUT", f"/v1/flags/instagram/{reference}", value)


def delete_flag(world: World, caller: Caller) -> Got:
    world.hub.put_flag("to-withdraw")
    return world.people[caller].ask("DELETE", "/v1/flags/instagram/to-withdraw?reason=error")


def new_password(world: World, caller: Caller) -> Got:
    new = f"a new password {new_uuid()}"
    told = {"old": world.passwords.get(caller, "no password"), "new": new}
    got = world.people[caller].send("PUT", "/v1/me/password", told)
    if got.status == 204:
        world.passwords[caller] = new
    return got


def refresh(world: World, caller: Caller) -> Got:
    who = world.people[caller]
    if not isinstance(who, Person):
        return who.send("POST", "/v1/sessions/refresh", {"refresh_token": "invented", "workstation_id": "w"})
    session = world.sign_in(caller).json
    told = {"refresh_token": session["refresh_token"], "workstation_id": session["workstation"]["id"]}
    return who.send("POST", "/v1/sessions/refresh", told)


def handover(world: World, caller: Caller) -> Got:
    shift = {"name": "night", "start": "2026-11-23T02:14:00.000Z", "end": "2026-11-23T06:14:00.000Z"}
    told = {"unit": UNIT, "shift": shift, "open": [],
            "remarks": ""}  # fmt: skip
    return world.people[caller].send("PUT", f"/v1/handovers/{new_uuid()}", told, **{"If-None-Match": "*"})


def drill(world: World, caller: Caller) -> Got:
    told = {"unit": UNIT, "scenario": "kota-night"}
    return world.people[caller].send("POST", "/v1/drills", told, **{"Idempotency-Key": new_uuid()})


def presence(world: World, caller: Caller, workstation: str) -> Got:
    told = {"listening": True, "audible": "yes", "last_seq": 0, "outbox_depth": 0, "version": "0.1.0"}
    return world.people[caller].send("PUT", f"/v1/workstations/{workstation}/presence", told)


def getting(path: str) -> Callable[[World, Caller], Got]:
    def get(world: World, caller: Caller) -> Got:
        epoch = world.hub.anyone().get("/v1/meta").json["epoch"] if "{epoch}" in path else ""
        return world.people[caller].get(path.format(unit=UNIT, id=world.case, epoch=epoch))

    return get


SHIFT = "from=2026-11-23T00:00:00.000Z&to=2026-11-23T08:00:00.000Z"
OPENED = {"received_via": "phone"}
ASK: Final[dict[str, Callable[[World, Caller], Got]]] = {
    "GET /healthz": getting("/healthz"),
    "GET /readyz": getting("/readyz"),
    "GET /metrics": getting("/metrics"),
    "GET /v1/openapi.json": getting("/v1/openapi.json"),
    "GET /v1/meta": getting("/v1/meta"),
    "POST /v1/sessions": World.sign_in,
    "POST /v1/sessions/refresh": refresh,
    "DELETE /v1/sessions/current": lambda world, caller: world.anew(caller).ask("DELETE", "/v1/sessions/current"),
    "GET /v1/me": getting("/v1/me"),
    "PUT /v1/me/password": new_password,
    "GET /v1/directory": getting("/v1/directory"),
    "GET /v1/feeds/{unit}/snapshot": getting("/v1/feeds/{unit}/snapshot"),
    "GET /v1/feeds/{unit}/changes": getting("/v1/feeds/{unit}/changes?epoch={epoch}&after=0"),
    "GET /v1/referrals/{id}": getting("/v1/referrals/{id}"),
    "GET /v1/referrals/{id}/events": getting("/v1/referrals/{id}/events"),
    "GET /v1/referrals/{id}/flags": getting("/v1/referrals/{id}/flags"),
    "POST /v1/referrals:search": lambda world, caller: world.people[caller].send(
        "POST", "/v1/referrals:search", {"unit": UNIT}
    ),
    "PUT /v1/commands/{uuid} open": lambda world, caller: world.command(caller, "open", new_uuid(), OPENED),
    "PUT /v1/commands/{uuid} note": lambda world, caller: world.command(caller, "note", world.case, {"text": "x"}),
    "PUT /v1/commands/{uuid} view": lambda world, caller: world.command(
        caller, "view", world.case, {"fields": ["subject.name"]}
    ),
    "PUT /v1/commands/{uuid} acknowledge": lambda world, caller: world.command(
        caller, "acknowledge", world.fresh(), {"through": 1}
    ),
    "PUT /v1/commands/{uuid} take_over": lambda world, caller: world.command(
        caller, "take_over", world.held(), {"reason": "x"}, seen=2
    ),
    "PUT /v1/commands/{uuid} hold": lambda world, caller: world.command(
        caller, "hold", world.case, {"on": True, "reason": "x"}
    ),
    "PUT /v1/flags/{platform}/{reference}": put_flag,
    "PUT /v1/flags/{platform}/{reference} signed": lambda world, caller: put_signed(
        world, SECRET, world.people[caller]
    ),
    "PUT /v1/flags/{platform}/{reference} forged": lambda world, caller: put_signed(
        world, "a-secret-nobody-knows-anything-about", world.people[caller]
    ),
    "DELETE /v1/flags/{platform}/{reference}": delete_flag,
    "POST /v1/drills": drill,
    "PUT /v1/workstations/{id}/presence": lambda world, caller: presence(world, caller, world.workstation(caller)),
    "PUT /v1/workstations/{id}/presence foreign": lambda world, caller: presence(world, caller, "w-of-somebody-else"),
    "GET /v1/workstations": getting("/v1/workstations"),
    "GET /v1/handovers": getting("/v1/handovers?unit={unit}"),
    "PUT /v1/handovers/{id}": handover,
    "GET /v1/audit": getting("/v1/audit"),
    "GET /v1/audit/head": getting("/v1/audit/head"),
    "GET /v1/reports/shift": getting(f"/v1/reports/shift?unit={{unit}}&{SHIFT}"),
}


def plain(operation: str) -> str:
    """An operation without its variant."""
    return " ".join(operation.split()[:2])


def test_the_table_has_every_operation_of_the_document_and_no_other() -> None:
    paper = {f"{method} {path}" for path, method, _ in operations()}
    table = {plain(operation) for operation, _, _ in cells()}
    assert paper - table == set(), "the document has operations that nobody has decided about"
    assert table - paper == set(), "the table has operations that the document has not"
    assert set(ASK) == {operation for operation, _, _ in cells()}


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.parametrize("operation", sorted(ASK))
def test_every_role_in_every_unit_gets_what_the_table_says(world: World, operation: str) -> None:
    mine = [(caller, status) for asked, caller, status in cells() if asked == operation]
    assert len(mine) == 1 + len(ROLES) * len(CALLERS)
    wrong = []
    for caller, status in mine:
        got = ASK[operation](world, caller)
        if got.status != status:
            wrong.append(f"{name_of(caller)}: {got.status} in place of {status} ({got.raw[:120]!r})")
        elif status >= 400:
            assert got.headers["content-type"] == "application/problem+json"
            assert got.code in CODES[status], (caller, got.code)
    assert wrong == []


CODES: Final = {401: {"token-expired", "invalid-credentials", "bad-signature"}, 403: {"not-allowed"},
                404: {"not-found"}}  # fmt: skip


def test_what_is_out_of_sight_looks_like_what_does_not_exist(world: World) -> None:
    asked = [
        ("GET", "/v1/referrals/{id}", world.case, new_uuid()),
        ("GET", "/v1/referrals/{id}/events", world.case, new_uuid()),
        ("GET", "/v1/referrals/{id}/flags", world.case, new_uuid()),
        ("GET", "/v1/feeds/{id}/snapshot", UNIT, "no-such-unit"),
        ("GET", "/v1/handovers?unit={id}", UNIT, "no-such-unit"),
        ("GET", f"/v1/reports/shift?unit={{id}}&{SHIFT}", UNIT, "no-such-unit"),
    ]
    for relation in ("above", "sibling", "other"):
        who = world.people["operator", relation]
        for method, path, theirs, nobodys in asked:
            answers = []
            for target in (theirs, nobodys):
                got = who.ask(method, path.format(id=target))
                answers.append((got.status, {**got.json, "request_id": ""}, sorted(set(got.headers) - {"date"})))
            assert answers[0] == answers[1], path
            assert answers[0][0] == 404
        notes = [world.command(("operator", relation), "note", rid, {"text": "x"}) for rid in (world.case, new_uuid())]
        told = [(got.status, {**got.json, "request_id": ""}) for got in notes]
        assert told[0] == told[1]
        found = [
            who.send("POST", "/v1/referrals:search", {"unit": unit}).json | {"request_id": ""}
            for unit in (UNIT, "no-such-unit")
        ]
        assert found[0] == found[1]


def test_the_counts(capsys: pytest.CaptureFixture[str]) -> None:
    """How much the matrix covers; a table that shrinks is noticed."""
    asked = list(cells())
    operations = {plain(operation) for operation, _, _ in asked}
    callers = {caller for _, caller, _ in asked}
    with capsys.disabled():
        print(
            f"\nmatrix: {len(operations)} operations in {len(ASK)} variants x {len(callers)} callers"
            f" ({len(ROLES)} roles in {len(CALLERS)} relations, and nobody) = {len(asked)} cells"
        )
    assert len(asked) == len(ASK) * 26
    assert len(operations) >= 28
