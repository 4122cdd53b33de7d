"""Taking a wrong join apart: the named flags begin a case of their own, and that case rings."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kotaconsole.domain import commands as cmd
from kotaconsole.domain.case import Case
from kotaconsole.domain.crossing import split_off
from kotaconsole.domain.decisions import decide
from kotaconsole.domain.errors import Refusal
from kotaconsole.domain.evolution import evolve
from kotaconsole.domain.happenings import Happening, NoteAdded, SplitAway, SplitOff
from kotaconsole.domain.referral import Account, Location, Subject
from tests.people import TWO_AM, after, command, facts, flagged, repeated, rules, supervisor
from tests.unit.lives import NEW_ID

pytestmark = pytest.mark.unit

LATER = TWO_AM.plus(hours=1)
SHARED = {"kind": "cell", "text": "नमूना टावर"}


def joined() -> Case:
    """Two people's flags in one case; the second one is live, which made it P1."""
    first = flagged(signals=["plan"], locations=[{"kind": "address", "text": "पहला"}, SHARED])
    case = repeated(first, "ref-2", at=LATER, kind="live", locations=[{"kind": "ip", "text": "दूसरा"}])
    return after(case, command("acknowledge", cmd.Acknowledge(2)))


def split(case: Case, *references: str) -> tuple[Case, Case, Happening]:
    one = command("split", cmd.Split(references, NEW_ID, "दो लोग"), by=supervisor(), seen=case.referral.version)
    found = decide(case, one, facts(now=LATER))
    assert not isinstance(found, Refusal)
    (away,) = found
    begun = split_off(case, away, "2026-000777")
    return evolve(case, away, rules()), evolve(None, begun, rules()), away


def test_the_flags_move_and_the_new_case_rings() -> None:
    old, new, _ = split(joined(), "ref-2")
    assert [flag.reference for flag in old.referral.flags] == ["ref-1"]
    assert [flag.reference for flag in new.referral.flags] == ["ref-2"]
    assert (new.referral.id, new.referral.number, new.referral.version) == (NEW_ID, "2026-000777", 1)
    assert (new.referral.state, new.referral.holder, new.referral.unit) == ("new", None, "kota-city")
    assert new.referral.alarm is not None
    assert (new.referral.alarm.cause, new.referral.alarm.through) == ("flag", 1)


def test_each_side_keeps_the_places_its_flags_told_of() -> None:
    case = joined()
    by_hand = Location("p9", "operator", text="वार्डन ने बताया")
    case = replace(case, referral=replace(case.referral, locations=(*case.referral.locations, by_hand)))
    old, new, _ = split(case, "ref-2")
    assert [place.text for place in old.referral.locations] == ["पहला", "नमूना टावर", "वार्डन ने बताया"]
    assert [place.text for place in new.referral.locations] == ["दूसरा"]


def test_a_place_somebody_stands_for_is_not_taken_away() -> None:
    case = joined()
    wanted = case.referral.locations[-1].id
    case = after(case, command("accept_location", cmd.AcceptLocation(wanted), seen=case.referral.version))
    old, new, _ = split(case, "ref-2")
    assert wanted in [place.id for place in old.referral.locations]
    assert wanted in [place.id for place in new.referral.locations]


def test_the_old_case_keeps_its_level_and_tells_the_reasons_that_are_left() -> None:
    old, new, _ = split(joined(), "ref-2")
    assert old.referral.level == "P1", "lowering takes a person"
    assert {reason.rule for reason in old.referral.reasons} == {
        reason.rule for reason in flagged(signals=["plan"]).referral.reasons
    }
    assert new.referral.level == "P1"
    calm = split(joined(), "ref-1")[1]
    assert calm.referral.level == "P2", "the new case is ranked by its own flags"


def test_a_console_takes_the_flags_out_and_leaves_the_level_alone() -> None:
    case = joined()
    case = replace(case, referral=replace(case.referral, flag_count=9))
    away = Happening(SplitAway(("ref-2",), NEW_ID, "r"), LATER, LATER)
    old = evolve(case, away, None)
    assert (len(old.referral.flags), old.referral.flag_count) == (1, 8)
    assert old.referral.reasons == case.referral.reasons


def test_a_flag_can_be_named_with_its_platform() -> None:
    assert [flag.reference for flag in split(joined(), "instagram/ref-2")[1].referral.flags] == ["ref-2"]


def test_what_the_flags_themselves_told_of_the_person_goes_first() -> None:
    case = joined()
    away = split(case, "ref-2")[2]
    theirs = split_off(case, away, "n", account=Account(handle="@doosra"), subject=Subject(name="दूसरा"))
    assert isinstance(theirs.what, SplitOff)
    assert (theirs.what.account.handle, theirs.what.subject.name) == ("@doosra", "दूसरा")
    plain = split_off(case, away, "n")
    assert isinstance(plain.what, SplitOff)
    assert plain.what.account == case.referral.account
    assert (plain.at, plain.by, plain.what.origin) == (away.at, away.by, case.referral.id)


def test_only_a_split_begins_a_case() -> None:
    with pytest.raises(TypeError, match="only a split"):
        split_off(joined(), Happening(NoteAdded("n", late=False), TWO_AM, TWO_AM), "n")
