"""What people and the hub's clock do to a case, one function for each happening: what is new, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from kotaconsole.domain import happenings as hap
from kotaconsole.domain.case import Case, Told, at_least, holder_of, in_hand, ringing, taking, with_causes
from kotaconsole.domain.crossing import leaving, stays
from kotaconsole.domain.happenings import Happening
from kotaconsole.domain.referral import (
    Assessed,
    ByPhone,
    Informed,
    Link,
    Locating,
    Outcome,
    Referral,
    SlipRecord,
    Transfer,
    TransferAlarm,
)
from kotaconsole.domain.vocabulary import State


def assessed(case: Case, what: hap.CaseAssessed, happening: Happening) -> Case:
    """The assessment in its place; what it does to the level is `ranking.restated`."""
    found = Assessed(at=happening.at, signals=what.signals, urgency=what.urgency, reason=what.reason, by=happening.by)
    # what arrived unreadable after the author had looked has been assessed by nobody
    unread = 0 if what.settles else max(case.unread, 1)
    return replace(case, unread=unread, referral=replace(case.referral, assessed=found))


def split_away(case: Case, what: hap.SplitAway) -> Case:
    """The case without the named flags and without the places that only they told of."""
    old = case.referral
    gone = leaving(old, what.references)
    flags = tuple(flag for flag in old.flags if flag not in gone)
    return replace(
        case,
        referral=replace(old, flags=flags, flag_count=max(len(flags), old.flag_count - len(gone)),
                         locations=stays(old.locations, flags, gone)),
    )  # fmt: skip


def _acknowledged(case: Case, what: hap.Acknowledged, happening: Happening) -> Case:
    cleared = with_causes(case, tuple(cause for cause in case.causes if cause.version > what.through))
    old = cleared.referral
    if old.state == "closed":
        return cleared
    return replace(cleared, referral=_begun(old, happening))


def _begun(old: Referral, happening: Happening) -> Referral:
    """Somebody named has it in hand: new becomes acknowledged."""
    times = replace(old.times, acknowledged_at=old.times.acknowledged_at or happening.at)
    return at_least(in_hand(replace(old, times=times), happening), "acknowledged")


def _declined(case: Case, _what: hap.Declined, _: Happening) -> Case:
    return case


def _released(case: Case, _what: hap.Released, happening: Happening) -> Case:
    old = case.referral
    state: State = "new" if old.state == "acknowledged" else old.state
    return ringing(replace(case, referral=replace(old, state=state, holder=None)), "released", happening)


def _taken_over(case: Case, _what: hap.TakenOver, happening: Happening) -> Case:
    return replace(case, referral=replace(case.referral, holder=holder_of(happening)))


def _note(case: Case, _what: hap.NoteAdded, _: Happening) -> Case:
    counts = case.referral.counts
    return replace(case, referral=replace(case.referral, counts=replace(counts, notes=counts.notes + 1)))


def _called(case: Case, _what: hap.Called, _: Happening) -> Case:
    counts = case.referral.counts
    return replace(case, referral=replace(case.referral, counts=replace(counts, calls=counts.calls + 1)))


def _slip(case: Case, what: hap.SlipMade, happening: Happening) -> Case:
    old = case.referral
    if not any(slip.number == what.number for slip in old.slips):
        made = SlipRecord(
            number=what.number, form=what.form, unit=what.unit, status=what.status, at=happening.at,
            copies=what.copies, by=happening.by, supersedes=what.supersedes, reason=what.reason,
        )  # fmt: skip
        slips = (*old.slips, made)
        return replace(case, referral=replace(old, slips=slips, slip_count=_one_more(old.slips, old.slip_count)))
    again = tuple(
        replace(slip, status=what.status, at=happening.at) if slip.number == what.number else slip for slip in old.slips
    )
    return replace(case, referral=replace(old, slips=again))


def _location_added(case: Case, what: hap.LocationAdded, _: Happening) -> Case:
    old = case.referral
    count = _one_more(old.locations, old.location_count)
    return replace(case, referral=replace(old, locations=(*old.locations, what.location), location_count=count))


def _location_accepted(case: Case, what: hap.LocationAccepted, happening: Happening) -> Case:
    by = None if happening.by is None else happening.by.name
    places = tuple(
        replace(place, accepted_by=by, accepted_at=happening.at) if place.id == what.id else place
        for place in case.referral.locations
    )
    return replace(case, referral=replace(case.referral, locations=places))


def _updated(case: Case, what: hap.Updated, _: Happening) -> Case:
    sides: dict[str, dict[str, Any]] = {"subject": {}, "account": {}}
    for one in what.set:
        side, _dot, member = one.field.partition(".")
        sides[side][member] = one.to
    old = case.referral
    return replace(
        case,
        referral=replace(
            old, subject=replace(old.subject, **sides["subject"]), account=replace(old.account, **sides["account"])
        ),
    )


def _raised(case: Case, what: hap.LevelRaised, happening: Happening) -> Case:
    return ringing(
        replace(case, referral=replace(case.referral, level=what.level, level_by_hand=True)), "raised", happening
    )


def _lowered(case: Case, what: hap.LevelLowered, _: Happening) -> Case:
    return replace(case, referral=replace(case.referral, level=what.level, level_by_hand=True))


def _locating(case: Case, what: hap.LocatingBegun, happening: Happening) -> Case:
    old = in_hand(case.referral, happening)
    return replace(case, referral=replace(old, locating=Locating(what.plan, what.recheck_at)))


def _informed(case: Case, what: hap.UnitInformed, happening: Happening) -> Case:
    told = Informed(
        unit=what.unit, at=happening.at, person=what.person, rank=what.rank, phone=what.phone, by=happening.by
    )
    old = case.referral
    times = replace(old.times, informed_at=old.times.informed_at or happening.at)
    count = _one_more(old.informed, old.informed_count)
    moved = replace(old, informed=(*old.informed, told), informed_count=count, times=times)
    return replace(case, referral=at_least(in_hand(moved, happening), "informed"))


def _departed(case: Case, _what: hap.Departed, happening: Happening) -> Case:
    old = case.referral
    times = replace(old.times, departed_at=old.times.departed_at or happening.at)
    return replace(case, referral=at_least(in_hand(replace(old, times=times), happening), "departed"))


def _on_scene(case: Case, _what: hap.OnScene, happening: Happening) -> Case:
    old = case.referral
    times = replace(old.times, on_scene_at=old.times.on_scene_at or happening.at)
    return replace(case, referral=at_least(in_hand(replace(old, times=times), happening), "on_scene"))


def _contact(case: Case, _what: hap.ContactMade, happening: Happening) -> Case:
    old = case.referral
    times = replace(old.times, contact_at=old.times.contact_at or happening.at)
    # whoever was searched for has been found
    found = replace(old, times=times, locating=None)
    return replace(case, referral=at_least(in_hand(found, happening), "contact_made"))


def _forwarded(case: Case, what: hap.Forwarded, happening: Happening) -> Case:
    alarm = TransferAlarm(since=happening.recorded_at)
    asked = Transfer(to=what.to, since=happening.recorded_at, by=happening.by, reason=what.reason, alarm=alarm)
    return replace(case, referral=replace(in_hand(case.referral, happening), transfer=asked))


def _accepted(case: Case, _what: hap.Accepted, happening: Happening) -> Case:
    old = case.referral
    unit = old.unit if old.transfer is None else old.transfer.to
    theirs = replace(old, unit=unit, transfer=None, by_phone=None, holder=holder_of(happening))
    return with_causes(replace(case, referral=_begun(theirs, happening)), ())


def _accepted_by_phone(case: Case, what: hap.AcceptedByPhone, happening: Happening) -> Case:
    # a desk's clock that runs ahead must not put off the reminders that are counted from this moment
    at = min(happening.at, happening.recorded_at)
    told = ByPhone(to=what.to, person=what.person, at=at, rank=what.rank, phone=what.phone, by=happening.by)
    return replace(case, referral=replace(case.referral, transfer=None, by_phone=told))


def _returned(case: Case, _what: hap.Returned, happening: Happening) -> Case:
    return ringing(replace(case, referral=replace(case.referral, transfer=None)), "returned", happening)


def _recalled(case: Case, _what: hap.Recalled, _: Happening) -> Case:
    return replace(case, referral=replace(case.referral, transfer=None))


def _closed(case: Case, what: hap.Closed, happening: Happening) -> Case:
    old = in_hand(case.referral, happening)
    ended = replace(
        old,
        state="closed",
        outcome=Outcome(code=what.code, at=happening.at, summary=what.summary, by=happening.by),
        times=replace(old.times, closed_at=happening.at),
        transfer=None,
        locating=None,
    )
    return with_causes(replace(case, referral=ended), ())


def _reopened(case: Case, _what: hap.Reopened, happening: Happening) -> Case:
    old = case.referral
    anew = replace(
        old, state="acknowledged", holder=holder_of(happening), outcome=None, by_phone=None,
        times=replace(old.times, closed_at=None),
    )  # fmt: skip
    return replace(case, reopened_at=happening.at, told=(), referral=anew)


def _linked(case: Case, what: hap.Linked, _: Happening) -> Case:
    old = case.referral
    link = Link(to=what.to, kind=what.link)
    if link not in old.links:
        old = replace(old, links=(*old.links, link), link_count=_one_more(old.links, old.link_count))
    moved = replace(case, referral=old)
    return moved if what.alarm is None else taking(moved, what.alarm)


def _hold(case: Case, what: hap.HoldChanged, _: Happening) -> Case:
    return replace(case, referral=replace(case.referral, hold=what.on))


def _escalated(case: Case, what: hap.Escalated, _: Happening) -> Case:
    if what.of == "transfer":
        old = case.referral
        asked = old.transfer
        if asked is None or asked.alarm is None:
            return case
        alarm = replace(asked.alarm, stage=max(asked.alarm.stage, what.stage))
        return replace(case, referral=replace(old, transfer=replace(asked, alarm=alarm)))
    if not case.causes:
        return case
    oldest, *rest = case.causes
    return with_causes(case, (replace(oldest, stage=max(oldest.stage, what.stage)), *rest))


def _realarmed(case: Case, what: hap.Realarmed, happening: Happening) -> Case:
    others = tuple(one for one in case.told if (one.why, one.to) != (what.why, what.to))
    told = (*others, Told(what.why, what.to, happening.recorded_at))
    return ringing(replace(case, told=told), "realarm", happening)


def _one_more(items: tuple[Any, ...], count: int) -> int:
    # a console holds the latest only, with the count of all
    return max(len(items), count) + 1


MOVES: Final[dict[type, Callable[[Case, Any, Happening], Case]]] = {
    hap.Acknowledged: _acknowledged,
    hap.Declined: _declined,
    hap.Released: _released,
    hap.TakenOver: _taken_over,
    hap.NoteAdded: _note,
    hap.Called: _called,
    hap.SlipMade: _slip,
    hap.LocationAdded: _location_added,
    hap.LocationAccepted: _location_accepted,
    hap.Updated: _updated,
    hap.LevelRaised: _raised,
    hap.LevelLowered: _lowered,
    hap.LocatingBegun: _locating,
    hap.UnitInformed: _informed,
    hap.Departed: _departed,
    hap.OnScene: _on_scene,
    hap.ContactMade: _contact,
    hap.Forwarded: _forwarded,
    hap.Accepted: _accepted,
    hap.AcceptedByPhone: _accepted_by_phone,
    hap.Returned: _returned,
    hap.Recalled: _recalled,
    hap.Closed: _closed,
    hap.Reopened: _reopened,
    hap.Linked: _linked,
    hap.HoldChanged: _hold,
    hap.Escalated: _escalated,
    hap.Realarmed: _realarmed,
}
