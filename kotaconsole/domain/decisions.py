"""`decide`: a case and a command in, happenings or a refusal out, by the table in `life`.

The hub's answer is this function's answer; the console asks it too, to lay pending commands over what the hub last
said and to explain a rule before the hub has to refuse.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final, Literal

from kotaconsole.domain import commands as cmd
from kotaconsole.domain import happenings as hap
from kotaconsole.domain import replays
from kotaconsole.domain.case import Case
from kotaconsole.domain.checks import check
from kotaconsole.domain.clock import Instant
from kotaconsole.domain.closing import Around, closing_rule_broken
from kotaconsole.domain.commands import Author, Command
from kotaconsole.domain.effects import clears, effect
from kotaconsole.domain.errors import Refusal
from kotaconsole.domain.fitting import illegal, unfit
from kotaconsole.domain.happenings import Happening, What
from kotaconsole.domain.intake import read_flag
from kotaconsole.domain.life import ANY, COLLIDES, RULES, Rule
from kotaconsole.domain.referral import Actor, Referral

LATE_AFTER_S: Final = 300
"""An opening entered more than this after it happened is a late entry."""


@dataclass(frozen=True, slots=True)
class LaterChange:
    """An event after the version the author was looking at.

    Attributes:
        workstation: where a person made it; None for the hub's and a source's own events.
        touched: what it changed, by `evolution.touches`.
    """

    workstation: str | None
    touched: frozenset[str]


@dataclass(frozen=True, slots=True)
class Facts:
    """What the rules need to know beyond the case and the command.

    Attributes:
        now: the decider's own time.
        above: the units at and above the case's unit, itself first.
        transfer_above: the same of the unit that a pending transfer asks.
        later: events after the command's `seen`.
        supervisor_about: whether a supervisor of the unit was signed in within the last 15 minutes.
        duplicate: the case named by `duplicate_of` as far as the author may see it: "open", "closed", "duplicate"
            (itself closed as one) or None.
        linked: whether the author may see the case named by a `link`.
        next_number: the case number to give to a case that is opened by hand.
        new_id_taken: whether the id that a `split` mints is in use.
        units: the units of the directory; None where it is not at hand, and any may be named.
        unit_names: their codes and names in both languages, as `closing.folded` compares them.
        replay: the command was entered under an older epoch and is sent again after a restore.
        training: whether everything here is training.
    """

    now: Instant
    above: tuple[str, ...] = ()
    later: tuple[LaterChange, ...] = ()
    supervisor_about: bool = True
    duplicate: str | None = None
    next_number: str = ""
    training: bool = False
    transfer_above: tuple[str, ...] = ()
    linked: bool = True
    new_id_taken: bool = False
    units: frozenset[str] | None = None
    unit_names: frozenset[str] = frozenset()
    replay: bool = False


Decision = tuple[Happening, ...] | Refusal


def decide(case: Case | None, command: Command, facts: Facts) -> Decision:
    """What a command does to a case: nothing (an empty tuple), something, or a refusal with its rule.

    The checks run in the contract's order: 403, 409 held, 412, 422, 409 illegal-transition. That the author may see
    the case at all (404) is settled before. A `split` is told for the old case only: `crossing.split_off` begins the
    new one. Sent again after a restore (`facts.replay`), a command that the case has gone past is superseded.
    """
    author = command.author
    readers = ("auditor",) if command.kind == "view" else ()
    if author.role not in ("operator", "supervisor", *readers):
        return Refusal("not-allowed", "this role writes nothing")
    if command.kind == "open":
        return _open(case, command, facts)
    if case is None:
        return Refusal("not-found", "there is no such case")
    # what this hub does not know is judged like a note until its payload, which nobody could read, refuses it
    rule = RULES.get(command.kind) or Rule(command.kind, "operator", ANY)
    return _again(case, rule, command, facts) if facts.replay else _first(case, rule, command, facts)


def outcome(decided: Iterable[Happening]) -> Literal["applied", "superseded"]:
    """The word of the answer for what `decide` told."""
    told = tuple(decided)
    return "superseded" if told and all(happening.superseded for happening in told) else "applied"


def _first(case: Case, rule: Rule, command: Command, facts: Facts) -> Decision:
    refused = (
        _rank(rule, command.author)
        or _may_write(case.referral, rule, command.author, facts)
        or _held(case, rule, command)
        or _seen(case.referral, rule, command, facts)
        or _payload(command)
        or unfit(case.referral, command, linked=facts.linked, new_id_taken=facts.new_id_taken, units=facts.units)
        or illegal(case.referral, rule, command)
        or _closing(case.referral, command, facts)
    )
    if refused is not None:
        return refused
    if command.kind == "view":
        return ()  # a look changes nothing: that it happened is the recorder's business
    if isinstance(command.payload, cmd.Acknowledge) and not _acknowledges(case, command.payload.through):
        return ()
    return _happenings(case, command, facts)


def _again(case: Case, rule: Rule, command: Command, facts: Facts) -> Decision:
    """After a restore: what was seen, who held it and what other desks did first count for nothing."""
    author = command.author
    outside = _may_write(case.referral, rule, author, facts)
    looks_on = author.role == "auditor" or (author.unit in facts.above and author.unit != case.referral.unit)
    refused = _rank(rule, author) or (outside if looks_on else None) or _payload(command)
    if refused is not None:
        return refused
    if command.kind == "view":
        return ()
    payload = command.payload
    if isinstance(payload, cmd.Acknowledge) and outside is None:
        return _acknowledged_again(case, command, facts)
    # the case may have gone to another unit: what its people did for it before is kept, and changes nothing there
    past = (outside is not None and not rule.append_only) or replays.overtaken(case, rule, command)
    past = past or unfit(
        case.referral, command, linked=facts.linked, new_id_taken=facts.new_id_taken, units=facts.units
    ) is not None  # fmt: skip
    if past:
        return (_superseded(case, command, facts),)
    if isinstance(payload, cmd.Update):
        return _updated_again(case, command, facts)
    return _closing(case.referral, command, facts) or _happenings(case, command, facts)


def _updated_again(case: Case, command: Command, facts: Facts) -> Decision:
    """What somebody has set since stays as it is; the rest is set, and both stand in the timeline."""
    left, gone = replays.still_open(case, command)
    told = [_superseded(case, replace(command, payload=cmd.Update(gone)), facts)] if gone else []
    return (*told, *(_happenings(case, replace(command, payload=cmd.Update(left)), facts) if left else ()))


def _acknowledged_again(case: Case, command: Command, facts: Facts) -> Decision:
    reached = replays.reached(case, command)
    told = hap.Acknowledged(reached)
    if replays.let_go(case, command):
        return (_happening(told, command, facts, superseded=True),)
    if _acknowledges(case, reached):
        return (_happening(told, command, facts),)
    holder = case.referral.holder
    if holder is None or holder.operator_id == command.author.operator_id:
        return ()
    return (_happening(told, command, facts, superseded=True),)


def _open(case: Case | None, command: Command, facts: Facts) -> Decision:
    refused = _payload(command)
    if refused is not None:
        return refused
    payload = command.payload
    assert isinstance(payload, cmd.Open)  # noqa: S101 - the check before has made sure of it
    report = payload.report
    reading = read_flag(
        report,
        platform=report.get("platform") or "other",
        reference=report.get("reference") or command.referral_id,
        received_at=facts.now,
        from_desk=True,
    )
    if reading.flag.defects:
        first = reading.flag.defects[0]
        return Refusal("invalid", "a field of the report cannot be used", f"/payload{first.pointer}")
    if case is not None and not facts.replay:
        return Refusal("illegal-transition", "this case was opened already")
    late = command.entered_at.seconds_since(command.happened_at) > LATE_AFTER_S
    opened = hap.Opened(
        referral_id=command.referral_id, number=facts.next_number, unit=command.author.unit,
        received_via=payload.received_via, flag=reading.flag, account=reading.account, subject=reading.subject,
        locations=reading.locations, late_entry=late, training=facts.training,
    )  # fmt: skip
    return (_happening(opened, command, facts, superseded=case is not None),)


# ------------------------------------------------------------------------------------------- the checks, in their order


def _rank(rule: Rule, author: Author) -> Refusal | None:
    needed = rule.who == "supervisor" and author.role != "supervisor"
    return Refusal("not-allowed", "a supervisor may do this") if needed else None


def _may_write(case: Referral, rule: Rule, author: Author, facts: Facts) -> Refusal | None:
    asked = case.transfer is not None and case.transfer.to == author.unit
    if rule.who == "target":
        return None if asked else Refusal("not-allowed", "only the unit that is asked may do this")
    if author.unit == case.unit or _holds(case, author):
        return None
    over_it = author.unit in facts.above
    beside = asked or over_it or (case.transfer is not None and author.unit in facts.transfer_above)
    if (rule.append_only and beside) or (rule.above and author.role == "supervisor" and over_it):
        return None
    return Refusal("not-allowed", "only the unit that owns the case, or its holder, may do this")


def _held(case: Case, rule: Rule, command: Command) -> Refusal | None:
    holder, author = case.referral.holder, command.author
    if holder is None or holder.operator_id == author.operator_id:
        return None
    boss = author.role == "supervisor" and author.unit == case.referral.unit
    if rule.who == "holder" and not boss:
        return Refusal("held", "another operator holds the case")
    payload = command.payload
    if isinstance(payload, cmd.Acknowledge) and not clears(case, payload.through):
        return Refusal("held", "another operator has acknowledged it")
    return None


def _seen(case: Referral, rule: Rule, command: Command, facts: Facts) -> Refusal | None:
    if not rule.needs_seen or command.seen is None:
        return None
    if command.seen > case.version:
        return Refusal("version-mismatch", "the version seen does not exist yet")
    ours = command.author.workstation
    fields = COLLIDES | rule.sets
    if isinstance(command.payload, cmd.Update):
        fields |= {one.field for one in command.payload.set}
    if any(change.workstation not in (None, ours) and change.touched & fields for change in facts.later):
        return Refusal("version-mismatch", "another desk has changed the case since")
    return None


def _payload(command: Command) -> Refusal | None:
    payload = command.payload
    if isinstance(payload, Refusal):
        return payload
    if cmd.PAYLOADS.get(command.kind) is not type(payload):
        return Refusal("invalid", "this is no payload of this kind", "/kind")
    return check(payload)


def _closing(case: Referral, command: Command, facts: Facts) -> Refusal | None:
    if command.kind != "close":
        return None
    around = Around(facts.supervisor_about, facts.duplicate, facts.unit_names, facts.replay)
    broken = closing_rule_broken(case, command, around)
    return None if broken is None else Refusal("invalid", broken.rule, broken.pointer)


# ------------------------------------------------------------------------------------------------------- what it makes


def _happenings(case: Case, command: Command, facts: Facts) -> tuple[Happening, ...]:
    what = effect(case, command, facts.now, settles=_settles(case, command, facts))
    told = _happening(what, command, facts)
    stage = case.causes[0].stage if case.causes else 2
    if isinstance(what, hap.Declined) and stage < 2:
        return told, Happening(hap.Escalated(stage + 1, "case"), facts.now, facts.now)
    return (told,)


def _settles(case: Case, command: Command, facts: Facts) -> bool:
    """Whether the author of an assessment had seen all that could not be read."""
    if facts.replay:
        return all(flag.received_at <= command.happened_at for flag in case.referral.flags)
    return command.seen is None or case.unread <= command.seen


def _acknowledges(case: Case, through: int) -> bool:
    """Whether an acknowledgement changes anything: it takes the case in hand, or ends an alarm."""
    free = case.referral.state != "closed" and (case.referral.holder is None or case.referral.state == "new")
    return free or clears(case, through)


def _holds(case: Referral, author: Author) -> bool:
    return case.holder is not None and case.holder.operator_id == author.operator_id


def _superseded(case: Case, command: Command, facts: Facts) -> Happening:
    return _happening(effect(case, command, facts.now), command, facts, superseded=True)


def _happening(what: What, command: Command, facts: Facts, *, superseded: bool = False) -> Happening:
    author = command.author
    by = Actor(author.operator_id, author.name, author.unit, author.desk, author.sent_by)
    return Happening(what, at=command.happened_at, recorded_at=facts.now, by=by, superseded=superseded)
