"""What an operator can do to the case that is shown, and the key that does it under any layout."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from kotaconsole.domain.listing import CaseView
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


def possible(view: CaseView | None) -> frozenset[Action]:
    """What the rules allow now; the hub has the last word."""
    if view is None:
        return frozenset()
    found = {Action.ACKNOWLEDGE} if view.row.ringing else set[Action]()
    case = view.case
    if case is None:
        return frozenset(found)
    found |= {Action.NOTE, Action.REVEAL}
    if case.state not in ("new", "closed"):
        found |= {Action.INFORM, Action.CONTACT}
    if case.state != "closed":
        found.add(Action.OUTCOME)
    if case.slips:
        found.add(Action.PRINT)
    return frozenset(found)


def next_step(view: CaseView) -> Action | None:
    """The step that is usually taken next; shown stronger, never taken by itself."""
    if view.row.ringing:
        return Action.ACKNOWLEDGE
    state = view.case.state if view.case else "closed"
    return {
        "acknowledged": Action.INFORM, "informed": Action.CONTACT, "departed": Action.CONTACT,
        "on_scene": Action.CONTACT, "contact_made": Action.OUTCOME,
    }.get(state)  # fmt: skip
