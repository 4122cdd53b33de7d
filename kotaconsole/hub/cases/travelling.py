"""A case as it travels: within the bounds of number and size, so that many of them fit into one page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from kotaconsole.domain.evolution import bounded
from kotaconsole.domain.referral import Referral
from kotaconsole.wire import codec

MAX_REFERRAL: Final = 192 * 1024
"""Bytes of a case as it travels: many of them have to fit into one page."""
_LEFT_OUT: Final = ("flags", "locations", "slips", "informed", "links")
"""What is left out of a larger one, in this order, oldest first; its count still tells."""


def travelling(referral: Referral) -> bytes:
    """A case as it travels: within the bounds of number and size."""
    case = bounded(referral)
    body = codec.encode(case)
    for name in _LEFT_OUT:
        if len(body) <= MAX_REFERRAL:
            break
        case, body = _shortened(case, name)
    return body


def _shortened(case: Referral, name: str) -> tuple[Referral, bytes]:
    """The latest items of one list, as many as fit; none of them when even that is too much."""
    items: tuple[Any, ...] = getattr(case, name)
    fits: Callable[[int], tuple[Referral, bytes]] = lambda kept: _with(case, name, items[len(items) - kept :])  # noqa: E731
    low, high = 0, len(items)
    while low < high:
        middle = (low + high + 1) // 2
        if len(fits(middle)[1]) <= MAX_REFERRAL:
            low = middle
        else:
            high = middle - 1
    return fits(low)


def _with(case: Referral, name: str, items: tuple[Any, ...]) -> tuple[Referral, bytes]:
    fields: dict[str, Any] = {name: items}
    shorter = replace(case, **fields)
    return shorter, codec.encode(shorter)
