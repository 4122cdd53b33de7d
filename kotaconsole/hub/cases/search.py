"""Finding cases, closed ones too.

The stored bodies themselves are looked through, newest first. There is no index of words beside them: whatever is
erased from a case is gone from the search with the same stroke, and no second copy of a name has to be hunted down.
A page looks at so many cases at most, so that a search never holds a reader for long; it may then hold fewer finds
than there are, even none, and still have a next page.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import Connection, Select, func, or_, select

from kotaconsole.domain.clock import Instant
from kotaconsole.domain.referral import Account, Subject
from kotaconsole.hub.storage.tables import flags, pruned, referrals
from kotaconsole.wire import codec

ITEMS: Final = 50
LOOKED_AT: Final = 2_000
"""Cases of one page: finds, and cases looked at for them (some 100 ms)."""
LONGEST: Final = 200
"""Characters of a question."""
LEAST_DIGITS: Final = 4
MOST_DIGITS: Final = 10
"""Digits of a question from which it may mean a phone number; and those of a number in India without its prefix."""
_JOINERS: Final = dict.fromkeys(map(ord, "\u200c\u200d"))
_DIGITS: Final = {0x0966 + digit: str(digit) for digit in range(10)}
"""Devanagari digits."""
_AROUND_DIGITS: Final = str.maketrans("", "", " +-()./")
_DRILLS: Final = "T-%"


@dataclass(frozen=True, slots=True)
class Question:
    """What is looked for, and among what.

    Attributes:
        words: from `words_of`. units: the case belongs to one of them or is on its way there.
        holder: cases this person holds are among them too, wherever they are; None: they are not.
        after: the number of the last case looked at before.
    """

    words: tuple[str, ...]
    units: tuple[str, ...]
    holder: str | None = None
    state: str | None = None
    since: Instant | None = None
    before: Instant | None = None
    after: str | None = None


@dataclass(frozen=True, slots=True)
class Finds:
    """One page: cases as they travel, and the number after which the next begins, where there may be more."""

    items: tuple[bytes, ...]
    next_after: str | None


@dataclass(frozen=True, slots=True)
class _Case:
    """As much of a case as is looked through."""

    opened_at: Instant
    number: str | None = None
    account: Account = field(default_factory=Account)
    subject: Subject = field(default_factory=Subject)


def words_of(text: str) -> tuple[str, ...]:
    """The words of a question, folded; all of them have to be found.

    A question of digits only, as people write a phone number in groups, is one word.
    """
    whole = _folded(text).strip()
    return (whole,) if whole.translate(_AROUND_DIGITS).isdecimal() else tuple(whole.split())


def find(connection: Connection, asked: Question, page_bytes: int) -> Finds:
    """One page of what is found, newest number first; drills stand after real cases."""
    referenced = _referenced(connection, asked.words)
    items: list[bytes] = []
    size = 0
    last = None
    for looked, row in enumerate(_rows(connection, asked)):
        if looked >= LOOKED_AT or len(items) >= ITEMS or (items and size + len(row.body) > page_bytes):
            return Finds(tuple(items), last)
        last = row.number
        if _fits(row, asked, referenced):
            items.append(bytes(row.body))
            size += len(row.body) + 1
    return Finds(tuple(items), None)


def _rows(connection: Connection, asked: Question) -> Iterable[Any]:
    drills_begun = asked.after is not None and asked.after.startswith("T-")
    for drills in (False, True):
        if drills_begun and not drills:
            continue
        query = _among(asked).where(
            referrals.c.number.like(_DRILLS) if drills else referrals.c.number.not_like(_DRILLS)
        )
        if asked.after is not None and drills == drills_begun:
            query = query.where(referrals.c.number < asked.after)
        yield from connection.execute(
            query.order_by(referrals.c.number.desc()).limit(LOOKED_AT + 1).execution_options(yield_per=50)
        )


def _among(asked: Question) -> Select[Any]:
    places = or_(referrals.c.unit.in_(asked.units), referrals.c.transfer_to.in_(asked.units))
    if asked.holder is not None:
        places = or_(places, referrals.c.holder_id == asked.holder)
    # of a pruned case nothing is left to be looked through
    kept = referrals.c.id.not_in(select(pruned.c.referral_id))
    query = select(referrals.c.id, referrals.c.number, referrals.c.body).where(places, kept)
    return query if asked.state is None else query.where(referrals.c.state == asked.state)


def _referenced(connection: Connection, words: Sequence[str]) -> frozenset[tuple[str, str]]:
    """Words that are a platform's reference as a whole, each with its case: a case shows its latest flags only."""
    if not words:
        return frozenset()
    query = select(flags.c.referral_id, flags.c.reference).where(func.lower(flags.c.reference).in_(words))
    return frozenset((row.referral_id, _folded(row.reference)) for row in connection.execute(query))


def _fits(row: Any, asked: Question, referenced: frozenset[tuple[str, str]]) -> bool:
    case = codec.decode(bytes(row.body), _Case)
    if asked.since is not None and case.opened_at < asked.since:
        return False
    if asked.before is not None and case.opened_at >= asked.before:
        return False
    if not asked.words:
        return True
    text, phones = _text(case), _phones(case)
    return all(word in text or (row.id, word) in referenced or _dialled(word, phones) for word in asked.words)


def _text(case: _Case) -> str:
    account, subject = case.account, case.subject
    told = (
        case.number, account.display_name, account.handle, account.platform_account_id, *account.emails,
        subject.name, subject.guardian_name, subject.institute, subject.hostel, subject.warden,
    )  # fmt: skip
    # on lines of their own, so that no word is found across two fields
    return "\n".join(_folded(part) for part in told if part)


def _phones(case: _Case) -> str:
    told = (*case.account.phones, case.subject.phone, case.subject.guardian_phone)
    return "\n".join("".join(filter(str.isdecimal, _folded(phone))) for phone in told if phone)


def _dialled(word: str, phones: str) -> bool:
    digits = word.translate(_AROUND_DIGITS)
    return len(digits) >= LEAST_DIGITS and digits.isdecimal() and digits[-MOST_DIGITS:] in phones


def _folded(text: str) -> str:
    """Letters as one compares them: one form of each, no case, no joiners, and digits that people can dial."""
    plain = unicodedata.normalize("NFC", text).translate(_JOINERS).translate(_DIGITS)
    return unicodedata.normalize("NFC", plain.casefold())
