"""The desk's own writing: what is saved here, what the hub has, what it refused.

The only thing an operator's action writes is one row of the outbox. What the hub says about it comes back later;
until then the screen shows the hub's state with the pending rows laid over it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

from kotaconsole.domain.clock import Instant

Fate = Literal["queued", "acked", "rejected"]
"""queued: saved here, not at the hub; acked: at the hub; rejected: the hub refused it for good."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of the outbox.

    Attributes:
        n: running number of the desk, never reused; commands of one case go out in this order.
        body: the exact bytes that are sent, and hashed by the hub.
        payload: the same payload, parsed, for showing.
        author_name: as it stood at entry, for the timeline.
        seen: version the author was looking at.
        attempts: how often it was sent without an answer; last_problem: the latest problem code.
        resolved: why a person set a refused entry aside, or None.
        epoch: of the list its author was looking at; None before the first one.
    """

    n: int
    command_id: str
    referral_id: str
    kind: str
    author: str
    author_name: str
    happened_at: Instant
    entered_at: Instant
    body: bytes
    payload: dict[str, Any]
    fate: Fate = "queued"
    attempts: int = 0
    last_problem: str | None = None
    resolved: str | None = None
    checked_at_desk: bool = False
    epoch: str | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What the hub said about one command.

    Attributes:
        applied: the hub has it, now and for ever.
        terminal: a refusal that asking again cannot change.
        problem: the problem code of a refusal.
        retry_after: seconds to wait at least before asking again.
    """

    applied: bool
    terminal: bool = False
    problem: str | None = None
    detail: str = ""
    version: int | None = None
    event_ids: tuple[str, ...] = ()
    retry_after: float | None = None


def fate_after(answer: Answer) -> Fate:
    """Where a queued row goes on the hub's answer; only applied or terminal answers move it."""
    if answer.applied:
        return "acked"
    return "rejected" if answer.terminal else "queued"


def ready(queue: Iterable[Entry], in_flight: frozenset[str]) -> tuple[Entry, ...]:
    """The rows that may be sent now: the lowest n of each case that has none under way.

    Args:
        queue: rows in any order; only queued ones count.
        in_flight: case ids with a command outstanding.
    """
    heads: dict[str, Entry] = {}
    for entry in queue:
        if entry.fate != "queued" or entry.referral_id in in_flight:
            continue
        head = heads.get(entry.referral_id)
        if head is None or entry.n < head.n:
            heads[entry.referral_id] = entry
    return tuple(sorted(heads.values(), key=lambda entry: entry.n))
