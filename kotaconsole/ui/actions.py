"""What an operator can do to the case that is shown, and the key that does it under any layout."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from kotaconsole.domain.listing import CaseView
from kotaconsole.domain.referral import Referral
from kotaconsole.ui.desk import Person
from kotaconsole.ui.keys import Letter


class Action(StrEnum):
    """The actions, named by their layout-independent key."""

    ACKNOWLEDGE = "Space"
    REVEAL = "F3"
    NOTE = "F4"
    INFORM = "F6"
    PRINT = "F9"
    OUTCOME = "F10"
    CONTACT = "F11"


BY_LETTER: Final = {
    Letter.ACKNOWLEDGE: Action.ACKNOWLEDGE,
    Letter.NOTE: Action.NOTE,
    Letter.SLIP: Action.INFORM,
    Letter.CONTACT: Action.CONTACT,
    Letter.OUTCOME: Action.OUTCOME,
}
BUTTONS: Final = (Action.ACKNOWLEDGE, Action.NOTE, Action.INFORM, Action.CONTACT, Action.PRINT, Action.OUTCOME)


def possible(view: CaseView | None, me: Person) -> frozenset[Action]:
    """What the rules allow this person now; the hub has the last word.

    Space takes what rings: it acknowledges an alarm of one's own unit, and accepts a case that another unit sends. To a
    case of another unit, above or below, one may only add.
    """
    if view is None:
        return frozenset()
    case = view.case
    if case is None:
        return frozenset({Action.ACKNOWLEDGE} if view.row.ringing else ())
    found, ours = {Action.NOTE, Action.REVEAL}, is_ours(case, me)
    if view.row.incoming or (view.row.ringing and ours):
        found.add(Action.ACKNOWLEDGE)
    if ours and case.state not in ("new", "closed"):
        found |= {Action.INFORM, Action.CONTACT}
    if ours and case.state != "closed":
        found.add(Action.OUTCOME)
    if case.slips:
        found.add(Action.PRINT)
    return frozenset(found)


def is_ours(case: Referral, me: Person) -> bool:
    """Whether this person may do more to the case than add to it: it is with their unit, or in their hands."""
    return case.unit == me.unit or (case.holder is not None and case.holder.operator_id == me.id)


def next_step(view: CaseView) -> Action | None:
    """The step that is usually taken next; shown stronger, never taken by itself."""
    if view.row.ringing:
        return Action.ACKNOWLEDGE
    state = view.case.state if view.case else "closed"
    return {
        "acknowledged": Action.INFORM, "informed": Action.CONTACT, "departed": Action.CONTACT,
        "on_scene": Action.CONTACT, "contact_made": Action.OUTCOME,
    }.get(state)  # fmt: skip
