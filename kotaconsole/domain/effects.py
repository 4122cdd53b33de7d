"""What a command that was allowed makes happen, one function for each kind of payload."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final, cast

from kotaconsole.domain import commands as cmd
from kotaconsole.domain import happenings as hap
from kotaconsole.domain.case import Case
from kotaconsole.domain.checks import set_value
from kotaconsole.domain.clock import Instant
from kotaconsole.domain.closing import without_supervisor
from kotaconsole.domain.commands import Author, Command, SetField
from kotaconsole.domain.happenings import What
from kotaconsole.domain.vocabulary import Level


def effect(case: Case, command: Command, now: Instant, *, settles: bool = True) -> What:
    """The event a command becomes.

    Args:
        case: the case before it.
        command: one whose payload could be read.
        now: the decider's own time, from which a recheck is counted: the desk's clock may be wrong.
        settles: for an assessment, whether its author had seen everything unreadable.
    """
    payload: Any = command.payload
    match payload:
        case cmd.Locate(plan, minutes):
            return hap.LocatingBegun(plan, minutes, now.plus(minutes=minutes))
        case cmd.Assess(signals, reason, urgency):
            return hap.CaseAssessed(tuple(dict.fromkeys(signals)), urgency, reason, settles)
        case cmd.AcceptByPhone(person, rank, phone):
            to = case.referral.transfer.to if case.referral.transfer else case.referral.unit
            return hap.AcceptedByPhone(to, person, rank, phone)
        case cmd.Close():
            return _closed(payload, command.author)
    return _EFFECTS[type(payload)](payload)


def clears(case: Case, through: int) -> bool:
    """Whether an acknowledgement as far as this version ends an alarm."""
    return any(cause.version <= through for cause in case.causes)


def _closed(it: cmd.Close, author: Author) -> What:
    review = without_supervisor(it, author.role)
    return hap.Closed(it.code, it.summary, it.duplicate_of, it.accepted_by, it.statement, it.without_supervisor, review)


def _location(it: cmd.AddLocation) -> What:
    # that somebody stands for a place is a command of its own
    return hap.LocationAdded(replace(it.location, accepted_by=None, accepted_at=None))


def _updated(it: cmd.Update) -> What:
    return hap.Updated(tuple(SetField(one.field, set_value(one)) for one in it.set))


_EFFECTS: Final[dict[type, Callable[[Any], What]]] = {
    cmd.Acknowledge: lambda it: hap.Acknowledged(it.through),
    cmd.Decline: lambda it: hap.Declined(it.reason),
    cmd.Release: lambda it: hap.Released(it.reason),
    cmd.TakeOver: lambda it: hap.TakenOver(it.reason),
    cmd.Note: lambda it: hap.NoteAdded(it.text, bool(it.late)),
    cmd.Call: lambda it: hap.Called(it.whom, it.number, it.person, it.result),
    cmd.MakeSlip: lambda it: hap.SlipMade(it.number, it.form, it.unit, it.status, it.copies, it.supersedes, it.reason),
    cmd.AddLocation: _location,
    cmd.AcceptLocation: lambda it: hap.LocationAccepted(it.id),
    cmd.Update: _updated,
    cmd.RaiseLevel: lambda it: hap.LevelRaised(cast("Level", it.level), it.reason),
    cmd.LowerLevel: lambda it: hap.LevelLowered(cast("Level", it.level), it.reason),
    cmd.Inform: lambda it: hap.UnitInformed(it.unit, it.person, it.rank, it.phone),
    cmd.Depart: lambda it: hap.Departed(it.unit),
    cmd.Arrive: lambda it: hap.OnScene(it.unit),
    cmd.Contact: lambda it: hap.ContactMade(it.in_person, it.who, it.unit),
    cmd.Forward: lambda it: hap.Forwarded(it.to, it.reason),
    cmd.Accept: lambda _: hap.Accepted(),
    cmd.Return: lambda it: hap.Returned(it.reason),
    cmd.Recall: lambda it: hap.Recalled(it.reason),
    cmd.Reopen: lambda it: hap.Reopened(it.reason),
    cmd.MakeLink: lambda it: hap.Linked(it.to, it.kind),
    cmd.Split: lambda it: hap.SplitAway(it.references, it.new_referral_id, it.reason),
    cmd.Hold: lambda it: hap.HoldChanged(it.on, it.reason),
}
