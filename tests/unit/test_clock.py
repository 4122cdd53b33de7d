"""Times come in with any offset and go out in one form."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kotaconsole.domain.clock import Instant

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("2026-11-23T02:14:00+05:30", "2026-11-22T20:44:00.000Z"),
        ("2026-11-22T20:44:00.1239Z", "2026-11-22T20:44:00.123Z"),
        ("2026-11-22t20:44:00z", "2026-11-22T20:44:00.000Z"),
        ("2026-12-31T23:59:60Z", "2026-12-31T23:59:59.000Z"),
        ("2026-11-22T20:44:00-01:00", "2026-11-22T21:44:00.000Z"),
    ],
)
def test_any_offset_is_read_and_one_form_is_sent(text: str, utc: str) -> None:
    assert Instant.parse(text).iso() == utc


@pytest.mark.parametrize(
    "text",
    ["", "2026-11-23", "2026-11-23 02:14:00Z", "2026-11-23T02:14:00", "2026-13-01T00:00:00Z",
     "2026-01-01T00:00:00+24:00", "२०२६-११-२३T02:14:00Z", "2026-01-01T00:00:00+05:61"],
)  # fmt: skip
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        Instant.parse(text)


@given(st.integers(min_value=-62_135_596_800_000, max_value=253_402_300_799_999))
def test_a_time_survives_the_wire(ms: int) -> None:
    assert Instant.parse(Instant(ms).iso()) == ms


def test_the_desk_reads_indian_time() -> None:
    moment = Instant.parse("2026-11-22T20:44:05Z")
    assert moment.ist().strftime("%d %H:%M:%S") == "23 02:14:05"
    assert Instant.of(datetime(2026, 11, 22, 20, 44, 5, tzinfo=UTC)) == moment


def test_differences_are_seconds() -> None:
    start = Instant.parse("2026-11-22T20:44:05Z")
    later = start.plus(seconds=1.5, minutes=1, hours=1, days=1)
    assert later.seconds_since(start) == 90061.5
    assert start.seconds_since(later) == -90061.5
    assert repr(start) == "Instant(2026-11-22T20:44:05.000Z)"
