"""What a later flag adds to an earlier one: it fills what was unknown and never takes anything back."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any, TypeVar

from kotaconsole.domain.intake import MAX_DEFECTS
from kotaconsole.domain.referral import Account, Defect, Flag, Location, Subject
from kotaconsole.domain.triage import matters
from kotaconsole.domain.vocabulary import MAX_LIST, URGENCIES

T = TypeVar("T", Account, Subject)

_AGES = ("under_18", "18_24", "25_plus", "unknown")


def merge_flag(old: Flag, new: Flag) -> Flag:
    """The same flag sent again: signals add up, the highest urgency ever stated stands, a withdrawn one comes back.

    Defects of both stay, because what was unreadable once is unreadable until a person has looked.
    """
    given = {
        item.name: getattr(new, item.name)
        for item in fields(Flag)
        if item.name not in _MERGED and getattr(new, item.name) is not None
    }
    urgencies = [word for word in URGENCIES if word in (old.urgency, new.urgency)]
    return replace(
        old,
        **given,
        signals=tuple(dict.fromkeys((*old.signals, *new.signals))),
        urgency=urgencies[0] if urgencies else None,
        # a live broadcast that ended is still what was stated
        kind=old.kind if old.kind == "live" else new.kind or old.kind,
        defects=_defects(old.defects, new.defects),
        received_at=old.received_at,
        withdrawn_at=None,
    )


def _defects(old: tuple[Defect, ...], new: tuple[Defect, ...]) -> tuple[Defect, ...]:
    """What was set aside before stays; what is new joins it as far as there is room, the grave first.

    A flag that makes itself urgent only now does so whether there is room or not.
    """
    fresh = sorted((one for one in dict.fromkeys(new) if one not in old), key=lambda one: not matters(one.pointer))
    must = any(matters(one.pointer) for one in fresh) and not any(matters(one.pointer) for one in old)
    return (*old, *fresh[: max(int(must), MAX_DEFECTS - len(old))])


_MERGED = frozenset({"signals", "urgency", "kind", "defects", "received_at", "withdrawn_at"})


def merge_account(old: Account, new: Account) -> Account:
    """Unknown fields are filled, lists grow, and of two ages the younger counts."""
    younger = min((old.age_band, new.age_band), key=lambda band: _AGES.index(band) if band in _AGES else len(_AGES))
    return replace(
        _filled(old, new),
        phones=tuple(dict.fromkeys((*old.phones, *new.phones)))[:MAX_LIST],
        emails=tuple(dict.fromkeys((*old.emails, *new.emails)))[:MAX_LIST],
        age_band=younger,
    )


def merge_subject(old: Subject, new: Subject) -> Subject:
    """Unknown fields are filled; of two ages the younger counts."""
    ages = [age for age in (old.age, new.age) if age is not None]
    return replace(_filled(old, new), age=min(ages) if ages else None)


def merge_locations(old: tuple[Location, ...], new: tuple[Location, ...]) -> tuple[Location, ...]:
    """Places add up; one that is known already stays as it is."""
    known = {place.id for place in old}
    return (*old, *(place for place in new if place.id not in known))


def _filled(old: T, new: T) -> T:
    gaps: dict[str, Any] = {
        item.name: getattr(new, item.name)
        for item in fields(old)
        if getattr(old, item.name) in (None, "unknown") and getattr(new, item.name) is not None
    }
    return replace(old, **gaps)
