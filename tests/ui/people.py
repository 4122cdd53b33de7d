"""Invented cases for the window: nobody here exists, no number can be dialled."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from kotaconsole.domain.clock import Instant
from kotaconsole.domain.directory import Directory, Unit
from kotaconsole.domain.errors import Bilingual
from kotaconsole.domain.listing import CaseRow, CaseView, TimelineEntry, row_of
from kotaconsole.domain.referral import (
    Account,
    Actor,
    Alarm,
    Candidate,
    Event,
    Flag,
    Holder,
    Informed,
    Location,
    Reason,
    Referral,
    SlipRecord,
    Subject,
    Suggested,
    Transfer,
)

NOW = Instant.parse("2026-11-23T08:46:22.000Z")  # 14:16:22 IST
MEENA = Actor("op-1", "R. Meena", "kota-city", "K2")
GURJAR = Actor("op-2", "S. Gurjar", "kota-city", "K1")
MEANS = Reason(3, Bilingual("Means in hand was marked by the source", "स्रोत ने बताया है कि साधन पास में है"), 7)
LIVE = Reason(2, Bilingual("The source marked a live broadcast", "स्रोत ने इसे लाइव प्रसारण बताया है"), 7)
PLAN = Reason(8, Bilingual("A plan or farewell without a time", "बिना समय की योजना या विदाई"), 7)
ANY = Reason(12, Bilingual("A red flag was received", "रेड फ्लैग प्राप्त हुआ"), 7)
REASONS = {"P1": (MEANS,), "P2": (PLAN,), "P3": (ANY,)}


def ago(seconds: float) -> Instant:
    return NOW.plus(seconds=-seconds)


def directory() -> Directory:
    def unit(code: str, kind: str, en: str, hi: str, parent: str | None) -> Unit:
        return Unit(code, kind, Bilingual(en, hi), parent)

    return Directory(
        1,
        "kota-city",
        (
            unit("rajasthan", "state", "Rajasthan Police Headquarters", "राजस्थान पुलिस मुख्यालय", None),
            unit("kota-city", "district", "Kota City", "कोटा शहर", "rajasthan"),
            unit("kota-rural", "district", "Kota Rural", "कोटा ग्रामीण", "rajasthan"),
            unit("jhunjhunu", "district", "Jhunjhunu", "झुंझुनूं", "rajasthan"),
            unit("grp-ajmer", "grp", "GRP Ajmer", "जीआरपी अजमेर", "rajasthan"),
            unit("jawahar-nagar", "station", "Jawahar Nagar", "जवाहर नगर", "kota-city"),
            unit("kunhadi", "station", "Kunhadi", "कुन्हाड़ी", "kota-city"),
            unit("talwandi", "station", "Mahaveer Nagar", "महावीर नगर", "kota-city"),
            unit("kaithun", "station", "Kaithun", "कैथून", "kota-rural"),
        ),
    )


def case(n: int, level: str = "P1", *, waited: float = 60, ringing: bool = False, **changed: Any) -> Referral:
    """One case; anything of Referral can be given."""
    key = f"00000000-0000-5000-8000-{n:012d}"
    flag = Flag(
        "instagram", f"IG-{n}", ago(waited), posted_at=ago(waited + 240), kind="reel",
        excerpt=f"नमूना पोस्ट {n}", signals=("means_in_hand",) if level == "P1" else (), language="hi",
    )  # fmt: skip
    made: dict[str, Any] = {
        "id": key, "version": 3, "state": "new" if ringing else "acknowledged", "level": level, "unit": "kota-city",
        "opened_at": ago(waited), "updated_at": ago(waited), "number": f"2026-{n:06d}",
        "reasons": REASONS[level], "flags": (flag,), "flag_count": 1,
        "account": Account(display_name="नमूना", handle="namuna", phones=("+91 00000 00041",), holder_is_subject="yes"),
        "subject": Subject(name="आरव मीना"),
        "alarm": Alarm(ago(waited), 3, "flag") if ringing else None,
        "holder": None if ringing else Holder("op-1", "R. Meena", ago(waited - 8), "K2"),
    }  # fmt: skip
    made.update(changed)
    return Referral(**made)


def place(text: str, radius: float | None, old: float = 300, kind: str = "cell", source: str = "telecom") -> Location:
    return Location(f"loc-{text}", kind, source, text, radius_m=radius, observed_at=ago(old), lat=25.1405, lon=75.8462)


def night_shift() -> list[Referral]:
    """The night of the drawing, and a few that are hard to show."""
    told = Informed("jawahar-nagar", ago(560), "महेंद्र सिंह", "ASI", None, MEENA)
    slip = SlipRecord("K2-261123-04", "station", "jawahar-nagar", "completed", ago(555), 1, MEENA)
    minor = Account(display_name="सना क.", handle="sana.namuna", phones=("+91 00000 00041",), age_band="under_18",
                    holder_is_subject="yes", url="https://instagram.example.invalid/sana.namuna",
                    emails=("sana@example.invalid",))  # fmt: skip
    first = case(123, "P1", waited=880, account=minor, state="informed", informed=(told,), informed_count=1,
                 slips=(slip,), slip_count=1,
                 subject=Subject("सना कुमारी", 17, "female", "hi", guardian_name="मोहन कुमार",
                                 guardian_phone="+91 00000 00077", institute="नमूना कोचिंग संस्थान",
                                 hostel="नमूना गर्ल्स हॉस्टल", room="214", alone="yes"),
                 locations=(place("हॉस्टल, जवाहर नगर", 60, 540, "operator", "ऑपरेटर"),
                            place("कोटा", 6000, 1320, "ip", "platform")),
                 suggested=Suggested((Candidate("jawahar-nagar", "stated",
                                                Bilingual("the place named", "बताई गई जगह")),)))  # fmt: skip
    noted = Flag("instagram", "IG-127", ago(42), posted_at=ago(300), kind="live", excerpt="नमूना सीधा प्रसारण",
                 signals=("live_now", "means_in_hand"), urgency="imminent",
                 reviewer_note="Reviewer: young person alone on a roof, speaks Hindi, check now.")  # fmt: skip
    return [
        case(126, "P1", waited=190, ringing=True, flag_count=2, account=Account(
            display_name="R. Sample", handle="r.sample", age_band="25_plus", holder_is_subject="no"),
            subject=Subject("Rekha Sample"), locations=(place("झुंझुनूं", 9000, 1900, "ip", "platform"),)),
        case(127, "P1", waited=42, ringing=True, reasons=(LIVE, MEANS), flags=(noted,), account=minor,
             subject=Subject("आरती मीणा", alone="yes"), locations=(place("कुन्हाड़ी · कोटा शहर", 120, 40),)),
        first,
        case(121, "P1", waited=1325, transfer=Transfer("jhunjhunu", ago(108), MEENA, "वहीं का पता"),
             subject=Subject("Pooja"), locations=(place("सीकर · कंट्रोल रूम", 2000),)),
        case(125, "P2", waited=511, holder=Holder("op-2", "S. Gurjar", ago(500), "K1"), subject=Subject("नरेश शर्मा"),
             account=Account(age_band="unknown")),
        case(119, "P2", waited=3750, state="on_scene", holder=Holder("op-2", "S. Gurjar", ago(500), "K1"),
             subject=Subject("Kiran Jain", 22), locations=(place("कैथून · कोटा ग्रामीण", 900),)),
        case(124, "P3", waited=680, subject=Subject("अनिल", 24), locations=(place("तलवंडी · कोटा शहर", 40),)),
        case(118, "P3", waited=6000, state="contact_made", subject=Subject("Vikas Solanki", 31),
             locations=(place("अलवर", 500, kind="address"),)),
        case(130, "P1", waited=20, ringing=True, subject=Subject("\u202egnp.\u202c " + "लंबा नाम " * 25),
             locations=(place("नमूना अतिदीर्घ छात्रावास " * 9, 400),)),
        case(110, "P2", waited=9000, state="closed", subject=Subject("Deepa", 28)),
    ]  # fmt: skip


def row(n: int, level: str = "P3", *, waited: float = 60, ringing: bool = False, **changed: Any) -> CaseRow:
    """A line of the list."""
    made = row_of(case(n, level, waited=waited, ringing=ringing), now=NOW, stale_after_s=900)
    return replace(made, **changed)


def timeline(shown: Referral) -> tuple[TimelineEntry, ...]:
    """What happened to a case, worked out from what it is."""

    def event(kind: str, at: Instant, by: Actor | None, **data: Any) -> TimelineEntry:
        made = Event(f"{shown.id}-{kind}", kind, shown.id, 1, at, at, data, by)
        return TimelineEntry("hub", at, kind, by.name if by else None, event=made)

    lines = [event("flag_received", shown.opened_at, None)]
    if shown.holder:
        lines.append(event("acknowledged", shown.opened_at.plus(seconds=8), MEENA, through=1))
    lines += [event("informed", told.at, MEENA, unit=told.unit, person=told.person) for told in shown.informed]
    lines += [event("slip", slip.at, MEENA, number=slip.number, status=slip.status) for slip in shown.slips]
    return tuple(lines)


def view(shown: Referral) -> CaseView:
    return CaseView(row_of(shown, now=NOW, stale_after_s=900), shown, timeline(shown))
