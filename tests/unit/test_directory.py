"""Units stand in a tree; helplines print only while they are verified."""

from __future__ import annotations

import pytest

from kotaconsole.domain.directory import Directory, Helpline, Unit
from kotaconsole.domain.errors import Bilingual

pytestmark = pytest.mark.unit


def unit(name: str, parent: str | None) -> Unit:
    return Unit(id=name, kind="station", name=Bilingual(name.title(), "थाना"), parent=parent)


TREE = Directory(
    "1", "kota-city", (unit("rajasthan", None), unit("kota-city", "rajasthan"), unit("kunhadi", "kota-city"))
)


def test_a_unit_knows_what_stands_above_it() -> None:
    assert list(TREE.ancestors("kunhadi")) == ["kunhadi", "kota-city", "rajasthan"]
    assert TREE.within("kunhadi", "rajasthan")
    assert TREE.within("kunhadi", "kunhadi")
    assert not TREE.within("rajasthan", "kunhadi")


def test_a_loop_in_the_data_ends() -> None:
    loop = Directory("1", "a", (unit("a", "b"), unit("b", "a")))
    assert list(loop.ancestors("a")) == ["a", "b"]


def test_an_unknown_unit_shows_its_code() -> None:
    assert TREE.name("nowhere").say("hi") == "nowhere"
    assert TREE.name("kunhadi").both() == "थाना\nKunhadi"
    assert list(TREE.ancestors("nowhere")) == ["nowhere"]


@pytest.mark.parametrize(
    ("verified", "expires", "prints"),
    [("2026-01-01", None, True), ("2026-01-01", "2026-11-23", True), ("2026-01-01", "2026-11-22", False),
     (None, None, False)],
)  # fmt: skip
def test_an_unverified_or_expired_number_never_prints(verified: str | None, expires: str | None, prints: bool) -> None:
    line = Helpline("h", Bilingual("Help", "मदद"), "00000", verified_on=verified, expires_on=expires)
    assert line.printable("2026-11-23") is prints
