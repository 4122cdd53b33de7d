"""What is saved here laid over what the hub last said: the case as this desk sees it.

The hub's own rules work it out, so that the screen shows what the hub will most likely answer. A command the rules
would refuse changes nothing here: whether it is refused, only the hub says.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from kotaconsole.domain.clock import Instant
from kotaconsole.domain.commands import Author, Command
from kotaconsole.domain.decisions import Facts, decide
from kotaconsole.domain.errors import Refusal
from kotaconsole.domain.evolution import case_of, evolve
from kotaconsole.domain.outbox import Entry
from kotaconsole.domain.referral import Alarm, Referral, Transfer, open_alarm
from kotaconsole.wire.payloads import read_payload

ANSWERS: Final = ("acknowledge", "accept", "return")
"""Commands that end an alarm at this desk as soon as they are entered."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A command whose event has not come by the feed.

    Attributes:
        author: as they stood at entry.
        epoch: of the list the author was looking at; None before the first one.
        answer_version: the case's version after it, once the hub has answered.
    """

    entry: Entry
    author: Author
    epoch: str | None
    answer_version: int | None = None


def laid_over(case: Referral | None, waiting: Iterable[Waiting], epoch: str | None) -> Referral | None:
    """The case with the waiting commands in the order of their numbers.

    Its version stays the hub's: that is what the next command has to name as seen.

    Args:
        case: None for one that was opened here and that the hub does not have yet.
        waiting: commands on this case.
        epoch: the epoch of the list now.
    """
    at = None if case is None else case_of(case)
    for one in sorted(waiting, key=lambda w: w.entry.n):
        if not _counts(one, case, epoch):
            continue
        command = _command(one)
        above = () if at is None else (at.referral.unit, command.author.unit)
        found = decide(at, command, Facts(now=one.entry.entered_at, above=above, duplicate="open"))
        if isinstance(found, Refusal):
            continue
        for happening in found:
            at = evolve(at, happening, None)
    if at is None:
        return None
    result = at.referral if case is None else replace(at.referral, version=case.version, updated_at=case.updated_at)
    return replace(result, alarm=ringing(result, waiting, epoch))


def ringing(case: Referral, waiting: Iterable[Waiting], epoch: str | None) -> Alarm | None:
    """The alarm that still rings here: the hub's, unless somebody at this desk has acknowledged as far as it goes.

    An acknowledgement made under another epoch silences nothing: after a restore of the hub its version may name
    another event.
    """
    alarm = open_alarm(case)
    if alarm is None:
        return None
    reached = [_through(one) for one in waiting if one.epoch == epoch and one.entry.kind == "acknowledge"]
    return None if max(reached, default=-1) >= alarm.through else alarm


def asking(case: Referral, waiting: Iterable[Waiting], epoch: str | None) -> Transfer | None:
    """The transfer that still asks for an answer here, unless somebody at this desk has given one."""
    if case.state == "closed":
        return None
    answered = any(one.epoch == epoch and one.entry.kind in ANSWERS[1:] for one in waiting)
    return None if answered else case.transfer


def by_case(waiting: Sequence[Waiting]) -> dict[str, list[Waiting]]:
    """The waiting commands of each case."""
    cases: dict[str, list[Waiting]] = {}
    for one in waiting:
        cases.setdefault(one.entry.referral_id, []).append(one)
    return cases


def _counts(one: Waiting, case: Referral | None, epoch: str | None) -> bool:
    """Whether the hub's case does not hold this command yet."""
    if one.entry.fate == "queued" or case is None:
        return True
    # answered under an older epoch: what the case says now is all there is
    return one.epoch == epoch and (one.answer_version or 0) > case.version


def _through(one: Waiting) -> int:
    through = one.entry.payload.get("through")
    return through if isinstance(through, int) else -1


def _command(one: Waiting) -> Command:
    entry = one.entry
    return Command(
        kind=entry.kind, referral_id=entry.referral_id, payload=read_payload(entry.kind, entry.payload),
        author=one.author, happened_at=Instant(entry.happened_at), entered_at=entry.entered_at, seen=None,
    )  # fmt: skip
