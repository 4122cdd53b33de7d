"""A report typed in by hand: nothing of it is cut, dropped or rounded; what cannot be kept as it is is refused."""

from __future__ import annotations

from typing import Any

import pytest

from kotaconsole.domain import commands as cmd
from kotaconsole.domain.opening import fault
from kotaconsole.domain.referral import Account, Subject
from tests.people import after, command, facts, refused

pytestmark = pytest.mark.unit

TEXT, NAME, ID = "x" * 2001, "x" * 301, "x" * 101
NUKTA = "\u0958"
"""क़ as one character: NFC, in which text is kept, makes two of it."""


def account(**members: Any) -> dict[str, Any]:
    return {"account": members}


def subject(**members: Any) -> dict[str, Any]:
    return {"subject": members}


def place(**members: Any) -> dict[str, Any]:
    return {"locations": [{"kind": "address"}, {"kind": "ip"} | members]}


LONG_TEXTS = [
    *(({name: TEXT}, f"/{name}") for name in ("excerpt", "url", "reviewer_note")),
    *(({name: NAME}, f"/{name}") for name in ("language", "callback_ref")),
    *((account(**{name: NAME}), f"/account/{name}") for name in ("platform_account_id", "display_name", "handle")),
    (account(url=TEXT), "/account/url"),
    *(
        (subject(**{name: NAME}), f"/subject/{name}")
        for name in sorted(set(Subject.__slots__) - {"age", "hazards", "alone", "family_may_harm"})
    ),
    (subject(hazards=TEXT), "/subject/hazards"),
    (place(text=TEXT), "/locations/1/text"),
    (place(source=NAME), "/locations/1/source"),
    (place(kind=NAME), "/locations/1/kind"),
    (place(id=ID), "/locations/1/id"),
    ({"excerpt": NUKTA * 1001}, "/excerpt"),
    (subject(name=NUKTA * 151), "/subject/name"),
]
NOT_KEPT = [
    *LONG_TEXTS,
    *(({"reference": name}, "/reference") for name in ("a b", "संदर्भ", "../x", "a/b", "x" * 129, "", 7, ["a"])),
    *(({"platform": name}, "/platform") for name in ("orkut", "", 7, False, ["instagram"])),
    *((account(**{name: ["1"] * 21}), f"/account/{name}") for name in ("phones", "emails")),
    *((account(**{name: ["1", NAME]}), f"/account/{name}/1") for name in ("phones", "emails")),
    (account(phones=["1", 7]), "/account/phones/1"),
    (account(phones="1"), "/account/phones"),
    (account(age_band="old"), "/account/age_band"),
    ({"account": 7}, "/account"),
    *((subject(age=age), "/subject/age") for age in (3.5, 17.0, 121, -1, True, "17")),
    (subject(alone="perhaps"), "/subject/alone"),
    ({"locations": [{}] * 101}, "/locations"),
    ({"locations": [{"kind": "ip"}, "there"]}, "/locations/1"),
    ({"locations": {}}, "/locations"),
    (place(id=7), "/locations/1/id"),
    ({"locations": [{"kind": "ip", "id": "a"}, {"kind": "cell", "id": "a"}]}, "/locations/1/id"),
    (place(kind=7), "/locations/1/kind"),
    ({"locations": [{"text": "somewhere"}]}, "/locations/0/kind"),
    (place(lat=25.1), "/locations/1/lon"),
    (place(lon=75.8), "/locations/1/lat"),
    (place(lat=91, lon=75.8), "/locations/1/lat"),
    (place(radius_m=-1), "/locations/1/radius_m"),
    (place(pincode="012345"), "/locations/1/pincode"),
    (place(observed_at="yesterday"), "/locations/1/observed_at"),
    ({"signals": ["plan", "sadness"]}, "/signals/1"),
    ({"signals": "plan"}, "/signals"),
    ({"kind": "poem"}, "/kind"),
    ({"urgency": "soon"}, "/urgency"),
    ({"posted_at": "2026-11-31T00:00:00Z"}, "/posted_at"),
    ({"flagged_at": 7}, "/flagged_at"),
    ({"excerpt": 7}, "/excerpt"),
]


@pytest.mark.parametrize(("report", "pointer"), NOT_KEPT)
def test_what_could_not_be_kept_as_typed_is_refused_and_named(report: dict[str, Any], pointer: str) -> None:
    refusal = refused(None, command("open", cmd.Open("phone", report)))
    assert (refusal.code, refusal.pointer) == ("invalid", f"/payload{pointer}")
    assert refusal.detail


def test_every_text_of_account_and_person_has_its_bound() -> None:
    named = {pointer for _, pointer in LONG_TEXTS}
    for side, shape, others in (
        ("account", Account(), {"phones", "emails", "age_band", "holder_is_subject"}),
        ("subject", Subject(), {"age", "alone", "family_may_harm"}),
    ):
        for member in set(shape.__slots__) - others:
            assert f"/{side}/{member}" in named, member


def test_the_bound_itself_is_kept_whole() -> None:
    report = {
        "platform": "instagram", "reference": "x" * 128, "excerpt": "x" * 2000, "callback_ref": "x" * 300,
        "account": {"phones": [str(n) for n in range(20)], "handle": NUKTA * 150},
        "subject": {"age": 120, "name": "x" * 300, "hazards": "x" * 2000},
        "locations": [{"kind": "ip", "id": f"{n:0100}", "lat": 0, "lon": 0, "text": "x" * 2000} for n in range(100)],
    }  # fmt: skip
    case = after(None, command("open", cmd.Open("phone", report)), given=facts(next_number="2026-000200"))  # type: ignore[arg-type]
    flag, kept = case.referral.flags[0], case.referral
    assert (flag.reference, flag.excerpt, flag.callback_ref) == ("x" * 128, "x" * 2000, "x" * 300)
    assert (kept.account.phones, len(kept.account.handle or "")) == (tuple(str(n) for n in range(20)), 300)
    assert (kept.subject.age, kept.subject.name, kept.subject.hazards) == (120, "x" * 300, "x" * 2000)
    assert kept.locations[0].text == "x" * 2000
    assert [place.id for place in kept.locations] == [f"{n:0100}" for n in range(100)]


def test_a_place_keeps_the_id_the_desk_gave_it_and_gets_one_where_it_has_none() -> None:
    report = {"locations": [{"kind": "address", "id": "mine"}, {"kind": "ip"}, {"kind": "cell", "id": None}]}
    case = after(None, command("open", cmd.Open("phone", report)))  # type: ignore[arg-type]
    assert case.referral.locations[0].id == "mine"
    assert len({place.id for place in case.referral.locations}) == 3
    accepted = after(case, command("accept_location", cmd.AcceptLocation("mine")))
    assert accepted.referral.locations[0].accepted_by


@pytest.mark.parametrize("nothing", [{}, {"account": None, "subject": None, "locations": None, "reference": None}])
def test_what_is_unknown_is_no_fault(nothing: dict[str, Any]) -> None:
    assert fault(nothing) is None
    case = after(None, command("open", cmd.Open("other", nothing)))  # type: ignore[arg-type]
    assert (case.referral.flags[0].platform, case.referral.flags[0].reference) == ("other", case.referral.id)
