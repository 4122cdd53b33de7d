"""Hubs of others say the same in other forms: they are read, and what is really bad still rings as unreadable."""

from __future__ import annotations

import json
from typing import Any

import pytest

from kotaconsole.domain.changes import UnreadableEvent
from kotaconsole.domain.errors import Bilingual
from kotaconsole.domain.referral import Actor, Event, Referral, Stub
from kotaconsole.wire import codec, pages
from tests.people import flagged

pytestmark = pytest.mark.unit

T = "2026-11-22T20:44:00.000Z"
STUB = {"id": "case-1", "version": 3, "stub": True, "state": "new", "level": "P1", "unit": "jhunjhunu", "times": {}}
PERSON = {"operator_id": "op-7", "name": "S. Rathore", "unit": "jhunjhunu"}


def case(**changes: Any) -> dict[str, Any]:
    whole: dict[str, Any] = {**json.loads(codec.encode(flagged().referral)), "id": "case-1"}
    return {**whole, **changes}


def read(referral: Any = None, **changes: Any) -> Event | UnreadableEvent:
    event = {
        "seq": 1, "event_id": "e1", "kind": "note_added", "referral_id": "case-1", "version": 3, "at": T,
        "recorded_at": T, "by": None, "data": {"text": "n"}, "referral": referral, **changes,
    }  # fmt: skip
    envelope = {
        "epoch": "e1", "events": [event], "next": 1, "head": 1, "oldest": 1, "more": False, "beat": 4,
        "server_time": T,
    }  # fmt: skip
    return pages.read_changes(json.dumps(envelope).encode(), epoch="e1", after=0).events[0]


def the_case(**changes: Any) -> Referral:
    found = read(case(**changes))
    assert isinstance(found, Event), changes
    assert isinstance(found.referral, Referral)
    return found.referral


@pytest.mark.parametrize(
    ("accepted_by", "word"),
    [
        (PERSON, "op-7"),
        ({"name": "S. Rathore", "rank": "SI"}, "S. Rathore"),
        ({"rank": "SI"}, None),
        ("S. Rathore", "S. Rathore"),
        (None, None),
    ],
)
def test_whoever_accepted_a_stub_is_read_in_every_form(accepted_by: Any, word: str | None) -> None:
    found = read({**STUB, "accepted_by": accepted_by}, kind="left_scope")
    assert isinstance(found, Event)
    assert isinstance(found.referral, Stub)
    assert found.referral.accepted_by == word


@pytest.mark.parametrize("sent_by", ["op-7", PERSON])
def test_the_bearer_of_a_command_is_an_id_or_a_person(sent_by: Any) -> None:
    by = {"operator_id": "op-1", "name": "R. Meena", "sent_by": sent_by}
    found = read(case(informed=[{"unit": "kunhadi", "at": T, "by": by}]), by=by)
    assert isinstance(found, Event)
    assert found.by == Actor("op-1", "R. Meena", sent_by="op-7")
    assert isinstance(found.referral, Referral)
    assert found.referral.informed[0].by == Actor("op-1", "R. Meena", sent_by="op-7")


@pytest.mark.parametrize("members", [{}, {"platform": None, "reference": None}, {"platform": "other"}])
def test_a_flag_that_came_by_telephone_needs_no_platform_and_no_reference(members: dict[str, Any]) -> None:
    (flag,) = the_case(flags=[{"received_at": T, "excerpt": "x", **members}]).flags
    assert (flag.platform, flag.reference, flag.excerpt) == ("other", "", "x")


@pytest.mark.parametrize(
    ("told", "shown"),
    [
        ({"en": "Live now"}, Bilingual("Live now", "Live now")),
        ({"en": None, "hi": "अभी लाइव"}, Bilingual("अभी लाइव", "अभी लाइव")),
        ("Live now", Bilingual("Live now", "Live now")),
        ({"en": "Live now", "hi": "अभी लाइव"}, Bilingual("Live now", "अभी लाइव")),
    ],
)
def test_a_text_in_one_language_is_shown_in_both(told: Any, shown: Bilingual) -> None:
    why = {"unit": "kunhadi", "strength": "stated", "why": told}
    link = {"to": "case-2", "by": "phone", "why": told}
    found = the_case(
        reasons=[{"rule": "live", "text": told, "revision": 1}], suggested={"candidates": [why], "links": [link]}
    )
    assert found.reasons[0].text == shown
    assert found.suggested is not None
    assert (found.suggested.candidates[0].why, found.suggested.links[0].why) == (shown, shown)


@pytest.mark.parametrize("accepted_by", ["op-7", PERSON])
def test_whoever_accepted_a_place_is_an_id_or_a_person(accepted_by: Any) -> None:
    place = {"id": "p-1", "kind": "address", "source": "caller", "accepted_by": accepted_by, "accepted_at": T}
    assert the_case(locations=[place]).locations[0].accepted_by == "op-7"


def test_a_case_of_a_snapshot_is_read_as_generously() -> None:
    reason = {"rule": "live", "text": "Live now", "revision": 1}
    answer = {"epoch": "e1", "as_of": 3, "items": [case(reasons=[reason])], "server_time": T}
    (found,) = pages.read_snapshot(json.dumps(answer).encode()).items
    assert isinstance(found, Referral)


@pytest.mark.parametrize(
    "bad",
    [
        case(reasons=[{"rule": "live", "text": {}, "revision": 1}]),
        case(reasons=[{"rule": "live", "text": {"en": 5}, "revision": 1}]),
        case(reasons=[{"rule": "live", "revision": 1}]),
        case(reasons="live"),
        case(flags=[{"excerpt": "no moment"}]),
        case(flags=[{"received_at": T, "platform": 5}]),
        case(flags=["?"]),
        case(informed=[{"unit": "kunhadi", "at": T, "by": {"sent_by": PERSON}}]),
        case(level="P0", flags=[{"received_at": T}]),
        {**STUB, "accepted_by": ["S. Rathore"]},
        {**STUB, "accepted_by": PERSON, "version": "3"},
    ],
)
def test_what_is_really_bad_is_still_unreadable(bad: dict[str, Any]) -> None:
    found = read(bad)
    assert isinstance(found, UnreadableEvent)
    assert found.referral_id == "case-1"


def test_an_event_with_no_case_and_an_odd_bearer_is_read_too() -> None:
    found = pages.read_event(
        json.dumps({
            "event_id": "e1", "kind": "note_added", "referral_id": "case-1", "version": 3, "at": T, "recorded_at": T,
            "by": {"operator_id": "op-1", "name": "R. Meena", "sent_by": {"name": "S. Rathore"}},
        }).encode()
    )  # fmt: skip
    assert found.by is not None
    assert found.by.sent_by == "S. Rathore"
