"""A case and what becomes of it: `evolve(case, happening)` is the only place where a case changes.

Hub and console run the same function: the hub to make the case, the console to lay commands that are not at the
hub yet over what the hub last said.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Final, cast

from kotaconsole.domain import happenings as hap
from kotaconsole.domain.clock import Instant
from kotaconsole.domain.happenings import Happening
from kotaconsole.domain.merging import merge_account, merge_flag, merge_locations, merge_subject
from kotaconsole.domain.referral import Actor, Alarm, Holder, Informed, Link, Outcome, Referral, SlipRecord, Times
from kotaconsole.domain.triage import Rules, highest, level, reasons, stated
from kotaconsole.domain.vocabulary import MAX_FLAGS, MAX_ITEMS, STATES, AlarmCause, State


@dataclass(frozen=True, slots=True)
class Cause:
    """One reason why a case rings: the version of its event, the moment and the kind."""

    version: int
    at: Instant
    cause: AlarmCause
    stage: int = 0


@dataclass(frozen=True, slots=True)
class Case:
    """A case whole, with what the wire does not carry.

    Attributes:
        referral: unbounded lists; `bounded` cuts them for the wire.
        causes: unacknowledged causes, oldest first, of which `referral.alarm` is the summary.
        earlier: `received_at` of the newest flag of the account in an earlier case.
    """

    referral: Referral
    causes: tuple[Cause, ...] = ()
    earlier: Instant | None = None


def case_of(referral: Referral) -> Case:
    """A case from what the wire carries: enough to lay pending commands over it."""
    alarm = referral.alarm
    causes = () if alarm is None else (Cause(alarm.through, alarm.since, alarm.cause, alarm.stage),)
    return Case(referral, causes)


def evolve(case: Case | None, happening: Happening, rules: Rules | None) -> Case:
    """The case after a happening; its version grows by exactly one.

    Args:
        case: None only before its first happening.
        happening: one that `decide` or the intake made for this very case.
        rules: the triage rules; None leaves level and reasons as they are (a console never ranks the hub's cases).
    """
    what = happening.what
    if isinstance(what, hap.FlagReceived | hap.Opened):
        begun = _begin(what, happening)
        return _ranked(begun, rules)
    if case is None:
        raise ValueError("only a flag or an opening begins a case")
    moved = _CHANGES[type(what)](_stepped(case, happening), what, happening)
    if isinstance(what, hap.FlagRepeated):
        return _ringing(_ranked(moved, rules), "repeat", happening)
    if isinstance(what, hap.FlagUpdated):
        ranked = _ranked(moved, rules)
        if ranked.referral.level != case.referral.level:
            return _ringing(ranked, "raised", happening)
        # a flag that was taken back and stated anew is news, although nothing in it rose
        return _ringing(ranked, "repeat", happening) if _came_back(case, what) else ranked
    return moved


def touches(before: Referral | None, after: Referral) -> frozenset[str]:
    """Which of the things that make two desks collide an event changed: state, holder, unit, transfer, level."""
    if before is None:
        return frozenset({"state"})
    named = ("state", "unit", "transfer", "level")
    changed = {name for name in named if getattr(before, name) != getattr(after, name)}
    old, new = (side.holder.operator_id if side.holder else None for side in (before, after))
    return frozenset(changed | ({"holder"} if old != new else set()))


def bounded(referral: Referral) -> Referral:
    """The case as it travels: latest flags and list items, with the counts of all."""
    return replace(
        referral,
        flags=referral.flags[-MAX_FLAGS:], flag_count=len(referral.flags),
        locations=referral.locations[-MAX_ITEMS:], location_count=len(referral.locations),
        slips=referral.slips[-MAX_ITEMS:], slip_count=len(referral.slips),
        informed=referral.informed[-MAX_ITEMS:], informed_count=len(referral.informed),
        links=referral.links[-MAX_ITEMS:], link_count=len(referral.links),
    )  # fmt: skip


def _begin(what: hap.FlagReceived | hap.Opened, happening: Happening) -> Case:
    by_hand = isinstance(what, hap.Opened)
    source = what if isinstance(what, hap.Opened) else what.reading
    referral = Referral(
        id=what.referral_id, number=what.number, version=1, state="acknowledged" if by_hand else "new", level="P3",
        unit=what.unit, opened_at=happening.at, updated_at=happening.recorded_at,
        flags=(source.flag,), account=source.account, subject=source.subject, locations=source.locations,
        training=what.training,
    )  # fmt: skip
    if isinstance(what, hap.Opened):
        held = replace(
            referral, late_entry=what.late_entry, times=Times(acknowledged_at=happening.at),
            holder=_holder(happening),
        )  # fmt: skip
        return Case(held)
    case = Case(replace(referral, previous=what.previous), earlier=what.earlier)
    return _ringing(case, "flag", happening)


def _stepped(case: Case, happening: Happening) -> Case:
    old = case.referral
    return replace(case, referral=replace(old, version=old.version + 1, updated_at=happening.recorded_at))


def _ranked(case: Case, rules: Rules | None) -> Case:
    """Rules run over everything stated. A level only rises here: lowering takes a person."""
    if rules is None:
        return case
    old = case.referral
    found = stated(old.flags, old.assessed, () if case.earlier is None else (case.earlier,))
    asked = level(found, rules)
    now = asked if old.version == 1 else highest((asked, old.level))
    return replace(case, referral=replace(old, level=now, reasons=reasons(found, rules)))


def _ringing(case: Case, cause: AlarmCause, happening: Happening) -> Case:
    new = Cause(case.referral.version, happening.recorded_at, cause)
    return _with_causes(case, (*case.causes, new))


def _with_causes(case: Case, causes: tuple[Cause, ...]) -> Case:
    return Case(replace(case.referral, alarm=_alarm(causes)), causes, case.earlier)


def _alarm(causes: tuple[Cause, ...]) -> Alarm | None:
    """Since and stage of the oldest; through and cause of the newest, but a withdrawal replaces no other."""
    if not causes:
        return None
    telling = [cause for cause in causes if cause.cause != "withdrawn"] or list(causes)
    newest = telling[-1]
    return Alarm(since=causes[0].at, through=newest.version, cause=newest.cause, stage=causes[0].stage)


def _repeated(case: Case, what: hap.FlagRepeated, _: Happening) -> Case:
    return _taking(case, what.reading, (*case.referral.flags, what.reading.flag))


def _updated(case: Case, what: hap.FlagUpdated, _: Happening) -> Case:
    new = what.reading.flag
    flags = tuple(merge_flag(old, new) if _same(old, new) else old for old in case.referral.flags)
    return _taking(case, what.reading, flags)


def _came_back(case: Case, what: hap.FlagUpdated) -> bool:
    return any(flag.withdrawn_at is not None and _same(flag, what.reading.flag) for flag in case.referral.flags)


def _taking(case: Case, reading: Any, flags: tuple[Any, ...]) -> Case:
    old = case.referral
    return replace(
        case,
        referral=replace(
            old,
            flags=flags,
            account=merge_account(old.account, reading.account),
            subject=merge_subject(old.subject, reading.subject),
            locations=merge_locations(old.locations, reading.locations),
        ),
    )


def _same(old: Any, new: Any) -> bool:
    return bool((old.platform, old.reference) == (new.platform, new.reference))


def _withdrawn(case: Case, what: hap.FlagWithdrawn, happening: Happening) -> Case:
    flags = tuple(
        replace(flag, withdrawn_at=happening.recorded_at)
        if (flag.platform, flag.reference) == (what.platform, what.reference)
        else flag
        for flag in case.referral.flags
    )
    moved = replace(case, referral=replace(case.referral, flags=flags))
    # a closed case is at rest; while another cause stands, the withdrawal adds nothing to acknowledge
    rings = case.referral.state != "closed" and not case.causes
    return _ringing(moved, "withdrawn", happening) if rings else moved


def _acknowledged(case: Case, what: hap.Acknowledged, happening: Happening) -> Case:
    cleared = _with_causes(case, tuple(cause for cause in case.causes if cause.version > what.through))
    old = cleared.referral
    if old.state == "closed":
        return cleared
    state: State = "acknowledged" if old.state == "new" else old.state
    times = replace(old.times, acknowledged_at=old.times.acknowledged_at or happening.at)
    holder = old.holder or _holder(happening)
    return replace(cleared, referral=replace(old, state=state, times=times, holder=holder))


def _note(case: Case, _what: hap.NoteAdded, _: Happening) -> Case:
    counts = replace(case.referral.counts, notes=case.referral.counts.notes + 1)
    return replace(case, referral=replace(case.referral, counts=counts))


def _informed(case: Case, what: hap.UnitInformed, happening: Happening) -> Case:
    told = Informed(
        unit=what.unit, at=happening.at, person=what.person, rank=what.rank, phone=what.phone, by=happening.by
    )
    old = case.referral
    times = replace(old.times, informed_at=old.times.informed_at or happening.at)
    moved = replace(old, informed=(*old.informed, told), informed_count=len(old.informed) + 1, times=times)
    return replace(case, referral=_at_least(_in_hand(moved, happening), "informed"))


def _slip(case: Case, what: hap.SlipMade, happening: Happening) -> Case:
    old = case.referral
    made = SlipRecord(
        number=what.number, form=what.form, unit=what.unit, status=what.status, at=happening.at,
        copies=what.copies, by=happening.by, supersedes=what.supersedes, reason=what.reason,
    )  # fmt: skip
    known = any(slip.number == what.number for slip in old.slips)
    slips = (
        tuple(
            replace(slip, status=what.status, at=happening.at) if slip.number == what.number else slip
            for slip in old.slips
        )
        if known
        else (*old.slips, made)
    )
    return replace(case, referral=replace(old, slips=slips, slip_count=len(slips)))


def _contact(case: Case, _what: hap.ContactMade, happening: Happening) -> Case:
    old = case.referral
    times = replace(old.times, contact_at=old.times.contact_at or happening.at)
    return replace(case, referral=_at_least(_in_hand(replace(old, times=times), happening), "contact_made"))


def _closed(case: Case, what: hap.Closed, happening: Happening) -> Case:
    old = _in_hand(case.referral, happening)
    ended = replace(
        old,
        state="closed",
        outcome=Outcome(code=what.code, at=happening.at, summary=what.summary, by=happening.by),
        times=replace(old.times, closed_at=happening.at),
    )
    return _with_causes(replace(case, referral=ended), ())


def _linked(case: Case, what: hap.Linked, happening: Happening) -> Case:
    old = case.referral
    links = (*old.links, Link(to=what.to, kind=what.link))
    moved = replace(case, referral=replace(old, links=links, link_count=len(links)))
    return _ringing(moved, "repeat", happening) if what.rings and old.state != "closed" else moved


def _in_hand(referral: Referral, happening: Happening) -> Referral:
    """With no holder nobody is held off, and whoever acts becomes the holder."""
    return referral if referral.holder else replace(referral, holder=_holder(happening))


def _holder(happening: Happening) -> Holder | None:
    by = cast("Actor", happening.by)
    return Holder(operator_id=by.operator_id, name=by.name, desk=by.desk, since=happening.at)


def _at_least(referral: Referral, state: State) -> Referral:
    ahead = STATES.index(referral.state) >= STATES.index(state)
    return referral if ahead else replace(referral, state=state)


_CHANGES: Final[dict[type, Callable[[Case, Any, Happening], Case]]] = {
    hap.FlagRepeated: _repeated,
    hap.FlagUpdated: _updated,
    hap.FlagWithdrawn: _withdrawn,
    hap.Acknowledged: _acknowledged,
    hap.NoteAdded: _note,
    hap.UnitInformed: _informed,
    hap.SlipMade: _slip,
    hap.ContactMade: _contact,
    hap.Closed: _closed,
    hap.Linked: _linked,
}
