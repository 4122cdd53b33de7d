"""What is saved goes out: per case in the order of its numbers and one at a time, different cases side by side.

This only decides. Sending is done elsewhere, and what became of it is told to `done`. Nothing about a command under
way is kept on the disk: after a crash it is simply sent again, and the hub answers as before.
"""

from __future__ import annotations

import logging
import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from kotaconsole.domain import link
from kotaconsole.domain.errors import Bilingual, ContractBreach, EnvironmentFault, ServerRefusal
from kotaconsole.domain.outbox import Answer, Entry, ready
from kotaconsole.store import Store
from kotaconsole.sync.backoff import Backoff
from kotaconsole.sync.values import Sent

OF_THE_HUB: Final = frozenset(
    {"token-expired", "session-revoked", "too-many-attempts", "unavailable", "client-too-old"}
)
"""Refusals that are about the hub or the bearer: the next command would meet the same."""
ABOUT_THE_BEARER: Final = frozenset({"token-expired", "session-revoked"})
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Hold:
    """Not before this moment (monotonic seconds), after so many failures in a row."""

    until: float = 0.0
    failures: int = 0


class Push:
    """Decides which saved commands go out, and when.

    Thread: "sync" only.
    """

    def __init__(
        self, store: Store, unit: str, begin: Callable[[Entry], None], monotonic: Callable[[], float], *,
        most: int = 3, chance: Callable[[], float] = random.random,
        unsent: Callable[[Bilingual | None], None] = lambda _why: None,
    ) -> None:  # fmt: skip
        """`unsent` hears why the hub takes nothing from this desk, and None when it takes something."""
        self._store = store
        self._unit = unit
        self._begin = begin
        self._monotonic = monotonic
        self._most = most
        self._unsent = unsent
        self._under_way: set[str] = set()
        self._all = Hold()
        self._cases: dict[str, Hold] = {}
        self._of_hub = Backoff(base=1.0, cap=15.0, chance=chance)
        self._of_case = Backoff(base=1.0, cap=300.0, chance=chance)

    def turn(self) -> float | None:
        """Begin everything that may go now.

        Returns:
            Seconds until something that waits may go; None when there is nothing to wait for but news.
        """
        now = self._monotonic()
        if now < self._all.until:
            return self._all.until - now
        waits: list[float] = []
        for entry in ready(self._store.queries.heads(self._unit), frozenset(self._under_way)):
            until = self._cases.get(entry.referral_id, Hold()).until
            if until > now:
                waits.append(until - now)
            elif len(self._under_way) < self._most:
                self._under_way.add(entry.referral_id)
                self._begin(entry)
        return min(waits, default=None)

    def done(self, sent: Sent) -> None:
        """Take what became of an attempt. Only the hub's own answer to it moves a command."""
        self._under_way.discard(sent.entry.referral_id)
        try:
            self._settle(sent)
        except EnvironmentFault as fault:
            # the disk does not take the answer: the command stays queued, and the hub gives the same answer again
            _log.warning("an answer could not be kept: %s", fault.code)
            self._hold_all(None)

    def replay_of(self, entry: Entry) -> str | None:
        """The older epoch under which a command was entered; None under the present one. Thread: any."""
        cursor = self._store.queries.cursor(self._unit)
        return None if cursor is None or entry.epoch == cursor.epoch else entry.epoch

    def link_is_back(self) -> None:
        """Something answered again: try at once what waits only because nothing did."""
        self._all = Hold()

    def _settle(self, sent: Sent) -> None:
        entry, problem = sent.entry, sent.problem
        if sent.answer is not None:
            self._answered(entry, sent.answer)
        elif isinstance(problem, ContractBreach):
            self._hold_case(entry, None)
            self._store.commands.unanswered(entry.command_id, "contract-breach")
        elif isinstance(problem, ServerRefusal):
            self._hold_all(problem.retry_after)  # nobody is signed in: nothing was said about the command
        else:
            code = problem.code if isinstance(problem, EnvironmentFault) else "internal"
            self._hold_all(None)
            self._store.commands.unanswered(entry.command_id, code)

    def _answered(self, entry: Entry, answer: Answer) -> None:
        if answer.problem in ABOUT_THE_BEARER:
            self._hold_all(answer.retry_after)
            return
        if answer.problem == "client-too-old":
            self._unsent(link.TOO_OLD_TO_SEND)
        if answer.applied or answer.terminal:
            self._unsent(None)
            self._all = Hold()
            self._cases.pop(entry.referral_id, None)
        elif answer.problem in OF_THE_HUB and not self._may_come_back(entry, answer):
            self._hold_all(answer.retry_after)
        else:
            self._hold_case(entry, answer.retry_after)
        self._store.commands.answered(entry.command_id, answer)

    def _may_come_back(self, entry: Entry, answer: Answer) -> bool:
        """Whether the hub waits for this one case, which another may bring back after a restore: others go on."""
        return answer.problem == "unavailable" and self.replay_of(entry) is not None

    def _hold_all(self, retry_after: float | None) -> None:
        failures = self._all.failures + 1
        self._all = Hold(self._monotonic() + self._of_hub.after(failures, retry_after), failures)

    def _hold_case(self, entry: Entry, retry_after: float | None) -> None:
        failures = self._cases.get(entry.referral_id, Hold()).failures + 1
        until = self._monotonic() + self._of_case.after(failures, retry_after)
        self._cases[entry.referral_id] = Hold(until, failures)
