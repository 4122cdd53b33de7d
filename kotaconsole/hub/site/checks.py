"""Whether a directory can be worked with: a wrong one sends a case to nobody."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import Column, ColumnElement, Connection, func, select

from kotaconsole.domain.directory import Directory, Helpline, Phone, Unit
from kotaconsole.domain.errors import Bilingual, EnvironmentFault
from kotaconsole.hub.storage.tables import referrals, users

KINDS: Final = ("state", "range", "district", "commissionerate", "grp", "station")
WATCHES: Final = ("always", "while_holding", "never")
MOST_UNITS: Final = 5_000
MOST_NAMED: Final = 5
"""How many wrong places one sentence names."""
MEND: Final = Bilingual(en="Mend the file and try again.", hi="फ़ाइल ठीक करके फिर कोशिश करें।")
_CODE: Final = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?", re.ASCII)
_PHONE: Final = re.compile(r"\+?[0-9][0-9 -]{1,22}[0-9]", re.ASCII)


class Unsound(EnvironmentFault):
    """A directory that is not taken over.

    Attributes:
        why: the reason alone, a part of a sentence.
    """

    def __init__(self, why: Bilingual, do: Bilingual = MEND) -> None:
        super().__init__(
            "hub-directory",
            Bilingual(
                en=f"The directory was not taken over: {why.en}. The one in use stays as it is. {do.en}",
                hi=f"निर्देशिका नहीं ली गई: {why.hi}। जो चल रही है वह वैसी ही है। {do.hi}",
            ),
        )
        self.why = why


@dataclass(frozen=True, slots=True)
class LeftBehind:
    """What stays at a unit that goes: closed cases, and people who are shut out."""

    unit: str
    closed: int
    shut_out: int


def check(directory: Directory) -> None:
    """Look for everything that would leave a case without a desk.

    Raises:
        EnvironmentFault: `hub-directory`, naming the places.
    """
    units = directory.units
    if not units or len(units) > MOST_UNITS:
        raise unsound(f"it has {len(units)} units; from 1 to {MOST_UNITS} are possible",
                      f"इसमें {len(units)} इकाइयाँ हैं; 1 से {MOST_UNITS} तक हो सकती हैं")  # fmt: skip
    _tree(units)
    for unit in units:
        _unit(unit)
    if directory.unit(directory.intake_unit) is None:
        raise unsound(
            f"new cases begin at {directory.intake_unit!r}, and this intake unit is none of the units",
            f"नए प्रकरण {directory.intake_unit!r} पर शुरू होते हैं, और यह प्रवेश इकाई सूची में नहीं है",
            en_do="Put it into the units, or name another one with --intake.",
            hi_do="उसे इकाइयों में रखें, या --intake से दूसरी इकाई बताएँ।",
        )
    _each("helplines with one id", "एक ही कोड की हेल्पलाइनें", _twice(line.id for line in directory.helplines))
    for line in directory.helplines:
        _helpline(line)


def _tree(units: tuple[Unit, ...]) -> None:
    ids = [unit.id for unit in units]
    known = set(ids)
    _each("these codes are none (a-z 0-9 -)", "ये कोड सही नहीं हैं (a-z 0-9 -)",
          [code for code in ids if _CODE.fullmatch(code) is None])  # fmt: skip
    _each("units with one code", "एक ही कोड की इकाइयाँ", _twice(ids))
    _each("units without a known parent", "जिन इकाइयों की ऊपर वाली इकाई सूची में नहीं है",
          [unit.id for unit in units if unit.parent is not None and unit.parent not in known])  # fmt: skip
    parents = {unit.id: unit.parent for unit in units}
    round_and_round = [code for code in ids if _loops(code, parents)]
    _each("units that stand above themselves", "जो इकाइयाँ अपने ही ऊपर हैं", round_and_round)


def _loops(code: str, parents: dict[str, str | None]) -> bool:
    seen: set[str] = set()
    at: str | None = code
    while at is not None:
        if at in seen:
            return True
        seen.add(at)
        at = parents.get(at)
    return False


def _unit(unit: Unit) -> None:
    if unit.kind not in KINDS:
        raise unsound(f"{unit.id}: the kind is one of {', '.join(KINDS)}",
                      f"{unit.id}: प्रकार इनमें से हो: {', '.join(KINDS)}")  # fmt: skip
    if unit.watch not in WATCHES:
        raise unsound(f"{unit.id}: watch is one of {', '.join(WATCHES)}",
                      f"{unit.id}: watch इनमें से हो: {', '.join(WATCHES)}")  # fmt: skip
    if not unit.name.en.strip() or not unit.name.hi.strip():
        raise unsound(f"{unit.id}: the name is missing in Hindi or English", f"{unit.id}: हिंदी या अंग्रेज़ी नाम नहीं है")
    for phone in unit.phones:
        _phone(unit.id, phone)


def _phone(place: str, phone: Phone) -> None:
    _number(place, phone.number)
    if not phone.verified_on:
        raise unsound(
            f"{place}: a phone number without the day on which somebody verified it (verified_on)",
            f"{place}: फ़ोन नंबर की जाँच का दिन (verified_on) नहीं दिया है",
        )
    _past_day(place, phone.verified_on)


def _helpline(line: Helpline) -> None:
    _number(line.id, line.number)
    if not line.verified_on:
        raise unsound(
            f"{line.id}: a helpline without the day on which somebody verified it (verified_on)",
            f"{line.id}: हेल्पलाइन की जाँच का दिन (verified_on) नहीं दिया है",
        )
    _past_day(line.id, line.verified_on)
    if line.expires_on is not None and _day(line.id, line.expires_on) <= _day(line.id, line.verified_on):
        raise unsound(
            f"{line.id}: expires_on has to lie after verified_on",
            f"{line.id}: समाप्ति का दिन (expires_on) जाँच के दिन (verified_on) के बाद होना चाहिए",
        )


def _number(place: str, number: str) -> None:
    # without the number itself: a wrong column may hold anything
    if _PHONE.fullmatch(number) is None:
        raise unsound(f"{place}: this is no phone number", f"{place}: यह फ़ोन नंबर नहीं है")


def _past_day(place: str, text: str) -> None:
    if _day(place, text) > datetime.now(UTC).date() + timedelta(days=1):  # somewhere it is tomorrow already
        raise unsound(f"{place}: verified_on lies in the future", f"{place}: जाँच का दिन (verified_on) भविष्य में है")


def _day(place: str, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise unsound(f"{place}: a day is written like 2026-11-23", f"{place}: दिन ऐसे लिखें: 2026-11-23") from None


def expired(directory: Directory, today: date) -> tuple[str, ...]:
    """Helplines whose number nobody is given any more: their last day has passed."""
    day = today.isoformat()
    return tuple(line.id for line in directory.helplines if line.expires_on is not None and line.expires_on < day)


def check_kept(connection: Connection, directory: Directory) -> None:
    """No unit may go while people are posted there, or open cases stand there or are on their way to it.

    Raises:
        Unsound: `hub-directory`, naming each unit with what it is needed for.
    """
    known = {unit.id for unit in directory.units}
    is_open = referrals.c.state != "closed"
    people, cases, coming = (
        {unit: count for unit, count in found.items() if unit not in known}
        for found in (
            _counted(connection, users.c.unit, users.c.disabled.is_(False)),
            _counted(connection, referrals.c.unit, is_open),
            _counted(connection, referrals.c.transfer_to, is_open & referrals.c.transfer_to.is_not(None)),
        )
    )
    needed = sorted({*people, *cases, *coming})
    if needed:
        told = [_needed(unit, people.get(unit, 0), cases.get(unit, 0), coming.get(unit, 0)) for unit in needed]
        raise unsound(
            "units are missing that are still in use: " + "; ".join(one.en for one in told),
            "जो इकाइयाँ अभी काम में हैं वे सूची में नहीं हैं: " + "; ".join(one.hi for one in told),
            en_do="Put them back into the table. Or first move their people ('kotaconsole hub user move'), and have"
            " their open cases forwarded or closed and their transfers accepted or recalled at the consoles.",
            hi_do="उन्हें तालिका में वापस रखें। या पहले उनके लोगों को स्थानांतरित करें ('kotaconsole hub user move'), और कंसोल पर"
            " उनके खुले प्रकरण आगे भेजे या बंद किए जाएँ तथा उनके हस्तांतरण स्वीकार हों या वापस लिए जाएँ।",
        )


def left_behind(connection: Connection, dropped: Iterable[str]) -> tuple[LeftBehind, ...]:
    """What stays at units that go although nothing there is open; the intake unit sees their closed cases then."""
    closed = _counted(connection, referrals.c.unit, referrals.c.state == "closed")
    shut_out = _counted(connection, users.c.unit, users.c.disabled.is_(True))
    found = (LeftBehind(unit, closed.get(unit, 0), shut_out.get(unit, 0)) for unit in dropped)
    return tuple(one for one in found if one.closed or one.shut_out)


def _counted(connection: Connection, column: Column[Any], where: ColumnElement[bool]) -> Mapping[str, int]:
    query = select(column.label("unit"), func.count().label("many")).where(where).group_by(column)
    return {row.unit: int(row.many) for row in connection.execute(query)}


def _needed(unit: str, people: int, cases: int, coming: int) -> Bilingual:
    en = [f"people: {people}"] * bool(people) + [f"open cases: {cases}"] * bool(cases)
    en += [f"transfers on their way to it: {coming}"] * bool(coming)
    hi = [f"लोग: {people}"] * bool(people) + [f"खुले प्रकरण: {cases}"] * bool(cases)
    hi += [f"उसकी ओर जा रहे हस्तांतरण: {coming}"] * bool(coming)
    return Bilingual(en=f"{unit} ({', '.join(en)})", hi=f"{unit} ({', '.join(hi)})")


def _each(en: str, hi: str, places: Iterable[str]) -> None:
    found = sorted(set(places))
    if found:
        named = ", ".join(found[:MOST_NAMED]) + (" ..." if len(found) > MOST_NAMED else "")
        raise unsound(f"{en}: {named}", f"{hi}: {named}")


def _twice(codes: Iterable[str]) -> list[str]:
    seen: set[str] = set()
    return [code for code in codes if code in seen or seen.add(code)]  # type: ignore[func-returns-value]


def unsound(en: str, hi: str, *, en_do: str | None = None, hi_do: str | None = None) -> Unsound:
    """A directory that is not taken over, why, and what to do about it: to mend the file, unless told."""
    return Unsound(Bilingual(en=en, hi=hi), Bilingual(en=en_do or MEND.en, hi=hi_do or MEND.hi))
