"""What of link, clock and other desks calls, and until when."""

from __future__ import annotations

import pytest

from kotaconsole.domain.alarm import Sound, Trouble
from kotaconsole.domain.link import LinkStatus, LinkView
from kotaconsole.domain.troubles import Unheard, standing
from tests.people import TWO_AM

pytestmark = pytest.mark.unit

KUNHADI = Unheard("unit_unattended", "kunhadi", TWO_AM)
DESK = Unheard("console_silent", "kota-city", TWO_AM, "K3")


def link(state: LinkStatus = "live", skew_s: float = 0.0) -> LinkView:
    return LinkView(state, TWO_AM, 1.0, None, skew_s, 0)


@pytest.mark.parametrize("state", ["connecting", "live", "degraded"])
def test_a_link_that_is_not_lost_calls_nobody(state: LinkStatus) -> None:
    assert standing(link(state), (), ()) == ()


def test_a_lost_link_calls_and_says_so() -> None:
    assert standing(link("lost"), (), ()) == (Trouble("link", Sound.S2, Sound.SAY_LINK),)


def test_without_anybody_signed_in_no_link_is_missing() -> None:
    assert standing(None, (), ()) == ()


@pytest.mark.parametrize(("skew", "told"), [(5.0, False), (5.1, True), (-5.1, True), (0.0, False), (3600.0, True)])
def test_a_clock_that_is_wrong_is_told_low(skew: float, told: bool) -> None:
    assert standing(link(skew_s=skew), (), ()) == ((Trouble("clock", Sound.S3),) if told else ())


@pytest.mark.parametrize(("skew", "stands"), [(4.9, True), (3.1, True), (2.9, False), (-4.0, True)])
def test_a_clock_that_wavers_around_the_limit_is_told_once(skew: float, stands: bool) -> None:
    assert bool(standing(link(skew_s=skew), (), ["clock"])) is stands


def test_every_desk_and_unit_that_cannot_hear_calls_by_itself() -> None:
    found = standing(link("lost", 60.0), (KUNHADI, DESK, KUNHADI), ())
    assert [trouble.key for trouble in found] == [
        "link", "clock", "watch:unit_unattended:kunhadi:", "watch:console_silent:kota-city:K3",
    ]  # fmt: skip
    assert {trouble.sound for trouble in found[2:]} == {Sound.S2}


def test_a_kind_of_a_newer_hub_calls_too() -> None:
    assert standing(link(), (Unheard("console_asleep", "kunhadi", TWO_AM),), ()) != ()


def test_what_was_seen_is_marked() -> None:
    found = standing(link("lost"), (KUNHADI,), (), frozenset({"link"}))
    assert [trouble.seen for trouble in found] == [True, False]
