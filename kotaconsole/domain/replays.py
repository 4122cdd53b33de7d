"""Commands sent again after the hub was restored from an older copy: what the case has gone past is only recorded.

The hub has lost events, sources have sent their flags again, and desks send what they wrote in the order of each desk,
not of all. So what a case has *not yet* come to does not refuse a command, and what it has gone *past* supersedes it:
a step that was taken already, or a decision that somebody made later than the command, by the clocks of their desks.
Where the two cannot be told apart, the case stays open, urgent and ringing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from kotaconsole.domain import commands as cmd
from kotaconsole.domain import happenings as hap
from kotaconsole.domain.case import Case, Decided
from kotaconsole.domain.clock import Instant
from kotaconsole.domain.commands import Command, SetField
from kotaconsole.domain.happenings import Happening
from kotaconsole.domain.life import Rule
from kotaconsole.domain.vocabulary import STATES

_DECIDES: Final[dict[type, str]] = {
    hap.Released: "holder",
    hap.TakenOver: "holder",
    hap.Forwarded: "transfer",
    hap.Accepted: "transfer",
    hap.AcceptedByPhone: "transfer",
    hap.Returned: "transfer",
    hap.Recalled: "transfer",
    hap.LocatingBegun: "locating",
    hap.CaseAssessed: "assessed",
    hap.LevelLowered: "lowered",
    hap.UnitInformed: "step",
    hap.Departed: "step",
    hap.OnScene: "step",
    hap.ContactMade: "step",
    hap.HoldChanged: "hold",
}
"""What a person decides by each happening; besides, whoever comes to hold a case, and whatever makes it more urgent."""
_UNDONE_BY: Final[dict[type, frozenset[str]]] = {
    cmd.Release: frozenset({"holder"}),
    cmd.TakeOver: frozenset({"holder"}),
    cmd.Assess: frozenset({"assessed"}),
    cmd.RaiseLevel: frozenset({"lowered"}),
    cmd.LowerLevel: frozenset({"raised", "lowered", "assessed"}),
    cmd.Locate: frozenset({"locating"}),
    cmd.Forward: frozenset({"transfer"}),
    cmd.Accept: frozenset({"transfer"}),
    cmd.AcceptByPhone: frozenset({"transfer"}),
    cmd.Return: frozenset({"transfer"}),
    cmd.Recall: frozenset({"transfer"}),
    # somebody went on with the case, so it had not ended for them
    cmd.Close: frozenset({"raised", "assessed", "step", "locating", "transfer"}),
    cmd.Hold: frozenset({"hold"}),
}
"""What must not have been decided since, for a command to be applied."""
_ENDED_WITH: Final = (cmd.Locate, cmd.Inform, cmd.Depart, cmd.Arrive, cmd.Contact, cmd.Forward, cmd.AcceptByPhone)
"""What began before a case was closed and reopened does not go on in its second life."""


def noted(before: Case, after: Case, happening: Happening) -> Case:
    """The case after a happening, with what was decided by it and when."""
    if happening.superseded:
        return after
    what = happening.what
    names = {"raised"} if after.referral.level < before.referral.level else set()  # P1 < P2 < P3
    if happening.by is not None:
        names |= {_DECIDES[type(what)]} if type(what) in _DECIDES else set()
        names |= {"holder"} if after.referral.holder != before.referral.holder else set()
        names |= {one.field for one in what.set} if isinstance(what, hap.Updated) else set()
    if not names:
        return after
    known = {one.name: one.at for one in before.decided}
    known |= {name: max(known.get(name, happening.at), happening.at) for name in names}
    return replace(after, decided=tuple(Decided(name, at) for name, at in sorted(known.items())))


def overtaken(case: Case, rule: Rule, command: Command) -> bool:
    """Whether the case has gone past this command."""
    referral, payload = case.referral, command.payload
    if rule.transfer is not None and (rule.transfer == "pending") != (referral.transfer is not None):
        return True
    if STATES.index(referral.state) > max(STATES.index(state) for state in rule.legal_in):
        return True
    at = command.happened_at
    if any(_decided_since(case, name, at) for name in _UNDONE_BY.get(type(payload), ())):
        return True
    if isinstance(payload, _ENDED_WITH) and _later(case.reopened_at, at):
        return True
    past = _PAST.get(type(payload))
    return past is not None and past(case, payload, command)


def still_open(case: Case, command: Command) -> tuple[tuple[SetField, ...], tuple[SetField, ...]]:
    """The fields an `update` may still set, and those that somebody has set since."""
    assert isinstance(command.payload, cmd.Update)  # noqa: S101 - the caller chose by type
    fields = command.payload.set
    gone = tuple(one for one in fields if _decided_since(case, one.field, command.happened_at))
    return tuple(one for one in fields if one not in gone), gone


def let_go(case: Case, command: Command) -> bool:
    """Whether a case that nobody holds was let go after this acknowledgement, which would take it in hand."""
    referral = case.referral
    free = referral.holder is None and referral.state != "closed"
    return free and _decided_since(case, "holder", command.happened_at)


def reached(case: Case, command: Command) -> int:
    """How far an acknowledgement goes: versions were given anew, so nothing counts that came after it was made.

    The first flag counts always: the command names the case by an id that is made from that flag.
    """
    through = command.payload.through if isinstance(command.payload, cmd.Acknowledge) else 0
    return max(
        (
            cause.version
            for cause in case.causes
            if cause.version <= through and (cause.version == 1 or cause.at <= command.happened_at)
        ),
        default=0,
    )


def _decided_since(case: Case, name: str, at: Instant) -> bool:
    return any(one.name == name and one.at > at for one in case.decided)


def _later(one: Instant | None, at: Instant) -> bool:
    return one is not None and one > at


def _others(case: Case, command: Command) -> bool:
    holder = case.referral.holder
    return holder is not None and holder.operator_id != command.author.operator_id


def _held_since(case: Case, at: Instant) -> bool:
    return case.referral.holder is not None and case.referral.holder.since > at


def _release(case: Case, _: cmd.Release, command: Command) -> bool:
    return _others(case, command) or _held_since(case, command.happened_at)


def _take_over(case: Case, _: cmd.TakeOver, command: Command) -> bool:
    return _held_since(case, command.happened_at) or (case.referral.holder is not None and not _others(case, command))


def _accept_location(case: Case, it: cmd.AcceptLocation, command: Command) -> bool:
    return any(
        place.id == it.id and _later(place.accepted_at, command.happened_at) for place in case.referral.locations
    )


def _slip(case: Case, it: cmd.MakeSlip, command: Command) -> bool:
    return any(slip.number == it.number and slip.at > command.happened_at for slip in case.referral.slips)


def _locate(case: Case, _: cmd.Locate, command: Command) -> bool:
    return _later(case.referral.times.contact_at, command.happened_at)


def _lower_level(case: Case, _: cmd.LowerLevel, command: Command) -> bool:
    return _flagged_since(case, command.happened_at)


def _close(case: Case, _: cmd.Close, command: Command) -> bool:
    reopened = case.reopened_at is not None and case.reopened_at >= command.happened_at
    return reopened or _flagged_since(case, command.happened_at)


def _reopen(case: Case, _: cmd.Reopen, command: Command) -> bool:
    return case.referral.state != "closed" or _later(case.referral.times.closed_at, command.happened_at)


def _flagged_since(case: Case, at: Instant) -> bool:
    """Whether a flag came that the author of a command may not have known; the first one made the case's id."""
    return any(flag.received_at > at for flag in case.referral.flags[1:])


_PAST: Final[dict[type, Callable[[Case, Any, Command], bool]]] = {
    cmd.Release: _release,
    cmd.TakeOver: _take_over,
    cmd.AcceptLocation: _accept_location,
    cmd.MakeSlip: _slip,
    cmd.Locate: _locate,
    cmd.LowerLevel: _lower_level,
    cmd.Close: _close,
    cmd.Reopen: _reopen,
}
"""What the case itself tells."""
