"""Which case a flag comes to: the same account, never the same telephone; and what a person told apart stays apart."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kotaconsole.domain import happenings as hap
from kotaconsole.domain.intake import referral_id
from kotaconsole.domain.referral import Account, Flag, Subject
from tests.hub.workshop import Workshop
from tests.people import TWO_AM, body

HOUR = 3600
NEAR = "+91 00000 00041"
"""Cannot be dialled: no number begins with 0 after the country code."""


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Workshop]:
    found = Workshop(tmp_path)
    yield found
    found.close()


def rules_of(shop: Workshop, case_id: str) -> list[str | int]:
    return [reason.rule for reason in shop.case(case_id).referral.reasons]


REPEAT = 8
"""The number of the rule "a second flag of the account within 24 h"."""


# ------------------------------------------------------------------ two flags within twenty-four hours


@pytest.mark.parametrize(("hours", "urgent"), [(0.1, True), (23.9, True), (24, True), (24.1, False)])
def test_two_flags_within_a_day_are_urgent_also_when_the_first_case_is_closed(
    shop: Workshop, hours: float, urgent: bool
) -> None:
    _, first = shop.put("A-1")
    shop.closes(first)
    shop.now = TWO_AM.plus(hours=hours)
    _, second = shop.put("A-2")
    case = shop.case(second).referral
    assert (second != first, case.previous) == (True, first)
    assert (case.level == "P1", REPEAT in rules_of(shop, second)) == (urgent, urgent)


def test_an_update_is_no_second_flag_however_late_it_raises(shop: Workshop) -> None:
    _, first = shop.put("A-1")
    shop.closes(first)
    shop.now = TWO_AM.plus(hours=40)
    _, second = shop.put("A-1", signals=["plan"])
    case = shop.case(second).referral
    assert (case.previous, case.level) == (first, "P2")
    assert case.flags[0].received_at == TWO_AM, "received when it was received: the source's update counts for nothing"
    assert case.alarm is not None
    assert case.alarm.since == shop.now, "but it rings from now"
    shop.now = TWO_AM.plus(hours=50)
    _, third = shop.put("A-2")
    assert third == second
    assert REPEAT not in rules_of(shop, third), "A-1 came fifty hours ago"
    shop.now = TWO_AM.plus(hours=51)
    assert REPEAT in rules_of(shop, shop.put("A-3")[1])


def test_a_withdrawn_flag_counts_as_one_of_the_two(shop: Workshop) -> None:
    _, first = shop.put("A-1")
    shop.withdraw("A-1")
    shop.now = TWO_AM.plus(hours=1)
    _, second = shop.put("A-2")
    assert second == first
    assert REPEAT in rules_of(shop, second)


def test_the_sources_clock_never_enters(shop: Workshop) -> None:
    _, first = shop.put("A-1", flagged_at="2026-11-20T00:00:00Z", posted_at="2031-01-01T00:00:00Z")
    shop.now = TWO_AM.plus(hours=30)
    shop.put("A-2", flagged_at="2026-11-20T00:00:10Z")
    assert REPEAT not in rules_of(shop, first)


# --------------------------------------------------------------------------- withdrawn, and back again


@pytest.mark.parametrize(("fields", "status"), [({}, 200), ({"urgency": "quite"}, 202)])
def test_a_flag_taken_back_and_sent_again_in_the_same_words_stays_taken_back(
    shop: Workshop, fields: dict[str, Any], status: int
) -> None:
    """A source sends all flags of a week again at a new epoch, and their withdrawals after them."""
    _, case_id = shop.put("A-1", **fields)
    shop.withdraw("A-1")
    before = shop.case(case_id)
    for _ in range(2):
        assert shop.put("A-1", **fields) == (status, case_id)
        assert shop.withdraw("A-1") == case_id
    assert shop.case(case_id) == before


def test_a_flag_taken_back_and_stated_again_in_other_words_comes_back_and_rings(shop: Workshop) -> None:
    _, case_id = shop.put("A-1")
    shop.does(case_id, hap.Acknowledged(1))
    shop.withdraw("A-1")
    shop.does(case_id, hap.Acknowledged(3))
    assert shop.case(case_id).referral.alarm is None
    assert shop.put("A-1", language="en") == (200, case_id)
    case = shop.case(case_id).referral
    assert case.flags[0].withdrawn_at is None
    assert case.alarm is not None
    assert shop.put("A-1", language="en") == (200, case_id)
    assert shop.case(case_id).referral.version == case.version, "and only once"
    shop.withdraw("A-1")
    assert shop.case(case_id).referral.flags[0].withdrawn_at is not None, "and it can be taken back again"


def test_a_flag_that_comes_back_after_the_closing_begins_a_new_case(shop: Workshop) -> None:
    """It was closed because the platform took it back; now the platform stands by it again."""
    _, first = shop.put("A-1", subject={"hostel": "नमूना हॉस्टल"})
    shop.withdraw("A-1")
    shop.closes(first)
    _, second = shop.put("A-1", subject={"hostel": "नमूना हॉस्टल"}, language="en")
    case = shop.case(second).referral
    assert (case.previous, case.state, case.id) == (first, "new", referral_id("instagram", "A-1", 2))
    assert case.alarm is not None
    assert case.subject.hostel == "नमूना हॉस्टल", "what the flag ever told is not lost"


def test_a_withdrawal_on_a_closed_case_wakes_nobody(shop: Workshop) -> None:
    _, case_id = shop.put("A-1")
    shop.closes(case_id)
    shop.withdraw("A-1")
    case = shop.case(case_id).referral
    assert (case.state, case.alarm) == ("closed", None)
    assert case.flags[0].withdrawn_at is not None


# ------------------------------------------------------------------------------------------ many places


def places(*numbers: int) -> list[dict[str, str]]:
    return [{"kind": "ip", "text": f"t{n}"} for n in numbers]


def test_a_case_carries_the_latest_places_and_counts_all(shop: Workshop) -> None:
    _, case_id = shop.put("A-1", locations=places(*range(105)))

    def carried() -> tuple[list[str], int]:
        case = json.loads(shop.placed[-1].body)["referral"]
        return [place["text"] for place in case["locations"]], case["location_count"]

    assert carried() == ([f"t{n}" for n in range(5, 105)], 105)
    shop.put("A-1", locations=places(*range(50, 108)))
    assert carried() == ([f"t{n}" for n in range(8, 108)], 108), "what is known already is no new place"
    shop.put("A-2", locations=places(0))
    assert carried() == ([*(f"t{n}" for n in range(9, 108)), "t0"], 109), "another flag tells of its own"
    assert len(shop.case(case_id).referral.locations) == 109


# ------------------------------------------------------------------------------------------ the splits


def account(**keys: Any) -> dict[str, Any]:
    return {"account": keys}


def joined(shop: Workshop) -> str:
    """A case of two accounts: B came to A by a handle that both carry."""
    _, case_id = shop.put("A-1", **account(platform_account_id="1001", handle="@shared", phones=[NEAR]))
    assert shop.put("B-1", **account(handle="shared", display_name="दूसरा नमूना"))[1] == case_id
    return case_id


def test_a_split_moves_the_flag_its_keys_and_what_it_told(shop: Workshop) -> None:
    old = joined(shop)
    new = shop.splits(old, "B-1")
    mine, theirs = shop.case(new).referral, shop.case(old).referral
    assert [flag.reference for flag in mine.flags] == ["B-1"]
    assert [flag.reference for flag in theirs.flags] == ["A-1"]
    assert (mine.state, mine.alarm is not None, mine.unit) == ("new", True, "kota-city")
    assert mine.number != theirs.number
    assert mine.account == Account(display_name="दूसरा नमूना", handle="shared"), "not the other one's phone and id"
    assert mine.subject == Subject()
    assert shop.put("B-1", **account(handle="shared"), language="en") == (200, new), "an update finds it there"
    assert shop.withdraw("B-1") == new


def test_a_split_is_remembered_and_each_later_flag_goes_to_its_own_side(shop: Workshop) -> None:
    old = joined(shop)
    new = shop.splits(old, "B-1")
    assert shop.put("A-2", **account(platform_account_id="1001", handle="shared"))[1] == old
    assert shop.put("A-3", **account(platform_account_id="1001"))[1] == old
    assert shop.put("B-2", **account(platform_account_id="2002", handle="shared"))[1] == new, (
        "another id than A's, the same handle as B's"
    )
    assert shop.put("B-3", **account(platform_account_id="2002"))[1] == new, "B is known by that id now"


def test_a_flag_that_could_be_of_either_side_joins_neither(shop: Workshop) -> None:
    old = joined(shop)
    new = shop.splits(old, "B-1")
    _, third = shop.put("C-1", **account(handle="shared"))
    assert third not in (old, new)
    case = shop.case(third).referral
    assert case.previous is None
    assert REPEAT in rules_of(shop, third), "whose it is may be unclear; that it came within a day is not"
    assert shop.put("C-2", **account(handle="@Shared"))[1] == third


def test_the_sides_outlive_a_closing(shop: Workshop) -> None:
    old = joined(shop)
    new = shop.splits(old, "B-1")
    shop.closes(old)
    _, anew = shop.put("A-2", **account(platform_account_id="1001", handle="shared"))
    assert (shop.case(anew).referral.previous, anew == new) == (old, False)
    assert shop.put("B-2", **account(handle="shared"))[1] not in (anew, new), "it still could be of either"
    shop.closes(new)
    assert shop.put("A-3", **account(platform_account_id="1001", handle="shared"))[1] == anew


def test_a_flag_of_a_platform_nobody_knows_moves_too(shop: Workshop) -> None:
    shop.put("A-1", "newplace", **account(handle="x"))
    _, case_id = shop.put("A-2", "newplace", **account(handle="x"))
    new = shop.splits(case_id, "other/A-2")
    assert shop.put("A-2", "newplace", **account(handle="x"), language="en")[1] == new


# ------------------------------------------------------------------------------------- the suggestions


def links(shop: Workshop, case_id: str) -> set[tuple[str, str]]:
    suggested = shop.case(case_id).referral.suggested
    return set() if suggested is None else {(link.to, link.by) for link in suggested.links}


def told(**fields: Any) -> dict[str, Any]:
    """A flag whose account nobody can tell from another by its keys."""
    return {"account": {**fields}, "subject": {}}


def test_a_phone_an_e_mail_and_a_name_suggest_and_never_join(shop: Workshop) -> None:
    _, first = shop.put("A-1", **told(phones=[NEAR], emails=["Namuna@Example.invalid"], display_name="नमूना  छात्र"))
    _, second = shop.put(
        "A-2", **told(phones=["00000-00041"], emails=["namuna@example.INVALID "], display_name="नमूना छात्र")
    )
    assert second != first
    assert links(shop, second) == {(first, "phone"), (first, "email"), (first, "name")}
    found = shop.case(second).referral.suggested
    assert found is not None
    number = shop.case(first).referral.number
    assert all(number in link.why.en and number in link.why.hi for link in found.links if number)
    assert links(shop, first) == set(), "the older case learns of it with its own next flag"


def test_a_phone_the_person_or_a_guardian_has_counts_too(shop: Workshop) -> None:
    _, first = shop.put("A-1", account={}, subject={"guardian_phone": "०००००००४२७"})
    _, second = shop.put("A-2", account={"phones": ["+91 00000 00427"]}, subject={})
    assert links(shop, second) == {(first, "phone")}


@pytest.mark.parametrize(
    "number",
    ["0000000000", "99999 99999", "1234567890", "+91 98765 43210", "1212121212", "12345", "", "unknown",
     "1-800-891-4416", "14416", "112"],
)  # fmt: skip
def test_fillers_and_helplines_suggest_nothing(shop: Workshop, number: str) -> None:
    shop.put("A-1", **told(phones=[number]))
    _, second = shop.put("A-2", **told(phones=[number]))
    assert links(shop, second) == set()


@pytest.mark.parametrize("name", ["Instagram User", "अज्ञात", "x", " "])
def test_names_that_are_none_suggest_nothing(shop: Workshop, name: str) -> None:
    shop.put("A-1", **told(display_name=name))
    assert links(shop, shop.put("A-2", **told(display_name=name))[1]) == set()


def test_a_common_name_does_not_flood_a_case_with_suggestions(shop: Workshop) -> None:
    for n in range(30):
        shop.put(f"A-{n}", **told(display_name="नमूना छात्र"))
    assert len(links(shop, shop.put("B-1", **told(display_name="नमूना छात्र"))[1])) == 20


def test_a_case_of_a_unit_that_cannot_be_opened_here_is_not_suggested(shop: Workshop) -> None:
    _, first = shop.put("A-1", **told(phones=[NEAR]))
    shop.does(first, hap.Acknowledged(1))
    shop.does(first, hap.Forwarded("jhunjhunu", "x"))
    shop.does(first, hap.Accepted())
    assert links(shop, shop.put("A-2", **told(phones=[NEAR]))[1]) == set()


# -------------------------------------------------------------------------------- what nobody can read


def test_half_a_character_anywhere_is_a_defect_also_where_nobody_looks(shop: Workshop) -> None:
    raw = rb'{"kind": "story", "extra": {"deep": ["ok", "x\ud800"]}, "b\udfffd": 1, "signals": []}'
    status, case_id = shop.put_raw("A-1", raw)
    flag = shop.case(case_id).referral.flags[0]
    assert status == 202
    assert {defect.pointer for defect in flag.defects} == {"", "/extra/deep/1"} or {
        defect.pointer for defect in flag.defects
    } == {"/extra/deep/1", ""}
    assert flag.kind == "story", "the rest is used"
    assert json.loads(shop.placed[-1].body)["referral"]["id"] == case_id


def test_the_beginning_of_what_is_too_large_is_kept_for_a_person_to_see(shop: Workshop) -> None:
    whole = json.dumps(body(excerpt="क" * 100_000)).encode()[: 256 * 1024]
    status, case_id = shop.put_raw("A-1", whole, cut=True)
    with shop.database.reader.begin() as connection:
        kept = connection.exec_driver_sql("SELECT body FROM kept_bodies WHERE reference = 'A-1'").scalar_one()
    assert (status, bytes(kept)) == (202, whole)
    case = shop.case(case_id).referral
    assert (case.level, case.flags[0].raw_excerpt is not None) == ("P1", True)
    assert shop.put_raw("A-1", whole, cut=True) == (202, case_id)


def test_a_defective_body_again_is_202_and_the_mended_one_200(shop: Workshop) -> None:
    bad = json.dumps(body(urgency="quite")).encode()
    assert shop.put_raw("A-1", bad)[0] == 202
    assert shop.put_raw("A-1", bad)[0] == 202
    status, case_id = shop.put("A-1", urgency="high")
    assert status == 200
    case = shop.case(case_id).referral
    assert case.level == "P1", "what was unreadable once is urgent until a person has looked"
    assert isinstance(case.flags[0], Flag)
    assert case.flags[0].urgency == "high"
