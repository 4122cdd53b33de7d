"""Whether a command fits the case as it stands: what it names must be there, and the state must allow it."""

from __future__ import annotations

from typing import Final

from kotaconsole.domain import commands as cmd
from kotaconsole.domain.commands import Command
from kotaconsole.domain.crossing import leaving, names_of
from kotaconsole.domain.errors import Refusal
from kotaconsole.domain.life import Rule
from kotaconsole.domain.referral import Referral

_PENDING: Final = {
    "pending": Refusal("illegal-transition", "no other unit is asked to take the case"),
    "none": Refusal("illegal-transition", "another unit is asked already"),
}


def unfit(
    case: Referral, command: Command, *, linked: bool, new_id_taken: bool, units: frozenset[str] | None
) -> Refusal | None:
    """A refusal (422) when the payload names what this case does not have, or has already."""
    payload = command.payload
    if isinstance(payload, cmd.Split):
        return _split(case, payload, new_id_taken)
    found: tuple[str, str] | None = None
    match payload:
        case cmd.Acknowledge(through) if through > case.version:
            found = "/through", "there is no such version yet"
        case cmd.AddLocation(location) if any(place.id == location.id for place in case.locations):
            found = "/location/id", "this case has a place of this id"
        case cmd.AcceptLocation(wanted) if all(place.id != wanted for place in case.locations):
            found = "/id", "this case has no such place"
        case cmd.RaiseLevel(level) if level >= case.level:  # P1 < P2 < P3
            found = "/level", "this is not more urgent than it is now"
        case cmd.LowerLevel(level) if level <= case.level:
            found = "/level", "this is not less urgent than it is now"
        case cmd.Forward(to) if to == case.unit or (units is not None and to not in units):
            found = "/to", "another unit of the directory"
        case cmd.MakeLink(to) if to == case.id or not linked:
            found = "/to", "another case that you may see"
    return None if found is None else _bad(*found)


def illegal(case: Referral, rule: Rule, command: Command) -> Refusal | None:
    """A refusal (409) when the state, the transfer or the hands a case is in do not allow the kind."""
    if case.state not in rule.legal_in:
        return Refusal("illegal-transition", _WHY.get(case.state, "the case has gone past this"))
    if rule.transfer is not None and (rule.transfer == "pending") != (case.transfer is not None):
        return _PENDING[rule.transfer]
    if rule.kind == "take_over" and (case.holder is None or case.holder.operator_id == command.author.operator_id):
        return Refusal("illegal-transition", "nobody else holds the case")
    return None


_WHY: Final = {"new": "the case has not been acknowledged", "closed": "the case is closed"}


def _split(case: Referral, payload: cmd.Split, new_id_taken: bool) -> Refusal | None:
    known = frozenset().union(*(names_of(flag) for flag in case.flags))
    for place, name in enumerate(payload.references):
        if name not in known:
            return _bad(f"/references/{place}", "this case has no such flag")
    if len(leaving(case, payload.references)) == len(case.flags):
        return _bad("/references", "a case keeps at least one flag")
    if new_id_taken or payload.new_referral_id == case.id:
        return _bad("/new_referral_id", "this id stands for another case")
    return None


def _bad(pointer: str, why: str) -> Refusal:
    return Refusal("invalid", why, f"/payload{pointer}")
