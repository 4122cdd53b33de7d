"""Whatever a source sends, the hub makes of it what the document promises; and what the document asks is no defect."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kotaconsole.domain.evolution import evolve
from kotaconsole.domain.happenings import FlagReceived, FlagRepeated, FlagUpdated, Happening, What
from kotaconsole.domain.intake import Reading, read_flag, referral_id
from kotaconsole.domain.triage import Rules
from kotaconsole.domain.vocabulary import FLAG_KINDS, MAX_LIST, MAX_NAME, MAX_TEXT, PLACES, SIGNALS, URGENCIES
from kotaconsole.hub.cases import lenient
from kotaconsole.hub.cases.recorder import travelling
from kotaconsole.wire import codec
from kotaconsole.wire.happenings import data_of
from tests.contract.document import declared, fits, schemas, validator
from tests.people import TWO_AM, rules

pytestmark = pytest.mark.contract
RULES: Rules = rules()

TERNARY = st.sampled_from(["yes", "no", "unknown"])
TIMES = st.sampled_from(
    ["2026-11-22T20:30:00Z", "2026-11-23T02:00:00.123456+05:30", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999Z"]
)
TEXTS = st.text(st.characters(codec="utf-8"), max_size=20) | st.sampled_from(["क" * MAX_TEXT, "\u202e\x07", "a\u0300"])
NAMES = st.text(st.characters(codec="utf-8"), max_size=20) | st.just("न" * MAX_NAME)
PLACE = {
    "kind": st.sampled_from(PLACES), "text": TEXTS, "pincode": st.sampled_from(["324005", "999999"]),
    "radius_m": st.sampled_from([0, 1, 0.5, 20_100_000]), "observed_at": TIMES, "source": NAMES,
    "id": st.text(max_size=9),
}  # fmt: skip
WITHOUT_KIND = {name: made for name, made in PLACE.items() if name != "kind"}
GOOD: dict[str, st.SearchStrategy[Any]] = {
    "flagged_at": TIMES, "posted_at": TIMES, "kind": st.sampled_from(FLAG_KINDS), "excerpt": TEXTS, "language": NAMES,
    "url": TEXTS, "urgency": st.sampled_from(URGENCIES), "signals": st.lists(st.sampled_from(SIGNALS), max_size=12),
    "reviewer_note": TEXTS, "callback_ref": NAMES,
    "account": st.fixed_dictionaries({}, optional={
        "platform_account_id": NAMES, "display_name": NAMES, "handle": NAMES, "url": TEXTS,
        "phones": st.lists(NAMES, max_size=MAX_LIST), "emails": st.lists(NAMES, max_size=MAX_LIST),
        "age_band": st.sampled_from(["under_18", "18_24", "25_plus", "unknown"]), "holder_is_subject": TERNARY,
    }),
    "subject": st.fixed_dictionaries({}, optional={
        **dict.fromkeys(("name", "sex", "language", "phone", "guardian_name", "guardian_phone", "institute", "hostel",
                         "room", "warden", "home_district"), NAMES),
        "age": st.sampled_from([0, 17, 18.0, 120]), "hazards": TEXTS, "alone": TERNARY, "family_may_harm": TERNARY,
    }),
    "locations": st.lists(
        st.fixed_dictionaries({"kind": PLACE["kind"]}, optional=WITHOUT_KIND)
        | st.fixed_dictionaries({**PLACE, "lat": st.sampled_from([-90, 25.18, 90]),
                                 "lon": st.sampled_from([-180, 75.83, 180])}),
        max_size=3,
    ),
}  # fmt: skip
WRONG = (
    "", " ", "zoo", "unknown", "IP", "yes ", "32400", "324005 ", "३२४००५", "a\ud800", "\udfff", "x" * 5_000,
     "0001-01-01T00:00:00+23:00",
     "9999-12-31T23:59:59-23:00", "2026-02-30T00:00:00Z", "2026-11-22 20:30", -1, -90.01, 90.01, 180.5, 16.5, 131,
     1e300, 2**63, 10**400, 20_100_001, True, False, 0, [], {}, [5], ["x"] * 25, [str(n) for n in range(25)],
)  # fmt: skip
NEARLY = st.sampled_from(WRONG)
JUNK = st.recursive(
    NEARLY | st.none() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=5,
)


def inside(schema: str, good: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """A good value with some of its declared members put in the place of others."""
    spoilt = st.dictionaries(st.sampled_from(sorted(declared(schemas()[schema]))), JUNK, max_size=4)
    return st.tuples(good, spoilt).map(lambda pair: {**pair[0], **pair[1]})


ANYTHING: dict[str, st.SearchStrategy[Any]] = {
    **GOOD,
    "account": inside("AccountStated", GOOD["account"]),
    "subject": inside("SubjectStated", GOOD["subject"]),
    "signals": st.lists(st.sampled_from(SIGNALS) | JUNK, max_size=4),
    "locations": st.lists(
        inside("LocationStated", st.fixed_dictionaries({}, optional=PLACE)) | JUNK, max_size=4
    ) | st.integers(99, 120).map(lambda many: [{"kind": "zoo", "text": str(n)} for n in range(many)]),
}  # fmt: skip
BODIES = st.fixed_dictionaries({}, optional={name: made | JUNK for name, made in ANYTHING.items()}) | JUNK
PLATFORMS = st.sampled_from(["instagram", "facebook", "newplace", "नया मंच", "x" * 128])


def read(platform: str, reference: str, body: Any) -> Reading:
    raw = json.dumps(body).encode()
    whole = lenient.read(raw)
    found = read_flag(whole, platform=platform, reference=reference, received_at=TWO_AM, raw=raw.decode())
    return lenient.add_defects(found, lenient.undecodable(whole), raw.decode())


def assert_fits(schema: str, value: Any) -> None:
    problems = [f"{error.json_path}: {error.message[:200]}" for error in validator(schema).iter_errors(value)]
    assert problems == []


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(platform=PLATFORMS, bodies=st.lists(BODIES, min_size=1, max_size=3))
def test_whatever_a_source_sends_the_case_is_of_the_documents_shape(platform: str, bodies: list[Any]) -> None:
    first, *later = [read(platform, "r-1", body) for body in bodies]
    begun = FlagReceived(
        referral_id=referral_id(platform, "r-1"), number="2026-000123", unit="kota-city", reading=first
    )  # fmt: skip
    steps: list[What] = [
        begun,
        *(FlagUpdated(again) for again in later),
        FlagRepeated(read(platform, "r-2", bodies[0])),
    ]
    case = None
    for what in steps:
        case = evolve(case, Happening(what, at=TWO_AM, recorded_at=TWO_AM), RULES)
        assert_fits("Referral", json.loads(travelling(case.referral)))
        assert_fits("FlagEventData", json.loads(codec.encode(data_of(what))))


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(body=st.fixed_dictionaries({}, optional={name: st.none() | made for name, made in GOOD.items()}))
def test_what_is_of_the_documents_shape_has_no_defect(body: dict[str, Any]) -> None:
    assert fits("FlagBody", body)
    assert read("instagram", "r-1", body).flag.defects == ()


def places(member: str) -> list[dict[str, Any]]:
    whole = {"kind": "cell", "lat": 25.18, "lon": 75.83, "radius_m": 5, "text": "x"}
    return [{**whole, "text": str(n), member: value} for n, value in enumerate(WRONG)]


def alone() -> dict[str, list[Any]]:
    """For every member that a flag may carry, the bodies in which it alone holds something wrong."""
    found = {member: [{member: value} for value in WRONG] for member in declared(schemas()["FlagBody"])}
    for part, schema in (("account", "AccountStated"), ("subject", "SubjectStated")):
        for member in declared(schemas()[schema]):
            found[f"{part}.{member}"] = [{part: {member: value}} for value in WRONG]
    for member in declared(schemas()["LocationStated"]):
        found[f"locations.{member}"] = [{"locations": places(member)}]
    return found


@pytest.mark.parametrize("bodies", [pytest.param(bodies, id=name) for name, bodies in sorted(alone().items())])
def test_every_member_alone_may_hold_anything(bodies: list[Any]) -> None:
    case = None
    for n, body in enumerate(bodies):
        told = read("instagram", f"r-{n}", body)
        begun = FlagReceived(
            referral_id=referral_id("instagram", f"r-{n}"), number="2026-000123", unit="kota-city", reading=told
        )  # fmt: skip
        case = evolve(None, Happening(begun, at=TWO_AM, recorded_at=TWO_AM), RULES)
        assert_fits("Referral", json.loads(travelling(case.referral)))


def test_the_tests_above_above_know_every_member_of_the_document() -> None:
    assert GOOD.keys() == declared(schemas()["FlagBody"]).keys()
    assert {*PLACE, "lat", "lon"} == declared(schemas()["LocationStated"]).keys()
