"""Cases in every state and an ordinary payload of every kind, for the tests of a case's life."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

from kotaconsole.domain import commands as cmd
from kotaconsole.domain.case import Case, with_causes
from kotaconsole.domain.commands import Author, Payload
from kotaconsole.domain.referral import Holder, Location, Transfer, TransferAlarm
from kotaconsole.domain.vocabulary import State
from tests.people import TWO_AM, flagged, repeated

NEW_ID = "0192f0c0-0000-7000-8000-000000000001"
PLACE = Location("place-1", "operator", text="हॉस्टल के पीछे", source="operator")

PAYLOADS: dict[str, Payload] = {
    "acknowledge": cmd.Acknowledge(2),
    "decline": cmd.Decline("दो मामले हाथ में हैं"),
    "release": cmd.Release("पारी समाप्त"),
    "take_over": cmd.TakeOver("साथी अवकाश पर"),
    "note": cmd.Note("वार्डन से बात"),
    "call": cmd.Call("hostel", "वार्डन देख रहे हैं", "+91 00000 00041"),
    "view": cmd.View(("subject.phone",)),
    "slip": cmd.MakeSlip("K1-261123-01", "station", "kunhadi", "spooled", 1),
    "add_location": cmd.AddLocation(PLACE),
    "accept_location": cmd.AcceptLocation("told-1"),
    "update": cmd.Update((cmd.SetField("subject.hostel", "नमूना हॉस्टल"),)),
    "assess": cmd.Assess(("plan",), "वार्डन ने बताया"),
    "raise_level": cmd.RaiseLevel("P1", "समय बताया गया"),
    "lower_level": cmd.LowerLevel("P3", "पुरानी पोस्ट"),
    "locate": cmd.Locate("साइबर सेल से लोकेशन", 10),
    "inform": cmd.Inform("kunhadi"),
    "depart": cmd.Depart("kunhadi"),
    "arrive": cmd.Arrive(),
    "contact": cmd.Contact(in_person=True, who="चेतक 4"),
    "forward": cmd.Forward("jhunjhunu", "वहीं रहते हैं"),
    "accept": cmd.Accept(),
    "accept_by_phone": cmd.AcceptByPhone("महेंद्र", "ASI", "+91 00000 00042"),
    "return": cmd.Return("हमारे क्षेत्र में नहीं"),
    "recall": cmd.Recall("यहीं मिल गए"),
    "close": cmd.Close(
        "accepted_elsewhere", "सुपुर्द", accepted_by=cmd.AcceptedBy("नाम", "hospital", "चिकित्सक", "अस्पताल")
    ),
    "reopen": cmd.Reopen("फिर पोस्ट की"),
    "link": cmd.MakeLink("case-9", "related"),
    "split": cmd.Split(("ref-2",), NEW_ID, "दूसरा व्यक्ति"),
    "hold": cmd.Hold(on=True, reason="न्यायालय का पत्र"),
}
"""One that is in order of every kind but `open`."""


@cache
def _two_flags() -> Case:
    return repeated(flagged(signals=["plan"]), "ref-2", at=TWO_AM.plus(hours=30))


def standing(
    state: State, *, holder: Author | None = None, transfer: bool = False, alarm: bool = True, **changes: Any
) -> Case:
    """A case of two flags at Kota City, P2, as it could stand in this state; with a transfer, to Jhunjhunu."""
    case = _two_flags()
    if state == "closed" or not alarm:
        case = with_causes(case, ())
    asked = Transfer(to="jhunjhunu", since=TWO_AM, alarm=TransferAlarm(TWO_AM)) if transfer else None
    held = None if holder is None else Holder(holder.operator_id, holder.name, TWO_AM, holder.desk)
    told = Location("told-1", "address", text="नमूना गली")
    return replace(
        case,
        referral=replace(
            case.referral, state=state, holder=held, transfer=asked, locations=(told,), level="P2", **changes
        ),
    )
