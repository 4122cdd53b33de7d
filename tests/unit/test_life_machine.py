"""Whatever people, sources and the hub's clock do in whatever order: what must always hold of a case."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from kotaconsole.domain import commands as cmd
from kotaconsole.domain import happenings as hap
from kotaconsole.domain.case import Case, case_of
from kotaconsole.domain.clock import Instant
from kotaconsole.domain.commands import Author
from kotaconsole.domain.decisions import decide
from kotaconsole.domain.errors import Refusal
from kotaconsole.domain.evolution import bounded, evolve, touches
from kotaconsole.domain.happenings import Happening, What
from kotaconsole.domain.referral import Alarm, open_alarm
from kotaconsole.domain.vocabulary import LEVELS, SIGNALS, STATES
from kotaconsole.wire import codec
from tests.people import TWO_AM, command, facts, flagged, gurjar, meena, reading, rules, supervisor
from tests.unit.lives import NEW_ID, PAYLOADS

pytestmark = pytest.mark.unit

RULES: Final = rules()
PARENTS: Final = {
    "kota-city": ("kota-city", "range-kota", "rajasthan"), "jhunjhunu": ("jhunjhunu", "range-jaipur", "rajasthan"),
}  # fmt: skip
AUTHORS: Final = (
    meena(), gurjar(), supervisor(), meena(operator_id="op-j", unit="jhunjhunu", workstation="ws-8"),
    supervisor(operator_id="sup-j", unit="jhunjhunu", workstation="ws-8"),
    supervisor(operator_id="sup-r", unit="range-kota", workstation="ws-7"), meena(operator_id="op-b", unit="bundi"),
)  # fmt: skip
CLOSINGS: Final = (
    cmd.Close("counselled", "s"), cmd.Close("deceased", "s"), cmd.Close("duplicate", "s", duplicate_of="case-9"),
    PAYLOADS["close"],
)  # fmt: skip
LEVEL: Final = st.sampled_from(LEVELS)
KINDS: Final = st.sampled_from(sorted(PAYLOADS))
QUIET: Final = frozenset(  # what may happen to a closed case, besides being reopened
    {"acknowledged", "note_added", "called", "slip", "location_added", "linked", "hold_changed"}
)
BACK: Final = {("acknowledged", "new"): "released", ("closed", "acknowledged"): "reopened"}


class Life(RuleBasedStateMachine):
    """One case through everything that can be asked of it."""

    def __init__(self) -> None:
        super().__init__()
        self.case: Case = flagged(signals=["plan"])
        self.now: Instant = TWO_AM
        self.flags = 1

    def lived(self, happening: Happening) -> None:
        before, after = self.case, evolve(self.case, happening, RULES)
        old, new = before.referral, after.referral
        kind = happening.what.kind
        assert new.version == old.version + 1
        if happening.superseded:
            assert replace(new, version=old.version, updated_at=old.updated_at) == old
        if STATES.index(new.state) < STATES.index(old.state):
            assert kind == BACK.get((old.state, new.state), "reopened")
        if LEVELS.index(new.level) > LEVELS.index(old.level):
            assert kind == "level_lowered" or (kind == "assessed" and old.level == "P1" and not old.level_by_hand)
        if old.state == "closed" and new.state == "closed" and happening.by is not None and not happening.superseded:
            assert kind in QUIET
        if kind == "note_added":
            assert touches(old, new) == set()
        for cause in before.causes:  # a cause ends by a name, or with the case
            gone = all(cause.version != left.version for left in after.causes)
            assert not gone or kind in ("acknowledged", "accepted", "closed")
        self.case = after

    @rule(kind=KINDS, author=st.sampled_from(AUTHORS), replay=st.booleans(), level=LEVEL, n=st.integers(0, 9),
          wait=st.integers(0, 900))  # fmt: skip
    def somebody_asks(self, kind: str, author: Author, replay: bool, level: str, n: int, wait: int) -> None:
        self.now = self.now.plus(seconds=wait)
        payload = self.payload(kind, level, n)
        referral = self.case.referral
        at = self.now.plus(minutes=-n)
        one = command(kind, payload, by=author, seen=max(1, referral.version - n), at=at)
        known = facts(
            now=self.now, above=PARENTS.get(referral.unit, ()), duplicate="open", replay=replay,
            transfer_above=PARENTS["jhunjhunu"] if referral.transfer else (), supervisor_about=bool(n % 2),
        )  # fmt: skip
        found = decide(self.case, one, known)
        if isinstance(found, Refusal):
            assert found.code in ("not-allowed", "held", "version-mismatch", "invalid", "illegal-transition")
            return
        assert len(found) <= 2
        for happening in found:
            self.lived(happening)

    @rule(kinds=st.lists(KINDS, min_size=3, max_size=9), n=st.sampled_from((0, 0, 0, 1, 2, 3)), level=LEVEL)
    def those_who_may_ask(self, kinds: list[str], n: int, level: str) -> None:
        """The same by people who mostly may: random ones seldom get a case anywhere."""
        for kind in kinds:
            by = self.somebody_fit(kind)
            self.somebody_asks(kind, by, replay=False, level=level, n=n if kind in ("close", "split") else 0, wait=9)

    def somebody_fit(self, kind: str) -> Author:
        referral = self.case.referral
        if kind in ("accept", "return"):
            return AUTHORS[3]
        if kind == "close" or referral.holder is None or kind in ("lower_level", "split", "hold"):
            return AUTHORS[4] if referral.unit == "jhunjhunu" else supervisor()
        if kind == "take_over":
            return next(one for one in AUTHORS if one.unit == referral.unit and not self.holds(one))
        return next((one for one in AUTHORS if self.holds(one)), meena())

    def holds(self, one: Author) -> bool:
        holder = self.case.referral.holder
        return holder is not None and holder.operator_id == one.operator_id

    def payload(self, kind: str, level: str, n: int) -> Any:
        referral = self.case.referral
        made: dict[str, Any] = {
            "acknowledge": cmd.Acknowledge(max(0, referral.version - n)),
            "raise_level": cmd.RaiseLevel(level, "r"),
            "lower_level": cmd.LowerLevel(level, "r"),
            "assess": cmd.Assess(SIGNALS[: n // 3], "r", "high" if n == 9 else None),
            "close": CLOSINGS[n % len(CLOSINGS)],
            "forward": cmd.Forward(("jhunjhunu", "kota-city")[n % 2], "r"),
            "split": cmd.Split((f"ref-{1 + n % 3}",), NEW_ID, "r"),
            "accept_location": cmd.AcceptLocation("place-1"),
            "hold": cmd.Hold(bool(n % 2), "r"),
        }
        return made.get(kind, PAYLOADS[kind])

    @rule(signal=st.sampled_from(SIGNALS), odd=st.booleans(), again=st.booleans(), wait=st.integers(0, 90_000))
    def a_source_sends(self, signal: str, odd: bool, again: bool, wait: int) -> None:
        self.now = self.now.plus(seconds=wait)
        told: dict[str, Any] = {"signals": [signal], **({"urgency": "sometime"} if odd else {})}
        if self.case.referral.state == "closed":
            return  # the intake begins a new case
        name = self.case.referral.flags[0].reference if again else f"ref-{self.flags + 1}"
        self.flags += not again
        found = reading(name, at=self.now, **told)
        self.lived(Happening(hap.FlagUpdated(found) if again else hap.FlagRepeated(found), self.now, self.now))

    @rule(what=st.sampled_from([
        None, hap.Escalated(1), hap.Escalated(2), hap.Escalated(1, "transfer"), hap.Realarmed("no_action"),
        hap.Realarmed("recheck", "holder"),
        hap.Linked("case-8", "duplicate", Alarm(TWO_AM.plus(hours=-1), 4, "flag", 1)),
        hap.Linked("case-8", "duplicate", Alarm(TWO_AM, 4, "withdrawn")),
    ]))  # fmt: skip
    def a_source_takes_back_or_the_hub_adds(self, what: What | None) -> None:
        flag = self.case.referral.flags[-1]
        back = hap.FlagWithdrawn(flag.platform, flag.reference, "error")
        self.lived(Happening(what or back, self.now, self.now))

    @invariant()
    def a_closed_case_is_at_rest(self) -> None:
        referral = self.case.referral
        if referral.state == "closed":
            assert (referral.alarm, referral.transfer, self.case.causes) == (None, None, ())
            assert referral.outcome is not None
        else:
            assert (referral.outcome, referral.times.closed_at) == (None, None)

    @invariant()
    def the_alarm_is_the_sum_of_its_causes(self) -> None:
        causes, alarm = self.case.causes, self.case.referral.alarm
        assert (alarm is None) == (causes == ())
        assert len({cause.version for cause in causes}) == len(causes)
        if alarm is not None:
            oldest = min(causes, key=lambda cause: cause.at)
            newest = max(causes, key=lambda cause: (cause.cause != "withdrawn", cause.version))
            assert (alarm.since, alarm.stage) == (oldest.at, oldest.stage)
            assert (alarm.through, alarm.cause) == (newest.version, newest.cause)
            assert alarm.through <= self.case.referral.version

    @invariant()
    def nobody_is_left_out_of_sight(self) -> None:
        referral = self.case.referral
        if referral.state == "new":
            assert open_alarm(referral) is not None or referral.holder is not None
        elif referral.holder is None and referral.state != "closed":
            assert open_alarm(referral) is not None, "in nobody's hands, so it rings"
        assert len(referral.flags) > 0

    @invariant()
    def it_survives_the_wire_and_the_file(self) -> None:
        assert codec.decode(codec.encode(self.case), Case) == self.case
        assert case_of(bounded(self.case.referral)).referral.alarm == self.case.referral.alarm


Life.TestCase.settings = settings(
    max_examples=100, stateful_step_count=30, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
TestLife = Life.TestCase
