"""What an event carries as its `data`."""

from __future__ import annotations

from typing import Any

from kotaconsole.domain.happenings import FlagReceived, FlagRepeated, FlagUpdated, Opened, What
from kotaconsole.wire import codec

_INSIDE = ("referral_id", "number", "unit", "training", "account", "subject", "locations")
"""Left out of data: the case that stands beside it tells them."""


def data_of(what: What) -> dict[str, Any]:
    """The `data` of the event that records a happening; what the case itself tells is not repeated."""
    if isinstance(what, FlagReceived | FlagRepeated | FlagUpdated):
        data: dict[str, Any] = {"flag": codec.plain(what.reading.flag)}
        if isinstance(what, FlagReceived) and what.previous:
            data["previous"] = what.previous
        return data
    fields: dict[str, Any] = codec.plain(what)
    if isinstance(what, Opened):
        return {name: value for name, value in fields.items() if name not in _INSIDE}
    return fields
