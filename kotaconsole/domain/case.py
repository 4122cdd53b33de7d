"""A case with what the wire does not carry, and the few moves that every change of it is made of."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import cast

from kotaconsole.domain.clock import Instant
from kotaconsole.domain.happenings import Happening
from kotaconsole.domain.referral import Actor, Alarm, Holder, Referral
from kotaconsole.domain.vocabulary import STATES, AlarmCause, State


@dataclass(frozen=True, slots=True)
class Cause:
    """One reason why a case rings: the version of its event, the moment and the kind."""

    version: int
    at: Instant
    cause: AlarmCause
    stage: int = 0


@dataclass(frozen=True, slots=True)
class Told:
    """The latest time the hub rang a case again for a reason, by the hub's clock: it does so once for each."""

    why: str
    to: str
    at: Instant


@dataclass(frozen=True, slots=True)
class Decided:
    """The latest time, by the clock of whoever did it, at which a thing was decided: a field, the holder, a step."""

    name: str
    at: Instant


@dataclass(frozen=True, slots=True)
class Case:
    """A case whole, with what the wire does not carry.

    Attributes:
        referral: unbounded lists; `bounded` cuts them for the wire.
        causes: unacknowledged causes, the longest standing first, of which `referral.alarm` is the summary.
        earlier: `received_at` of the newest flag of the account in an earlier case.
        unread: version of the latest unreadable flag that came after an assessment, until the next one; 0: none.
        told: what the hub has rung again for.
        silent_at: since when nothing has been done, by the hub's clock: its alarm ended, or holder, state, transfer,
            trace or acceptance by telephone changed.
        reopened_at: when a person last reopened it, by their own clock: an older closing cannot undo that.
        decided: what was decided when: older words that come again after a restore cannot undo it (see `replays`).
    """

    referral: Referral
    causes: tuple[Cause, ...] = ()
    earlier: Instant | None = None
    unread: int = 0
    told: tuple[Told, ...] = ()
    silent_at: Instant | None = None
    reopened_at: Instant | None = None
    decided: tuple[Decided, ...] = ()


def case_of(referral: Referral) -> Case:
    """A case from what the wire carries: enough to lay pending commands over it."""
    alarm = referral.alarm
    causes = () if alarm is None else (Cause(alarm.through, alarm.since, alarm.cause, alarm.stage),)
    return Case(referral, causes)


def ringing(case: Case, cause: AlarmCause, happening: Happening) -> Case:
    """The case with one more cause of its present version; a closed case is at rest and never rings."""
    if case.referral.state == "closed":
        return case
    return with_causes(case, (*case.causes, Cause(case.referral.version, happening.recorded_at, cause)))


def taking(case: Case, alarm: Alarm) -> Case:
    """The case with the alarm of another that ended as its duplicate: it has rung for as long, and as far up."""
    # that the other's flag was taken back is no news here while this case asks for something else
    if case.referral.state == "closed" or (alarm.cause == "withdrawn" and case.causes):
        return case
    kind: AlarmCause = "withdrawn" if alarm.cause == "withdrawn" else "repeat"
    moved = Cause(case.referral.version, alarm.since, kind, alarm.stage)
    return with_causes(case, tuple(sorted((*case.causes, moved), key=lambda cause: cause.at)))


def with_causes(case: Case, causes: tuple[Cause, ...]) -> Case:
    """The case with these causes and the alarm they amount to."""
    return replace(case, referral=replace(case.referral, alarm=_alarm(causes)), causes=causes)


def in_hand(referral: Referral, happening: Happening) -> Referral:
    """With no holder nobody is held off, and whoever acts becomes the holder; the hub itself never holds a case."""
    if referral.holder is not None or happening.by is None:
        return referral
    return replace(referral, holder=holder_of(happening))


def holder_of(happening: Happening) -> Holder:
    """The person of a happening as a holder."""
    by = cast("Actor", happening.by)
    return Holder(operator_id=by.operator_id, name=by.name, desk=by.desk, since=happening.at)


def at_least(referral: Referral, state: State) -> Referral:
    """The case in this state, or as far as it has come already."""
    ahead = STATES.index(referral.state) >= STATES.index(state)
    return referral if ahead else replace(referral, state=state)


def _alarm(causes: tuple[Cause, ...]) -> Alarm | None:
    """Since and stage of the oldest; through and cause of the newest, but a withdrawal replaces no other."""
    if not causes:
        return None
    telling = [cause for cause in causes if cause.cause != "withdrawn"] or list(causes)
    newest = max(telling, key=lambda cause: cause.version)
    return Alarm(since=causes[0].at, through=newest.version, cause=newest.cause, stage=causes[0].stage)
