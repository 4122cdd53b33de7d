"""Which records a restore left behind, and which it must have kept.

A head belongs to the epoch it was seen under. A restore goes back to an older copy: the log ends where the copy ended,
goes on with a record of the restore itself, and begins an epoch. A head from before it may then be of a record that
is not in this log any more, and nobody has tampered with anything.

That must be no way out for whoever cuts the log off and says "a restore". So a missing record is excused only when all
of this holds, and even then it counts as not checked, never as holding:

- The witness told the epoch, and it is not the present one. Within an epoch the log only grows, so there everything
  that was seen has to be there. The epoch comes from the witness, whom the one who wrote the file cannot change.
- The log itself records the restore that ended that epoch, and the record lies at or behind it. What lies before it
  was in the copy that was gone back to, and has to be as it was seen.
- Of an epoch that is not on this log's line (one that was itself gone back behind, or that this hub does not know) it
  is not known where it parted from the line. There some restore must stand in the log that came after its beginning.

Whoever can write the file can do or forge a restore too: no log alone can tell that from an honest one. But it
stands in the log with its time, every desk was told of it at the time, and a site knows whether it restored. So the
restore is named, and the answer is another than "holds".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, select

from kotaconsole.domain.clock import Instant
from kotaconsole.hub.storage.tables import audit, epochs, facts

WHO: Final = "command line"
WHAT: Final = "restored"
"""How the log records a restore; nobody who signs in has such an id."""


@dataclass(frozen=True, slots=True)
class Witness:
    """A record somebody saw: its number and hash, and the epoch it was seen under, where they know it."""

    n: int
    hash: str
    epoch: str | None = None


@dataclass(frozen=True, slots=True)
class Restore:
    """A restore as the log records it: number and time of its record."""

    n: int
    at: Instant


@dataclass(frozen=True, slots=True)
class Line:
    """The epochs of a hub.

    Attributes:
        present: the epoch now; None in a file whose hub never ran.
        began: when each known epoch began, the present one too. restores: those that stand in the log, in order.
    """

    present: str | None
    began: Mapping[str, Instant]
    restores: tuple[Restore, ...]

    def left_behind(self, seen: Witness) -> Restore | None:
        """The restore that explains why a record is not in the log as it was seen; None where none does."""
        if seen.epoch is None or seen.epoch == self.present:
            return None
        ended = self._ended()
        if seen.epoch in ended:
            restore = ended[seen.epoch]
            return restore if restore is not None and seen.n >= restore.n else None
        began = self.began.get(seen.epoch)
        later = [restore for restore in self.restores if began is None or restore.at > began]
        return later[-1] if later else None

    def _ended(self) -> dict[str, Restore | None]:
        """The epochs on the line of this log, each with the restore that ended it.

        A restore is recorded at the very moment its epoch begins; the first epoch of all is on every line.
        """
        born = {int(at): epoch for epoch, at in self.began.items()}
        first = min(self.began, key=lambda epoch: self.began[epoch], default=None)
        line = [first, *(born.get(int(restore.at)) for restore in self.restores)]
        ends: list[Restore | None] = [*self.restores, None]
        return {epoch: end for epoch, end in zip(line, ends, strict=True) if epoch is not None}


def line_of(connection: Connection) -> Line:
    """Read a hub's epochs; what is no time is left out: the log's own check tells of it."""
    told: dict[str, str] = {row.name: row.value for row in connection.execute(select(facts))}
    present = told.get("epoch")
    rows = connection.execute(select(epochs)).all()
    began = {str(row.epoch): Instant(row.began_at) for row in rows if isinstance(row.began_at, int)}
    try:
        if present is not None:
            began[present] = Instant.parse(told.get("epoch_began", ""))
    except ValueError:
        began.pop(present or "", None)
    query = select(audit.c.n, audit.c.at).where(audit.c.who == WHO, audit.c.what == WHAT).order_by(audit.c.n)
    found = [row for row in connection.execute(query) if isinstance(row.n, int) and isinstance(row.at, int)]
    restores = tuple(Restore(row.n, Instant(row.at)) for row in found)
    return Line(present, began, restores)
