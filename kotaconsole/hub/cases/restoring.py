"""After a restore: consoles offer again what they once sent, and the hub takes it as far as its cases still allow.

A hub that was put back to an older state has lost answers that desks rely on. What they offer again carries the
epoch it was first entered under. Cases may come back late, by a source that sends its flags again or by another desk
that has a case to open or to forward, so for a day a case that is not there is only not there *yet*.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import Connection, select

from kotaconsole.domain.clock import Instant
from kotaconsole.domain.evolution import Case
from kotaconsole.hub.cases.recorder import load_case
from kotaconsole.hub.problems import Refused
from kotaconsole.hub.storage.tables import epochs, facts, flags

COMING_BACK_S: Final = 24 * 3600
"""How long after the beginning of an epoch a case may still come back."""
RETRY_AFTER_S: Final = 60


def is_offered_again(connection: Connection, epoch: str | None) -> bool:
    """Whether a command was entered under an earlier epoch of this hub; an epoch it never had says nothing."""
    if epoch is None:
        return False
    past = connection.execute(select(epochs.c.epoch).where(epochs.c.epoch == epoch)).first()
    return past is not None and epoch != _fact(connection, "epoch")


def by_own_flag(connection: Connection, case_id: str) -> Case | None:
    """The case that holds the flag which once began a case of this id.

    Flags sent again may arrive in another order: one that began a case joins the case of a later one now.
    """
    row = connection.execute(select(flags.c.referral_id).where(flags.c.own_id == case_id).limit(1)).first()
    return None if row is None else load_case(connection, row.referral_id)


def not_there(connection: Connection, now: Instant) -> Refused:
    """The answer for a case that is not there, or not in sight: come again within the first day, then 404."""
    return not_yet() if may_come_back(connection, now) else Refused("not-found", "there is no such case")


def not_yet() -> Refused:
    """The answer to what has to wait for a case, its own or the one it names."""
    return Refused("unavailable", "the case may still come back after the restore", retry_after=RETRY_AFTER_S)


def may_come_back(connection: Connection, now: Instant) -> bool:
    """Whether a case that is not there may only be not there yet."""
    began = _fact(connection, "epoch_began")
    return began is not None and now.seconds_since(Instant.parse(began)) < COMING_BACK_S


def _fact(connection: Connection, name: str) -> str | None:
    found: str | None = connection.execute(select(facts.c.value).where(facts.c.name == name)).scalar()
    return found
