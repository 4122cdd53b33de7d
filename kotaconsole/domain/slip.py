"""The dispatch slip: what stands on the paper a station officer gets, and what must not.

Pure: `compose` chooses and words the content, `cuts` says in which order it gives way when the page is full. The
layout and the printing are elsewhere. Of the post itself nothing is taken: no excerpt, no note of the platform's
reviewer, no picture, no diagnosis.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Final

from kotaconsole.domain import slip_words as words
from kotaconsole.domain.clock import Instant
from kotaconsole.domain.directory import Directory
from kotaconsole.domain.errors import Bilingual
from kotaconsole.domain.referral import Referral, is_minor
from kotaconsole.domain.slip_text import Cleaner, Place, last_digits, place_on_paper, ranked, same_words
from kotaconsole.domain.vocabulary import Level, Ternary

_NUMBER: Final = re.compile(r"([A-Z][A-Z0-9]{0,7})-(\d{6})-(\d{2,4})", re.ASCII)
COMFORT: Final = (10.0, 9.3)
SIZE: Final = 8.6
"""Type sizes in points on A5: the page is set as large as it goes; below SIZE something is left out first."""
SMALL: Final = (8.0, 7.4, 6.8, 6.2, 5.6, 5.0)
LAST: Final = (4.5, 4.0)
"""Only for a case that has every field at its bound: then a page under the lens beats half a page."""


@dataclass(frozen=True, slots=True)
class SlipNumber:
    """A slip's number in its parts: desk code, day in IST, running number of that desk and day."""

    desk: str
    day: date
    n: int


def slip_number(desk: str, day_ist: date, n: int) -> str:
    """The number as it is printed, like `K3-261123-04`.

    Raises:
        ValueError: the desk code or the running number cannot stand in a slip number.
    """
    text = f"{desk}-{day_ist:%y%m%d}-{n:02d}"
    if n < 1 or not _NUMBER.fullmatch(text):
        raise ValueError("no slip number can be made of this")
    return text


def parse_slip_number(text: str) -> SlipNumber:
    """The parts of a printed number.

    Raises:
        ValueError: it is none.
    """
    found = _NUMBER.fullmatch(text)
    if found is None or int(found[3]) < 1:
        raise ValueError("not a slip number")
    yymmdd = found[2]
    return SlipNumber(found[1], date(2000 + int(yymmdd[:2]), int(yymmdd[2:4]), int(yymmdd[4:])), int(found[3]))


@dataclass(frozen=True, slots=True)
class SlipFacts:
    """What the slip needs beyond the case and the directory.

    Attributes:
        number: the slip's own number.
        unit: code of the unit it goes to.
        as_of: up to when the console knew the case: the last good answer of the hub.
        centre, callback: whose slip it is and the number to call back; None prints none.
        told: the officer who took the call, as the operator wrote it; else the case's last `informed` of that unit.
        guardian_reason: why the guardian's phone is printed although the rule would withhold it.
        supersedes, changed: the earlier slip this one replaces, and what changed.
        training: the whole hub is in training; a training case marks its slips by itself.
    """

    number: str
    unit: str
    as_of: Instant
    centre: Bilingual
    callback: str | None = None
    copy: int = 1
    told: str | None = None
    landmark: str | None = None
    ambulance: Ternary = "unknown"
    guardian_reason: str | None = None
    supersedes: str | None = None
    changed: str | None = None
    training: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """A labelled value."""

    label: Bilingual
    value: Bilingual


@dataclass(frozen=True, slots=True)
class SlipPage:
    """Everything that is printed, worded in both languages, before anything had to give way."""

    number: str
    case_number: Bilingual
    copy: int
    printed_at: Instant
    as_of: Instant
    training: bool
    late_entry: bool
    supersedes: str | None
    changed: str | None
    to: Bilingual
    told: str | None
    level: Level
    level_words: Bilingual
    reasons: tuple[Bilingual, ...]
    name: Bilingual
    name_note: Bilingual | None
    person: tuple[Entry, ...]
    caution: Bilingual | None
    best: Place
    alternatives: tuple[Place, ...]
    stay: tuple[Entry, ...]
    hazards: Bilingual
    ambulance: Bilingual
    contacts: tuple[Entry, ...]
    family: Bilingual | None
    centre: Bilingual
    callback: str | None
    helplines: tuple[Entry, ...]

    @property
    def qr(self) -> str:
        """What the QR code says: case and slip number only, because anyone may scan it."""
        return f"{self.case_number.en} {self.number}" if self.case_number != words.NO_NUMBER else self.number


@dataclass(frozen=True, slots=True)
class Cut:
    """How much is kept when the page is full; `size` in points, `hazards` in characters, None for all."""

    alternatives: int
    contacts: int
    reasons: int
    size: float
    hazards: int | None = None


def cuts(page: SlipPage) -> tuple[Cut, ...]:
    """From comfortable type to the least that may be left: alternatives go first, then contacts, then reasons.

    One contact and one reason always stay. After that the type gets smaller, and at last the hazards' text ends early.
    The name and the best location are in no cut.
    """
    places, contacts, reasons = len(page.alternatives), len(page.contacts), len(page.reasons)
    one_contact, one_reason = min(1, contacts), min(1, reasons)
    return (
        *(Cut(places, contacts, reasons, size) for size in (*COMFORT, SIZE)),
        *(Cut(n, contacts, reasons, SIZE) for n in _down(places, 0)),
        *(Cut(0, n, reasons, SIZE) for n in _down(contacts, 1)),
        *(Cut(0, one_contact, n, SIZE) for n in _down(reasons, 1)),
        *(Cut(0, one_contact, one_reason, size) for size in SMALL),
        *(Cut(0, one_contact, one_reason, SMALL[-1], n) for n in (1000, 500, 200)),
        *(Cut(0, one_contact, one_reason, size, 200) for size in LAST),
    )


def _down(start: int, end: int) -> range:
    return range(start - 1, end - 1, -1)


def guardian_withheld(case: Referral) -> bool:
    """Whether the guardian's phone stays off paper: the family may harm, or that is unknown for a minor.

    Any word but a plain "no" counts as unknown.
    """
    harm = case.subject.family_may_harm
    return harm == "yes" or (harm != "no" and is_minor(case) == "yes")


def compose(case: Referral, directory: Directory, facts: SlipFacts, now: Instant) -> SlipPage:
    """The slip of this case at this moment.

    Args:
        case: the case as the desk shows it.
        directory: names of units and the helplines.
        facts: what the operator and the site add.
        now: printed on the slip, and what ages are counted to.
    """
    withheld = guardian_withheld(case) and not (facts.guardian_reason or "").strip()
    text = Cleaner(case.subject.guardian_phone if withheld else None)
    places = tuple(place_on_paper(place, now, text) for place in ranked(case))
    name, note, caution = _who(case, text)
    return SlipPage(
        number=facts.number,
        case_number=same_words(case.number) if case.number else words.NO_NUMBER,
        copy=facts.copy,
        printed_at=now,
        as_of=facts.as_of,
        training=case.training or facts.training,
        late_entry=case.late_entry,
        supersedes=facts.supersedes,
        changed=text.clean(facts.changed),
        to=directory.name(facts.unit),
        told=text.clean(facts.told) or _told(case, facts.unit, text),
        level=case.level,
        level_words=words.LEVELS[case.level],
        reasons=_reasons(case),
        name=name,
        name_note=note,
        person=_person(case, text),
        caution=caution,
        best=places[0] if places else Place(words.PLACE_UNKNOWN, None, None),
        alternatives=places[1:],
        stay=_stay(case, facts, text),
        hazards=text.same(case.subject.hazards, whole=True) or words.HAZARDS_UNKNOWN,
        ambulance=words.AMBULANCE[facts.ambulance],
        contacts=_contacts(case, text),
        family=_family(case, withheld),
        centre=facts.centre,
        callback=text.clean(facts.callback),
        helplines=tuple(
            Entry(line.name, same_words(line.number))
            for line in directory.helplines
            if line.printable(now.ist().date().isoformat())
        ),
    )


def _entries(*pairs: tuple[str, Bilingual | None]) -> tuple[Entry, ...]:
    return tuple(Entry(words.LABELS[label], value) for label, value in pairs if value is not None)


# ---------------------------------------------------------------------------------------------------- the parts


def _reasons(case: Referral) -> tuple[Bilingual, ...]:
    by_hand = (words.BY_HAND,) if case.level_by_hand else ()
    return by_hand + tuple(reason.text for reason in case.reasons) or (words.NO_REASON,)


def _who(case: Referral, text: Cleaner) -> tuple[Bilingual, Bilingual | None, Bilingual | None]:
    """Name or alias, what to think of it, and the caution about the account's holder."""
    holder = case.account.holder_is_subject
    caution = {"yes": None, "no": words.HOLDER_OTHER}.get(holder, words.HOLDER_UNKNOWN)
    name = text.same(case.subject.name, whole=True)
    if name:
        return name, None, caution
    alias = text.same(case.account.display_name) or text.same(case.account.handle)
    if alias and holder != "no":
        return alias, words.ALIAS, caution
    return words.NAME_UNKNOWN, None, caution


def _person(case: Referral, text: Cleaner) -> tuple[Entry, ...]:
    language = case.subject.language or next((flag.language for flag in case.flags if flag.language), None)
    return _entries(
        ("age", _age(case)),
        ("phone", text.same(text.phone(case.subject.phone)) or words.UNKNOWN),
        ("language", words.LANGUAGES.get((language or "").lower()) or text.same(language) or words.UNKNOWN),
    )


def _age(case: Referral) -> Bilingual:
    """The band of the younger of account and subject."""
    if is_minor(case) == "yes":
        return words.AGES["under_18"]
    age = case.subject.age
    told = None if age is None else "18_24" if age < 25 else "25_plus"
    bands = [band for band in ("18_24", "25_plus") if band in {told, case.account.age_band}]
    return words.AGES[bands[0] if bands else "unknown"]


def _stay(case: Referral, facts: SlipFacts, text: Cleaner) -> tuple[Entry, ...]:
    return _entries(
        ("hostel", text.same(case.subject.hostel)),
        ("room", text.same(case.subject.room)),
        ("warden", text.same(case.subject.warden)),
        ("landmark", text.same(facts.landmark)),
        ("institute", text.same(case.subject.institute)),
    )


def _contacts(case: Referral, text: Cleaner) -> tuple[Entry, ...]:
    """Guardian, then the account's holder where that is another person, then the phones on the account."""
    subject, account = case.subject, case.account
    guardian = " · ".join(filter(None, (text.clean(subject.guardian_name), text.phone(subject.guardian_phone))))
    holder = text.clean(account.display_name) or text.clean(account.handle)
    printed = {last_digits(subject.phone), last_digits(subject.guardian_phone)}
    phones = [
        number
        for phone in account.phones
        if last_digits(phone) not in printed and (number := text.phone(phone)) is not None
    ]
    return _entries(
        ("guardian", same_words(guardian) if guardian else None),
        ("holder", same_words(holder) if holder and account.holder_is_subject == "no" else None),
        *(("account_phone", same_words(number)) for number in dict.fromkeys(phones)),
    )


def _family(case: Referral, withheld: bool) -> Bilingual | None:
    if not case.subject.guardian_phone or not guardian_withheld(case):
        return None
    return words.WITHHELD if withheld else words.FAMILY_CARE


def _told(case: Referral, unit: str, text: Cleaner) -> str | None:
    for informed in reversed(case.informed):
        if informed.unit == unit:
            return text.clean(", ".join(filter(None, (informed.person, informed.rank))))
    return None
