"""Settings and messages of the sync."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from kotaconsole.domain.errors import KotaError
from kotaconsole.domain.outbox import Answer, Entry


@dataclass(frozen=True, slots=True)
class SyncSettings:
    """Times in seconds; a site may change them.

    Attributes:
        wait: how long a quiet poll stays open. A quiet link is then proved alive well inside 15 s.
        limit: events asked for at once.
        presence: between two reports that somebody listens here.
        check: between two looks whether the poll still works.
        resend: between two looks whether the outbox holds something nobody has sent.
        directory: between two questions for a new directory.
        audit: between two looks whether the hub's audit log is still the one this desk saw.
        meta: between two looks whether the hub still takes what a console of this version sends.
        hung: a poll without a sign of life for so long is cut and begun anew.
        senders: commands under way at once, each of another case.
    """

    wait: float = 8.0
    limit: int = 500
    presence: float = 10.0
    check: float = 5.0
    resend: float = 30.0
    directory: float = 600.0
    audit: float = 3600.0
    meta: float = 300.0
    hung: float = 60.0
    senders: int = 3


@dataclass(frozen=True, slots=True)
class Heard:
    """Whether an alarm would be heard at this desk now."""

    audible: Literal["yes", "no", "unknown"] = "unknown"


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of one attempt to send: the hub's answer, or why there is none. Exactly one is set."""

    entry: Entry
    answer: Answer | None = None
    problem: KotaError | None = None
