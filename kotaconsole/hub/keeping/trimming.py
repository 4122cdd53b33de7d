"""Bookkeeping that belongs to no case, and how long each kind of it is kept.

Whatever the hub only ever adds to has an end: here, or in the room that writes it (tokens in `access.sessions`, records
of commands in `cases.records`, stubs in `cases.stubs`). What grows on purpose is the audit log, with the people, their
postings and the desks that its rows name, and of each pruned case the line that the statistics are made of.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, Select, Table, and_, delete, func, or_, select, tuple_

from kotaconsole.domain.clock import Instant
from kotaconsole.hub.cases.records import KEPT_DAYS
from kotaconsole.hub.storage.tables import (
    drills,
    families,
    handovers,
    postings,
    presence_changes,
    seats,
    tokens,
    users,
    workstations,
)
from kotaconsole.hub.storage.writer import Transaction

LOOKED_UP: Final = 20_000
"""Rows looked up in one view; they are read again and again until there are none, also in the first night of many."""
AT_ONCE: Final = 500
"""Rows of one transaction: some milliseconds, so that no command waits long."""


@dataclass(frozen=True, slots=True)
class Ends:
    """Moments before which things are over.

    Attributes:
        site: by the site's schedule for closed cases: what tells of people goes when the cases it was about go.
        offered: consoles offer nothing any more that was entered before this.
    """

    site: Instant
    offered: Instant


def ends(now: Instant, retained_days: float) -> Ends:
    """The ends of everything kept here, for a site that keeps closed cases for so many days."""
    return Ends(now.plus(days=-retained_days), now.plus(days=-KEPT_DAYS))


@dataclass(frozen=True, slots=True)
class Trim:
    """One table with an end.

    Attributes:
        table: where the rows stand. over: which of them are over, as a query for their primary keys.
    """

    table: Table
    over: Callable[[Ends], Select[Any]]

    def found(self, connection: Connection, ends: Ends) -> list[tuple[Any, ...]]:
        """Primary keys of rows that are over, `LOOKED_UP` at most; for the readers, because looking takes a while."""
        return [tuple(row) for row in connection.execute(self.over(ends).limit(LOOKED_UP))]

    def delete(self, tx: Transaction, keys: Sequence[tuple[Any, ...]]) -> None:
        """Delete these rows. What is over stays over, so nobody has to look again."""
        columns = tuple(self.table.primary_key.columns)
        tx.connection.execute(delete(self.table).where(tuple_(*columns).in_(keys)))


def _presence(ends: Ends) -> Select[Any]:
    """By the site's schedule: it tells when people were at their desks.

    The last change before that stays for each desk: it says how the desk stood when what is kept begins.
    """
    kept = presence_changes.c
    last = select(kept.workstation_id, func.max(kept.n).label("n")).where(kept.at < int(ends.site))
    stands = last.group_by(kept.workstation_id).subquery()
    return select(kept.n).join(stands, stands.c.workstation_id == kept.workstation_id).where(kept.n < stands.c.n)


def _handovers(ends: Ends) -> Select[Any]:
    """By the site's schedule: their remarks speak of cases."""
    return select(handovers.c.id).where(handovers.c.shift_start < int(ends.site))


def _drills(ends: Ends) -> Select[Any]:
    """As long as the answer to a command: nobody asks for it again after that."""
    return select(drills.c.operator_id, drills.c.key).where(drills.c.at < int(ends.offered))


def _families(_: Ends) -> Select[Any]:
    """As long as any of its tokens: without one nobody can go on with the sign-in, or show that one was copied."""
    return select(families.c.id).where(families.c.id.not_in(select(tokens.c.family)))


def _seats(ends: Ends) -> Select[Any]:
    """Until person or desk has been shut out for as long as a queue may be offered.

    While both serve, a queue that was written there is carried however late it comes.
    """
    last = select(postings.c.user_id, func.max(postings.c.since).label("since")).group_by(postings.c.user_id).subquery()
    people = select(users.c.id).join(last, last.c.user_id == users.c.id)
    people = people.where(and_(users.c.disabled, last.c.since < int(ends.offered)))
    desks = select(workstations.c.id).where(workstations.c.revoked_at < int(ends.offered))
    gone = or_(seats.c.user_id.in_(people), seats.c.workstation_id.in_(desks))
    return select(seats.c.user_id, seats.c.workstation_id).where(gone)


TRIMS: Final = (
    Trim(presence_changes, _presence), Trim(handovers, _handovers), Trim(drills, _drills), Trim(families, _families),
    Trim(seats, _seats),
)  # fmt: skip
