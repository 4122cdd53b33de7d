"""Values as words of the screen: ages, times, distances, masked names. Pure; the language is handed in.

Everything that came from outside passes `display` on its way to a label, so that no direction mark or control
character can make a name or a number read as another.
"""

from __future__ import annotations

from typing import Final

from kotaconsole.domain.clock import Instant
from kotaconsole.domain.errors import Language
from kotaconsole.domain.text import display, mask, mask_number

__all__ = [
    "age",
    "clock",
    "date_and_time",
    "display",
    "duration_words",
    "mask",
    "mask_number",
    "metres",
    "short_number",
]

_UNITS: Final[dict[Language, tuple[str, str, str, str]]] = {
    "hi": ("से॰", "मिनट", "घं", "दिन"),
    "en": ("s", "min", "h", "d"),
}


def age(seconds: float, language: Language) -> str:
    """How long something waits: `02:14` minutes and seconds, then `1:02 h`, then days and hours."""
    whole = max(0, int(seconds))
    _second, _minute, hour, day = _UNITS[language]
    if whole < 3600:
        return f"{whole // 60:02d}:{whole % 60:02d}"
    if whole < 86_400:
        return f"{whole // 3600}:{whole % 3600 // 60:02d} {hour}"
    return f"{whole // 86_400} {day} {whole % 86_400 // 3600} {hour}"


def duration_words(seconds: float, language: Language) -> str:
    """A rough length for reading: seconds below a minute, then minutes, then hours, then days."""
    whole = max(0, int(seconds))
    second, minute, hour, day = _UNITS[language]
    if whole < 60:
        return f"{whole} {second}"
    if whole < 3600:
        return f"{whole // 60} {minute}"
    if whole < 172_800:
        return f"{whole // 3600} {hour}"
    return f"{whole // 86_400} {day}"


def clock(moment: Instant) -> str:
    """24 h wall clock of the desk (IST) with seconds."""
    return f"{moment.ist():%H:%M:%S}"


def date_and_time(moment: Instant) -> str:
    """Day and wall clock with seconds, for tooltips and for anything that is not of today."""
    return f"{moment.ist():%d-%m-%Y %H:%M:%S} IST"


def metres(radius_m: float | None, language: Language) -> str | None:
    """A radius as an operator says it: metres below one kilometre."""
    if radius_m is None:
        return None
    if radius_m < 1_000:
        return f"{radius_m:.0f} {'मी' if language == 'hi' else 'm'}"
    number = f"{radius_m / 1000:.1f}".removesuffix(".0")
    return f"{number} {'किमी' if language == 'hi' else 'km'}"


def short_number(number: str | None) -> str:
    """The part of a case number people say aloud: `2026-000123` is `000123`; a drill's `T-000001` keeps its letter."""
    if not number:
        return "—"
    head, _, tail = display(number).rpartition("-")
    return tail if head.isdecimal() else display(number)
