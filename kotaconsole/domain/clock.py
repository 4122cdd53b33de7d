"""Instants: the one form in which a moment travels through the program.

A moment is a whole number of milliseconds since 1970-01-01 UTC, because order and differences are what the
rules need; text and calendars exist only at the edges.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from typing import Final, Protocol, Self

IST: Final = timezone(timedelta(hours=5, minutes=30), "IST")
"""Indian Standard Time: no daylight saving since 1945, so a fixed offset is exact."""

_RFC3339: Final = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?([Zz]|[+-]\d\d:\d\d)",
    re.ASCII,
)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MS: Final = timedelta(milliseconds=1)
_FIRST: Final = (datetime.min.replace(tzinfo=UTC) - _EPOCH) // _MS
_LAST: Final = (datetime.max.replace(tzinfo=UTC) - _EPOCH) // _MS


class Instant(int):
    """Milliseconds since 1970-01-01T00:00:00Z."""

    __slots__ = ()

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read an RFC 3339 time with any offset; digits past the millisecond are cut.

        Raises:
            ValueError: the text is no such time, or lies outside the years 1 to 9999.
        """
        found = _RFC3339.fullmatch(text)
        if found is None:
            raise ValueError("not an RFC 3339 time with an offset")
        year, month, day, hour, minute, second, fraction, offset = found.groups()
        leap = second == "60"  # RFC 3339 allows a leap second; it counts as the second before it
        moment = datetime(
            int(year), int(month), int(day), int(hour), int(minute), 59 if leap else int(second), tzinfo=_zone(offset)
        )
        ms = int(((fraction or "") + "000")[:3])
        found_at = (moment - _EPOCH) // _MS + ms
        if not _FIRST <= found_at <= _LAST:  # an offset can carry it out of the years that can be written
            raise ValueError("outside the years 1 to 9999 in UTC")
        return cls(found_at)

    @classmethod
    def of(cls, moment: datetime) -> Self:
        """From an aware datetime."""
        return cls((moment - _EPOCH) // _MS)

    def iso(self) -> str:
        """RFC 3339 in UTC with milliseconds and Z, the only form we send."""
        return f"{(_EPOCH + _MS * int(self)).isoformat(timespec='milliseconds')[:23]}Z"

    def plus(self, *, seconds: float = 0, minutes: float = 0, hours: float = 0, days: float = 0) -> Instant:
        """The moment that much later."""
        return Instant(int(self) + round((seconds + 60 * (minutes + 60 * (hours + 24 * days))) * 1000))

    def seconds_since(self, earlier: Instant) -> float:
        """Seconds from the earlier moment to this one; negative when it lies ahead."""
        return (int(self) - int(earlier)) / 1000

    def ist(self) -> datetime:
        """The same moment on the wall clock of the desk."""
        return (_EPOCH + _MS * int(self)).astimezone(IST)

    def __repr__(self) -> str:
        return f"Instant({self.iso()})"


class Clock(Protocol):
    """What tells the time to the rooms with effects; `domain` itself is always told."""

    def now(self) -> Instant:
        """The wall clock."""
        ...

    def monotonic(self) -> float:
        """Seconds that never run backwards; only differences mean anything."""
        ...


def _zone(offset: str) -> timezone:
    if offset in "Zz":
        return UTC
    sign = -1 if offset[0] == "-" else 1
    hours, minutes = int(offset[1:3]), int(offset[4:6])
    if hours > 23 or minutes > 59:
        raise ValueError("no such offset")
    return timezone(sign * timedelta(hours=hours, minutes=minutes))
