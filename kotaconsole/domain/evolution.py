"""A case and what becomes of it: `evolve(case, happening)` is the only place where a case changes.

Hub and console run the same function: the hub to make the case, the console to lay commands that are not at the
hub yet over what the hub last said. What a source does to a case stands here, what people and the hub's clock do
stands in `moves`.
"""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

from kotaconsole.domain import happenings as hap
from kotaconsole.domain import moves, ranking, replays
from kotaconsole.domain.case import Case, Cause, Told, case_of, holder_of, ringing
from kotaconsole.domain.happenings import Happening
from kotaconsole.domain.merging import merge_account, merge_flag, merge_locations, merge_subject
from kotaconsole.domain.referral import Account, Referral, Subject, Times, Transfer
from kotaconsole.domain.triage import Rules, is_unreadable
from kotaconsole.domain.vocabulary import MAX_FLAGS, MAX_ITEMS

__all__ = ["Case", "Cause", "Told", "bounded", "case_of", "evolve", "touches"]


def evolve(case: Case | None, happening: Happening, rules: Rules | None) -> Case:
    """The case after a happening; its version grows by exactly one.

    Args:
        case: None only before its first happening.
        happening: one that `decide`, the intake or the hub's clock made for this very case.
        rules: the triage rules; None leaves level and reasons as they are (a console never ranks the hub's cases).

    Raises:
        ValueError: there is no case, and this happening begins none.
    """
    what = happening.what
    if isinstance(what, hap.FlagReceived | hap.Opened | hap.SplitOff) and not happening.superseded:
        return ranking.begun(_begin(what, happening), rules)
    if case is None:
        raise ValueError("only a flag, an opening or a split begins a case")
    after = replays.noted(case, _moved(case, _stepped(case, happening), happening, rules), happening)
    return replace(after, silent_at=happening.recorded_at) if _quieted(case, after) else after


def touches(before: Referral | None, after: Referral) -> frozenset[str]:
    """What an event changed of the things that two desks may collide in.

    These are state, holder, unit, transfer and level, for any two desks; and `assessed`, `locating`, `subject.<member>`
    and `account.<member>` for two that set the same one.
    """
    if before is None:
        return frozenset({"state"})
    named = ("state", "unit", "level", "assessed", "locating")
    changed = {name for name in named if getattr(before, name) != getattr(after, name)}
    if _asked(before.transfer) != _asked(after.transfer):
        changed.add("transfer")
    old, new = (side.holder.operator_id if side.holder else None for side in (before, after))
    if old != new:
        changed.add("holder")
    members = _members("subject", before.subject, after.subject) | _members("account", before.account, after.account)
    return frozenset(changed | members)


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


def _asked(transfer: Transfer | None) -> Any:
    # the alarm of a transfer moves with the hub's clock, which is nobody's change
    return None if transfer is None else (transfer.to, transfer.since)


def _members(side: str, before: Account | Subject, after: Account | Subject) -> frozenset[str]:
    return frozenset(
        f"{side}.{item.name}" for item in fields(before) if getattr(before, item.name) != getattr(after, item.name)
    )


def _begin(what: hap.FlagReceived | hap.Opened | hap.SplitOff, happening: Happening) -> Case:
    source: Any = what.reading if isinstance(what, hap.FlagReceived) else what
    referral = Referral(
        id=what.referral_id, number=what.number, version=1, state="new", level="P3",
        unit=what.unit, opened_at=happening.at, updated_at=happening.recorded_at,
        flags=what.flags if isinstance(what, hap.SplitOff) else (source.flag,),
        account=source.account, subject=source.subject, locations=source.locations, training=what.training,
    )  # fmt: skip
    if isinstance(what, hap.Opened):
        return Case(
            replace(
                referral, state="acknowledged", late_entry=what.late_entry,
                times=Times(acknowledged_at=happening.at), holder=holder_of(happening),
            )
        )  # fmt: skip
    case = Case(referral)
    if isinstance(what, hap.FlagReceived):
        case = Case(replace(referral, previous=what.previous), earlier=what.earlier)
    return ringing(case, "flag", happening)


def _moved(case: Case, stepped: Case, happening: Happening, rules: Rules | None) -> Case:
    what = happening.what
    if happening.superseded:
        return replace(stepped, reopened_at=happening.at) if isinstance(what, hap.Reopened) else stepped
    match what:
        case hap.FlagRepeated():
            moved = _taking(stepped, what.reading, (*stepped.referral.flags, what.reading.flag))
            return ringing(ranking.restated(case, moved, rules, news=True), "repeat", happening)
        case hap.FlagUpdated():
            return _updated(case, stepped, what, happening, rules)
        case hap.FlagWithdrawn():
            return _withdrawn(stepped, what, happening)
        case hap.CaseAssessed():
            ranked = ranking.restated(case, moves.assessed(stepped, what, happening), rules)
            return ringing(ranked, "raised", happening) if _rose(case, ranked) else ranked
        case hap.SplitAway():
            return ranking.explained(moves.split_away(stepped, what), rules)
        case _:
            return moves.MOVES[type(what)](stepped, what, happening)


def _quieted(before: Case, after: Case) -> bool:
    """Whether the time in which somebody has to act begins anew."""
    old, new = before.referral, after.referral
    if old.alarm is not None and new.alarm is None:
        return True
    named = ("state", "holder", "locating", "by_phone")
    return any(getattr(old, name) != getattr(new, name) for name in named) or _asked(old.transfer) != _asked(
        new.transfer
    )


def _stepped(case: Case, happening: Happening) -> Case:
    old = case.referral
    return replace(case, referral=replace(old, version=old.version + 1, updated_at=happening.recorded_at))


def _updated(before: Case, stepped: Case, what: hap.FlagUpdated, happening: Happening, rules: Rules | None) -> Case:
    new = what.reading.flag
    known = [flag for flag in before.referral.flags if _same(flag, new)]
    back = any(flag.withdrawn_at is not None for flag in known)
    flags = tuple(merge_flag(old, new) if _same(old, new) else old for old in stepped.referral.flags)
    ranked = ranking.restated(before, _taking(stepped, what.reading, flags), rules, news=back)
    if _rose(before, ranked):
        return ringing(ranked, "raised", happening)
    # a flag that was taken back and stated anew is news, although nothing in it rose
    return ringing(ranked, "repeat", happening) if back else ranked


def _rose(before: Case, after: Case) -> bool:
    return after.referral.level < before.referral.level  # P1 < P2 < P3


def _taking(case: Case, reading: Any, flags: tuple[Any, ...]) -> Case:
    old = case.referral
    unread = old.version if old.assessed is not None and is_unreadable(reading.flag) else case.unread
    return replace(
        case,
        unread=unread,
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
        replace(flag, withdrawn_at=happening.recorded_at) if _same(flag, what) else flag for flag in case.referral.flags
    )
    moved = replace(case, referral=replace(case.referral, flags=flags))
    # while another cause stands, the withdrawal adds nothing to acknowledge
    return moved if case.causes else ringing(moved, "withdrawn", happening)
