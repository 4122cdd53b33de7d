"""The board of troubles: tells the alarm each change once, and forgets what was seen when it is over."""

from __future__ import annotations

import pytest

from kotaconsole.alarm.troubles import TroubleBoard
from kotaconsole.domain.alarm import Trouble
from kotaconsole.domain.troubles import Unheard
from tests.people import TWO_AM
from tests.unit.test_troubles import DESK, KUNHADI, link

pytestmark = pytest.mark.unit


class Ear:
    """What the alarm was told, as keys; a seen one with a mark."""

    def __init__(self) -> None:
        self.told: list[list[str]] = []

    def __call__(self, troubles: tuple[Trouble, ...]) -> None:
        self.told.append([f"{one.key}{' seen' if one.seen else ''}" for one in troubles])


@pytest.fixture
def ear() -> Ear:
    return Ear()


@pytest.fixture
def board(ear: Ear) -> TroubleBoard:
    return TroubleBoard(ear)


def test_each_change_is_told_once(board: TroubleBoard, ear: Ear) -> None:
    for state in ("connecting", "live", "lost", "lost", "live", "live"):
        board.link_is(link(state))  # type: ignore[arg-type]
    assert ear.told == [["link"], []]


def test_what_was_seen_stays_seen_until_it_is_over(board: TroubleBoard, ear: Ear) -> None:
    board.link_is(link("lost"))
    board.seen()
    board.link_is(link("lost", 1.0))
    board.link_is(link("live"))
    board.link_is(link("lost"))
    assert ear.told == [["link"], ["link seen"], [], ["link"]], "lost again is new to everybody"


def test_seeing_one_does_not_see_the_next(board: TroubleBoard, ear: Ear) -> None:
    board.link_is(link("lost"))
    board.seen()
    board.others_are((KUNHADI,))
    assert ear.told[-1] == ["link seen", KUNHADI.key]


def test_seeing_nothing_tells_nothing(board: TroubleBoard, ear: Ear) -> None:
    board.seen()
    assert ear.told == []


def test_the_same_desk_since_another_moment_is_the_same_trouble(board: TroubleBoard, ear: Ear) -> None:
    board.others_are((DESK,))
    board.others_are((Unheard(DESK.kind, DESK.unit, TWO_AM.plus(seconds=5), DESK.desk),))
    assert len(ear.told) == 1


def test_after_signing_out_nothing_is_missing(board: TroubleBoard, ear: Ear) -> None:
    board.link_is(link("lost"))
    board.others_are((KUNHADI,))
    board.signed_out()
    assert ear.told[-1] == []
