"""Invented cases for slips; no number here can be dialled: no Indian number begins with 0 or 00 after +91."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from kotaconsole.domain.clock import Instant
from kotaconsole.domain.directory import Directory, Helpline, Unit
from kotaconsole.domain.errors import Bilingual
from kotaconsole.domain.referral import Account, Flag, Informed, Location, Reason, Referral, Subject
from kotaconsole.domain.slip import SlipFacts, SlipPage, compose

NOW = Instant.parse("2026-11-22T21:42:30.000Z")  # 03:12 on the 23rd in Kota
GUARDIAN = "+91 00000 00077"
EXCERPT = "kal subah sab khatam canary-excerpt"

DIRECTORY = Directory(
    revision=3,
    intake_unit="kota-city",
    units=(
        Unit("kota-city", "district", Bilingual("Kota City", "कोटा शहर")),
        Unit("kunhadi", "station", Bilingual("Police station Kunhadi", "थाना कुन्हाड़ी"), parent="kota-city"),
    ),
    helplines=(
        Helpline("tele-manas", Bilingual("Tele-MANAS", "टेली-मानस"), "14416", None, "2025-12-01", None),
        Helpline("erss", Bilingual("Emergency", "आपातकाल"), "112", None, "2025-12-01", "2027-12-31"),
        Helpline("child", Bilingual("Child line", "चाइल्डलाइन"), "1098", None, "2025-12-01", None),
        Helpline("old", Bilingual("Old line", "पुरानी लाइन"), "0000-599-0019", None, "2023-01-01", "2024-01-01"),
        Helpline("new", Bilingual("Unproved line", "अपुष्ट लाइन"), "0000-111-2222", None, None, None),
    ),
)

CASE = Referral(
    id="0199a000-0000-7000-8000-000000000001",
    version=4,
    state="acknowledged",
    level="P1",
    unit="kota-city",
    opened_at=Instant.parse("2026-11-22T21:31:00.000Z"),
    updated_at=Instant.parse("2026-11-22T21:40:00.000Z"),
    number="2026-000123",
    reasons=(
        Reason("means", Bilingual("Means in hand were stated", "साधन पास होना बताया गया"), 7),
        Reason("time", Bilingual("A time was stated", "समय बताया गया"), 7),
    ),
    flags=(
        Flag(
            "instagram",
            "IG-1",
            Instant.parse("2026-11-22T21:31:00.000Z"),
            excerpt=EXCERPT,
            language="hinglish",
            reviewer_note="canary-note",
            raw_excerpt="canary-raw",
        ),
    ),
    flag_count=1,
    account=Account(
        display_name="raat_ka_musafir",
        phones=("+91 00000 00041", "0000000042"),
        emails=("canary@example.invalid",),
        age_band="under_18",
        holder_is_subject="yes",
    ),
    subject=Subject(
        name="रिया शर्मा (कल्पित)",
        age=17,
        phone="+91 00000 00041",
        guardian_name="सुनीता शर्मा (कल्पित)",
        guardian_phone=GUARDIAN,
        institute="दिशा कोचिंग, लैंडमार्क सिटी",
        hostel="श्री कृष्णा गर्ल्स हॉस्टल",
        room="तीसरी मंज़िल, 304",
        warden="मीना जी",
        hazards="छत का दरवाज़ा खुला रहता है; कमरा भीतर से बंद हो सकता है",
        family_may_harm="no",
    ),
    locations=(
        Location(
            "l1", "ip", "Instagram", "Kota", "324008", 25.2, 75.83, 5000, Instant.parse("2026-11-22T21:20:00.000Z")
        ),
        Location("l2", "address", "Instagram", "Jhunjhunu, ward 4", "333001"),
        Location(
            "l3",
            "operator",
            "हॉस्टल वार्डन",
            "कुन्हाड़ी, लैंडमार्क सिटी, गली 5",
            None,
            25.20412,
            75.83677,
            80,
            Instant.parse("2026-11-22T21:38:00.000Z"),
            accepted_by="u1",
            accepted_at=Instant.parse("2026-11-22T21:39:00.000Z"),
        ),
    ),
    informed=(Informed("kunhadi", Instant.parse("2026-11-22T21:41:00.000Z"), "आर. मीणा (कल्पित)", "थानाधिकारी"),),
    training=False,
)

FACTS = SlipFacts(
    number="K3-261123-04",
    unit="kunhadi",
    as_of=Instant.parse("2026-11-22T21:42:00.000Z"),
    centre=Bilingual("Abhay Command Centre, Kota", "अभय कमांड सेंटर, कोटा"),
    callback="0000-000-0100",
    landmark="पानी की टंकी के सामने",
    ambulance="yes",
)


def page(case: Referral = CASE, facts: SlipFacts = FACTS, **changed: Any) -> SlipPage:
    """The composed slip; further words change the facts."""
    return compose(case, DIRECTORY, replace(facts, **changed), NOW)


def crowded() -> Referral:
    """A case with more of everything than a page holds."""
    long = "श्री राधा कृष्ण विद्यार्थी भवन एवं गर्ल्स हॉस्टल ब्लॉक क " * 4
    return replace(
        CASE,
        reasons=tuple(
            Reason(f"r{n}", Bilingual(f"Reason number {n} in words", f"कारण संख्या {n} शब्दों में"), 7) for n in range(9)
        ),
        account=replace(CASE.account, phones=tuple(f"+91 00000 002{n:02d}" for n in range(20))),
        subject=replace(CASE.subject, hostel=long[:200]),
        locations=(
            *CASE.locations,
            *(
                Location(f"x{n}", "cell", "mobile operator", f"Tower {n}, Talwandi", None, 25.1, 75.8, 900 + n, NOW)
                for n in range(30)
            ),
        ),
    )
