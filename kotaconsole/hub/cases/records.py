"""Idempotency records: the first answer to each command, which is its answer for ever."""

from __future__ import annotations

import json
from typing import Any, Final

from sqlalchemy import Connection, delete, exists, select, update

from kotaconsole.hub.storage.tables import commands, pruned, referrals
from kotaconsole.hub.storage.writer import Transaction

KEPT_DAYS: Final = 90
"""Days a record is kept at least: as long as a console keeps what it sent. While its case lives, it lives too."""


def find(connection: Connection, command_id: str) -> Any:
    """The record of a command: body_hash, status, answer; None before its first terminal answer."""
    return connection.execute(select(commands).where(commands.c.id == command_id)).first()


def forget(tx: Transaction, command_id: str) -> None:
    """Drop the record of a command that is judged anew."""
    tx.connection.execute(delete(commands).where(commands.c.id == command_id))


def n_is_used(connection: Connection, workstation: str, n: int) -> bool:
    """Whether a workstation has given this running number to a command already."""
    other = select(commands.c.id).where(commands.c.workstation == workstation, commands.c.n == n)
    return connection.execute(other.limit(1)).first() is not None


def drop_old(tx: Transaction) -> int:
    """Forget the records that are old and whose case is pruned, or never was; gives back how many."""
    lives = exists().where(referrals.c.id == commands.c.referral_id)
    gone = ~lives | exists().where(pruned.c.referral_id == commands.c.referral_id)
    old = commands.c.at < int(tx.now.plus(days=-KEPT_DAYS))
    return int(tx.connection.execute(delete(commands).where(old, gone)).rowcount)


def scrub(tx: Transaction, referral_id: str) -> int:
    """Take the case itself out of the refusals that carried it, because the case is pruned; gives back how many."""
    theirs = select(commands.c.id, commands.c.answer).where(
        commands.c.referral_id == referral_id, commands.c.status >= 400
    )
    done = 0
    for row in tx.connection.execute(theirs).all():
        problem = json.loads(row.answer)
        if problem.pop("current", None) is not None:
            bare = json.dumps(problem, ensure_ascii=False, separators=(",", ":")).encode()
            tx.connection.execute(update(commands).where(commands.c.id == row.id).values(answer=bare))
            done += 1
    return done
