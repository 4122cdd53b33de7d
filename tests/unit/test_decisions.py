"""What a person may do to a case, in the order in which it is checked, and the closing rules."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from kotaconsole.domain import commands as cmd
from kotaconsole.domain.closing import folded
from kotaconsole.domain.commands import Author, Payload
from kotaconsole.domain.decisions import LaterChange, decide
from kotaconsole.domain.errors import Refusal
from kotaconsole.domain.evolution import Case
from kotaconsole.domain.referral import Transfer
from kotaconsole.domain.vocabulary import MAX_NAME, MAX_NOTE, MAX_TEXT
from tests.people import TWO_AM, after, body, command, facts, flagged, gurjar, meena, refused, supervisor

pytestmark = pytest.mark.unit

ACK = cmd.Acknowledge(1)
NOTE = cmd.Note("वार्डन से बात")
INFORM = cmd.Inform("kunhadi")
CONTACT = cmd.Contact(in_person=True, who="चेतक 4")
SLIP = cmd.MakeSlip("K1-261123-01", "station", "kunhadi", "spooled", 1)


def new(**fields: Any) -> Case:
    return flagged(**fields)


def held(**fields: Any) -> Case:
    return after(new(**fields), command("acknowledge", ACK))


def reached(**fields: Any) -> Case:
    return after(held(**fields), command("contact", CONTACT, seen=2))


def close(code: str, **fields: Any) -> cmd.Close:
    return cmd.Close(code=code, summary="परिजनों के साथ", **fields)


@pytest.mark.parametrize("role", ["source", "auditor", "admin", "visitor"])
def test_only_operators_and_supervisors_write(role: str) -> None:
    assert refused(new(), command("note", NOTE, by=meena(role=role))).code == "not-allowed"


def test_a_case_that_is_not_there_is_not_found() -> None:
    assert refused(None, command("note", NOTE)).code == "not-found"


@pytest.mark.parametrize(("kind", "payload"), [("acknowledge", ACK), ("inform", INFORM), ("contact", CONTACT)])
def test_another_unit_may_not_act(kind: str, payload: Payload) -> None:
    stranger = meena(operator_id="op-x", unit="jhunjhunu")
    assert refused(held(), command(kind, payload, by=stranger, seen=2)).code == "not-allowed"


def test_units_above_and_the_target_of_a_transfer_may_only_add() -> None:
    case = held()
    above = meena(operator_id="op-hq", unit="rajasthan")
    assert after(case, command("note", NOTE, by=above)).referral.counts.notes == 1
    assert refused(case, command("inform", INFORM, by=above, seen=2)).code == "not-allowed"
    moving = replace(case, referral=replace(case.referral, transfer=Transfer(to="jhunjhunu", since=TWO_AM)))
    target = meena(operator_id="op-j", unit="jhunjhunu")
    assert after(moving, command("note", NOTE, by=target)).referral.counts.notes == 1
    assert refused(case, command("note", NOTE, by=target)).code == "not-allowed"


def test_the_holder_may_act_whatever_the_unit() -> None:
    case = held()
    moved = replace(case, referral=replace(case.referral, unit="jhunjhunu"))
    assert after(moved, command("inform", INFORM, seen=2)).referral.state == "informed"


@pytest.mark.parametrize(
    ("kind", "payload"), [("inform", INFORM), ("contact", CONTACT), ("close", close("not_located"))]
)
def test_a_colleagues_case_is_held_but_a_supervisor_may(kind: str, payload: Payload) -> None:
    assert refused(held(), command(kind, payload, by=gurjar(), seen=2)).code == "held"
    assert not isinstance(decide(held(), command(kind, payload, by=supervisor(), seen=2), facts()), Refusal)
    elsewhere = supervisor(unit="jhunjhunu")
    assert refused(held(), command(kind, payload, by=elsewhere, seen=2)).code == "not-allowed"


def test_a_second_acknowledgement_tells_the_holder_yes_and_a_colleague_no() -> None:
    assert decide(held(), command("acknowledge", ACK), facts()) == ()
    assert refused(held(), command("acknowledge", ACK, by=gurjar())).code == "held"


def test_a_case_without_a_holder_goes_to_whoever_acts() -> None:
    case = held()
    free = replace(case, referral=replace(case.referral, holder=None, state="informed"))
    told = after(free, command("inform", INFORM, by=gurjar(), seen=2))
    assert told.referral.holder is not None
    assert told.referral.holder.name == "S. Gurjar"
    taken = after(free, command("acknowledge", cmd.Acknowledge(2), by=gurjar()))
    assert taken.referral.holder is not None
    assert taken.referral.state == "informed"


def test_an_acknowledgement_cannot_reach_into_the_future() -> None:
    assert refused(new(), command("acknowledge", cmd.Acknowledge(2))).pointer == "/payload/through"
    assert refused(new(), command("acknowledge", cmd.Acknowledge(-1))).code == "invalid"


def test_what_another_desk_changed_meanwhile_is_not_overwritten() -> None:
    other_desk = LaterChange("ws-2", frozenset({"state"}))
    inform = command("inform", INFORM, seen=2)
    assert refused(held(), inform, facts(later=(other_desk,))).code == "version-mismatch"
    for harmless in (
        LaterChange(None, frozenset({"level"})),
        LaterChange("ws-1", frozenset({"state"})),
        LaterChange("ws-2", frozenset()),
    ):
        assert not isinstance(decide(held(), inform, facts(later=(harmless,))), Refusal)
    assert refused(held(), command("inform", INFORM, seen=99)).code == "version-mismatch"
    assert not isinstance(decide(held(), command("note", NOTE), facts(later=(other_desk,))), Refusal)


@pytest.mark.parametrize(("kind", "payload"), [("inform", INFORM), ("contact", CONTACT)])
def test_action_needs_an_acknowledged_open_case(kind: str, payload: Payload) -> None:
    assert refused(new(), command(kind, payload, seen=1)).code == "illegal-transition"
    ended = after(reached(), command("close", close("counselled"), seen=3))
    assert refused(ended, command(kind, payload, seen=4)).code == "illegal-transition"
    assert refused(ended, command("close", close("counselled"), seen=4)).code == "illegal-transition"
    assert after(ended, command("note", NOTE), command("slip", SLIP)).referral.state == "closed"


def test_contact_is_recorded_once() -> None:
    assert refused(reached(), command("contact", CONTACT, seen=3)).code == "illegal-transition"


@pytest.mark.parametrize(
    ("kind", "payload", "pointer"),
    [
        ("note", cmd.Note(" \n"), "/payload/text"),
        ("note", cmd.Note("x" * (MAX_NOTE + 1)), "/payload/text"),
        ("inform", cmd.Inform(" "), "/payload/unit"),
        ("inform", cmd.Inform("kunhadi", person="x" * (MAX_NAME + 1)), "/payload/person"),
        ("slip", replace(SLIP, form="poster"), "/payload/form"),
        ("slip", replace(SLIP, status="lost"), "/payload/status"),
        ("slip", replace(SLIP, copies=-1), "/payload/copies"),
        ("slip", replace(SLIP, reason="x" * (MAX_TEXT + 1)), "/payload/reason"),
        ("contact", cmd.Contact(in_person=False, who="x" * (MAX_TEXT + 1)), "/payload/who"),
        ("view", cmd.View(()), "/payload/fields"),
        ("view", cmd.View(("x" * (MAX_NAME + 1),)), "/payload/fields/0"),
        ("close", cmd.Close("counselled", " "), "/payload/summary"),
        ("close", cmd.Close("counselled", "x" * (MAX_TEXT + 1)), "/payload/summary"),
        ("close", Refusal("invalid", "expected str", "/payload"), "/payload"),
        ("acknowledge", Refusal("invalid", "expected int", "/payload"), "/payload"),
        ("teleport", Refusal("invalid", "unknown kind", "/kind"), "/kind"),
    ],
)
def test_values_that_break_a_rule_are_named(kind: str, payload: Payload | Refusal, pointer: str) -> None:
    refusal = refused(held(), command(kind, payload, seen=2))
    assert (refusal.code, refusal.pointer) == ("invalid", pointer)


def test_who_may_ask_at_all_is_answered_before_what_was_asked() -> None:
    nonsense = Refusal("invalid", "expected str", "/payload")
    assert refused(held(), command("close", nonsense, by=gurjar(), seen=2)).code == "held"


def test_a_look_changes_nothing_and_an_auditor_may_look() -> None:
    look = cmd.View(("subject.phone",))
    for by in (meena(), supervisor(), meena(role="auditor")):
        assert decide(held(), command("view", look, by=by), facts()) == ()


# --- closing


def reason(case: Case, payload: cmd.Close, *, by: Author | None = None, **given: Any) -> str | None:
    one = command("close", payload, by=by, seen=case.referral.version)
    decision = decide(case, one, facts(**given))
    if isinstance(decision, Refusal):
        assert decision.code == "invalid"
        return decision.detail
    return None


@pytest.mark.parametrize("code", ["safe_with_family", "medical_care", "counselled", "no_current_distress"])
def test_these_outcomes_need_contact(code: str) -> None:
    told = after(held(), command("inform", INFORM, seen=2))
    assert "contact" in (reason(told, close(code)) or ""), "informed alone never closes"
    assert reason(reached(), close(code)) is None


def test_a_platforms_statement_can_stand_in_for_contact() -> None:
    statement = cmd.Statement("instagram", "reviewer", TWO_AM, "flagged in error")
    assert reason(held(), close("no_current_distress", statement=statement)) is None
    assert reason(held(), close("counselled", statement=statement)) is not None


def test_a_duplicate_names_a_case_that_stands() -> None:
    assert reason(new(), close("duplicate"), duplicate="open") is not None
    other = close("duplicate", duplicate_of="case-2")
    assert reason(new(), other, duplicate="open") is None
    assert reason(new(), other, duplicate="closed") is None
    assert reason(new(), other, duplicate=None) is not None
    assert "itself closed" in (reason(new(), other, duplicate="duplicate") or "")
    itself = close("duplicate", duplicate_of=new().referral.id)
    assert reason(new(), itself, duplicate="open") is not None


def test_accepted_elsewhere_names_who() -> None:
    assert reason(new(), close("accepted_elsewhere")) is not None
    assert reason(new(), close("accepted_elsewhere", accepted_by=cmd.AcceptedBy("N", "hospital", "R", "B"))) is None
    circus = cmd.AcceptedBy("N", "circus", "R", "B")
    assert reason(new(), close("accepted_elsewhere", accepted_by=circus)) == "there is no such kind of body"


@pytest.mark.parametrize("missing", ["rank", "body"])
@pytest.mark.parametrize("nothing", [None, "", "  "])
@pytest.mark.parametrize("code", ["accepted_elsewhere", "safe_with_family"])
def test_whoever_took_the_person_over_can_be_found_again(code: str, missing: str, nothing: str | None) -> None:
    whole = cmd.AcceptedBy("N", "childline", "R", "B")
    case = reached(account={"age_band": "under_18"})
    assert reason(case, close(code, accepted_by=whole)) is None
    refusal = refused(case, command("close", close(code, accepted_by=replace(whole, **{missing: nothing}))))
    assert (refusal.code, refusal.pointer) == ("invalid", f"/payload/accepted_by/{missing}")


@pytest.mark.parametrize(
    "body",
    ["kota-rural", "Kota Rural", "  KOTA  rural ", "kota\u00a0rural", "कोटा ग्रामीण", " कोटा  ग्रामीण", "ＫＯＴＡ rural"],
)
def test_a_unit_by_any_of_its_names_is_no_body_outside(body: str) -> None:
    names = frozenset(folded(name) for name in ("kota-rural", "Kota Rural", "कोटा ग्रामीण"))
    unit = close("accepted_elsewhere", accepted_by=cmd.AcceptedBy("N", "police", "SI", body))
    refusal = refused(new(), command("close", unit), facts(unit_names=names))
    assert (refusal.code, refusal.pointer) == ("invalid", "/payload/accepted_by/body")
    other = close("accepted_elsewhere", accepted_by=cmd.AcceptedBy("N", "police", "SI", f"{body} 2"))
    assert reason(new(), other, unit_names=names) is None


@pytest.mark.parametrize("code", ["not_located", "deceased"])
def test_these_need_a_supervisor_if_one_is_about(code: str) -> None:
    assert "acknowledged" in (reason(new(), close(code), by=supervisor()) or "")
    assert reason(held(), close(code), by=supervisor()) is None
    assert reason(held(), close(code)) == "needs a supervisor"
    assert "reason why" in (reason(held(), close(code), supervisor_about=False) or "")
    assert reason(held(), close(code, without_supervisor="3 बजे कोई नहीं"), supervisor_about=False) is None


@pytest.mark.parametrize("minor", [{"account": {"age_band": "under_18"}}, {"subject": {"age": 16}}])
def test_a_minor_does_not_go_home_by_default(minor: dict[str, Any]) -> None:
    case = reached(**minor)
    assert "minor" in (reason(case, close("safe_with_family")) or "")
    police, committee = (cmd.AcceptedBy("N", kind, "R", "B") for kind in ("police", "child_welfare"))
    assert "minor" in (reason(case, close("safe_with_family", accepted_by=police)) or "")
    assert reason(case, close("safe_with_family", accepted_by=committee)) is None
    assert reason(case, close("safe_with_family"), by=supervisor()) is None


def test_nor_does_anyone_whose_family_may_harm() -> None:
    assert reason(reached(subject={"family_may_harm": "yes"}), close("safe_with_family")) is not None
    assert reason(reached(subject={"age": 20}), close("safe_with_family")) is None


def test_there_is_no_other_outcome() -> None:
    assert reason(reached(), close("drama")) == "there is no such outcome"


# --- opening by hand


def test_a_case_opened_by_hand_is_in_hand_at_once() -> None:
    report = body(signals=["plan"])
    one = command("open", cmd.Open("phone", report))
    case = after(None, one, given=facts(next_number="2026-000200"))  # type: ignore[arg-type]
    assert (case.referral.state, case.referral.level, case.referral.number) == ("acknowledged", "P2", "2026-000200")
    assert case.referral.alarm is None
    assert case.referral.holder is not None
    assert not case.referral.late_entry
    assert refused(case, one).code == "illegal-transition"


def test_an_opening_typed_in_later_is_a_late_entry() -> None:
    one = replace(command("open", cmd.Open("phone", body())), entered_at=TWO_AM.plus(minutes=6))
    assert after(None, one).referral.late_entry  # type: ignore[arg-type]


def test_an_opening_with_a_bad_field_is_refused_and_says_which() -> None:
    assert refused(None, command("open", cmd.Open("phone", body(urgency="maybe")))).pointer == "/payload/urgency"
    assert refused(None, command("open", Refusal("invalid", "x", "/payload/received_via"))).code == "invalid"
