"""What an event carries as its `data`."""

from __future__ import annotations

from typing import Any, Final

from kotaconsole.domain import happenings as hap
from kotaconsole.domain.happenings import What
from kotaconsole.wire import codec

_CASE: Final = frozenset({"referral_id", "number", "unit", "training", "account", "subject", "locations", "flags"})
_INSIDE: Final[dict[type, frozenset[str]]] = {
    hap.Opened: _CASE,
    hap.SplitOff: _CASE,
    hap.CaseAssessed: frozenset({"settles"}),
    hap.Linked: frozenset({"alarm"}),
}
"""Left out of data: the case that stands beside it tells them."""
_CALLED: Final[dict[type, dict[str, str]]] = {hap.Linked: {"link": "kind"}, hap.SplitOff: {"origin": "from"}}
"""Members that have another name here, because `kind` and `from` have a meaning of their own in the program."""
_FLAGS: Final = (hap.FlagReceived, hap.FlagRepeated, hap.FlagUpdated)


def data_of(what: What, *, superseded: bool = False) -> dict[str, Any]:
    """The `data` of the event that records a happening; what the case itself tells is not repeated."""
    return {**_members(what), "superseded": True} if superseded else _members(what)


def _members(what: What) -> dict[str, Any]:
    if isinstance(what, _FLAGS):
        data: dict[str, Any] = {"flag": codec.plain(what.reading.flag)}
        if isinstance(what, hap.FlagReceived) and what.previous:
            data["previous"] = what.previous
        return data
    left_out, called = _INSIDE.get(type(what), frozenset()), _CALLED.get(type(what), {})
    fields: dict[str, Any] = codec.plain(what)
    data = {called.get(name, name): value for name, value in fields.items() if name not in left_out}
    return {**data, "rings": what.alarm is not None} if isinstance(what, hap.Linked) else data
