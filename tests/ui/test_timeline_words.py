"""Every event of a case's life in the operator's words."""

from __future__ import annotations

from typing import Any

import pytest

from kotaconsole.domain import commands, happenings
from kotaconsole.domain.listing import TimelineEntry
from kotaconsole.domain.referral import Event
from kotaconsole.ui import words
from kotaconsole.ui.context import Context
from kotaconsole.ui.views.case_words import CaseWords
from kotaconsole.ui.views.timeline_words import TimelineWords
from tests.ui import people

KINDS = sorted({made.kind for made in vars(happenings).values() if isinstance(getattr(made, "kind", None), str)})
PHONE = "+91 00000 00041"


@pytest.fixture
def say(context: Context) -> Any:
    context.languages.use("hi")
    case_words = CaseWords(context)
    case_words.directory = people.directory()
    events = TimelineWords(case_words.unit)

    def said(kind: str, /, *, revealed: bool = False, **data: Any) -> str:
        shown = people.case(123)
        event = Event("e-1", kind, shown.id, 4, people.NOW, people.NOW, data, people.MEENA)
        entry = TimelineEntry("hub", people.NOW, kind, people.MEENA.name, event=event)
        view = people.CaseView(people.row(123), shown, (entry,))
        line = events.lines(view, revealed=revealed)[0]
        return f"{line.what}: {line.rest}"

    return said


@pytest.mark.parametrize("kind", [*KINDS, *commands.PAYLOADS])
def test_every_kind_has_a_hindi_word(kind: str, say: Any) -> None:
    said = say(kind).partition(":")[0]
    assert kind in words.EVENT
    assert any("\u0900" <= letter <= "\u097f" for letter in said), said


@pytest.mark.parametrize(
    ("kind", "data", "expected"),
    [
        ("escalated", {"stage": 2, "of": "transfer"}, "दूसरा चरण · जिस इकाई से लेने को कहा गया, वहाँ"),
        ("realarmed", {"why": "contact_check"}, "फ़ोन पर स्वीकार: पूछें कि संपर्क हुआ या नहीं"),
        ("realarmed", {"why": "an_unknown_reason"}, "an_unknown_reason"),
        ("forwarded", {"to": "jhunjhunu", "reason": "घर वहीं है"}, "झुंझुनूं · घर वहीं है"),
        ("linked", {"to": "00000000-0000-5000-8000-000000000007", "kind": "same_person"}, "R. Meena · वही व्यक्ति"),
        ("updated", {"set": [{"field": "subject.hostel", "to": "नमूना"}]}, "R. Meena · हॉस्टल"),
        ("assessed", {"urgency": "high", "signals": ["plan"], "reason": "वार्डन ने बताया"}, "वार्डन ने बताया"),
        ("locating", {"plan": "टावर", "recheck_at": "2026-11-23T08:56:22.000Z"}, "14:26:22 पर फिर देखें · टावर"),
        ("hold_changed", {"on": True, "reason": "न्यायालय"}, "चालू · न्यायालय"),
        ("split", {"references": ["IG-2", "IG-3"], "reason": "अलग लोग"}, "फ़्लैग: IG-2, IG-3 · अलग लोग"),
        ("contact_made", {"superseded": True}, "केवल दर्ज: प्रकरण आगे बढ़ चुका था"),
        ("closed", {"code": "not_located", "review": True}, "पर्यवेक्षक के बिना: समीक्षा होनी है"),
    ],
)
def test_what_there_is_to_know_is_said(kind: str, data: dict[str, Any], expected: str, say: Any) -> None:
    assert say(kind, **data).endswith(expected)


def test_a_called_number_is_masked_until_it_is_revealed(say: Any) -> None:
    called = {"whom": "guardian", "number": PHONE, "result": "रास्ते में हैं"}
    assert PHONE not in say("called", **called)
    assert say("called", **called).endswith("रास्ते में हैं")
    assert PHONE in say("called", revealed=True, **called)


def test_changed_details_do_not_repeat_what_is_masked_above(say: Any) -> None:
    assert PHONE not in say("updated", set=[{"field": "subject.phone", "to": PHONE}])


@pytest.mark.parametrize(
    "data", [{"set": "x"}, {"signals": 7}, {"references": None}, {"location": 3}, {"recheck_at": "x"}]
)
@pytest.mark.parametrize("kind", ["updated", "assessed", "split", "location_added", "locating"])
def test_data_of_another_shape_is_left_out_and_breaks_nothing(kind: str, data: dict[str, Any], say: Any) -> None:
    assert say(kind, **data)
