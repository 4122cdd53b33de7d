"""Walking the tree of widgets that a program shows on the accessibility bus."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Any

from tests.world.bus import REGISTRY, Bus, Call, Ref, ask, driver_call, get_property

# in the order of the protocol's state bits
# fmt: off
_STATE_NAMES = (
    "invalid", "active", "armed", "busy", "checked", "collapsed", "defunct", "editable", "enabled", "expandable",
    "expanded", "focusable", "focused", "has-tooltip", "horizontal", "iconified", "modal", "multi-line",
    "multiselectable", "opaque", "pressed", "resizable", "selectable", "selected", "sensitive", "showing",
    "single-line", "stale", "transient", "vertical", "visible", "manages-descendants", "indeterminate",
    "required", "truncated", "animated", "invalid-entry", "supports-autocompletion", "selectable-text",
    "is-default", "visited", "checkable", "has-popup", "read-only",
)
# fmt: on
_ROLE_ALIASES = {"push button": "button", "check menu item": "menu item", "radio menu item": "menu item"}
_CELL_HOLDERS = frozenset(("table", "tree table", "tree"))
_NO_STATES: frozenset[str] = frozenset()


def role_name(role: str) -> str:
    """One word for the roles that a person calls the same."""
    return _ROLE_ALIASES.get(role, role)


def state_names(body: Any) -> frozenset[str]:
    """The answer of GetState as words; empty for no answer."""
    if not body:
        return _NO_STATES
    words = body[0]
    bits = words[0] | (words[1] << 32 if len(words) > 1 else 0)
    return frozenset(name for i, name in enumerate(_STATE_NAMES) if bits >> i & 1)


def variant(body: Any, default: Any = None) -> Any:
    """The value in the answer of a property read."""
    return default if body is None else body[0][1]


@dataclass(frozen=True)
class Wanted:
    """What is looked for: a role, a regular expression on the name, states that must be there.

    Attributes:
        showing: Only what stands on the screen. A closed dialog stays in the tree and Qt says "showing" of the items
            of a closed combo box, so a widget counts as showing only if all its ancestors do.
        cells: Also look at the cells of tables and trees.
    """

    role: str | None = None
    name: str | None = None
    states: tuple[str, ...] = ()
    showing: bool = True
    cells: bool = False

    def fits(self, seen: Seen) -> bool:
        """Whether this is one."""
        if self.role and seen.role != role_name(self.role):
            return False
        if self.showing and "showing" not in seen.states:
            return False
        if self.name is not None and not re.search(_nfc(self.name), _nfc(seen.name)):
            return False
        return all(state in seen.states for state in self.states)

    def __str__(self) -> str:
        return f"{self.role or 'widget'} named /{self.name or ''}/{' ' + ' '.join(self.states) if self.states else ''}"


@dataclass(frozen=True)
class Seen:
    """One widget as it was when the tree was walked."""

    depth: int
    role: str
    name: str
    states: frozenset[str]
    ref: Ref

    def __str__(self) -> str:
        return f"{self.role} {self.name!r}"


@dataclass(frozen=True)
class _Spot:
    depth: int
    ref: Ref
    shown_around: bool


def program_roots(bus: Bus) -> list[tuple[int, Ref]]:
    """Process id and root of every program on the bus: by these, two programs of one name are told apart."""
    body = bus.one(ask(REGISTRY, "Accessible", "GetChildren"))
    refs = [(name, path) for name, path in (body[0] if body else ())]
    owners = bus.many([driver_call("GetConnectionUnixProcessID", "s", name) for name, _ in refs])
    return [(owner[0], ref) for owner, ref in zip(owners, refs, strict=True) if owner]


def walk(bus: Bus, start: Ref, cells: bool = False) -> list[Seen]:
    """Breadth first, whole levels pipelined: a window of 200 widgets costs a few dozen milliseconds.

    Context menus (QMenu.popup) and their items are not on the bus; the menus of a menu bar are.
    """
    level, found, known = [_Spot(0, start, shown_around=True)], [], {start}
    while level:
        parents = []
        for seen in _look_at(bus, level):
            found.append(seen)
            if cells or seen.role not in _CELL_HOLDERS:
                parents.append(seen)
        level = _children(bus, parents, known)
    return found


def _look_at(bus: Bus, level: list[_Spot]) -> list[Seen]:
    calls: list[Call] = []
    for spot in level:
        calls += (
            ask(spot.ref, "Accessible", "GetRoleName"),
            get_property(spot.ref, "Accessible", "Name"),
            ask(spot.ref, "Accessible", "GetState"),
        )
    answers = bus.many(calls)
    out = []
    for i, spot in enumerate(level):
        role, name, state = answers[3 * i : 3 * i + 3]
        if role is None:  # gone since its parent named it
            continue
        states = state_names(state)
        if not spot.shown_around:
            states -= {"showing", "focused"}
        out.append(Seen(spot.depth, role_name(role[0]), variant(name, ""), states, spot.ref))
    return out


def _children(bus: Bus, parents: list[Seen], known: set[Ref]) -> list[_Spot]:
    answers = bus.many([ask(p.ref, "Accessible", "GetChildren") for p in parents])
    level = []
    for parent, body in zip(parents, answers, strict=True):
        shown = parent.role == "application" or "showing" in parent.states
        for child in body[0] if body else ():
            ref = (child[0], child[1])
            if ref not in known and not ref[1].endswith("/null"):
                known.add(ref)
                level.append(_Spot(parent.depth + 1, ref, shown))
    return level


def _nfc(text: str) -> str:
    return unicodedata.normalize("NFC", text)
