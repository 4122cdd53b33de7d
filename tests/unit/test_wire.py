"""The wire takes what is exactly right, keeps what is partly unreadable, and quotes nobody's data in its complaints."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kotaconsole.domain import commands as cmd
from kotaconsole.domain import happenings as hap
from kotaconsole.domain.changes import UnreadableEvent, UnreadableItem
from kotaconsole.domain.errors import ContractBreach, Refusal
from kotaconsole.domain.referral import Alarm, Event, Referral, Stub
from kotaconsole.wire import codec, pages
from kotaconsole.wire.happenings import data_of
from kotaconsole.wire.payloads import command_of, payload_fields, read_body, read_payload
from kotaconsole.wire.pointers import pointer
from kotaconsole.wire.problems import KINDS
from tests.people import TWO_AM, bare, body, command, flagged, meena, reading
from tests.unit.lives import PAYLOADS, PLACE

pytestmark = pytest.mark.unit

T = "2026-11-22T20:44:00.000Z"


def event(seq: Any, **changes: Any) -> dict[str, Any]:
    case = json.loads(codec.encode(bare(version=3)))
    whole = {
        "seq": seq, "event_id": f"e{seq}", "kind": "note_added", "referral_id": "case-1", "version": 3, "at": T,
        "recorded_at": T, "by": None, "data": {"text": "n"}, "referral": case,
    }  # fmt: skip
    return {**whole, **changes}


def page(*events: Any, **changes: Any) -> bytes:
    envelope = {
        "epoch": "e1", "events": list(events), "next": 7 + len(events), "head": 9, "oldest": 1, "more": False,
        "beat": 4, "server_time": T,
    }  # fmt: skip
    return json.dumps({**envelope, **changes}).encode()


def read(*events: Any, **changes: Any) -> tuple[Event | UnreadableEvent, ...]:
    return pages.read_changes(page(*events, **changes), epoch="e1", after=7).events


def test_a_good_page_is_read_and_unknown_fields_and_kinds_are_kept() -> None:
    found = read(event(8, kind="teleported", flavour="new"), event(9), weather="mild")
    assert [type(one) for one in found] == [Event, Event]
    assert isinstance(found[0], Event)
    assert found[0].kind == "teleported"
    assert isinstance(found[0].referral, Referral)


@pytest.mark.parametrize(
    "broken",
    [
        b"<html>sign in</html>",
        b"",
        b"[]",
        b'{"epoch":"e1"}',
        page(event(8))[:-20],
        page(event(8), epoch="e2"),
        page(event(9)),
        page(event(8), event(10)),
        page(event(8), next=9),
        page(next=8),
        page({"seq": 12}),
        page(event(8), server_time="now"),
        page(event(8)).replace(b'"beat": 4', b'"beat": "4"'),
        b"\xff" + page(event(8)),
    ],
)
def test_a_bad_envelope_refuses_the_whole_page(broken: bytes) -> None:
    with pytest.raises(ContractBreach):
        pages.read_changes(broken, epoch="e1", after=7)


@pytest.mark.parametrize(
    "bad",
    [
        event("8"),
        event(None),
        event(True),
        event(8, version="three"),
        event(8, at="yesterday"),
        event(8, referral={"id": "case-1"}),
        event(8, referral={**event(8)["referral"], "level": "P0"}),
        event(8, referral={**event(8)["referral"], "state": "lost"}),
        event(8, referral_id="another"),
        "event",
        None,
        {"seq": 8},
    ],
)
def test_a_bad_event_in_a_good_page_stands_raw_in_its_place(bad: Any) -> None:
    first, second = read(bad, event(9))
    assert isinstance(first, UnreadableEvent)
    assert first.seq == 8
    assert first.raw
    assert isinstance(second, Event)
    assert second.seq == 9


def test_half_a_character_spoils_one_event_only() -> None:
    raw = page(event(8), event(9)).replace(b'"text": "n"', b'"text": "\\ud800"', 1)
    found = pages.read_changes(raw, epoch="e1", after=7).events
    assert [type(one) for one in found] == [UnreadableEvent, Event]
    for cut in (10, 200, len(raw) - 3):
        with pytest.raises(ContractBreach):
            pages.read_changes(raw[:cut], epoch="e1", after=7)
    with pytest.raises(ContractBreach):
        pages.read_changes(b'["\\ud800"]', epoch="e1", after=7)


def test_a_stub_is_read_as_a_stub_and_nothing_as_nothing() -> None:
    stub = {"id": "case-1", "version": 3, "stub": True, "state": "new", "level": "P1", "unit": "jhunjhunu", "times": {}}
    left, gone = read(event(8, kind="left_scope", referral=stub), event(9, kind="left_scope", referral=None))
    assert isinstance(left, Event)
    assert isinstance(left.referral, Stub)
    assert isinstance(gone, Event)
    assert gone.referral is None


def test_a_snapshot_keeps_what_it_cannot_read() -> None:
    good = json.loads(codec.encode(bare()))
    items = [good, {"id": "case-9", "level": 1}, 5]
    answer = json.dumps({"epoch": "e1", "as_of": 3, "items": items, "server_time": T}).encode()
    snapshot = pages.read_snapshot(answer)
    assert [type(item) for item in snapshot.items] == [Referral, UnreadableItem, UnreadableItem]
    assert [item.key for item in snapshot.items if isinstance(item, UnreadableItem)] == ["case-9", "item-2"]
    with pytest.raises(ContractBreach):
        pages.read_snapshot(b'{"items": []}')


def test_a_timeline_leaves_out_what_it_cannot_read() -> None:
    outside = {key: value for key, value in event(8).items() if key not in ("seq", "referral")}
    answer = json.dumps({"events": [outside, {"kind": 5}], "more": False, "server_time": T}).encode()
    assert [one.kind for one in pages.read_timeline(answer).events] == ["note_added"]


def test_a_bare_name_and_a_whole_actor_both_say_who() -> None:
    whole = {"operator_id": "o", "name": "N"}
    told = [{"unit": "kunhadi", "at": T, "by": "R. Meena"}, {"unit": "kunhadi", "at": T, "by": whole}]
    (found,) = read(event(8, referral={**event(8)["referral"], "informed": told}))
    assert isinstance(found, Event)
    assert isinstance(found.referral, Referral)
    assert found.referral.informed[0].by == "R. Meena"


def test_complaints_name_the_place_and_never_the_value() -> None:
    with pytest.raises(ContractBreach) as complaint:
        codec.decode(b'{"id": "case-1", "version": "secret-name"}', Referral)
    assert "$.version" in str(complaint.value)
    assert "secret-name" not in str(complaint.value)
    with pytest.raises(ContractBreach, match="expected Instant"):
        codec.convert({**event(8)["referral"], "opened_at": 5}, Referral)
    with pytest.raises(ContractBreach) as complaint:
        codec.decode(json.dumps({**event(8)["referral"], "opened_at": "secret-name"}), Referral)
    assert "secret-name" not in str(complaint.value)


def test_what_has_no_form_on_the_wire_is_our_own_mistake() -> None:
    with pytest.raises(TypeError, match="object has no form"):
        codec.encode(object())


@pytest.mark.parametrize("raw", [b"{", b"\xff", b'"\\ud800"', b"[" * 100_000, b"NaN", b"1e999999999"[:3] + b"x"])
def test_no_json_is_a_breach_and_nothing_worse(raw: bytes) -> None:
    with pytest.raises(ContractBreach):
        codec.parse(raw)


def test_a_document_nested_too_deeply_is_told_so_in_words() -> None:
    with pytest.raises(ContractBreach, match="nested too deeply"):
        codec.parse(b"[" * 100_000)


TEXT = st.text(st.characters(codec="utf-8"), max_size=30)


@given(TEXT, st.integers(0, 10**9), st.booleans())
def test_a_case_survives_the_wire(text: str, version: int, training: bool) -> None:
    case = flagged(subject={"name": text or None}).referral
    case = replace(case, version=version, training=training)
    assert pages.read_case(codec.encode(case)) == case


def test_a_command_survives_the_wire_byte_for_byte() -> None:
    payload = cmd.Close("accepted_elsewhere", "सुपुर्द", accepted_by=cmd.AcceptedBy("N", "hospital"))
    sent = cmd.CommandBody(
        kind="close", referral_id="case-1", workstation="ws-1", n=4, author="op-meena", happened_at=TWO_AM,
        entered_at=TWO_AM, payload=payload_fields(payload), seen=2,
    )  # fmt: skip
    raw = codec.encode(sent)
    assert codec.encode(read_body(raw)) == raw
    assert command_of(read_body(raw), meena()).payload == payload


def test_a_kind_that_can_collide_must_say_what_was_seen() -> None:
    plain = {"kind": "inform", "referral_id": "c", "workstation": "w", "n": 1, "author": "a", "happened_at": T,
             "entered_at": T, "payload": {}}  # fmt: skip
    with pytest.raises(ContractBreach, match="seen"):
        read_body(json.dumps(plain).encode())
    assert read_body(json.dumps({**plain, "kind": "note"}).encode()).seen is None


@pytest.mark.parametrize(
    ("kind", "payload", "pointer"),
    [
        ("note", {}, "/payload/text"),
        ("note", {"text": 5}, "/payload/text"),
        ("acknowledge", {"through": "1"}, "/payload/through"),
        ("close", {"code": "counselled", "summary": "s", "accepted_by": {"name": "N"}}, "/payload/accepted_by/kind"),
        (
            "close",
            {"code": "c", "summary": "s", "statement": {"platform": "x", "name": "n", "at": "now", "text": "t"}},
            "/payload/statement/at",
        ),
        ("locate", {"plan": "p", "recheck_minutes": 10.5}, "/payload/recheck_minutes"),
        ("update", {"set": [{"field": "subject.name", "to": "n"}, {"field": 5}]}, "/payload/set/1/field"),
        ("update", {"set": [{"to": "n"}]}, "/payload/set/0/field"),
        ("add_location", {"location": {"id": "p", "kind": "ip", "lat": "north"}}, "/payload/location/lat"),
        ("split", {"references": ["a", 5], "new_referral_id": "x", "reason": "r"}, "/payload/references/1"),
        ("hold", {"on": "yes", "reason": "r"}, "/payload/on"),
        ("open", {"received_via": "pigeon"}, "/payload/received_via"),
        ("teleport", {}, "/kind"),
    ],
)
def test_a_payload_that_does_not_fit_is_a_refusal_with_its_place(
    kind: str, payload: dict[str, Any], pointer: str
) -> None:
    refusal = read_payload(kind, payload)
    assert isinstance(refusal, Refusal)
    assert (refusal.code, refusal.pointer) == ("invalid", pointer)


def test_a_payload_that_is_no_object_at_all_is_refused_whole() -> None:
    assert pointer("Expected `object`, got `array`", "/payload") == "/payload"


@pytest.mark.parametrize("kind", sorted(PAYLOADS))
def test_every_payload_survives_the_wire(kind: str) -> None:
    payload = PAYLOADS[kind]
    sent = json.loads(codec.encode(payload_fields(payload)))
    assert read_payload(kind, sent) == payload
    assert None not in sent.values(), "what is unknown is left out"


MADE = [
    (hap.Declined("r"), "declined", {"reason": "r"}),
    (hap.Released("r"), "released", {"reason": "r"}),
    (hap.TakenOver("r"), "taken_over", {"reason": "r"}),
    (hap.Called("hostel", None, None, "r"), "called", {"whom": "hostel", "number": None, "person": None,
                                                       "result": "r"}),
    (hap.Updated((cmd.SetField("account.phones", ("1",)),)), "updated", {"set": [{"field": "account.phones",
                                                                                 "to": ["1"]}]}),
    (hap.LocationAccepted("p"), "location_accepted", {"id": "p"}),
    (hap.CaseAssessed(("plan",), None, "r", settles=False), "assessed", {"signals": ["plan"], "urgency": None,
                                                                         "reason": "r"}),
    (hap.LevelRaised("P1", "r"), "level_raised", {"level": "P1", "reason": "r"}),
    (hap.LevelLowered("P3", "r"), "level_lowered", {"level": "P3", "reason": "r"}),
    (hap.LocatingBegun("p", 5, TWO_AM), "locating", {"plan": "p", "recheck_minutes": 5, "recheck_at": T}),
    (hap.Forwarded("j", "r"), "forwarded", {"to": "j", "reason": "r"}),
    (hap.Accepted(), "accepted", {}),
    (hap.AcceptedByPhone("j", "n", "ASI", "1"), "accepted_by_phone", {"to": "j", "person": "n", "rank": "ASI",
                                                                      "phone": "1"}),
    (hap.Returned("r"), "returned", {"reason": "r"}),
    (hap.Recalled("r"), "recalled", {"reason": "r"}),
    (hap.Departed(None), "departed", {"unit": None}),
    (hap.OnScene("u"), "on_scene", {"unit": "u"}),
    (hap.Reopened("r"), "reopened", {"reason": "r"}),
    (hap.Linked("c2", "related"), "linked", {"to": "c2", "kind": "related", "rings": False}),
    (hap.Linked("c2", "duplicate", Alarm(TWO_AM, 3, "flag")), "linked", {"to": "c2", "kind": "duplicate",
                                                                         "rings": True}),
    (hap.SplitAway(("a",), "c2", "r"), "split", {"references": ["a"], "new_referral_id": "c2", "reason": "r"}),
    (hap.HoldChanged(on=True, reason="r"), "hold_changed", {"on": True, "reason": "r"}),
    (hap.Escalated(1), "escalated", {"stage": 1, "of": "case"}),
    (hap.Realarmed("recheck", "holder"), "realarmed", {"why": "recheck", "to": "holder"}),
]  # fmt: skip


@pytest.mark.parametrize(("what", "kind", "data"), MADE)
def test_event_data_is_what_the_contract_says(what: hap.What, kind: str, data: dict[str, Any]) -> None:
    assert (what.kind, json.loads(codec.encode(data_of(what)))) == (kind, data)


def test_the_new_case_of_a_split_tells_where_it_came_from_and_no_more() -> None:
    seen = reading()
    what = hap.SplitOff("c2", "n", "u", "c1", ("a",), "r", (seen.flag,), seen.account, seen.subject, ())
    sent = json.loads(codec.encode(data_of(what)))
    assert (what.kind, sent) == ("split", {"from": "c1", "references": ["a"], "reason": "r"})
    place = data_of(hap.LocationAdded(PLACE))["location"]
    assert (place["id"], place["text"]) == (PLACE.id, PLACE.text)


def test_what_came_too_late_says_so_in_its_data() -> None:
    assert data_of(hap.Released("r"), superseded=True) == {"reason": "r", "superseded": True}
    assert "superseded" not in data_of(hap.Released("r"))


def test_an_opening_carries_a_report() -> None:
    payload = read_payload("open", {**body(), "received_via": "phone"})
    assert isinstance(payload, cmd.Open)
    assert "received_via" not in payload.report
    assert payload_fields(payload) == {**body(), "received_via": "phone"}


def test_event_data_says_what_happened_and_repeats_nothing() -> None:
    first = hap.FlagReceived("c", "2026-000123", "kota-city", reading(), previous="c0")
    assert set(data_of(first)) == {"flag", "previous"}
    assert set(data_of(hap.FlagRepeated(reading()))) == {"flag"}
    assert data_of(hap.Acknowledged(3)) == {"through": 3}
    read_ = reading()
    opened = hap.Opened("c", "n", "u", "phone", read_.flag, read_.account, read_.subject, (), late_entry=True)
    assert set(data_of(opened)) == {"received_via", "flag", "late_entry"}


def test_every_refusal_of_the_rules_has_a_problem_of_its_name() -> None:
    terminal = {"malformed", "not-found", "not-allowed", "held", "version-mismatch", "invalid", "illegal-transition",
                "too-large", "command-id-reused"}  # fmt: skip
    assert all(KINDS[code].terminal for code in terminal)
    again = {"token-expired", "session-revoked", "unknown-author", "in-progress", "client-too-old", "too-many-attempts",
             "unavailable"}  # fmt: skip
    assert not any(KINDS[code].terminal for code in again)
    assert command("note", cmd.Note("n")).kind in cmd.PAYLOADS
