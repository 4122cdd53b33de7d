"""The life of a case as one table: who may ask for what, in which state, and what it does to the hands it is in.

`decide` is driven by these rows and by nothing else about kinds; to change who may do what, change a row. Beyond the
rows three things hold for every kind:

- Operators and supervisors write; the role and unit of the *author* decide. An auditor may only `view`.
- Whoever holds a case may write to it whatever their unit.
- The unit that is asked to take a case, and units above it or above the case's own, may add (`append_only`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from kotaconsole.domain.commands import NEEDS_SEEN
from kotaconsole.domain.vocabulary import STATES, State

Who = Literal["operator", "holder", "supervisor", "target"]
"""operator: of the case's unit, or its holder. holder: the holder or a supervisor of the unit; anyone of the unit
while nobody holds it. supervisor: of the unit, or holding it. target: of the unit a pending transfer asks."""

ANY: Final = frozenset(STATES)
OPEN: Final = ANY - {"closed"}
IN_HAND: Final = OPEN - {"new"}
"""Open from acknowledged on."""
NEW: Final[frozenset[State]] = frozenset({"new"})
CLOSED: Final[frozenset[State]] = frozenset({"closed"})
BEFORE_DEPARTED: Final[frozenset[State]] = frozenset({"acknowledged", "informed"})
BEFORE_SCENE: Final[frozenset[State]] = BEFORE_DEPARTED | {"departed"}
BEFORE_CONTACT: Final[frozenset[State]] = BEFORE_SCENE | {"on_scene"}


@dataclass(frozen=True, slots=True)
class Rule:
    """One row.

    Attributes:
        transfer: pending (there must be one), none (there must not) or None (it does not matter).
        needs_seen: refused (412) when another desk changed the case since the author looked at it.
        append_only: adds and changes nothing, so units above and the asked unit may do it too.
        takes_hold: with nobody holding the case, the author becomes its holder.
        sets: what it writes over, besides what any two desks collide in; `update` names its own fields.
        above: a supervisor of a unit above may do it too.
    """

    kind: str
    who: Who
    legal_in: frozenset[State]
    transfer: Literal["pending", "none"] | None = None
    append_only: bool = False
    takes_hold: bool = False
    sets: frozenset[str] = frozenset()
    above: bool = False

    @property
    def needs_seen(self) -> bool:
        """Whether the author has to say which version they were looking at."""
        return self.kind in NEEDS_SEEN


COLLIDES: Final = frozenset({"state", "holder", "unit", "transfer", "level"})
"""What two desks may not change side by side, whatever they were doing."""

_ROWS: Final = (
    # kind, who, legal in
    Rule("acknowledge", "operator", ANY, takes_hold=True),
    Rule("decline", "operator", NEW),
    Rule("release", "holder", OPEN),
    Rule("take_over", "operator", OPEN, above=True),
    Rule("note", "operator", ANY, append_only=True),
    Rule("call", "operator", ANY, append_only=True),
    Rule("view", "operator", ANY, append_only=True),
    Rule("slip", "operator", ANY, append_only=True),
    Rule("add_location", "operator", ANY, append_only=True),
    Rule("accept_location", "operator", OPEN),
    Rule("update", "operator", OPEN),
    Rule("assess", "operator", OPEN, sets=frozenset({"assessed"})),
    Rule("raise_level", "operator", OPEN),
    Rule("lower_level", "supervisor", OPEN),
    Rule("locate", "holder", IN_HAND, takes_hold=True, sets=frozenset({"locating"})),
    Rule("inform", "holder", IN_HAND, takes_hold=True),
    Rule("depart", "holder", BEFORE_DEPARTED, takes_hold=True),
    Rule("arrive", "holder", BEFORE_SCENE, takes_hold=True),
    Rule("contact", "holder", BEFORE_CONTACT, takes_hold=True),
    Rule("forward", "holder", OPEN, transfer="none", takes_hold=True),
    Rule("accept", "target", OPEN, transfer="pending"),
    Rule("accept_by_phone", "operator", OPEN, transfer="pending"),
    Rule("return", "target", OPEN, transfer="pending"),
    Rule("recall", "operator", OPEN, transfer="pending"),
    Rule("close", "holder", OPEN, takes_hold=True),
    Rule("reopen", "operator", CLOSED),
    Rule("link", "operator", ANY),
    Rule("split", "supervisor", OPEN),
    Rule("hold", "supervisor", ANY),
)  # fmt: skip

RULES: Final = {row.kind: row for row in _ROWS}
"""Every kind but `open`, which has no case yet."""
