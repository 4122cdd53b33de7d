"""After a restore: what a case has gone past is only recorded, what it has not come to yet is done all the same."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from kotaconsole.domain import commands as cmd
from kotaconsole.domain.case import Case
from kotaconsole.domain.commands import Author, Command, Payload
from kotaconsole.domain.decisions import Facts, LaterChange, decide, outcome
from kotaconsole.domain.errors import Refusal
from kotaconsole.domain.evolution import bounded, evolve
from kotaconsole.domain.happenings import Acknowledged, Happening
from kotaconsole.domain.referral import Account
from tests.people import TWO_AM, body, command, facts, flagged, gurjar, meena, repeated, rules, supervisor, updated
from tests.unit.lives import PAYLOADS, standing

pytestmark = pytest.mark.unit

BEFORE, NOW = TWO_AM.plus(minutes=-90), TWO_AM.plus(hours=40)
SINCE = TWO_AM.plus(hours=31)
"""After both flags of `standing`, and before the restore."""


def again(**changes: Any) -> Facts:
    return facts(now=NOW, replay=True, **changes)


def sent(
    case: Case, kind: str, payload: Payload | Refusal | None = None, *, by: Author | None = None, at: Any = SINCE,
    **given: Any,
) -> tuple[str, Case]:  # fmt: skip
    """applied, superseded, nothing or a refusal's code, and the case after it."""
    one = command(kind, payload or PAYLOADS[kind], by=by, seen=77, at=at)
    found = decide(case, one, again(**given))
    if isinstance(found, Refusal):
        return found.code, case
    for happening in found:
        assert happening.at == at or happening.by is None, "events keep the command's times"
        case = evolve(case, happening, rules())
    return (outcome(found) if found else "nothing"), case


def same(before: Case, after: Case) -> bool:
    """Whether nothing but the version moved."""
    as_it_was = replace(after.referral, version=before.referral.version, updated_at=before.referral.updated_at)
    return as_it_was == before.referral and after.causes == before.causes


# kind, states in which the case has gone past it
PAST = (
    ("decline", "acknowledged informed departed on_scene contact_made closed"),
    ("depart", "departed on_scene contact_made closed"),
    ("arrive", "on_scene contact_made closed"),
    ("contact", "contact_made closed"),
    ("reopen", "new acknowledged informed departed on_scene contact_made"),
    *((kind, "closed") for kind in (
        "release", "take_over", "accept_location", "update", "assess", "raise_level", "lower_level", "locate",
        "inform", "forward", "close", "split",
    )),
    *((kind, "") for kind in ("note", "call", "slip", "add_location", "link", "hold")),
)  # fmt: skip
STATES = ("new", "acknowledged", "informed", "departed", "on_scene", "contact_made", "closed")


@pytest.mark.parametrize(("kind", "past"), PAST)
def test_past_or_not_in_every_state(kind: str, past: str) -> None:
    for state in STATES:
        holder = supervisor() if kind != "take_over" else gurjar()
        case = standing(state, holder=holder)  # type: ignore[arg-type]
        word, after = sent(case, kind, by=supervisor())
        assert word == ("superseded" if state in past.split() else "applied"), state
        assert after.referral.version > case.referral.version
        if word == "superseded":
            assert same(case, after), state


@pytest.mark.parametrize("kind", ["accept", "return", "accept_by_phone", "recall"])
def test_an_answer_to_a_question_that_was_lost_is_only_recorded(kind: str) -> None:
    case = standing("acknowledged", holder=meena())
    assert sent(case, kind)[0] == "superseded"
    assert sent(case, kind, by=meena(operator_id="op-j", unit="jhunjhunu"))[0] == "superseded"


def test_an_answer_to_a_question_that_stands_is_applied() -> None:
    target = meena(operator_id="op-j", unit="jhunjhunu")
    case = standing("acknowledged", holder=meena(), transfer=True)
    word, after = sent(case, "accept", by=target, transfer_above=("jhunjhunu", "rajasthan"))
    assert (word, after.referral.unit) == ("applied", "jhunjhunu")
    assert sent(case, "forward")[0] == "superseded", "another unit is asked already"


def test_what_was_seen_and_who_holds_it_count_for_nothing() -> None:
    case = standing("acknowledged", holder=gurjar())
    later = (LaterChange("ws-2", frozenset({"state"})),)
    word, after = sent(case, "inform", later=later)
    assert (word, after.referral.state) == ("applied", "informed")
    assert after.referral.holder is not None
    assert after.referral.holder.name == "S. Gurjar", "who holds it now goes on holding it"


def test_a_newer_holder_is_not_pushed_out() -> None:
    case = standing("informed", holder=gurjar())
    assert sent(case, "release")[0] == "superseded"
    assert sent(case, "take_over", at=BEFORE)[0] == "superseded", "they took it later"
    assert sent(case, "take_over")[0] == "applied"
    assert sent(standing("informed", holder=meena()), "take_over")[0] == "superseded"
    assert sent(standing("informed"), "take_over")[0] == "applied", "the one before them is not known any more"


def test_levels_go_up_and_not_down_over_what_came_since() -> None:
    case = standing("acknowledged", holder=supervisor())
    assert sent(case, "raise_level", cmd.RaiseLevel("P3", "r"))[0] == "superseded"
    assert sent(case, "lower_level", by=supervisor(), at=TWO_AM)[0] == "superseded", "a flag came after it"
    assert sent(case, "lower_level", by=supervisor())[0] == "applied"


def test_an_assessment_settles_only_what_was_there() -> None:
    case = flagged(urgency="sometime")
    assert sent(case, "assess", at=SINCE)[1].referral.level == "P2"
    assert sent(case, "assess", at=BEFORE)[1].referral.level == "P1"


# --- endings


def test_an_ending_may_come_before_the_contact_of_another_desk() -> None:
    word, after = sent(standing("new"), "close", cmd.Close("counselled", "s"))
    assert (word, after.referral.state) == ("applied", "closed")
    word, late = sent(after, "contact", by=gurjar())
    assert (word, late.referral.state) == ("superseded", "closed")


def test_an_ending_does_not_silence_a_flag_that_came_after_it() -> None:
    case = standing("acknowledged", holder=meena())
    assert sent(case, "close", at=TWO_AM)[0] == "superseded"
    assert sent(flagged(), "close", at=BEFORE)[0] == "applied", "the first flag gave the case its very id"


def test_an_ending_that_was_reopened_does_not_come_back() -> None:
    open_ = standing("acknowledged", holder=meena(), alarm=False)
    word, reopened = sent(open_, "reopen", at=SINCE.plus(minutes=2))
    assert word == "superseded"
    assert sent(reopened, "close", at=SINCE)[0] == "superseded", "however late it comes"
    assert sent(reopened, "close", at=SINCE.plus(minutes=3))[0] == "applied"


@pytest.mark.parametrize("code", ["not_located", "deceased"])
def test_who_may_end_a_case_still_counts(code: str) -> None:
    case = standing("new")
    assert sent(case, "close", cmd.Close(code, "s"))[0] == "invalid"
    assert sent(case, "close", cmd.Close(code, "s", without_supervisor="कोई नहीं"))[0] == "applied"
    assert sent(case, "close", cmd.Close(code, "s"), by=supervisor())[0] == "applied"
    assert sent(case, "close", cmd.Close("duplicate", "s", duplicate_of="case-9"))[0] == "invalid"


# --- acknowledgements


def ack(case: Case, through: int, **more: Any) -> tuple[str, Case]:
    return sent(case, "acknowledge", cmd.Acknowledge(through), **more)


def test_an_acknowledgement_takes_the_case_in_hand_and_silences_what_was_heard() -> None:
    word, after = ack(flagged(), 1, at=BEFORE)
    assert (word, after.referral.state, after.referral.alarm) == ("applied", "acknowledged", None)


def test_it_never_silences_what_was_recorded_after_it() -> None:
    case = repeated(flagged(), "ref-2", at=NOW)
    word, after = ack(case, 9)
    assert word == "applied"
    assert after.referral.holder is not None
    assert [cause.version for cause in after.causes] == [2], "a version above all that there is silences nothing more"


def test_it_silences_a_later_flag_that_was_there() -> None:
    case = repeated(flagged(), "ref-2", at=TWO_AM.plus(minutes=5))
    assert ack(case, 2)[1].causes == ()
    assert [cause.version for cause in ack(case, 1)[1].causes] == [2]
    free = replace(case, causes=case.causes[1:])
    assert ack(free, 1)[1].causes == free.causes


def test_one_with_nothing_left_to_clear() -> None:
    quiet = standing("acknowledged", holder=meena(), alarm=False)
    assert ack(quiet, 2)[0] == "nothing"
    assert ack(standing("closed"), 2)[0] == "nothing"
    word, after = ack(quiet, 2, by=gurjar())
    assert word == "superseded"
    assert same(quiet, after)


# --- people


def test_a_sender_of_old_may_tell_what_they_knew_and_changes_nothing() -> None:
    case = standing("acknowledged", holder=gurjar(unit="jhunjhunu"))
    theirs = replace(case, referral=replace(case.referral, unit="jhunjhunu"))
    above = ("jhunjhunu", "rajasthan")
    assert sent(theirs, "note", above=above)[0] == "applied"
    word, after = sent(theirs, "inform", above=above)
    assert word == "superseded"
    assert same(theirs, after)
    assert sent(theirs, "acknowledge", above=above)[0] == "superseded"


def test_units_above_and_other_roles_may_no_more_than_before() -> None:
    case = standing("acknowledged", holder=meena())
    above = meena(operator_id="op-r", unit="range-kota")
    assert sent(case, "note", by=above)[0] == "applied"
    assert sent(case, "inform", by=above)[0] == "not-allowed"
    assert sent(case, "lower_level")[0] == "not-allowed"
    assert sent(case, "note", by=meena(role="source"))[0] == "not-allowed"
    assert sent(case, "view", by=meena(operator_id="aud", role="auditor"))[0] == "nothing"
    assert sent(case, "view", by=meena(operator_id="aud", role="auditor", unit="bundi"))[0] == "not-allowed"


def test_bounds_hold_and_what_is_gone_is_only_recorded() -> None:
    case = standing("acknowledged", holder=meena())
    assert sent(case, "note", cmd.Note(""))[0] == "invalid"
    assert sent(case, "note", Refusal("invalid", "x", "/payload/text"))[0] == "invalid"
    assert sent(case, "accept_location", cmd.AcceptLocation("lost"))[0] == "superseded"
    assert sent(case, "split", by=supervisor(), new_id_taken=True)[0] == "superseded"
    assert sent(case, "forward", units=frozenset({"bundi"}))[0] == "superseded"


def test_a_case_opened_by_hand_is_opened_once() -> None:
    one = replace(command("open", cmd.Open("phone", body())), referral_id="0192f0c0-0000-7000-8000-0000000000aa")
    first = decide(None, one, again(next_number="2027-000001"))
    assert not isinstance(first, Refusal)
    case = evolve(None, first[0], rules())
    second = decide(case, one, again())
    assert not isinstance(second, Refusal)
    assert outcome(second) == "superseded"
    after = evolve(case, second[0], rules())
    assert same(case, after)
    assert after.referral.version == 2


def test_nothing_superseded_changes_a_case() -> None:
    case = standing("informed", holder=gurjar())
    told = Happening(Acknowledged(2), SINCE, NOW, superseded=True)
    assert same(case, evolve(case, told, rules()))
    assert bounded(evolve(case, told, rules()).referral).account != Account()


def test_the_kind_decides_how_a_command_of_another_kind_is_read() -> None:
    assert isinstance(decide(standing("new"), _unknown(), again()), Refusal)


def _unknown() -> Command:
    return command("teleport", Refusal("invalid", "unknown", "/kind"))


# --- what somebody decided later, by the clocks of their desks


def lived(case: Case, kind: str, payload: Payload | None = None, *, by: Author | None = None, at: Any = SINCE) -> Case:
    """The case after something that people did in the hub's new life."""
    one = command(kind, payload or PAYLOADS[kind], by=by, seen=case.referral.version, at=at)
    found = decide(case, one, facts(now=NOW))
    assert not isinstance(found, Refusal), found
    for happening in found:
        case = evolve(case, happening, rules())
    return case


EARLIER, LATER = SINCE.plus(minutes=-5), SINCE.plus(minutes=5)
TARGET = meena(operator_id="op-j", unit="jhunjhunu")
LOWER, RAISE = cmd.LowerLevel("P3", "r"), cmd.RaiseLevel("P1", "r")


def held() -> Case:
    return standing("acknowledged", holder=supervisor(), alarm=False)


def asked() -> Case:
    return lived(held(), "forward", by=supervisor())


DECIDED: tuple[tuple[str, Case, str, Payload | None], ...] = (
    # what was done in the new life at SINCE, and what comes again
    ("assess", lived(held(), "assess", by=supervisor()), "assess", cmd.Assess(("farewell",), "r")),
    ("lower, raise", lived(held(), "lower_level", by=supervisor()), "raise_level", RAISE),
    ("raise, lower", lived(held(), "raise_level"), "lower_level", LOWER),
    ("assess, lower", lived(held(), "assess"), "lower_level", LOWER),
    ("locate", lived(held(), "locate", by=supervisor()), "locate", cmd.Locate("r", 5)),
    ("contact, locate", lived(held(), "contact", by=supervisor()), "locate", None),
    ("accept_location", lived(held(), "accept_location"), "accept_location", None),
    ("slip", lived(held(), "slip"), "slip", replace(PAYLOADS["slip"], status="failed")),  # type: ignore[type-var]
    ("hold", lived(held(), "hold", by=supervisor()), "hold", cmd.Hold(on=False, reason="r")),
    ("take_over, release", lived(standing("informed", holder=gurjar()), "take_over", by=supervisor()), "release", None),
    ("release, take_over", lived(held(), "release", by=supervisor()), "take_over", None),
    ("recall, forward", lived(asked(), "recall", at=SINCE), "forward", None),
    ("forward, recall", asked(), "recall", None),
    ("forward, return", asked(), "return", None),
    ("forward, accept", asked(), "accept", None),
    ("forward, accept_by_phone", asked(), "accept_by_phone", None),
    *((f"{kind}, close", lived(held(), kind, by=supervisor()), "close", None)
      for kind in ("raise_level", "assess", "inform", "depart", "arrive", "contact", "locate", "forward")),
    *((f"reopen, {kind}", lived(standing("closed"), "reopen", by=supervisor()), kind, None)
      for kind in ("locate", "inform", "depart", "arrive", "contact", "forward")),
    ("reopen, accept_by_phone", lived(lived(standing("closed"), "reopen", by=supervisor()), "forward",
                                      by=supervisor(), at=BEFORE), "accept_by_phone", None),
)  # fmt: skip


@pytest.mark.parametrize(("case", "kind", "payload"), [row[1:] for row in DECIDED], ids=[row[0] for row in DECIDED])
def test_what_somebody_decided_later_stands(case: Case, kind: str, payload: Payload | None) -> None:
    by = TARGET if kind in ("accept", "return") else supervisor()
    given: dict[str, Any] = {"by": by, "transfer_above": ("jhunjhunu", "rajasthan")}
    word, after = sent(case, kind, payload, at=EARLIER, **given)
    assert word == "superseded"
    assert same(case, after)
    word, after = sent(case, kind, payload, at=LATER, **given)
    assert word == "applied", "what came after it is done"


def test_a_closing_that_came_later_is_not_opened_by_an_older_word() -> None:
    case = lived(held(), "close", by=supervisor())
    assert sent(case, "reopen", at=EARLIER)[0] == "superseded"
    assert sent(case, "reopen", at=LATER)[0] == "applied"


def test_a_case_that_was_let_go_later_is_in_nobodys_hands() -> None:
    case = lived(held(), "release", by=supervisor())
    assert (case.referral.state, case.referral.holder) == ("new", None)
    word, after = ack(case, 99, at=EARLIER)
    assert word == "superseded"
    assert same(case, after), "and it goes on ringing"
    word, after = ack(case, 99, at=LATER)
    assert (word, after.referral.state) == ("applied", "acknowledged")
    ended = lived(case, "close", by=supervisor(), at=LATER)
    assert ack(replace(ended, referral=replace(ended.referral, holder=None)), 99, at=EARLIER)[0] == "nothing"


def test_whoever_took_it_again_later_goes_on_holding_it() -> None:
    case = lived(lived(held(), "release", by=supervisor()), "acknowledge", cmd.Acknowledge(3), by=supervisor())
    assert sent(case, "release", by=supervisor(), at=EARLIER)[0] == "superseded"
    old = replace(case, decided=())
    assert sent(old, "release", by=supervisor(), at=EARLIER)[0] == "superseded", "also of a case stored long ago"
    assert sent(old, "release", by=supervisor(), at=LATER)[0] == "applied"


ROOM, WARDEN = cmd.SetField("subject.room", "पुराना"), cmd.SetField("subject.warden", "श्री नमूना")


def test_a_field_that_was_set_later_keeps_its_value() -> None:
    new = cmd.Update((cmd.SetField("subject.room", "नया"),))
    case = lived(held(), "update", new)
    word, after = sent(case, "update", cmd.Update((ROOM,)), at=EARLIER)
    assert (word, after.referral.subject.room) == ("superseded", "नया")
    assert same(case, after)
    assert sent(case, "update", cmd.Update((ROOM,)), at=LATER)[1].referral.subject.room == "पुराना"
    word, both = sent(case, "update", cmd.Update((ROOM, WARDEN)), at=EARLIER)
    assert (word, both.referral.subject.room, both.referral.subject.warden) == ("applied", "नया", "श्री नमूना")
    assert both.referral.version == case.referral.version + 2, "both are in the timeline"
    again_new = lived(lived(held(), "update", new, at=BEFORE), "update", new)
    assert sent(again_new, "update", cmd.Update((ROOM,)), at=EARLIER)[0] == "superseded", "the same value is a word too"
    late = sent(case, "update", cmd.Update((WARDEN,)), at=LATER)[1]
    newer = sent(late, "update", cmd.Update((cmd.SetField("subject.warden", "कोई और"),)), at=EARLIER)[1]
    assert newer.referral.subject.warden == "श्री नमूना", "also what came again itself"


def test_what_a_source_states_later_is_only_a_reason_not_to_lower() -> None:
    case = repeated(held(), "ref-3", at=SINCE, subject={"room": "12"}, urgency="imminent")
    assert case.referral.level == "P1"
    assert sent(case, "update", cmd.Update((ROOM,)), at=EARLIER)[0] == "applied"
    assert sent(case, "lower_level", LOWER, by=supervisor(), at=EARLIER)[0] == "superseded"
    risen = updated(standing("acknowledged", holder=supervisor()), "ref-2", at=SINCE, urgency="imminent")
    assert risen.referral.level == "P1"
    assert sent(risen, "lower_level", LOWER, by=supervisor(), at=EARLIER)[0] == "superseded"
    assert sent(risen, "close", by=supervisor(), at=EARLIER)[0] == "superseded"


def test_a_word_that_was_typed_in_late_does_not_make_the_latest_older() -> None:
    new = cmd.Update((cmd.SetField("subject.room", "नया"),))
    case = lived(lived(held(), "update", new), "update", new, at=BEFORE)
    assert sent(case, "update", cmd.Update((ROOM,)), at=EARLIER)[0] == "superseded"
