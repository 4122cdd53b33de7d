"""The intake: every flag finds its case, and none is refused for what it says."""

from __future__ import annotations

import gzip
import json
import uuid
from typing import Any

import pytest

from tests.hub.client import Got, Person
from tests.hub.fixtures import TestHub
from tests.people import body

NAMESPACE = uuid.UUID("6f1b6a52-6b0e-5d3c-9a55-0d6c2f0a7e11")


def derived(text: str) -> str:
    return str(uuid.uuid5(NAMESPACE, text))


def case_of(hub: TestHub, got: Got) -> dict[str, Any]:
    return reader(hub).case(got.json["referral_id"])


def reader(hub: TestHub) -> Person:
    found = getattr(hub, "_reader", None)
    if found is None:
        found = hub.person("reader", "supervisor")
        hub._reader = found  # type: ignore[attr-defined]
    return found


def close(hub: TestHub, rid: str) -> None:
    boss = reader(hub)
    version = boss.case(rid)["version"]
    boss.command("acknowledge", rid, {"through": version})
    version = boss.case(rid)["version"]
    got = boss.command("close", rid, {"code": "not_located", "summary": "no such place"}, seen=version)
    assert got.status == 201, got.raw


def test_a_first_flag_begins_a_case_whose_id_anyone_can_work_out(shared: TestHub, name: str) -> None:
    got = shared.put_flag(name, signals=["means_in_hand"])
    case = case_of(shared, got)
    assert got.status == 201
    assert got.json == {"referral_id": derived(f"instagram/{name}"), "number": case["number"]}
    assert (case["level"], case["state"], case["unit"], case["alarm"]["cause"]) == ("P1", "new", "kota-city", "flag")


def test_the_same_body_again_changes_nothing(shared: TestHub, name: str) -> None:
    first, again = shared.put_flag(name), shared.put_flag(name)
    assert (first.status, again.status) == (201, 200)
    assert first.json == again.json
    assert case_of(shared, again)["version"] == 1


def test_a_changed_body_adds_and_takes_nothing_back(shared: TestHub, name: str) -> None:
    shared.put_flag(name, signals=["farewell"])
    got = shared.put_flag(name, signals=["means_in_hand"])
    case = case_of(shared, got)
    assert got.status == 200
    assert set(case["flags"][0]["signals"]) == {"farewell", "means_in_hand"}
    assert (case["level"], case["alarm"]["cause"], case["flag_count"]) == ("P1", "raised", 1)


def test_another_flag_of_the_account_joins_and_is_urgent(shared: TestHub, name: str) -> None:
    first = shared.put_flag(name, account=name)
    second = shared.put_flag(f"{name}-b", account=name)
    case = case_of(shared, second)
    assert (second.status, second.json) == (201, first.json)
    assert (case["level"], case["flag_count"], case["alarm"]["cause"]) == ("P1", 2, "repeat")


@pytest.mark.parametrize(
    ("one", "other", "joins"),
    [
        ({"platform_account_id": "ID"}, {"platform_account_id": "ID"}, True),
        ({"platform_account_id": "ID", "handle": "H"}, {"platform_account_id": "ID2", "handle": "H"}, False),
        ({"handle": "@H"}, {"handle": " h "}, True),
        ({"url": "https://www.Ex.invalid/H/?a=1"}, {"url": "http://m.ex.invalid/H#x"}, True),
        ({"phones": ["+91 00000 00001"], "emails": ["x@example.invalid"], "display_name": "H"},
         {"phones": ["+91 00000 00001"], "emails": ["x@example.invalid"], "display_name": "H"}, False),
        ({"handle": "@"}, {"handle": "@"}, False),
    ],
)  # fmt: skip
def test_accounts_are_compared_by_their_first_common_key(
    shared: TestHub, name: str, one: dict[str, Any], other: dict[str, Any], joins: bool
) -> None:
    def own(account: dict[str, Any]) -> dict[str, Any]:
        text = json.dumps(account).replace("ID", f"{name}-id").replace("H", name).replace("h ", f"{name} ")
        found: dict[str, Any] = json.loads(text)
        return found

    first = shared.source().send("PUT", f"/v1/flags/instagram/{name}", body(account=own(one)))
    second = shared.source().send("PUT", f"/v1/flags/instagram/{name}-b", body(account=own(other)))
    assert (first.json == second.json) is joins


def test_a_later_flag_finds_the_case_by_a_key_an_earlier_joiner_brought(shared: TestHub, name: str) -> None:
    def put(reference: str, **account: Any) -> Got:
        return shared.source().send("PUT", f"/v1/flags/instagram/{name}-{reference}", body(account=account))

    first = put("a", platform_account_id=name)
    assert put("b", platform_account_id=name, handle=f"{name}.h").json == first.json
    assert put("c", handle=f"@{name}.h").json == first.json
    assert put("d", platform_account_id=f"{name}-other", handle=f"{name}.h").json != first.json


def test_a_flag_after_the_close_begins_a_case_that_names_the_one_before(shared: TestHub, name: str) -> None:
    first = shared.put_flag(name, account=name)
    close(shared, first.json["referral_id"])
    second = case_of(shared, shared.put_flag(f"{name}-b", account=name))
    assert second["previous"] == first.json["referral_id"]
    assert 8 in [reason["rule"] for reason in second["reasons"]], (
        "two flags of one account within a day, also across a closing"
    )


def test_an_update_that_raises_begins_a_closed_case_again_and_one_that_does_not_leaves_it(
    shared: TestHub, name: str
) -> None:
    first = shared.put_flag(name).json["referral_id"]
    close(shared, first)
    quiet = shared.put_flag(name, reviewer_note="spoke of a friend")
    assert (quiet.status, quiet.json["referral_id"]) == (200, first)
    assert reader(shared).case(first)["alarm"] is None
    raised = shared.put_flag(name, signals=["means_in_hand"])
    case = case_of(shared, raised)
    assert (raised.status, case["id"], case["previous"]) == (200, derived(f"instagram/{name}/2"), first)
    assert (case["level"], case["state"], case["alarm"]["cause"]) == ("P1", "new", "flag")
    assert case["flags"][0]["reviewer_note"] == "spoke of a friend", "what an earlier body said is not lost"
    assert 8 not in [reason["rule"] for reason in case["reasons"]], "one flag sent again is no second flag"
    assert shared.put_flag(name, signals=["means_in_hand"]).json["referral_id"] == case["id"]


def test_something_immediate_that_is_new_is_heard_although_the_closed_case_was_p1_already(
    shared: TestHub, name: str
) -> None:
    first = shared.put_flag(name, signals=["means_in_hand"]).json["referral_id"]
    close(shared, first)
    again = case_of(shared, shared.put_flag(name, signals=["act_in_progress"]))
    assert (again["previous"], again["state"], again["level"]) == (first, "new", "P1")
    assert again["alarm"] is not None


def test_a_withdrawal_sounds_once_and_lowers_nothing(shared: TestHub, name: str) -> None:
    rid = shared.put_flag(name, signals=["means_in_hand"]).json["referral_id"]
    reader(shared).command("acknowledge", rid, {"through": 1})
    source = shared.source()
    for _ in range(2):
        got = source.ask("DELETE", f"/v1/flags/instagram/{name}?reason=error")
        assert (got.status, got.json) == (200, {"referral_id": rid})
    case = reader(shared).case(rid)
    assert (case["level"], case["state"], case["version"], case["alarm"]["cause"]) == (
        "P1", "acknowledged", 3, "withdrawn"
    )  # fmt: skip
    assert case["flags"][0]["withdrawn_at"]
    back = shared.put_flag(name, signals=["means_in_hand"], language="en")
    assert (back.status, case_of(shared, back)["flags"][0]["withdrawn_at"]) == (200, None)
    assert source.ask("DELETE", f"/v1/flags/instagram/{name}-none?reason=error").code == "not-found"
    assert source.ask("DELETE", f"/v1/flags/instagram/{name}?reason=whim").status == 200


def test_an_unknown_platform_is_kept_as_other_and_stays_apart(shared: TestHub, name: str) -> None:
    one = shared.put_flag(name, platform="newplace", account=name)
    two = shared.put_flag(name, platform="otherplace", account=name)
    again = shared.put_flag(name, platform="newplace", account=name)
    case = case_of(shared, one)
    assert (one.status, two.status, again.status) == (202, 202, 202)
    assert one.json["referral_id"] == derived(f"newplace/{name}") == again.json["referral_id"]
    assert two.json != one.json, "the same reference of two platforms is two flags"
    assert (case["flags"][0]["platform"], case["flags"][0]["defects"][0]["pointer"]) == ("other", "/platform")
    assert shared.source().ask("DELETE", f"/v1/flags/newplace/{name}?reason=error").status == 200
    assert case_of(shared, one)["flags"][0]["withdrawn_at"]


def test_a_platform_of_any_name_is_taken_in(shared: TestHub, name: str) -> None:
    for platform in ("%E0%A4%A8%E0%A4%AF%E0%A4%BE%20%E0%A4%AE%E0%A4%82%E0%A4%9A", "a%20b", "x" * 128):
        got = shared.put_flag(name, platform=platform)
        assert got.status == 202, got.raw
        assert case_of(shared, got)["flags"][0]["platform"] == "other"
    assert shared.put_flag(name, platform="x" * 129).code == "not-found"


DEEP = b'{"signals": ' + b"[" * 100_000
UNREADABLE = {
    "empty": b"",
    "words": "कृपया देखें".encode(),
    "list": b'["post"]',
    "nan": b'{"kind": "story", "x": NaN}',
    "bad utf-8": b'{"excerpt": "\xfe\xff"}',
    "deep": DEEP,
    "cut": b'{"kind": "story"',
    "bom": b"\xef\xbb\xbf{}",
    "nul": b"\x00\x01\x02",
    "too large": b'{"kind": "story"}' + b" " * 300_000,
}


@pytest.mark.parametrize("what", UNREADABLE)
def test_what_nobody_can_read_is_kept_and_rings_as_urgent(shared: TestHub, name: str, what: str) -> None:
    got = shared.put_raw(name, UNREADABLE[what])
    case = case_of(shared, got)
    assert got.status == 202, got.raw
    assert (case["level"], case["flag_count"]) == ("P1", 1)
    assert case["flags"][0]["defects"]
    assert shared.put_raw(name, UNREADABLE[what]).status == 202
    assert case_of(shared, got)["version"] == 1


BAD_FIELDS = {
    "lone surrogate": (rb'{"excerpt": "a\ud800b", "signals": ["plan"]}', "/excerpt", "P2"),
    "huge number": (b'{"subject": {"age": 1e999}, "signals": ["plan"]}', "/subject/age", "P2"),
    "huger number": (b'{"subject": {"age": ' + b"9" * 5000 + b'}, "signals": ["plan"]}', "/subject/age", "P2"),
    "repeated key": (b'{"urgency": "imminent", "urgency": "high"}', "/urgency", "P1"),
    "unknown signal": (b'{"signals": ["plan", "vibes"]}', "/signals/1", "P1"),
    "account no object": (b'{"account": "somebody"}', "/account", "P1"),
    "kind of place": (b'{"locations": [{"kind": "zoo", "text": "x"}], "signals": ["plan"]}', "/locations/0/kind", "P2"),
    "year nought": (b'{"posted_at": "0001-01-01T00:00:00+23:00", "signals": ["plan"]}', "/posted_at", "P2"),
    "wrong type": (b'{"language": 7, "signals": ["plan"]}', "/language", "P2"),
}


@pytest.mark.parametrize("what", BAD_FIELDS)
def test_a_bad_field_costs_that_field_only(shared: TestHub, name: str, what: str) -> None:
    raw, pointer, level = BAD_FIELDS[what]
    got = shared.put_raw(name, raw)
    case = case_of(shared, got)
    assert got.status == 202
    assert [defect["pointer"] for defect in case["flags"][0]["defects"]] == [pointer]
    assert case["level"] == level


def test_a_packed_flag_is_unpacked_and_a_broken_pack_is_kept(shared: TestHub, name: str) -> None:
    whole = gzip.compress(json.dumps(body(signals=["plan"])).encode())
    packed = shared.put_raw(name, whole, **{"Content-Encoding": "gzip"})
    assert (packed.status, case_of(shared, packed)["level"]) == (201, "P2")
    bomb = gzip.compress(b'{"excerpt": "' + b"a" * 30_000_000)
    for n, (raw, encoding) in enumerate([(whole[:-9], "gzip"), (whole, "br"), (b"x", "deflate"), (bomb, "gzip")]):
        got = shared.put_raw(f"{name}-{n}", raw, **{"Content-Encoding": encoding})
        assert (got.status, case_of(shared, got)["level"]) == (202, "P1")


def test_only_sources_send_flags_and_references_have_a_form(shared: TestHub, name: str) -> None:
    operator = shared.person(name)
    assert operator.send("PUT", f"/v1/flags/instagram/{name}", body()).code == "not-allowed"
    assert operator.ask("DELETE", f"/v1/flags/instagram/{name}?reason=error").code == "not-allowed"
    assert shared.anyone().send("PUT", f"/v1/flags/instagram/{name}", body()).code == "token-expired"
    for reference in ("x" * 129, "a%20b", "%E0%A4%95", "a%2Fb", "%00"):
        assert shared.source().send("PUT", f"/v1/flags/instagram/{reference}", body()).code == "not-found"


def test_a_case_of_many_flags_travels_short_and_its_flags_are_read_by_number(shared: TestHub, name: str) -> None:
    got = shared.put_flag(f"{name}-0", account=name)
    for n in range(1, 54):
        got = shared.put_flag(f"{name}-{n}", account=name, excerpt=f"{n} " + "क" * 1_990)
    case = case_of(shared, got)
    rid = case["id"]
    assert case["flag_count"] == 54
    assert len(json.dumps(case, ensure_ascii=False).encode()) <= 192 * 1024
    assert 20 < len(case["flags"]) <= 50
    assert case["flags"][-1]["reference"] == f"{name}-53", "the newest stay"
    page = reader(shared).get(f"/v1/referrals/{rid}/flags?after=52").json
    assert ([flag["reference"] for flag in page["flags"]], page["more"]) == ([f"{name}-52", f"{name}-53"], False)
    assert reader(shared).get(f"/v1/referrals/{rid}/flags?limit=10").json["more"] is True


def test_everything_on_a_training_hub_is_marked(make_hub: Any) -> None:
    hub = make_hub(training=True)
    got = hub.put_flag("A-1")
    case = case_of(hub, got)
    assert (got.json["number"], case["training"]) == ("T-000001", True)
    assert hub.anyone().get("/v1/meta").json["training"] is True
    opened = reader(hub).command("open", str(uuid.uuid4()), {"received_via": "phone"})
    assert opened.json["number"] == "T-000002"
    assert reader(hub).case(opened.json["referral_id"])["training"] is True
