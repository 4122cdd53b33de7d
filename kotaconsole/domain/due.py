"""What the hub's own clock makes of a case that nobody acts on, and when it has to look again.

Everything is derived from the case as it is stored, and everything that is made changes the case so that it is not
made again: a hub that was stopped before the moment and started after it makes it once.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from kotaconsole.domain.clock import Instant
from kotaconsole.domain.evolution import Case
from kotaconsole.domain.happenings import Escalated, Realarmed, What
from kotaconsole.domain.referral import Referral

LONGEST_RECHECK_S: Final = 900
"""A trace is looked at again after at most 15 min."""
AHEAD_S: Final = 5
"""A moment that lies further ahead than this was written under a clock that ran wrong."""


@dataclass(frozen=True, slots=True)
class Times:
    """Seconds; each is a setting of the site.

    Attributes:
        escalate_1: unacknowledged until the supervisor is called. The emergency services answer 95 % of their calls
            within 20 s and hand 90 % of them on within 60 s: longer than that is too long.
        escalate_2: unacknowledged until every console of the unit and of its parent is called.
        act: acknowledged, but nobody informed, asked, traced or closed.
        transfer: asked another unit, which did not answer.
        recheck_unit: how long the holder alone is reminded of a trace.
        contact_check: between two reminders of a case that was accepted by telephone only.
    """

    escalate_1: float = 60
    escalate_2: float = 120
    act: float = 300
    transfer: float = 300
    recheck_unit: float = 60
    contact_check: float = 900


@dataclass(frozen=True, slots=True)
class _Deadline:
    """What is to be made at a moment, and the moment from which it was counted."""

    at: Instant
    counted_from: Instant
    what: What


def due(case: Case, now: Instant, times: Times) -> tuple[What, ...]:
    """What is to be made of the case now, in the order of its moments.

    What was counted from a moment that lies ahead is due at once: the clock was set back while the hub did not run,
    and an alarm too early is better than one that waits for the clock to catch up.
    """
    return tuple(
        deadline.what
        for deadline in _deadlines(case, times)
        if deadline.at <= now or deadline.counted_from.seconds_since(now) > AHEAD_S
    )


def next_due(case: Case, times: Times) -> Instant | None:
    """When `due` has something to say at the latest; None while only a person or a source can change anything."""
    return min((deadline.at for deadline in _deadlines(case, times)), default=None)


def _deadlines(case: Case, times: Times) -> tuple[_Deadline, ...]:
    if case.referral.state == "closed":
        return ()
    # whoever is to hear it first comes first where two fall on the same moment
    found = (*_recheck(case, times), *_case_alarm(case.referral, times), *_transfer(case, times),
             *_contact_check(case, times), *_no_action(case, times))  # fmt: skip
    return tuple(sorted(found, key=lambda deadline: deadline.at))


def _case_alarm(referral: Referral, times: Times) -> Iterator[_Deadline]:
    # a flag that was taken back rings once and low: nobody has to be fetched for it
    if referral.alarm is not None and referral.alarm.cause != "withdrawn":
        yield from _stages(referral.alarm.since, referral.alarm.stage, "case", times)


def _stages(since: Instant, stage: int, of: str, times: Times) -> Iterator[_Deadline]:
    for to, after in ((1, times.escalate_1), (2, times.escalate_2)):
        if stage < to:
            yield _Deadline(since.plus(seconds=after), since, Escalated(to, of))


def _transfer(case: Case, times: Times) -> Iterator[_Deadline]:
    transfer = case.referral.transfer
    if transfer is None:
        return
    if transfer.alarm is not None:
        yield from _stages(transfer.alarm.since, transfer.alarm.stage, "transfer", times)
    if not _overdue_told(case):
        yield _Deadline(
            transfer.since.plus(seconds=times.transfer), transfer.since, Realarmed("transfer_not_accepted", "unit")
        )


def _recheck(case: Case, times: Times) -> Iterator[_Deadline]:
    at = _recheck_at(case)
    if at is None:
        return
    holder, unit = _told(case, "recheck", "holder"), _told(case, "recheck", "unit")
    if holder is None or holder < at:
        yield _Deadline(at, at.plus(seconds=-LONGEST_RECHECK_S), Realarmed("recheck", "holder"))
        return
    unheard = any(cause.cause == "realarm" and cause.at == holder for cause in case.causes)
    if unheard and (unit is None or unit < holder):
        yield _Deadline(holder.plus(seconds=times.recheck_unit), holder, Realarmed("recheck", "unit"))


def _contact_check(case: Case, times: Times) -> Iterator[_Deadline]:
    by_phone = case.referral.by_phone
    if by_phone is None or case.referral.state == "contact_made":
        return
    told = _told(case, "contact_check", "unit")
    since = by_phone.at if told is None else max(by_phone.at, told)
    yield _Deadline(since.plus(seconds=times.contact_check), since, Realarmed("contact_check", "unit"))


def _no_action(case: Case, times: Times) -> Iterator[_Deadline]:
    referral = case.referral
    rings = referral.alarm is not None and referral.alarm.cause != "withdrawn"
    if referral.state != "acknowledged" or rings or _in_motion(case):
        return
    since = case.silent_at or referral.updated_at
    yield _Deadline(since.plus(seconds=times.act), since, Realarmed("no_action", "unit"))


def _in_motion(case: Case) -> bool:
    """Whether something was set going that has a clock of its own; what has run out of its time is no action."""
    referral = case.referral
    if referral.by_phone is not None or (referral.transfer is not None and not _overdue_told(case)):
        return True
    at = _recheck_at(case)
    told = _told(case, "recheck", "holder")
    return at is not None and (told is None or told < at)


def _recheck_at(case: Case) -> Instant | None:
    return None if case.referral.locating is None else case.referral.locating.recheck_at


def _overdue_told(case: Case) -> bool:
    told, transfer = _told(case, "transfer_not_accepted", "unit"), case.referral.transfer
    return told is not None and transfer is not None and told >= transfer.since


def _told(case: Case, why: str, to: str) -> Instant | None:
    return next((told.at for told in case.told if (told.why, told.to) == (why, to)), None)
