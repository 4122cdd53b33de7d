"""A real hub makes every kind of event, takes every kind of command, gives every problem - in the golden form.

The kinds come from the code (`happenings`, `commands`, `wire.problems`), so a new kind that no hub was made to show
fails here. Ids and times differ, of course; members and their types may not.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from kotaconsole.domain.commands import PAYLOADS
from kotaconsole.wire.problems import KINDS
from tests.contract.document import NAMES, golden, schema_of
from tests.contract.test_contract_kinds import EVENT_KINDS, PRUNED
from tests.hub.client import PASSWORD, Got, Person, new_uuid
from tests.hub.fixtures import TestHub
from tests.hub.nights import kept_in_order
from tests.hub.watched import WatchedHub

pytestmark = pytest.mark.contract

NOT_MADE_BY_THIS_HUB = {"in-progress"}
"""One writer does one command after the other, so the second of two is a replay. Other hubs may need the code."""


def same_form(value: Any, example: Any, at: str = "") -> None:
    """The same members with the same types; null fits everything, and of lists the first items are compared."""
    if value is None or example is None:
        return
    if isinstance(example, dict):
        assert isinstance(value, dict), at
        assert set(value) == set(example), f"{at}: {sorted(set(value) ^ set(example))}"
        for key, member in example.items():
            same_form(value[key], member, f"{at}/{key}")
    elif isinstance(example, list):
        assert isinstance(value, list), at
        if value and example:
            same_form(value[0], example[0], f"{at}/0")
    elif isinstance(example, bool) or isinstance(value, bool) or isinstance(example, str):
        assert type(value) is type(example), f"{at}: {type(value).__name__}"
    else:
        assert isinstance(value, int | float), f"{at}: {type(value).__name__}"


def golden_event(event: dict[str, Any]) -> Any:
    """The golden event this one has to look like; of a split there are two sides."""
    events = [golden(name) for name in NAMES if schema_of(name) == "FeedEvent"]
    found = [one for one in events if one["kind"] == event["kind"]]
    assert found, event["kind"]
    return min(found, key=lambda one: len(set(one["data"]) ^ set(event["data"])))


class Life:
    """Cases whose every step is a golden command."""

    def __init__(self, watched: WatchedHub) -> None:
        self.watched = watched
        self.asha, self.ravi = watched.person("asha"), watched.person("ravi")
        self.boss = watched.person("boss", "supervisor")
        self.meera = watched.person("meera", unit="kota-rural")
        self.taken: set[str] = set()

    def flag(self, reference: str, **fields: Any) -> str:
        return self.watched.flag(reference, **fields)

    def say(self, who: Person, name: str, rid: str, **fields: Any) -> Any:
        """One golden command, with the ids and versions of this hub."""
        value = golden(f"command-{name}")
        payload = {**value["payload"], **fields}
        extra = {} if value["seen"] is None else {"seen": who.case(rid)["version"]}
        got = who.command(value["kind"], rid, payload, **extra)
        assert got.status == 201, (name, got.raw)
        same_form(got.json, golden("answer-command"))
        self.taken.add(value["kind"])
        return got.json

    def acknowledge(self, who: Person, rid: str) -> None:
        self.say(who, "acknowledge", rid, through=who.case(rid)["version"])


def long_story(life: Life) -> str:
    """From a flag to another district, with everything a desk can do on the way; gives back the case."""
    asha, boss, ravi = life.asha, life.boss, life.ravi
    rid = life.flag("GOLD-1", signals=["farewell"])
    life.say(asha, "decline", rid)
    life.acknowledge(asha, rid)
    for name in ("note", "call", "view", "slip", "add_location", "accept_location", "update", "assess"):
        life.say(asha, name, rid)
    life.say(boss, "lower_level", rid)
    life.say(asha, "raise_level", rid)
    life.say(asha, "locate", rid)
    life.watched.pass_time(15 * 60 + 1)
    for name in ("inform", "depart", "arrive"):
        life.say(asha, name, rid)
    life.say(ravi, "take_over", rid)
    life.say(ravi, "release", rid)
    life.say(asha, "forward", rid)
    life.say(life.meera, "return", rid)
    life.say(asha, "forward", rid)
    life.say(asha, "recall", rid)
    life.say(asha, "forward", rid)
    life.say(asha, "accept_by_phone", rid)
    life.say(asha, "forward", rid)
    life.say(life.meera, "accept", rid)
    life.say(life.meera, "contact", rid)
    return rid


def joins_and_ends(life: Life) -> str:
    """Flags that did not belong together, links, ends and a new beginning; gives back a closed case."""
    asha, boss = life.asha, life.boss
    joined = life.flag("GOLD-2", account="account-twice")
    life.flag("GOLD-3", account="account-twice")
    life.acknowledge(asha, joined)
    life.say(boss, "split", joined, references=["GOLD-3"], new_referral_id=new_uuid())
    other = life.flag("GOLD-4")
    life.say(asha, "link", joined, to=other)
    life.say(boss, "hold", joined)
    life.say(asha, "contact", joined)
    life.say(boss, "close", joined)
    life.say(asha, "reopen", joined)
    assert life.watched.hub.put_flag("GOLD-4", signals=["act_in_progress"]).status == 200
    assert life.watched.hub.source().ask("DELETE", "/v1/flags/instagram/GOLD-4?reason=error").status == 200
    life.say(asha, "open", new_uuid())
    ended = life.flag("GOLD-5")
    life.acknowledge(boss, ended)
    life.say(boss, "close-by-statement", ended)
    return ended


def test_every_event_and_command_has_the_golden_form(make_hub: Callable[..., TestHub]) -> None:
    watched = WatchedHub(make_hub)
    life = Life(watched)
    long_story(life)
    ended = joins_and_ends(life)
    assert life.taken == set(PAYLOADS), "every kind of command was taken"
    events = life.asha.feed()
    assert kept_in_order(watched.hub).pruned >= 1
    last = life.asha.changes("kota-city", life.asha.epoch(), len(events))
    assert last.status == 200, last.raw
    events += last.json["events"]
    made = {event["kind"] for event in events}
    assert made == EVENT_KINDS, sorted(EVENT_KINDS - made)
    assert any(event["kind"] == PRUNED and event["referral_id"] == ended for event in events)
    for event in events:
        same_form(event, golden_event(event), event["kind"])


def refusals(hub: TestHub, make_hub: Callable[..., TestHub]) -> dict[str, Got]:
    """One refusal of every code, from a hub as it is."""
    asha, ravi, boss = hub.person("asha"), hub.person("ravi"), hub.person("boss", "supervisor")
    rid, fresh = (str(hub.put_flag(name).json["referral_id"]) for name in ("R-1", "R-2"))
    ravi.command("acknowledge", rid, {"through": 1})
    expired, ended = Person(hub.url, "asha", new_uuid()), Person(hub.url, "asha", new_uuid())
    expired.token = "old"
    ended.ask("DELETE", "/v1/sessions/current")
    command_id, body = new_uuid(), json.dumps(ravi.envelope("note", rid, {"text": "x"})).encode()
    ravi.put(command_id, body)
    found = {
        "malformed": asha.put(new_uuid(), b"{"),
        "invalid-credentials": sign_in(hub, "nobody"),
        "bad-signature": hub.anyone().ask(
            "PUT", "/v1/flags/instagram/R-3", b"{}",
            headers={"X-Hub-Timestamp": str(int(datetime.now(UTC).timestamp())), "X-Hub-Signature-256": "sha256=00"},
        ),
        "token-expired": expired.get("/v1/me"),
        "session-revoked": ended.get("/v1/me"),
        "not-allowed": hub.source().get("/v1/feeds/kota-city/snapshot"),
        "unknown-author": asha.command("note", rid, {"text": "x"}, author=boss.id),
        "not-found": asha.get(f"/v1/referrals/{new_uuid()}"),
        "method-not-allowed": asha.ask("DELETE", "/v1/meta"),
        "held": asha.command("inform", rid, {"unit": "kunhadi"}, seen=2),
        "illegal-transition": asha.command("contact", fresh, {"in_person": True, "who": "x"}, seen=1),
        "cursor-expired": asha.get("/v1/feeds/kota-city/snapshot?page_token=old"),
        "epoch-changed": asha.changes("kota-city", new_uuid(), 0),
        "version-mismatch": ravi.command("inform", rid, {"unit": "kunhadi"}, seen=99),
        "too-large": asha.put(new_uuid(), b"x" * 300_000),
        "invalid": asha.command("note", rid, {}),
        "command-id-reused": ravi.put(command_id, body + b" "),
        "signed": signed_handover(asha, ravi),
        "precondition-required": asha.send("PUT", f"/v1/handovers/{new_uuid()}", handover()),
        "too-many-attempts": [sign_in(hub, "asha", "wrong") for _ in range(8)][-1],
        "client-too-old": too_old(make_hub),
        "unavailable": busy(make_hub),
    }  # fmt: skip
    assert hub.running is not None
    hub.running.hub.readers.run = broken  # type: ignore[method-assign]
    return {**found, "internal": asha.get(f"/v1/referrals/{rid}")}


def sign_in(hub: TestHub, username: str, password: str = PASSWORD) -> Got:
    asked = {**golden("request-sign-in"), "username": username, "password": password}
    return hub.anyone().send("POST", "/v1/sessions", asked)


def handover(**fields: Any) -> dict[str, Any]:
    return {**golden("request-handover"), "open": [], **fields}


def signed_handover(one: Person, other: Person) -> Got:
    """The third change of a hand-over that both have signed."""
    address = f"/v1/handovers/{new_uuid()}"
    made = one.send("PUT", address, handover(sign="from"), **{"If-None-Match": "*"})
    assert made.status == 201, made.raw
    both = other.send("PUT", address, handover(sign="to"), **{"If-Match": made.headers["etag"]})
    assert both.status == 200, both.raw
    same_form(both.json, golden("answer-handover"))
    return one.send("PUT", address, handover(remarks="x"), **{"If-Match": both.headers["etag"]})


def too_old(make_hub: Callable[..., TestHub]) -> Got:
    return make_hub(min_console="9.0.0").person("asha").command("note", new_uuid(), {"text": "x"})


def busy(make_hub: Callable[..., TestHub]) -> Got:
    """A hub whose writer has no time left."""
    hub = make_hub()
    asha = hub.person("asha")
    assert hub.running is not None
    hub.running.hub.writer._patience_s = 0
    return asha.command("note", new_uuid(), {"text": "x"})


async def broken(*_: object) -> object:
    raise RuntimeError("a mistake of ours")


@pytest.mark.log_errors_expected
def test_every_problem_has_the_golden_form(hub: TestHub, make_hub: Callable[..., TestHub]) -> None:
    found = refusals(hub, make_hub)
    assert set(KINDS) - set(found) == NOT_MADE_BY_THIS_HUB
    for code, got in found.items():
        example, told = golden(f"problem-{code}"), got.json
        assert (told["code"], got.status, told["title"], told["terminal"], told["type"]) == (
            code, example["status"], example["title"], example["terminal"], example["type"]
        )  # fmt: skip
        same_form(told, example, code)
        assert got.headers["content-type"] == "application/problem+json"
