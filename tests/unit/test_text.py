"""Text from outside is cleaned, shown harmlessly and masked."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kotaconsole.domain.text import clean, display, has_surrogate, mask, mask_number

pytestmark = pytest.mark.unit


def test_bidi_and_control_characters_do_not_survive() -> None:
    assert display("नाम\u202e\u2066\x00\x1b[31m आगे") == "नाम[31m आगे"


def test_joiners_of_devanagari_survive() -> None:
    assert display("क्\u200dष") == "क्\u200dष"


def test_lines_stay_only_where_they_may() -> None:
    assert clean("a\r\nb\tc\u2028d", 50) == "a b c d"
    assert clean("a\r\nb\tc\u2028d", 50, lines=True) == "a\nb\tc\nd"


@given(st.text(), st.integers(min_value=0, max_value=40))
def test_cleaned_text_is_short_normal_and_printable(text: str, limit: int) -> None:
    cleaned = clean(text, limit)
    assert len(cleaned) <= limit
    assert not any(unicodedata.category(char) in ("Cc", "Cs") for char in cleaned)
    assert clean(cleaned, limit) == cleaned


def test_half_a_character_is_noticed() -> None:
    assert has_surrogate("a\ud800")
    assert not has_surrogate("कोटा 😀")


def test_a_name_is_masked_to_whole_letters() -> None:
    assert mask("सीमा कुमारी") == "सी••• कु•••"
    assert mask("Ravi") == "R•••"
    assert mask(None) is None


def test_a_number_is_masked_to_its_last_two_digits() -> None:
    assert mask_number("+91 00000 00041") == "•••••• ••41"
    assert mask_number(None) is None
