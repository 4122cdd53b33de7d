"""What the watch works with; what the site may change while the hub runs is asked for at each use."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from kotaconsole.domain.clock import Clock
from kotaconsole.domain.directory import Directory
from kotaconsole.domain.evolution import Case
from kotaconsole.domain.happenings import Happening, What
from kotaconsole.hub.cases.placing import Cause, Placed
from kotaconsole.hub.cases.recorder import Recorder
from kotaconsole.hub.settings import HubSettings
from kotaconsole.hub.storage.readers import Readers
from kotaconsole.hub.storage.writer import Transaction, Writer

HUB = "hub"
"""Who the audit log names for what the hub does by itself."""


@dataclass(frozen=True, slots=True)
class Means:
    """The hub's rooms as the watch sees them. `clock` never steps."""

    writer: Writer
    readers: Readers
    clock: Clock
    publish: Callable[[Sequence[Placed]], None]
    recorder: Callable[[], Recorder]
    directory: Callable[[], Directory]
    settings: Callable[[], HubSettings]

    def record(self, tx: Transaction, case: Case | None, what: What) -> Case:
        """Write one event of the hub's own in this transaction, and show it after its commit."""
        happening = Happening(what, at=tx.now, recorded_at=tx.now)
        recorded = self.recorder().record(tx, case, happening, Cause())
        tx.after_commit.append(partial(self.publish, recorded.placed))
        return recorded.case
