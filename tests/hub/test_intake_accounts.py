"""By which keys a case is found once a person has set what the account is, and which of several open cases is taken."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kotaconsole.domain import happenings as hap
from kotaconsole.domain.commands import SetField
from tests.hub.workshop import Workshop
from tests.people import TWO_AM

NEAR = "+91 00000 00041"
"""Cannot be dialled: no number begins with 0 after the country code."""


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Workshop]:
    found = Workshop(tmp_path)
    yield found
    found.close()


def account(**keys: Any) -> dict[str, Any]:
    return {"account": keys}


def joined(shop: Workshop) -> str:
    """A case of two accounts: B came to A by a handle that both carry."""
    _, case_id = shop.put("A-1", **account(platform_account_id="1001", handle="@shared"))
    assert shop.put("B-1", **account(handle="shared"))[1] == case_id
    return case_id


# -------------------------------------------------------------------------- what a person set of the account


def sets(shop: Workshop, case_id: str, **members: str | None) -> None:
    shop.does(case_id, hap.Updated(tuple(SetField(f"account.{name}", to) for name, to in members.items())))


ONE_KEY = [
    ("platform_account_id", "4711", "4711", "4712"),
    ("url", "https://www.example.invalid/Namuna/", "http://m.example.invalid/Namuna?x=1", "https://example.invalid/other"),
    ("handle", "@Namuna.Chhatra", "namuna.chhatra", "another"),
]  # fmt: skip


@pytest.mark.parametrize(("member", "value", "folded", "other"), ONE_KEY)
def test_a_case_is_found_by_a_key_that_a_person_added(
    shop: Workshop, member: str, value: str, folded: str, other: str
) -> None:
    _, case_id = shop.put("A-1", **account(display_name="नमूना"))
    sets(shop, case_id, **{member: value})
    assert shop.put("A-2", **account(**{member: folded}))[1] == case_id
    assert shop.put("A-3", **account(**{member: other}))[1] != case_id
    if member != "url":
        assert shop.put("A-4", "facebook", **account(**{member: folded}))[1] != case_id, "another platform's account"


@pytest.mark.parametrize(("member", "value", "folded", "other"), ONE_KEY)
def test_a_case_is_no_longer_found_by_a_key_that_a_person_changed_or_unset(
    shop: Workshop, member: str, value: str, folded: str, other: str
) -> None:
    _, case_id = shop.put("A-1", **account(**{member: value}))
    sets(shop, case_id, **{member: other})
    assert shop.put("A-1", **account(**{member: value}), language="en")[1] == case_id, "its own flag stays where it is"
    assert shop.put("A-2", **account(**{member: folded}))[1] != case_id, "and does not bring the old key back"
    assert shop.put("A-3", **account(**{member: other}))[1] == case_id
    sets(shop, case_id, **{member: None})
    assert shop.put("A-4", **account(**{member: other}))[1] != case_id


def test_a_key_that_a_person_set_leaves_the_other_keys_alone(shop: Workshop) -> None:
    _, case_id = shop.put("A-1", **account(platform_account_id="1001", handle="brought.first"))
    shop.put("A-2", **account(platform_account_id="1001", handle="brought.later"))
    sets(shop, case_id, url="https://example.invalid/namuna")
    assert shop.put("A-3", **account(handle="brought.later"))[1] == case_id
    assert shop.put("A-4", **account(platform_account_id="1002", url="example.invalid/namuna"))[1] != case_id, (
        "a difference in an earlier key overrules"
    )


@pytest.mark.parametrize("member", ["phones", "emails", "display_name"])
def test_a_phone_an_e_mail_or_a_name_that_a_person_set_joins_nothing(shop: Workshop, member: str) -> None:
    to: Any = {"phones": (NEAR,), "emails": ("a@example.invalid",)}.get(member, "नमूना छात्र")
    _, case_id = shop.put("A-1", **account())
    sets(shop, case_id, **{member: to})
    assert shop.put("A-2", **account(**{member: to}))[1] != case_id


def test_a_closed_case_is_named_by_a_key_that_a_person_set(shop: Workshop) -> None:
    _, first = shop.put("A-1", **account())
    sets(shop, first, handle="namuna")
    shop.closes(first)
    _, second = shop.put("A-2", **account(handle="namuna"))
    assert shop.case(second).referral.previous == first


def test_a_split_is_remembered_for_a_key_that_a_person_set_before_it(shop: Workshop) -> None:
    old = joined(shop)
    sets(shop, old, url="https://example.invalid/first")
    new = shop.splits(old, "B-1")
    assert shop.put("A-2", **account(url="https://example.invalid/first"))[1] == old
    assert shop.put("A-3", **account(url="https://example.invalid/first", handle="shared"))[1] == old
    assert shop.put("C-1", **account(handle="shared"))[1] not in (old, new), "it could be of either"


def test_a_split_is_remembered_for_a_key_that_a_person_set_after_it(shop: Workshop) -> None:
    old = joined(shop)
    new = shop.splits(old, "B-1")
    sets(shop, old, url="https://example.invalid/first")
    assert shop.put("A-2", **account(url="https://example.invalid/first", handle="shared"))[1] == old
    sets(shop, old, handle="first.only")
    assert shop.put("B-2", **account(handle="shared"))[1] == new, "the old side is no longer known by that handle"
    sets(shop, old, handle="shared")
    assert shop.put("C-1", **account(handle="shared"))[1] not in (old, new), "and now it could be of either again"


def test_a_key_stays_with_its_side_while_another_case_of_it_carries_it(shop: Workshop) -> None:
    old = joined(shop)
    new = shop.splits(old, "B-1")
    shop.closes(old)
    _, anew = shop.put("A-2", **account(platform_account_id="1001", handle="shared"))
    sets(shop, anew, handle="first.only")
    assert shop.put("B-2", **account(handle="shared"))[1] not in (old, anew, new), "the closed one was known by it"


# ------------------------------------------------------------------------ of several open cases of one account


@pytest.mark.parametrize("turned", [False, True])
def test_of_two_open_cases_of_one_account_a_flag_joins_the_one_opened_last(shop: Workshop, turned: bool) -> None:
    _, first = shop.put("A-1", **account())
    shop.now = TWO_AM.plus(hours=1)
    _, second = shop.put("B-1", **account())
    for case_id in (second, first) if turned else (first, second):
        sets(shop, case_id, handle="namuna")
    assert shop.put("C-1", **account(handle="namuna"))[1] == second
    assert shop.put("C-2", **account(handle="namuna"))[1] == second
    shop.closes(second)
    assert shop.put("C-3", **account(handle="namuna"))[1] == first, "one that is open comes before one that is closed"


def test_the_moment_of_opening_counts_before_the_number(shop: Workshop) -> None:
    _, first = shop.put("A-1", **account())
    shop.now = TWO_AM.plus(hours=-1)
    _, earlier = shop.put("B-1", **account())
    for case_id in (first, earlier):
        sets(shop, case_id, handle="namuna")
    assert shop.put("C-1", **account(handle="namuna"))[1] == first


def test_of_two_cases_opened_in_one_moment_the_later_number_counts(shop: Workshop) -> None:
    ids = [shop.put(f"{n}", **account())[1] for n in range(6)]
    for case_id in sorted(ids):
        sets(shop, case_id, handle="namuna")
    assert shop.put("C-1", **account(handle="namuna"))[1] == ids[-1]


def test_a_stronger_key_comes_before_a_later_opening(shop: Workshop) -> None:
    _, first = shop.put("A-1", **account(platform_account_id="1001"))
    shop.now = TWO_AM.plus(hours=1)
    _, second = shop.put("B-1", **account(handle="namuna"))
    assert shop.put("C-1", **account(platform_account_id="1001", handle="namuna"))[1] == first
    assert shop.put("C-2", **account(platform_account_id="1003", handle="namuna"))[1] == second
