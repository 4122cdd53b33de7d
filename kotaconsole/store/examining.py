"""A look at a desk's file that leaves it as it is, also while the console works with it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from kotaconsole.domain.clock import Instant
from kotaconsole.store.engine import look_into

_ASKED = "SELECT fate, count(*) AS found, min(entered_at) AS oldest FROM command GROUP BY fate"


@dataclass(frozen=True, slots=True)
class Examined:
    """An outbox that is whole.

    Attributes:
        waiting: entries that the hub has not answered yet; refused: those it did not take, whether seen to or not.
        oldest: when the first of the waiting ones was entered.
    """

    waiting: int
    refused: int
    oldest: Instant | None


def examine(outbox: Path, key: bytes) -> Examined:
    """Read every page of an outbox and count what waits.

    Raises:
        EnvironmentFault: `store-key-wrong`, `store-damaged`, `store-unusable`.
    """
    counted = {row["fate"]: row for row in look_into(outbox, key, _ASKED)}
    queued, rejected = counted.get("queued"), counted.get("rejected")
    return Examined(
        waiting=0 if queued is None else queued["found"],
        refused=0 if rejected is None else rejected["found"],
        oldest=None if queued is None else Instant(queued["oldest"]),
    )
