"""Reading a flag: the rest is used, what cannot be read is kept and, where it matters, urgent."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kotaconsole.domain.intake import MAX_DEFECTS, MAX_STATED, read_flag, referral_id
from kotaconsole.domain.listing import reach
from kotaconsole.domain.merging import merge_flag
from kotaconsole.domain.referral import Defect
from kotaconsole.domain.triage import is_unreadable
from kotaconsole.domain.vocabulary import MAX_LIST, MAX_NAME, MAX_TEXT
from tests.people import TWO_AM, bare, body, reading

pytestmark = pytest.mark.unit


def pointers(**fields: Any) -> list[str]:
    return [defect.pointer for defect in reading(**fields).flag.defects]


def test_a_whole_flag_is_read_whole() -> None:
    read = reading(
        signals=["plan", "farewell", "plan"],
        urgency="high",
        reviewer_note="called twice",
        subject={"name": "नमूना", "age": 16, "hostel": "नमूना हॉस्टल", "alone": "yes"},
        locations=[{"kind": "ip", "lat": 25.18, "lon": 75.83, "radius_m": 900, "observed_at": "2026-11-22T20:40:00Z"}],
    )
    assert read.flag.defects == ()
    assert read.flag.signals == ("plan", "farewell")
    assert (read.subject.age, read.subject.alone, read.subject.family_may_harm) == (16, "yes", "unknown")
    assert read.locations[0].radius_m == 900
    assert read.flag.raw_excerpt is None


def test_missing_and_null_both_mean_unknown() -> None:
    assert reading(kind=None, excerpt=None) == reading(kind=None, excerpt="")
    empty = read_flag({}, platform="facebook", reference="r", received_at=TWO_AM)
    assert empty.flag.defects == ()
    assert empty.account.age_band == empty.account.holder_is_subject == "unknown"


@pytest.mark.parametrize(
    ("fields", "pointer", "urgent"),
    [
        ({"urgency": "tomorrow"}, "/urgency", True),
        ({"urgency": 5}, "/urgency", True),
        ({"kind": "hologram"}, "/kind", True),
        ({"signals": ["plan", "mood"]}, "/signals/1", True),
        ({"signals": "plan"}, "/signals", True),
        ({"account": "somebody"}, "/account", True),
        ({"account": {"phones": [5]}}, "/account/phones/0", True),
        ({"account": {"handle": 7}}, "/account/handle", True),
        ({"account": {"age_band": "old"}}, "/account/age_band", True),
        ({"account": {"holder_is_subject": "perhaps"}}, "/account/holder_is_subject", True),
        ({"account": {"display_name": "a\ud800"}}, "/account/display_name", True),
        ({"posted_at": "yesterday"}, "/posted_at", False),
        ({"posted_at": "0001-01-01T00:00:00+23:00"}, "/posted_at", False),
        ({"posted_at": "0001-01-01T00:00:00Z"}, None, False),
        ({"excerpt": ["a"]}, "/excerpt", False),
        ({"excerpt": "a\udfff"}, "/excerpt", False),
        ({"subject": [1]}, "/subject", False),
        ({"subject": {"age": 121}}, "/subject/age", False),
        ({"subject": {"age": True}}, "/subject/age", False),
        ({"subject": {"age": 16.5}}, "/subject/age", False),
        ({"subject": {"age": 16.0}}, None, False),
        ({"subject": {"age": 120}}, None, False),
        ({"subject": {"family_may_harm": "perhaps"}}, "/subject/family_may_harm", False),
        ({"subject": {"alone": "maybe"}}, "/subject/alone", False),
        ({"locations": {}}, "/locations", False),
        ({"locations": ["here"]}, "/locations/0", False),
        ({"locations": [{"kind": "zoo", "text": "x"}]}, "/locations/0/kind", False),
        ({"locations": [{"kind": "unknown", "text": "x"}]}, "/locations/0/kind", False),
        ({"locations": [{"kind": 5, "text": "x"}]}, "/locations/0/kind", False),
        ({"locations": [{"kind": "", "text": "x"}]}, "/locations/0/kind", False),
        ({"locations": [{"kind": None, "text": "x"}]}, "/locations/0/kind", False),
        ({"locations": [{"text": "x"}]}, "/locations/0/kind", False),
        ({"locations": [{"kind": "ip", "lat": 91, "lon": 75}]}, "/locations/0/lat", False),
        ({"locations": [{"kind": "ip", "lat": 25, "lon": -180.1}]}, "/locations/0/lon", False),
        ({"locations": [{"kind": "ip", "lat": 25.1}]}, "/locations/0/lat", False),
        ({"locations": [{"kind": "ip", "lat": None, "lon": 75}]}, "/locations/0/lon", False),
        ({"locations": [{"kind": "ip", "radius_m": -1}]}, "/locations/0/radius_m", False),
        ({"locations": [{"kind": "ip", "radius_m": 3e7}]}, "/locations/0/radius_m", False),
        ({"locations": [{"kind": "ip", "observed_at": "2026-02-30T00:00:00Z"}]}, "/locations/0/observed_at", False),
        (
            {"locations": [{"kind": "ip", "observed_at": "9999-12-31T23:59:59-23:00"}]},
            "/locations/0/observed_at",
            False,
        ),
        ({"locations": [{"kind": "ip", "source": 5}]}, "/locations/0/source", False),
        ({"locations": [{"kind": "ip", "pincode": "12"}]}, "/locations/0/pincode", False),
        ({"locations": [{"kind": "ip", "pincode": 324005}]}, "/locations/0/pincode", False),
    ],
)
def test_one_bad_field_is_set_aside_and_the_rest_is_used(
    fields: dict[str, Any], pointer: str | None, urgent: bool
) -> None:
    read = reading(**fields)
    assert [defect.pointer for defect in read.flag.defects] == ([] if pointer is None else [pointer])
    assert is_unreadable(read.flag) is urgent
    assert read.flag.reference == "ref-1"


@pytest.mark.parametrize("broken", [None, [], "text", 5, True])
def test_a_body_that_is_no_object_is_kept_and_urgent(broken: object) -> None:
    read = read_flag(broken, platform="instagram", reference="r", received_at=TWO_AM, raw="<html>\x00" + "x" * 9_000)
    assert [defect.pointer for defect in read.flag.defects] == [""]
    assert is_unreadable(read.flag)
    assert read.flag.raw_excerpt is not None
    assert len(read.flag.raw_excerpt) == MAX_TEXT
    assert read.flag.raw_excerpt.startswith("<html>x")


def test_an_unknown_platform_becomes_other_without_an_alarm_of_its_own() -> None:
    read = reading(platform="orkut")
    assert read.flag.platform == "other"
    assert [(defect.pointer, defect.found) for defect in read.flag.defects] == [("/platform", "orkut")]
    assert not is_unreadable(read.flag)


def test_long_text_and_control_characters_are_cut_and_cleaned_silently() -> None:
    read = reading(
        excerpt="अ" * 20_000,
        account={"display_name": "न\u202eा\x07म" * 200, "phones": [f"+91 00000 000{n:02}" for n in range(40)]},
    )
    assert read.flag.defects == ()
    assert len(read.flag.excerpt or "") == MAX_TEXT
    assert len(read.account.display_name or "") == MAX_NAME
    assert "\u202e" not in (read.account.display_name or "")
    assert len(read.account.phones) == MAX_LIST


def test_half_a_pair_of_coordinates_is_no_place() -> None:
    place = reading(locations=[{"kind": "ip", "lat": 25.1, "text": "x"}]).locations[0]
    assert (place.lat, place.lon, place.text) == (None, None, "x")


@pytest.mark.parametrize("kind", [{"kind": "zoo"}, {"kind": "address "}, {}])
def test_a_place_of_a_kind_nobody_knows_is_used_and_makes_nothing_look_better(kind: dict[str, str]) -> None:
    read = reading(locations=[{**kind, "text": "नमूना चौक"}])
    place = read.locations[0]
    assert (place.kind, place.text) == ("post_clue", "नमूना चौक")
    assert [(defect.pointer, defect.found) for defect in read.flag.defects] == [
        ("/locations/0/kind", kind.get("kind", "missing").strip())
    ]
    assert reach(bare(locations=read.locations), now=TWO_AM, stale_after_s=900) == "poor"
    assert reach(bare(locations=(replace(place, kind="address"),)), now=TWO_AM, stale_after_s=900) == "good"


@pytest.mark.parametrize(
    ("value", "shown"), [(300, "300"), (-1.5, "-1.5"), (True, "true"), ([1], "array"), ({"a": 1}, "object")]
)
def test_what_was_set_aside_is_told(value: Any, shown: str) -> None:
    assert reading(subject={"age": value}).flag.defects == (Defect("/subject/age", shown),)


def test_every_place_is_read_and_the_same_twice_is_one() -> None:
    told = [{"kind": "ip", "text": f"t{n}"} for n in range(105)]
    read = reading(locations=[*told, told[3]])
    assert [place.text for place in read.locations] == [f"t{n}" for n in range(105)]
    assert read.flag.defects == ()


def test_of_a_flood_of_places_the_last_are_read_and_the_rest_is_told() -> None:
    read = reading(locations=[{"kind": "ip", "text": f"t{n}"} for n in range(MAX_STATED + 5)])
    assert [place.text for place in read.locations] == [f"t{n}" for n in range(5, MAX_STATED + 5)]
    assert [defect.pointer for defect in read.flag.defects] == ["/locations"]


def test_an_empty_phone_is_no_phone_and_no_defect() -> None:
    read = reading(account={"phones": ["", " ", "+91 00000 00041"]})
    assert read.account.phones == ("+91 00000 00041",)
    assert read.flag.defects == ()


def test_the_same_place_has_the_same_id_and_a_moved_one_another() -> None:
    ids = [reading(locations=[{"kind": "ip", "text": text}]).locations[0].id for text in ("a", "a", "b")]
    assert ids[0] == ids[1] != ids[2]


def test_a_flood_of_defects_is_bounded() -> None:
    assert len(pointers(signals=list(range(500)))) == MAX_DEFECTS


@pytest.mark.parametrize("grave", [{"urgency": "now"}, {"kind": "hologram"}, {"signals": ["mood"]}])
def test_a_flood_of_small_defects_washes_no_grave_one_out(grave: dict[str, Any]) -> None:
    read = reading(locations=[{"text": str(n)} for n in range(200)], **grave)
    assert is_unreadable(read.flag)
    assert len(read.flag.defects) == MAX_DEFECTS


def test_defects_of_many_updates_are_bounded_and_a_grave_one_still_enters() -> None:
    flag = reading(locations=[{"text": str(n)} for n in range(200)]).flag
    for n in range(20):
        flag = merge_flag(flag, reading(subject={"age": 1_000 + n}).flag)
    assert len(flag.defects) == MAX_DEFECTS
    assert not is_unreadable(flag)
    assert is_unreadable(merge_flag(flag, reading(urgency="now").flag))


def test_a_sent_again_flag_finds_its_case() -> None:
    assert referral_id("instagram", "x") == referral_id("instagram", "x")
    assert len({referral_id("instagram", "x"), referral_id("instagram", "x", 2), referral_id("facebook", "x")}) == 3


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
KEYS = st.sampled_from([*body(), "urgency", "reviewer_note", "url", "signals", "callback_ref"])


@given(st.dictionaries(KEYS, JSON) | JSON)
def test_nothing_a_source_sends_is_refused_or_unkeepable(sent: Any) -> None:
    read = read_flag(sent, platform="instagram", reference="r", received_at=TWO_AM, raw=json.dumps(sent))
    repr(read).encode("utf-8")
    assert read.flag.received_at == TWO_AM
    if not isinstance(sent, dict):
        assert is_unreadable(read.flag)
