"""Reading a flag: nothing is refused for its content, nothing unreadable is hidden.

A field of wrong type or impossible value is set aside as a defect and the rest is used. What the triage depends on
and cannot be read makes the flag urgent until a person has looked (see `triage.is_unreadable`). Over-long text and
control characters are cleaned and cut; that alone is no defect.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from kotaconsole.domain.clock import Instant
from kotaconsole.domain.referral import Account, Defect, Flag, Location, Subject
from kotaconsole.domain.text import clean, has_surrogate
from kotaconsole.domain.triage import matters
from kotaconsole.domain.vocabulary import (
    FLAG_KINDS,
    MAX_AGE,
    MAX_LIST,
    MAX_NAME,
    MAX_RADIUS_M,
    MAX_TEXT,
    PLACES,
    PLATFORMS,
    SIGNALS,
    URGENCIES,
)

FLAG_NAMESPACE: Final = uuid.UUID("6f1b6a52-6b0e-5d3c-9a55-0d6c2f0a7e11")
"""Namespace of referral ids made from `platform/reference`, fixed by the contract so that a re-sent flag finds its
case again after a restore."""

AGE_BANDS: Final = ("under_18", "18_24", "25_plus", "unknown")
TERNARY: Final = ("yes", "no", "unknown")
MAX_STATED: Final = 1_000
"""Places of one flag that are read, the last ones of its list: nobody looks at more, and reading them takes time."""
MAX_DEFECTS: Final = 50
WEAKEST: Final = "post_clue"
"""The kind of a place whose own cannot be used: the one that says least of where somebody is, and how exactly."""
REFERENCE: Final = re.compile(r"[A-Za-z0-9._:-]{1,128}", re.ASCII)
_PINCODE: Final = re.compile(r"[1-9][0-9]{5}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Reading:
    """A flag as far as it could be read; `flag.defects` tells what could not."""

    flag: Flag
    account: Account
    subject: Subject
    locations: tuple[Location, ...]


def referral_id(platform: str, reference: str, nth: int = 1) -> str:
    """The id of the nth case made from one flag."""
    name = f"{platform}/{reference}" if nth == 1 else f"{platform}/{reference}/{nth}"
    return str(uuid.uuid5(FLAG_NAMESPACE, name))


def location_id(name: str, place: Location) -> str:
    """The id of a place that a flag tells of, by its content: sent again it is the same, moved it is a new one.

    Args:
        name: platform and reference of the flag, with a slash between.
        place: its own id and a person's acceptance of it count for nothing.
    """
    bare = replace(place, id="", accepted_by=None, accepted_at=None)
    return str(uuid.uuid5(FLAG_NAMESPACE, f"{name}/{bare!r}"))


def kept_defects(defects: Iterable[Defect]) -> tuple[Defect, ...]:
    """As many as are kept; those that make a flag urgent come first, so that no flood of others washes them out."""
    return tuple(sorted(defects, key=lambda defect: not matters(defect.pointer))[:MAX_DEFECTS])


def read_flag(
    body: object, *, platform: str, reference: str, received_at: Instant, raw: str = "", from_desk: bool = False
) -> Reading:  # fmt: skip
    """Read one body of the intake.

    Args:
        body: the parsed JSON, or any non-mapping when it could not be parsed.
        platform: from the path; an unknown one becomes `other` with a defect.
        reference: from the path, already checked against `REFERENCE`.
        received_at: the hub's own time; the source's clocks never count.
        raw: the body as text, of which the beginning is kept when something could not be read.
        from_desk: places keep the ids they came with, which the desk may name in its next command. A source's count
            for nothing: it would have to send the same one again each time.
    """
    found = _Reader(body if isinstance(body, Mapping) else {}, "")
    if not isinstance(body, Mapping):
        found.set_aside("", "no JSON object")
    known = platform if platform in PLATFORMS else "other"
    if known != platform:
        found.set_aside("/platform", platform)
    account = _account(found.child("account"))
    subject = _subject(found.child("subject"))
    locations = _locations(found, f"{platform}/{reference}", keep_ids=from_desk)
    flag = Flag(
        platform=known, reference=reference, received_at=received_at,
        flagged_at=found.instant("flagged_at"), posted_at=found.instant("posted_at"),
        kind=found.word("kind", FLAG_KINDS), excerpt=found.text("excerpt", lines=True),
        language=found.text("language", MAX_NAME), url=found.text("url"),
        urgency=found.word("urgency", URGENCIES), signals=found.words("signals", SIGNALS),
        reviewer_note=found.text("reviewer_note", lines=True), callback_ref=found.text("callback_ref", MAX_NAME),
    )  # fmt: skip
    defects = kept_defects((*found.defects[True], *found.defects[False]))
    if defects:
        kept = raw.encode("utf-8", "replace").decode("utf-8")
        flag = replace(flag, defects=defects, raw_excerpt=clean(kept, MAX_TEXT, lines=True) or None)
    return Reading(flag, account, subject, locations)


@dataclass(slots=True)
class _Reader:
    """Takes fields out of one mapping and notes what it had to set aside."""

    values: Mapping[str, Any]
    path: str
    defects: tuple[list[Defect], list[Defect]] = field(default_factory=lambda: ([], []))
    """Those that cost one field only, and those that make the flag urgent."""

    def set_aside(self, pointer: str, found: object) -> None:
        alike = self.defects[matters(pointer)]
        if len(alike) < MAX_DEFECTS:  # a list of a hundred thousand wrong words must not cost a second
            safe = _shown(found).encode("utf-8", "replace").decode("utf-8")
            alike.append(Defect(pointer, clean(safe, 200)))

    def at(self, key: str) -> str:
        return f"{self.path}/{key}"

    def child(self, key: str) -> _Reader:
        value = self.values.get(key)
        if value is not None and not isinstance(value, Mapping):
            self.set_aside(self.at(key), value)
        return _Reader(value if isinstance(value, Mapping) else {}, self.at(key), self.defects)

    def take(self, key: str, reads: Callable[[Any], Any]) -> Any:
        """The value as `reads` makes it; None means it could not be used."""
        value = self.values.get(key)
        if value is None:
            return None
        got = reads(value)
        if got is None:
            self.set_aside(self.at(key), value)
        return got

    def text(self, key: str, limit: int = MAX_TEXT, *, lines: bool = False) -> str | None:
        got = self.take(key, lambda value: _string(value, limit, lines))
        return got or None

    def word(self, key: str, known: tuple[str, ...]) -> str | None:
        word: str | None = self.take(key, lambda value: value if value in known and isinstance(value, str) else None)
        return word

    def ternary(self, key: str) -> str:
        return self.word(key, TERNARY) or "unknown"

    def words(self, key: str, known: tuple[str, ...]) -> tuple[str, ...]:
        kept = []
        for place, value in enumerate(self.list(key)):
            if isinstance(value, str) and value in known:
                kept.append(value)
            else:
                self.set_aside(f"{self.at(key)}/{place}", value)
        return tuple(dict.fromkeys(kept))

    def strings(self, key: str) -> tuple[str, ...]:
        kept = []
        for place, value in enumerate(self.list(key)):
            got = _string(value, MAX_NAME, lines=False)
            if got is None:
                self.set_aside(f"{self.at(key)}/{place}", value)
            elif got:
                kept.append(got)
        return tuple(dict.fromkeys(kept))[:MAX_LIST]

    def list(self, key: str) -> list[Any]:
        return self.take(key, lambda value: value if isinstance(value, list) else None) or []

    def instant(self, key: str) -> Instant | None:
        moment: Instant | None = self.take(key, _instant)
        return moment

    def number(self, key: str, low: float, high: float) -> float | None:
        number: float | None = self.take(key, lambda value: _number(value, low, high))
        return number


def _account(found: _Reader) -> Account:
    return Account(
        platform_account_id=found.text("platform_account_id", MAX_NAME),
        display_name=found.text("display_name", MAX_NAME), handle=found.text("handle", MAX_NAME),
        url=found.text("url"), phones=found.strings("phones"), emails=found.strings("emails"),
        age_band=found.word("age_band", AGE_BANDS) or "unknown", holder_is_subject=found.ternary("holder_is_subject"),
    )  # fmt: skip


def _subject(found: _Reader) -> Subject:
    return Subject(
        name=found.text("name", MAX_NAME), age=found.take("age", _age), sex=found.text("sex", MAX_NAME),
        language=found.text("language", MAX_NAME), phone=found.text("phone", MAX_NAME),
        guardian_name=found.text("guardian_name", MAX_NAME), guardian_phone=found.text("guardian_phone", MAX_NAME),
        institute=found.text("institute", MAX_NAME), hostel=found.text("hostel", MAX_NAME),
        room=found.text("room", MAX_NAME), warden=found.text("warden", MAX_NAME),
        home_district=found.text("home_district", MAX_NAME), hazards=found.text("hazards", lines=True),
        alone=found.ternary("alone"), family_may_harm=found.ternary("family_may_harm"),
    )  # fmt: skip


def _locations(found: _Reader, name: str, *, keep_ids: bool) -> tuple[Location, ...]:
    told = found.list("locations")
    first = max(0, len(told) - MAX_STATED)
    if first:
        found.set_aside(found.at("locations"), f"{len(told)} places, of which the last {MAX_STATED} are kept")
    kept: dict[str, Location] = {}
    for place, value in enumerate(told[first:], first):
        if not isinstance(value, Mapping):
            found.set_aside(f"/locations/{place}", value)
            continue
        read = _location(_Reader(value, f"/locations/{place}", found.defects), name)
        if keep_ids and value.get("id"):
            read = replace(read, id=value["id"])
        kept.setdefault(read.id, read)  # word for word the same twice is one place
    return tuple(kept.values())


def _location(found: _Reader, name: str) -> Location:
    lat, lon = found.number("lat", -90, 90), found.number("lon", -180, 180)
    whole = lat is not None and lon is not None
    for key, half, other in (("lat", lat, "lon"), ("lon", lon, "lat")):
        if half is not None and found.values.get(other) is None:  # half a pair is no place, and still was stated
            found.set_aside(found.at(key), half)
    if found.values.get("kind") is None:
        found.set_aside(found.at("kind"), "missing")
    place = Location(
        id="", kind=found.word("kind", PLACES) or WEAKEST,
        source=found.text("source", MAX_NAME), text=found.text("text"),
        pincode=found.take("pincode", lambda value: value if _is_pincode(value) else None),
        lat=lat if whole else None, lon=lon if whole else None,
        radius_m=found.number("radius_m", 0, MAX_RADIUS_M), observed_at=found.instant("observed_at"),
    )  # fmt: skip
    return replace(place, id=location_id(name, place))


def _string(value: Any, limit: int, lines: bool) -> str | None:
    """Cleaned text, possibly empty; None when it is no text that could be kept."""
    if not isinstance(value, str) or has_surrogate(value):
        return None
    return clean(value, limit, lines=lines)


def _instant(value: Any) -> Instant | None:
    try:
        return Instant.parse(value) if isinstance(value, str) else None
    except (ValueError, OverflowError):
        return None


def _number(value: Any, low: float, high: float) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
        return None
    return float(value)


def _age(value: Any) -> int | None:
    number = _number(value, 0, MAX_AGE)
    return None if number is None or not number.is_integer() else int(number)


def _shown(value: Any) -> str:
    """A value that was set aside, as a person can be told of it; a structure is only named."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return str(value)
    name = type(value).__name__
    return {"list": "array", "dict": "object"}.get(name, name)


def _is_pincode(value: Any) -> bool:
    return isinstance(value, str) and _PINCODE.fullmatch(value) is not None
