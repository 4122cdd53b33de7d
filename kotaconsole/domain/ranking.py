"""The level of a case: the rules run over everything stated, and lowering takes a person.

A person's level stands until something new is stated; the highest urgency ever stated stands. One thing lowers
without a supervisor: an assessment puts an end to what only counted as urgent because nobody could read it.
"""

from __future__ import annotations

from dataclasses import replace

from kotaconsole.domain.case import Case
from kotaconsole.domain.referral import Referral
from kotaconsole.domain.triage import Rules, Stated, highest, level, reasons, stated
from kotaconsole.domain.vocabulary import Level


def begun(case: Case, rules: Rules | None) -> Case:
    """The first level of a case."""
    if rules is None:
        return case
    found = _stated(case)
    return _with(case, level(found, rules), found, rules)


def restated(before: Case, after: Case, rules: Rules | None, *, news: bool = False) -> Case:
    """The level after a flag or an assessment has stated something.

    Args:
        before: the case as it was.
        after: the case with the statement in it, its level still the old one.
        rules: None leaves the level as it is: a console never ranks the hub's cases.
        news: the statement is new by itself, whatever it holds.
    """
    if rules is None:
        return after
    was, found, old = _stated(before), _stated(after), after.referral
    asked = level(found, rules)
    if old.level_by_hand and not (news or _adds(was, found)):
        now: Level = old.level
    elif was.unreadable and not found.unreadable and not old.level_by_hand:
        readable = level(replace(was, unreadable=False), rules)
        now = highest((asked, readable)) if level(was, rules) == old.level else highest((asked, old.level))
    else:
        now = highest((asked, old.level))
    return _with(after, now, found, rules)


def explained(case: Case, rules: Rules | None) -> Case:
    """The same level, with the reasons that still match: after flags were taken out nothing new is stated."""
    return case if rules is None else _with(case, case.referral.level, _stated(case), rules)


def _with(case: Case, now: Level, found: Stated, rules: Rules) -> Case:
    old: Referral = case.referral
    by_hand = old.level_by_hand and now == old.level
    return replace(case, referral=replace(old, level=now, level_by_hand=by_hand, reasons=reasons(found, rules)))


def _stated(case: Case) -> Stated:
    old = case.referral
    found = stated(old.flags, old.assessed, () if case.earlier is None else (case.earlier,))
    return replace(found, unreadable=found.unreadable or case.unread > 0)


def _adds(was: Stated, found: Stated) -> bool:
    return bool(
        found.signals - was.signals
        or found.urgencies - was.urgencies
        or found.kinds - was.kinds
        or (found.unreadable and not was.unreadable)
        or (found.repeat and not was.repeat)
    )
