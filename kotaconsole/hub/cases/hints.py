"""Hints: other cases with the same phone, e-mail or name.

They never join anything, because families share phones and thousands share a name: they only ask a person to look.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from sqlalchemy import Connection, select

from kotaconsole.domain.clock import Instant
from kotaconsole.domain.directory import Directory
from kotaconsole.domain.errors import Bilingual
from kotaconsole.domain.referral import Account, LinkHint, Referral, Subject, Suggested
from kotaconsole.hub.cases.scope import Scope
from kotaconsole.hub.storage.tables import hints, referrals
from kotaconsole.hub.storage.upsert import upsert

MAX_LINKS: Final = 20
"""Hints of one case: more would be no help to anyone."""
DIGITS: Final = 10
"""Digits by which phone numbers are compared: an Indian number without trunk prefix or country code (E.164: +91)."""
_NOT_DIGITS: Final = re.compile(r"[^0-9]")
_SPACES: Final = re.compile(r"\s+")
_SEQUENCE: Final = "01234567890123456789"
_NO_NAMES: Final = frozenset(
    {"unknown", "user", "instagram user", "facebook user", "whatsapp user", "anonymous", "na", "n/a", "none", "test",
     "अज्ञात", "नाम नहीं"}
)  # fmt: skip
_WHY: Final = {
    "phone": Bilingual("The same phone number as in case {}", "प्रकरण {} में भी यही फ़ोन नंबर"),
    "email": Bilingual("The same e-mail address as in case {}", "प्रकरण {} में भी यही ई-मेल"),
    "name": Bilingual("The same name as in case {}", "प्रकरण {} में भी यही नाम"),
}


class Hints:
    """Finds and remembers what cases share.

    Thread: the writer's.
    """

    def __init__(self, directory: Directory, scope: Scope) -> None:
        told = [line.number for line in directory.helplines]
        told += [phone.number for unit in directory.units for phone in unit.phones]
        self._public = frozenset(number for number in map(_last_digits, told) if number is not None)
        self._scope = scope

    def remember(self, connection: Connection, referral: Referral, now: Instant) -> None:
        """Let later cases find this one."""
        for kind, value in self._values(referral.account, referral.subject):
            row = {"kind": kind, "value": value, "referral_id": referral.id, "at": int(now)}
            connection.execute(upsert(hints).values(row).on_conflict_do_nothing())

    def suggested(self, connection: Connection, referral: Referral) -> Suggested | None:
        """What a case suggests once more is known of it; None where there is nothing to suggest.

        Only cases that whoever owns this one can open are named.
        """
        old = referral.suggested or Suggested()
        links = {(link.to, link.by): link for link in old.links}
        for kind, value in self._values(referral.account, referral.subject):
            for link in self._found(connection, kind, value, referral):
                links.setdefault((link.to, link.by), link)
        kept = tuple(links.values())[:MAX_LINKS]
        return replace(old, links=kept) if kept or referral.suggested else None

    def _found(self, connection: Connection, kind: str, value: str, referral: Referral) -> Iterable[LinkHint]:
        query = (
            select(referrals.c.id, referrals.c.number, referrals.c.unit)
            .join(hints, hints.c.referral_id == referrals.c.id)
            .where(hints.c.kind == kind, hints.c.value == value, referrals.c.id != referral.id)
            .order_by(hints.c.at.desc())
            .limit(MAX_LINKS)
        )
        why = _WHY[kind]
        for row in connection.execute(query):
            if self._scope.within(row.unit, referral.unit):
                yield LinkHint(row.id, kind, Bilingual(why.en.format(row.number), why.hi.format(row.number)))

    def _values(self, account: Account, subject: Subject) -> list[tuple[str, str]]:
        phones = [*account.phones, subject.phone, subject.guardian_phone]
        found = [("phone", number) for number in map(_last_digits, phones) if number and number not in self._public]
        found += [("email", mail.strip().casefold()) for mail in account.emails if "@" in mail.strip()[1:-1]]
        found += [("name", name) for name in map(_folded_name, (account.display_name, subject.name)) if name]
        return list(dict.fromkeys(found))


def _last_digits(phone: str | None) -> str | None:
    """The digits a number is compared by; None for what is no number of a person: too short, or a filler."""
    digits = _NOT_DIGITS.sub("", unicodedata.normalize("NFKC", phone or "").translate(_ASCII_DIGITS))[-DIGITS:]
    return None if len(digits) < DIGITS or _is_filler(digits) else digits


def _is_filler(digits: str) -> bool:
    """What forms are filled with: one digit or one pair again and again, or digits in a row."""
    return digits == digits[:2] * (DIGITS // 2) or digits in _SEQUENCE or digits[::-1] in _SEQUENCE


def _folded_name(name: str | None) -> str | None:
    folded = _SPACES.sub(" ", unicodedata.normalize("NFKC", name or "")).strip().casefold()
    return None if len(folded) < 3 or folded in _NO_NAMES else folded


_ASCII_DIGITS: Final = {0x0966 + digit: str(digit) for digit in range(10)}
"""Devanagari digits, as a person writes a number in Hindi."""
