"""The closing rules: which outcome may end a case, and what it takes.

"Informed" or "departed" alone never closes a case: nobody has seen the person yet.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import Final

from kotaconsole.domain.commands import Close, Command
from kotaconsole.domain.referral import Referral, is_minor
from kotaconsole.domain.vocabulary import OUTCOMES

NEED_CONTACT: Final = frozenset({"safe_with_family", "medical_care", "counselled", "no_current_distress"})
NEED_SUPERVISOR: Final = frozenset({"not_located", "deceased"})
CHILD_CARE: Final = frozenset({"child_welfare", "childline"})
"""Bodies that may take a minor in place of a family that could be the source of harm."""
BODIES: Final = frozenset({"child_welfare", "childline", "hospital", "police", "other"})


@dataclass(frozen=True, slots=True)
class Broken:
    """A closing rule that does not hold, with the field that would mend it."""

    rule: str
    pointer: str


@dataclass(frozen=True, slots=True)
class Around:
    """What a closing depends on beyond the case.

    Attributes:
        supervisor_about: whether a supervisor was signed in within 15 minutes.
        duplicate: how the case named by `duplicate_of` stands: open, closed, duplicate, or None when unseen.
        units: codes and names of the units of the directory, `folded`; empty where they are not known.
        replay: sent again after a restore: what other desks did before it may come after it.
    """

    supervisor_about: bool
    duplicate: str | None
    units: frozenset[str] = frozenset()
    replay: bool = False


def without_supervisor(payload: Close, role: str) -> bool:
    """Whether a closing that takes a supervisor was made without one, so that one has to look at it afterwards."""
    return payload.code in NEED_SUPERVISOR and role != "supervisor"


def folded(name: str) -> str:
    """A name as it is compared: neither letter case nor spaces nor the way it was typed make another of it."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def closing_rule_broken(case: Referral, command: Command, around: Around) -> Broken | None:
    """The first closing rule that this closing of an open case breaks, or None."""
    payload = command.payload
    assert isinstance(payload, Close)  # noqa: S101 - kind and payload are paired by the wire
    if payload.code not in OUTCOMES:
        return Broken("there is no such outcome", "/payload/code")
    return (
        _named(payload)
        or _contact(case, payload, around)
        or _duplicate(case, payload, around.duplicate)
        or _elsewhere(payload, around.units)
        or _supervised(case, command, payload, around)
        or _minor(case, command, payload)
    )


def _named(payload: Close) -> Broken | None:
    """Whoever took the person into care must be found again, so all four are said."""
    it = payload.accepted_by
    if it is None:
        return None
    if it.kind not in BODIES:
        return Broken("there is no such kind of body", "/payload/accepted_by/kind")
    if not (it.rank or "").strip():
        return Broken("needs the rank or post of who accepted", "/payload/accepted_by/rank")
    if not (it.body or "").strip():
        return Broken("needs the body that accepted", "/payload/accepted_by/body")
    return None


def _contact(case: Referral, payload: Close, around: Around) -> Broken | None:
    if payload.code not in NEED_CONTACT or case.state == "contact_made" or around.replay:
        return None
    if payload.code == "no_current_distress":
        if payload.statement is not None:
            return None
        return Broken("needs contact with the person, or a statement of the platform", "/payload/statement")
    return Broken("needs contact with the person first", "/payload/code")


def _duplicate(case: Referral, payload: Close, duplicate: str | None) -> Broken | None:
    if payload.code != "duplicate":
        return None
    if payload.duplicate_of is None or payload.duplicate_of == case.id or duplicate is None:
        return Broken("needs the other case this one repeats", "/payload/duplicate_of")
    if duplicate == "duplicate":
        return Broken("the other case was itself closed as a duplicate", "/payload/duplicate_of")
    return None


def _elsewhere(payload: Close, units: frozenset[str]) -> Broken | None:
    if payload.code != "accepted_elsewhere":
        return None
    if payload.accepted_by is None:
        return Broken("needs the person and body that accepted", "/payload/accepted_by")
    if folded(payload.accepted_by.body or "") in units:
        return Broken("a unit of the directory takes a case by forward and accept", "/payload/accepted_by/body")
    return None


def _supervised(case: Referral, command: Command, payload: Close, around: Around) -> Broken | None:
    if payload.code not in NEED_SUPERVISOR:
        return None
    if case.state == "new" and not around.replay:
        return Broken("the case has not been acknowledged", "/payload/code")
    if command.author.role == "supervisor":
        return None
    # whether one was about when it was entered, nobody can tell after a restore
    if around.supervisor_about and not around.replay:
        return Broken("needs a supervisor", "/payload/code")
    if not (payload.without_supervisor or "").strip():
        return Broken("needs a supervisor, or the reason why none could be asked", "/payload/without_supervisor")
    return None


def _minor(case: Referral, command: Command, payload: Close) -> Broken | None:
    if payload.code != "safe_with_family" or command.author.role == "supervisor":
        return None
    guarded = is_minor(case) == "yes" or case.subject.family_may_harm == "yes"
    cared_for = payload.accepted_by is not None and payload.accepted_by.kind in CHILD_CARE
    if guarded and not cared_for:
        return Broken("a minor needs a supervisor, the child welfare committee or childline", "/payload/accepted_by")
    return None
