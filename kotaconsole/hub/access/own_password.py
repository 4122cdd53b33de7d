"""Changing one's own password."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import update

from kotaconsole.hub.access.people import end_sessions
from kotaconsole.hub.audit import chain
from kotaconsole.hub.bearer import Bearer
from kotaconsole.hub.storage.tables import users
from kotaconsole.hub.storage.writer import Transaction


@dataclass(frozen=True, slots=True)
class Change:
    """A new password of the bearer: the stored form that was checked, and the one to take its place."""

    bearer: Bearer
    checked: str
    stored: str


def change_password(tx: Transaction, change: Change) -> bool:
    """Store it and end the person's other sessions; False when somebody else changed the password meanwhile."""
    bearer = change.bearer
    mine = (users.c.id == bearer.operator.id, users.c.password_hash == change.checked, users.c.disabled.is_(False))
    if tx.connection.execute(update(users).where(*mine).values(password_hash=change.stored)).rowcount != 1:
        return False
    end_sessions(tx, bearer.operator.id, but=bearer.family)
    chain.write(tx, who=bearer.operator.id, desk=bearer.desk, what="password changed")
    return True
