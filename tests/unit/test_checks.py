"""The bounds of every payload: what passes them is refused with the field that is at fault, nothing is cut."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kotaconsole.domain import commands as cmd
from kotaconsole.domain.checks import check, set_value
from kotaconsole.domain.commands import Payload
from kotaconsole.domain.referral import Account, Location, Subject
from tests.people import TWO_AM, command, facts, meena, refused
from tests.unit.lives import NEW_ID, PAYLOADS, PLACE, standing

pytestmark = pytest.mark.unit

TEXT, NAME, NOTE = "x" * 2001, "x" * 301, "x" * 60_001
AT_MOST = ("x" * 2000, "x" * 300, "x" * 60_000)


def place(**changes: Any) -> Payload:
    return cmd.AddLocation(replace(PLACE, **changes))


def close(**changes: Any) -> Payload:
    return replace(cmd.Close("counselled", "s"), **changes)


def fields(*pairs: tuple[str, Any]) -> Payload:
    return cmd.Update(tuple(cmd.SetField(*pair) for pair in pairs))


BY: dict[str, Any] = {"name": "N", "kind": "hospital"}
SAID: dict[str, Any] = {"platform": "instagram", "name": "N", "at": TWO_AM, "text": "t"}
BROKEN: list[tuple[str, Payload, str]] = [
    *((kind, replace(PAYLOADS[kind], reason=words), "/reason")
      for kind in ("decline", "release", "take_over", "assess", "raise_level", "lower_level", "forward", "return",
                   "recall", "reopen", "split", "hold")
      for words in ("", " \n", TEXT)),
    ("acknowledge", cmd.Acknowledge(-1), "/through"),
    ("note", cmd.Note(""), "/text"),
    ("note", cmd.Note(NOTE), "/text"),
    ("call", cmd.Call("minister", "r"), "/whom"),
    ("call", cmd.Call("hostel", " "), "/result"),
    ("call", cmd.Call("hostel", TEXT), "/result"),
    ("call", cmd.Call("hostel", "r", number=NAME), "/number"),
    ("call", cmd.Call("hostel", "r", person=NAME), "/person"),
    ("view", cmd.View(()), "/fields"),
    ("view", cmd.View(("a",) * 101), "/fields"),
    ("view", cmd.View(("subject.name", NAME)), "/fields/1"),
    ("view", cmd.View(("",)), "/fields/0"),
    ("slip", replace(PAYLOADS["slip"], form="poster"), "/form"),
    ("slip", replace(PAYLOADS["slip"], status="lost"), "/status"),
    ("slip", replace(PAYLOADS["slip"], copies=-1), "/copies"),
    ("slip", replace(PAYLOADS["slip"], number=" "), "/number"),
    ("slip", replace(PAYLOADS["slip"], number="x" * 65), "/number"),
    ("slip", replace(PAYLOADS["slip"], unit="थाना"), "/unit"),
    ("slip", replace(PAYLOADS["slip"], supersedes=NAME), "/supersedes"),
    ("slip", replace(PAYLOADS["slip"], reason=TEXT), "/reason"),
    ("add_location", place(id=""), "/location/id"),
    ("add_location", place(id="x" * 101), "/location/id"),
    ("add_location", place(kind="dream"), "/location/kind"),
    ("add_location", place(text=TEXT), "/location/text"),
    ("add_location", place(source=NAME), "/location/source"),
    ("add_location", place(pincode="32400"), "/location/pincode"),
    ("add_location", place(lat=25.1), "/location/lon"),
    ("add_location", place(lon=75.8), "/location/lat"),
    ("add_location", place(lat=90.1, lon=75.8), "/location/lat"),
    ("add_location", place(lat=25.1, lon=-180.1), "/location/lon"),
    ("add_location", place(radius_m=-1.0), "/location/radius_m"),
    ("add_location", place(radius_m=1e9), "/location/radius_m"),
    ("add_location", place(id="told-1"), "/location/id"),
    ("accept_location", cmd.AcceptLocation(""), "/id"),
    ("accept_location", cmd.AcceptLocation("x" * 101), "/id"),
    ("accept_location", cmd.AcceptLocation("nowhere"), "/id"),
    ("update", cmd.Update(()), "/set"),
    ("update", fields(*(("subject.name", "n"),) * 101), "/set"),
    ("update", fields(("subject.name", "n"), ("subject.caste", "c")), "/set/1/field"),
    ("update", fields(("state", "closed")), "/set/0/field"),
    ("update", fields(("subject.name", "n"), ("subject.name", "m")), "/set/1/field"),
    ("update", fields(("subject.name", NAME)), "/set/0/to"),
    ("update", fields(("subject.name", " ")), "/set/0/to"),
    ("update", fields(("subject.name", 5)), "/set/0/to"),
    ("update", fields(("subject.hazards", TEXT)), "/set/0/to"),
    ("update", fields(("subject.age", 121)), "/set/0/to"),
    ("update", fields(("subject.age", -1)), "/set/0/to"),
    ("update", fields(("subject.age", "17")), "/set/0/to"),
    ("update", fields(("subject.age", True)), "/set/0/to"),
    ("update", fields(("subject.alone", "perhaps")), "/set/0/to"),
    ("update", fields(("subject.alone", ["yes"])), "/set/0/to"),
    ("update", fields(("account.age_band", "old")), "/set/0/to"),
    ("update", fields(("account.url", TEXT)), "/set/0/to"),
    ("update", fields(("account.phones", "one")), "/set/0/to"),
    ("update", fields(("account.phones", ["1"] * 21)), "/set/0/to"),
    ("update", fields(("account.emails", [NAME])), "/set/0/to"),
    ("update", fields(("account.emails", [""])), "/set/0/to"),
    ("update", fields(("account.emails", [5])), "/set/0/to"),
    ("assess", cmd.Assess(("plan", "sadness"), "r"), "/signals/1"),
    ("assess", cmd.Assess((), "r", "sometime"), "/urgency"),
    ("raise_level", cmd.RaiseLevel("P0", "r"), "/level"),
    ("lower_level", cmd.LowerLevel("P4", "r"), "/level"),
    ("locate", cmd.Locate("p", 0), "/recheck_minutes"),
    ("locate", cmd.Locate("p", 16), "/recheck_minutes"),
    ("locate", cmd.Locate(" ", 5), "/plan"),
    ("locate", cmd.Locate(TEXT, 5), "/plan"),
    ("inform", cmd.Inform(""), "/unit"),
    ("inform", cmd.Inform("u", person=NAME), "/person"),
    ("inform", cmd.Inform("u", rank=NAME), "/rank"),
    ("inform", cmd.Inform("u", phone=NAME), "/phone"),
    ("inform", cmd.Inform("Kunhadi"), "/unit"),
    ("inform", cmd.Inform("x" * 65), "/unit"),
    ("depart", cmd.Depart("चेतक 4"), "/unit"),
    ("arrive", cmd.Arrive("kota--city"), "/unit"),
    ("contact", cmd.Contact(True, " "), "/who"),
    ("contact", cmd.Contact(True, TEXT), "/who"),
    ("contact", cmd.Contact(True, "w", NAME), "/unit"),
    ("forward", cmd.Forward("", "r"), "/to"),
    ("forward", cmd.Forward("kota-city", "r"), "/to"),
    ("accept_by_phone", cmd.AcceptByPhone("", "ASI", "1"), "/person"),
    ("accept_by_phone", cmd.AcceptByPhone("N", " ", "1"), "/rank"),
    ("accept_by_phone", cmd.AcceptByPhone("N", "ASI", NAME), "/phone"),
    ("close", close(summary=" "), "/summary"),
    ("close", close(summary=TEXT), "/summary"),
    ("close", close(duplicate_of=NAME), "/duplicate_of"),
    ("close", close(without_supervisor=TEXT), "/without_supervisor"),
    ("close", close(accepted_by=cmd.AcceptedBy(**{**BY, "name": " "})), "/accepted_by/name"),
    ("close", close(accepted_by=cmd.AcceptedBy(**BY, rank=NAME)), "/accepted_by/rank"),
    ("close", close(accepted_by=cmd.AcceptedBy(**BY, body=NAME)), "/accepted_by/body"),
    ("close", close(statement=cmd.Statement(**{**SAID, "name": ""})), "/statement/name"),
    ("close", close(statement=cmd.Statement(**{**SAID, "text": TEXT})), "/statement/text"),
    ("close", close(statement=cmd.Statement(**{**SAID, "text": " "})), "/statement/text"),
    ("close", close(statement=cmd.Statement(**{**SAID, "platform": "orkut"})), "/statement/platform"),
    ("link", cmd.MakeLink("", "related"), "/to"),
    ("link", cmd.MakeLink("case-9", "friend"), "/kind"),
    ("link", cmd.MakeLink(standing("new").referral.id, "related"), "/to"),
    ("split", cmd.Split((), NEW_ID, "r"), "/references"),
    ("split", cmd.Split(("a",) * 101, NEW_ID, "r"), "/references"),
    ("split", cmd.Split(("ref-1", "ref-7"), NEW_ID, "r"), "/references/1"),
    ("split", cmd.Split(("ref-1", "ref-2"), NEW_ID, "r"), "/references"),
    ("split", cmd.Split(("ref-2",), "new-case", "r"), "/new_referral_id"),
    ("split", cmd.Split(("ref-2",), NEW_ID.upper(), "r"), "/new_referral_id"),
    ("split", cmd.Split(("ref-2",), standing("new").referral.id, "r"), "/new_referral_id"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "payload", "pointer"), BROKEN)
def test_what_passes_a_bound_is_refused_and_named(kind: str, payload: Payload, pointer: str) -> None:
    by = meena(role="supervisor", unit="jhunjhunu" if kind == "return" else "kota-city")
    case = standing("acknowledged", holder=by, transfer=kind == "return")
    one = command(kind, payload, by=by, seen=1)
    refusal = refused(case, one)
    assert (refusal.code, refusal.pointer) == ("invalid", f"/payload{pointer}")
    assert refusal.detail


@pytest.mark.parametrize("kind", sorted(PAYLOADS))
def test_an_ordinary_payload_is_in_order(kind: str) -> None:
    assert check(PAYLOADS[kind]) is None


@pytest.mark.parametrize(
    "payload",
    [
        cmd.Note(AT_MOST[2]), cmd.Locate("p", 1), cmd.Locate("p", 15), cmd.Release(AT_MOST[0]),
        cmd.Inform("x" * 64, AT_MOST[1]), place(lat=-90.0, lon=180.0, radius_m=0.0), place(pincode="324005"),
        fields(("account.phones", ["1"] * 20)), fields(("subject.age", 0), ("subject.room", AT_MOST[1])), cmd.Depart(),
        close(accepted_by=cmd.AcceptedBy(**BY, rank="R", body="B"), statement=cmd.Statement(**SAID)),
    ],
)  # fmt: skip
def test_the_bound_itself_is_allowed(payload: Payload) -> None:
    assert check(payload) is None


def test_every_member_of_person_and_account_can_be_set_and_unset() -> None:
    for side, shape in (("subject", Subject()), ("account", Account())):
        for member in shape.__slots__:
            default = getattr(shape, member)
            assert set_value(cmd.SetField(f"{side}.{member}", None)) == default, member


def test_a_unit_nobody_knows_cannot_be_asked() -> None:
    case = standing("acknowledged", holder=meena())
    one = command("forward", PAYLOADS["forward"], seen=1)
    known = frozenset({"kota-city", "bundi"})
    assert refused(case, one, facts(units=known)).pointer == "/payload/to"


def test_a_case_nobody_may_see_cannot_be_linked() -> None:
    one = command("link", PAYLOADS["link"], seen=1)
    assert refused(standing("acknowledged"), one, facts(linked=False)).pointer == "/payload/to"


def test_a_split_takes_no_id_that_is_in_use() -> None:
    one = command("split", PAYLOADS["split"], by=meena(role="supervisor"), seen=1)
    refusal = refused(standing("acknowledged"), one, facts(new_id_taken=True))
    assert refusal.pointer == "/payload/new_referral_id"


def test_a_unit_of_the_directory_takes_a_case_otherwise() -> None:
    payload = cmd.Close("accepted_elsewhere", "s", accepted_by=cmd.AcceptedBy(**BY, rank="SI", body="Bundi"))
    one = command("close", payload, seen=1)
    refusal = refused(standing("acknowledged", holder=meena()), one, facts(unit_names=frozenset({"bundi"})))
    assert refusal.pointer == "/payload/accepted_by/body"


def test_a_payload_of_another_kind_is_no_payload() -> None:
    assert refused(standing("acknowledged"), command("note", PAYLOADS["decline"])).pointer == "/kind"
    assert refused(standing("acknowledged"), command("teleport", PAYLOADS["note"])).pointer == "/kind"


@given(st.from_type(Location))
def test_no_place_a_desk_could_send_breaks_the_check(found: Location) -> None:
    refusal = check(cmd.AddLocation(found))
    assert refusal is None or (refusal.pointer or "").startswith("/payload/location/")
