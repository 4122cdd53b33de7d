"""Whether a directory can be worked with: a wrong one sends a case to nobody."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Final

from sqlalchemy import Connection, select

from kotaconsole.domain.directory import Directory, Helpline, Phone, Unit
from kotaconsole.domain.errors import Bilingual, EnvironmentFault
from kotaconsole.hub.storage.tables import referrals, users

KINDS: Final = ("state", "range", "district", "commissionerate", "grp", "station")
WATCHES: Final = ("always", "while_holding", "never")
MOST_UNITS: Final = 5_000
MOST_NAMED: Final = 5
"""How many wrong places one sentence names."""
_CODE: Final = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?", re.ASCII)
_PHONE: Final = re.compile(r"\+?[0-9][0-9 -]{1,22}[0-9]", re.ASCII)


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
        raise unsound("the intake unit is none of the units", "प्रवेश इकाई सूची में नहीं है")
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
    if line.expires_on is not None:
        _day(line.id, line.expires_on)


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


def check_kept(connection: Connection, directory: Directory) -> None:
    """No unit may go while people or open cases stand there: they would be seen by nobody any more.

    Raises:
        EnvironmentFault: `hub-directory`, naming the units.
    """
    known = {unit.id for unit in directory.units}
    posts = connection.execute(select(users.c.unit).where(users.c.disabled.is_(False)).distinct()).scalars()
    _each("people are posted at units that are missing (move them first)",
          "जिन इकाइयों पर लोग तैनात हैं वे सूची में नहीं हैं (पहले उन्हें स्थानांतरित करें)",
          [unit for unit in posts if unit not in known])  # fmt: skip
    cases = connection.execute(select(referrals.c.unit).where(referrals.c.state != "closed").distinct()).scalars()
    _each("open cases stand at units that are missing", "जिन इकाइयों पर खुले प्रकरण हैं वे सूची में नहीं हैं",
          [unit for unit in cases if unit not in known])  # fmt: skip


def _each(en: str, hi: str, places: Iterable[str]) -> None:
    found = sorted(set(places))
    if found:
        named = ", ".join(found[:MOST_NAMED]) + (" ..." if len(found) > MOST_NAMED else "")
        raise unsound(f"{en}: {named}", f"{hi}: {named}")


def _twice(codes: Iterable[str]) -> list[str]:
    seen: set[str] = set()
    return [code for code in codes if code in seen or seen.add(code)]  # type: ignore[func-returns-value]


def unsound(en: str, hi: str) -> EnvironmentFault:
    """A directory that is not taken over, and why."""
    return EnvironmentFault(
        "hub-directory",
        Bilingual(
            en=f"The directory was not taken over: {en}. The one in use stays as it is. Mend the file and try again.",
            hi=f"निर्देशिका नहीं ली गई: {hi}। जो चल रही है वह वैसी ही है। फ़ाइल ठीक करके फिर कोशिश करें।",
        ),
    )
