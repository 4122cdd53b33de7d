"""Which alarms sound at which console."""

from __future__ import annotations

import pytest

from kotaconsole.domain.directory import Directory, Unit
from kotaconsole.domain.errors import Bilingual
from kotaconsole.domain.hearing import Ear, sounding
from kotaconsole.domain.referral import Alarm, Transfer, TransferAlarm
from tests.people import TWO_AM, bare

pytestmark = pytest.mark.unit


def unit(code: str, parent: str | None) -> Unit:
    return Unit(code, "district", Bilingual(code, code), parent)


TREE = Directory("1", "hq", (
    unit("hq", None), unit("kota-range", "hq"), unit("kota-city", "kota-range"), unit("kunhadi", "kota-city"),
    unit("jhunjhunu", "hq"),
))  # fmt: skip


def ear(at: str, *unattended: str, tree: Directory | None = TREE) -> Ear:
    return Ear(at, lambda: tree, frozenset(unattended))


@pytest.mark.parametrize(
    ("at", "stage", "heard"),
    [
        ("kota-city", 0, True), ("kota-city", 2, True),
        ("kota-range", 0, False), ("kota-range", 1, True), ("hq", 0, False), ("hq", 2, True),
        ("kunhadi", 2, False), ("jhunjhunu", 2, False),
    ],
)  # fmt: skip
def test_its_own_unit_hears_at_once_and_those_above_when_nobody_answered(at: str, stage: int, heard: bool) -> None:
    assert ear(at).hears("kota-city", stage) is heard


def test_a_unit_nobody_listens_for_is_heard_by_whoever_stands_in() -> None:
    assert ear("kota-range", "kota-city").hears("kota-city", 0)
    assert not ear("kota-range", "jhunjhunu").hears("kota-city", 0)


@pytest.mark.parametrize("tree", [None, Directory("1", "hq")], ids=["no directory yet", "a unit it does not have"])
def test_who_cannot_know_hears_it(tree: Directory | None) -> None:
    assert ear("kota-range", tree=tree).hears("kota-city", 1)
    assert not ear("kota-range", tree=tree).hears("kota-city", 0)


def sent(to: str = "jhunjhunu", stage: int = 0, asks: bool = True) -> Transfer:
    return Transfer(to, TWO_AM, None, "works there", TransferAlarm(TWO_AM.plus(seconds=3), stage) if asks else None)


def test_a_case_on_its_way_sounds_at_the_target_only() -> None:
    case = bare(id="c1", version=7, transfer=sent(), level="P1", training=True)
    (item,) = sounding(case, None, case.transfer, ear("jhunjhunu"))
    assert (item.key, item.level, item.training, item.stage) == ("transfer:c1", "P1", True, 0)
    assert list(sounding(case, None, case.transfer, ear("kota-city"))) == []


def test_a_case_that_was_answered_or_never_asked_is_silent_at_the_target() -> None:
    case = bare(id="c1", transfer=sent())
    assert list(sounding(case, None, None, ear("jhunjhunu"))) == []
    assert list(sounding(case, None, sent(asks=False), ear("jhunjhunu"))) == []


def test_a_second_transfer_is_a_newer_alarm() -> None:
    first, second = sent(), Transfer("jhunjhunu", TWO_AM, None, None, TransferAlarm(TWO_AM.plus(minutes=9)))
    (a,) = sounding(bare(id="c1"), None, first, ear("jhunjhunu"))
    (b,) = sounding(bare(id="c1"), None, second, ear("jhunjhunu"))
    assert b.key == a.key
    assert b.through > a.through


def test_who_is_above_both_hears_both_when_nobody_answers() -> None:
    case = bare(id="c1", version=7, transfer=sent(stage=1), level="P2")
    alarm = Alarm(TWO_AM, 5, "repeat", 2)
    found = {item.key: item for item in sounding(case, alarm, case.transfer, ear("hq"))}
    assert found.keys() == {"c1", "transfer:c1"}
    assert (found["c1"].through, found["c1"].cause, found["c1"].stage) == (5, "repeat", 2)


def test_the_targets_alarm_is_not_the_senders() -> None:
    """A flag on a case that is on its way sounds where the case still is."""
    case = bare(id="c1", version=7, transfer=sent(asks=False))
    alarm = Alarm(TWO_AM, 7, "repeat", 0)
    assert list(sounding(case, alarm, case.transfer, ear("jhunjhunu"))) == []
    assert [item.key for item in sounding(case, alarm, case.transfer, ear("kota-city"))] == ["c1"]
