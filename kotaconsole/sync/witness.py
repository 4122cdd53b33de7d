"""This desk as a witness of the hub's audit log.

A head stands for every record before it, so whoever keeps one can tell whether the log was made anew since. Each desk
asks for the head when somebody signs in and once an hour, keeps it, and checks that the log still has the one before.
A hub that keeps no audit log is no less a hub: it is asked again an hour later, and that is all.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from typing import Final

from kotaconsole.api.client import HubClient
from kotaconsole.domain.errors import Bilingual, EnvironmentFault, ServerRefusal
from kotaconsole.domain.link import Notice
from kotaconsole.store import SeenHead, Store
from kotaconsole.wire.auditing import AuditHead

OLD_DAYS: Final = 7
"""A backup is at most so old: a restored hub whose log has nothing at all that this desk saw before that was not
restored but replaced."""
_DAY_MS: Final = 24 * 3600 * 1000
NOT_THE_SAME: Final = Bilingual(
    en="The hub's audit log is not the one this desk saw: records were changed or taken away. Your cases and all you "
    "have saved are safe, and work goes on. Tell the auditor or the administrator today.",
    hi="हब का कार्यवाही अभिलेख वह नहीं है जो इस डेस्क ने देखा था: अभिलेख बदले या हटाए गए हैं। आपके प्रकरण और सुरक्षित किया सब कुछ "
    "सुरक्षित है, काम चलता रहे। आज ही लेखा-परीक्षक या प्रशासक को बताएँ।",
)
RESTORED: Final = Bilingual(
    en="The hub was restored from a backup, and its audit log lacks the newest records this desk saw. Your cases and "
    "all you have saved are safe; nothing is needed for them. Tell the administrator, who explains the gap.",
    hi="हब बैकअप से बहाल हुआ है, और उसके कार्यवाही अभिलेख में वे नवीनतम अभिलेख नहीं हैं जो इस डेस्क ने देखे थे। आपके प्रकरण और "
    "सुरक्षित किया सब कुछ सुरक्षित है, उनके लिए कुछ नहीं करना। प्रशासक को बताएँ, वे इस अंतर को समझाएँगे।",
)
_log = logging.getLogger(__name__)


class Witness:
    """Keeps heads and checks them.

    Thread: one of "sync-http" at a time.
    """

    def __init__(self, store: Store, tell: Callable[[Notice], None]) -> None:
        """`tell` is called when the log is not what it was."""
        self._store = store
        self._tell = tell

    def look(self, client: HubClient) -> None:
        """Check the newest head this desk saw, then keep the present one.

        Raises:
            KotaError: the hub cannot be asked at the moment.
        """
        now, known = _head(client), self._store.queries.audit_heads()
        if now is None:
            if known:
                self._changed(f"record {known[0].n} was {known[0].hash}; the hub shows no audit log any more")
            return
        if known and not _has(client, now, known[0]):
            through = _through(client, now, known)
            if not self._explained(now, known, through):
                return  # the old head stays: it is the proof, and nothing this log says later is worth keeping
        self._store.commands.save_head(SeenHead(now.epoch, now.n, now.hash, now.at))

    def _explained(self, now: AuditHead, known: Sequence[SeenHead], through: int) -> bool:
        """Tell what was found; a restore explains that the newest records are gone, and nothing else."""
        newest, oldest = known[0], known[-1]
        technical = (
            f"record {newest.n} was {newest.hash} at {newest.at.iso()} (epoch {newest.epoch}); the log now ends at"
            f" {now.n}:{now.hash} (epoch {now.epoch}); the same up to {through}"
        )
        young = int(now.at) - int(oldest.at) < OLD_DAYS * _DAY_MS
        if newest.epoch == now.epoch or not (through or young):
            self._changed(technical)
            return False
        _log.warning("the hub was restored and its audit log is shorter: %s", technical)
        self._store.commands.lose_heads(through)
        self._tell(Notice(RESTORED, technical))
        return True

    def _changed(self, technical: str) -> None:
        _log.error("the hub's audit log is not the one this desk saw: %s", technical)
        self._tell(Notice(NOT_THE_SAME, technical))


def _head(client: HubClient, n: int | None = None) -> AuditHead | None:
    """A record of the log, or None where there is none, or no log at all."""
    try:
        return client.audit_head(n)
    except ServerRefusal as no:
        if no.status in (404, 405, 501):
            return None
        raise
    except EnvironmentFault as fault:
        # another server's own page for an address it does not know
        if fault.code == "hub-not-a-hub":
            return None
        raise


def _has(client: HubClient, now: AuditHead, seen: SeenHead) -> bool:
    """Whether the log still has a record just as it was seen."""
    there = now if now.n == seen.n else _head(client, seen.n)
    return there is not None and (there.n, there.hash) == (seen.n, seen.hash)


def _through(client: HubClient, now: AuditHead, known: Sequence[SeenHead]) -> int:
    """The newest record that is as this desk saw it; 0 when none is.

    Every record stands for all before it, so the ones that are left are the oldest, and halving finds the last.
    """
    oldest_first = known[::-1]
    low, high = 0, len(oldest_first)
    while low < high:
        middle = (low + high) // 2
        if _has(client, now, oldest_first[middle]):
            low = middle + 1
        else:
            high = middle
    return oldest_first[low - 1].n if low else 0
