"""Flags join by account keys alone, the strongest first."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kotaconsole.domain.joining import AccountKeys, keys_of
from kotaconsole.domain.referral import Account

pytestmark = pytest.mark.unit


def same(a: Account, b: Account, *, other: str = "instagram") -> bool:
    return keys_of("instagram", a).same(keys_of(other, b))


def test_the_platforms_own_id_decides_whatever_else_is_said() -> None:
    one = Account(platform_account_id="1", handle="same", url="https://example.invalid/same")
    two = Account(platform_account_id="2", handle="same", url="https://example.invalid/same")
    assert not same(one, two)
    assert same(one, Account(platform_account_id="1", handle="another"))


@pytest.mark.parametrize(
    "url",
    ["http://www.example.invalid/p/x/", "https://m.example.invalid/p/x?a=1", "HTTPS://EXAMPLE.invalid/p/x#top",
     "example.invalid/p/x", " https://example.invalid/p/x "],
)  # fmt: skip
def test_addresses_are_compared_folded(url: str) -> None:
    assert same(Account(url="https://example.invalid/p/x"), Account(url=url))


def test_a_path_keeps_its_letter_case() -> None:
    assert not same(Account(url="https://example.invalid/p/X"), Account(url="https://example.invalid/p/x"))


def test_handles_are_compared_without_at_and_case() -> None:
    assert same(Account(handle="@Namuna"), Account(handle="namuna"))
    assert not same(Account(handle="@Namuna"), Account(handle="namuna"), other="facebook")


def test_families_share_phones_so_phones_join_nothing() -> None:
    one = Account(phones=("+91 00000 00041",), emails=("a@example.invalid",), display_name="नमूना")
    assert not same(one, one)


def test_keys_that_are_empty_after_folding_are_not_carried() -> None:
    assert keys_of("instagram", Account(handle=" @ ", url="https://", platform_account_id=" ")) == AccountKeys()
    assert keys_of("instagram", Account(url="http://[broken")).url == "http://[broken"


@given(st.builds(Account, platform_account_id=st.text(max_size=3) | st.none(), handle=st.text(max_size=3) | st.none()))
def test_joining_asks_both_ways_alike(account: Account) -> None:
    other = Account(platform_account_id="a", handle="b")
    assert same(account, other) == same(other, account)
