"""How places and other people's words are worded on the slip."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from typing import Final

from kotaconsole.domain import slip_words as words
from kotaconsole.domain.clock import Instant
from kotaconsole.domain.errors import Bilingual
from kotaconsole.domain.listing import best_place
from kotaconsole.domain.referral import Location, Referral
from kotaconsole.domain.text import display
from kotaconsole.domain.vocabulary import MAX_NAME

_HIDDEN: Final = "[xxxxxxxxxx]"


@dataclass(frozen=True, slots=True)
class Place:
    """Where, as words and as a point (degrees, WGS 84), and how far to trust it: kind, age, radius, source."""

    where: Bilingual
    point: str | None
    trust: Bilingual | None


def same_words(text: str) -> Bilingual:
    """Other people's words, which are not translated."""
    return Bilingual(text, text)


def last_digits(phone: str | None) -> str:
    """The last ten digits, by which two ways of writing one number are the same."""
    return "".join(str(unicodedata.digit(c)) for c in phone or "" if c.isdigit())[-10:]


class Cleaner:
    """Makes text of other people fit for paper: one line, nothing invisible, no number that is withheld."""

    def __init__(self, withheld_phone: str | None) -> None:
        digits = last_digits(withheld_phone)
        self._withheld = digits
        spaced = r"[^\w\n]{0,3}".join(rf"[{d}{chr(0x966 + int(d))}]" for d in digits)
        self._pattern = re.compile(spaced) if digits else None

    def clean(self, text: str | None, *, whole: bool = False) -> str | None:
        """The text as it may be printed; None where nothing is left of it.

        Longer than a name may be, it ends with a count of what is left out, unless it must be whole: with each of
        the many fields bounded, the page that holds them all exists.
        """
        if text is None:
            return None
        seen = " ".join(display(text).split())
        if self._pattern:
            seen = self._pattern.sub(_HIDDEN, seen)
        if len(seen) > MAX_NAME and not whole:
            seen = f"{seen[:MAX_NAME]}… +{len(seen) - MAX_NAME}"
        return seen or None

    def same(self, text: str | None, *, whole: bool = False) -> Bilingual | None:
        """The cleaned text as it stands in both languages."""
        seen = self.clean(text, whole=whole)
        return same_words(seen) if seen else None

    def phone(self, text: str | None) -> str | None:
        """A number as it may be printed; None also for the one that is withheld."""
        if self._withheld and last_digits(text) == self._withheld:
            return None
        return self.clean(text)


def ranked(case: Referral) -> tuple[Location, ...]:
    """The case's places, the one the screen names first in front, those without any words left out."""
    rest, found = case, []
    while (place := best_place(rest)) is not None:
        found.append(place)
        rest = replace(rest, locations=tuple(other for other in rest.locations if other is not place))
    return tuple(found)


def place_on_paper(place: Location, now: Instant, text: Cleaner) -> Place:
    """One place as it is printed."""
    named = " · ".join(filter(None, (text.clean(place.text, whole=True), text.clean(place.pincode))))
    point = None if place.lat is None or place.lon is None else f"{place.lat:.5f}, {place.lon:.5f}"
    where = same_words(named) if named else words.COORDINATES_ONLY
    return Place(where, point, _trust(place, now, text))


def _trust(place: Location, now: Instant, text: Cleaner) -> Bilingual:
    kind = words.PLACE_KINDS.get(place.kind, words.UNKNOWN)
    age = _ago(place.observed_at, now)
    radius = _radius(place.radius_m)
    source = text.clean(place.source)
    english = (kind.en, age.en, radius.en if radius else None, f"source {source}" if source else None)
    hindi = (kind.hi, age.hi, radius.hi if radius else None, f"स्रोत {source}" if source else None)
    return Bilingual(" · ".join(filter(None, english)), " · ".join(filter(None, hindi)))


def _radius(metres: float | None) -> Bilingual | None:
    if metres is None:
        return None
    size = (
        (f"{metres:.0f} m", f"{metres:.0f} मीटर")
        if metres < 1000
        else (f"{metres / 1000:.3g} km", f"{metres / 1000:.3g} किमी")
    )
    return Bilingual(f"within {size[0]}", f"{size[1]} के दायरे में")


def _ago(then: Instant | None, now: Instant) -> Bilingual:
    """How old, and at what time: an officer judges by the first and notes the second."""
    if then is None:
        return words.TIME_UNKNOWN
    moment, minutes = then.ist(), int(now.seconds_since(then) // 60)
    clock = f"{moment:%H:%M}" if moment.date() == now.ist().date() else f"{moment:%d-%m-%Y %H:%M}"
    if minutes < 0:
        return same_words(clock)
    if minutes < 120:
        return Bilingual(f"{minutes} min old ({clock})", f"{minutes} मिनट पुरानी ({clock})")
    hours = minutes // 60
    if hours < 48:
        return Bilingual(f"{hours} h old ({clock})", f"{hours} घंटे पुरानी ({clock})")
    return Bilingual(f"{hours // 24} days old ({clock})", f"{hours // 24} दिन पुरानी ({clock})")
