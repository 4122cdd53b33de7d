"""Reading a flag: the rest is used, what cannot be read is kept and, where it matters, urgent."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kotaconsole.domain.intake import MAX_DEFECTS, read_flag, referral_id
from kotaconsole.domain.triage import is_unreadable
from kotaconsole.domain.vocabulary import MAX_LIST, MAX_NAME, MAX_TEXT
from tests.people import TWO_AM, body, reading

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
        ({"posted_at": "0001-01-01T00:00:00+23:00"}, None, False),
        ({"excerpt": ["a"]}, "/excerpt", False),
        ({"excerpt": "a\udfff"}, "/excerpt", False),
        ({"subject": [1]}, "/subject", False),
        ({"subject": {"age": 300}}, "/subject/age", False),
        ({"subject": {"age": True}}, "/subject/age", False),
        ({"subject": {"alone": "maybe"}}, "/subject/alone", False),
        ({"locations": {}}, "/locations", False),
        ({"locations": ["here"]}, "/locations/0", False),
        ({"locations": [{"lat": 91, "lon": 75}]}, "/locations/0/lat", False),
        ({"locations": [{"lat": 25, "lon": None}]}, "/locations/0/lat", False),
        ({"locations": [{"lon": 75}]}, "/locations/0/lon", False),
        ({"locations": [{"pincode": "12"}]}, "/locations/0/pincode", False),
        ({"locations": [{"pincode": 324005}]}, "/locations/0/pincode", False),
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
    place = reading(locations=[{"lat": 25.1, "text": "x"}]).locations[0]
    assert (place.lat, place.lon, place.kind) == (None, None, "unknown")


def test_an_empty_phone_is_no_phone_and_no_defect() -> None:
    read = reading(account={"phones": ["", " ", "+91 00000 00041"]})
    assert read.account.phones == ("+91 00000 00041",)
    assert read.flag.defects == ()


def test_the_same_place_has_the_same_id_and_a_moved_one_another() -> None:
    ids = [reading(locations=[{"kind": "ip", "text": text}]).locations[0].id for text in ("a", "a", "b")]
    assert ids[0] == ids[1] != ids[2]


def test_a_flood_of_defects_is_bounded() -> None:
    assert len(pointers(signals=list(range(500)))) == MAX_DEFECTS


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
