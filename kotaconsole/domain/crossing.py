"""What a happening on one case begins in another."""

from __future__ import annotations

from collections.abc import Iterable

from kotaconsole.domain import happenings as hap
from kotaconsole.domain.case import Case
from kotaconsole.domain.happenings import Happening
from kotaconsole.domain.intake import location_id
from kotaconsole.domain.referral import Account, Flag, Location, Referral, Subject


def split_off(
    before: Case, away: Happening, number: str, *, account: Account | None = None, subject: Subject | None = None
) -> Happening:
    """The beginning of the case of the flags that were taken out of another one; it rings.

    Args:
        before: the old case as it stood before they were taken out.
        away: its `SplitAway`, which names them.
        number: the case number of the new one.
        account: the account as those flags told it, where that is known; else the old case's.
        subject: the same of the person.

    Raises:
        TypeError: the happening is no split.
    """
    what, old = away.what, before.referral
    if not isinstance(what, hap.SplitAway):
        raise TypeError("only a split takes flags out of a case")
    gone = leaving(old, what.references)
    begun = hap.SplitOff(
        referral_id=what.new_referral_id, number=number, unit=old.unit, origin=old.id, references=what.references,
        reason=what.reason, flags=gone, account=account or old.account, subject=subject or old.subject,
        locations=_of(old.locations, gone), training=old.training,
    )  # fmt: skip
    return Happening(begun, at=away.at, recorded_at=away.recorded_at, by=away.by)


def leaving(referral: Referral, references: Iterable[str]) -> tuple[Flag, ...]:
    """The flags that a split names: by their reference, or platform and reference where two platforms share one."""
    named = set(references)
    return tuple(flag for flag in referral.flags if named & names_of(flag))


def names_of(flag: Flag) -> frozenset[str]:
    """What a split may call a flag; a reference never holds a slash."""
    return frozenset({flag.reference, f"{flag.platform}/{flag.reference}"})


def stays(places: Iterable[Location], kept: Iterable[Flag], gone: Iterable[Flag]) -> tuple[Location, ...]:
    """The places of the old case: without those that only the flags taken out told of."""
    left, lost = tuple(kept), tuple(gone)
    return tuple(
        place for place in places if not _told_by(place, lost) or _told_by(place, left) or place.accepted_at is not None
    )


def _of(places: Iterable[Location], flags: Iterable[Flag]) -> tuple[Location, ...]:
    told = tuple(flags)
    return tuple(place for place in places if _told_by(place, told))


def _told_by(place: Location, flags: Iterable[Flag]) -> bool:
    return any(place.id == location_id(f"{flag.platform}/{flag.reference}", place) for flag in flags)
