"""Which cases belong to one account, and which a person has told apart.

Every key a flag ever carried is kept with the flag and with its case. What a person set of the account (`update`)
stands alone: of that kind the case is found by the key it shows, or by none. A split is remembered by both: the cases
stand on two sides, and a later flag joins the side whose keys it carries more strongly. Where it carries both alike,
nobody can say whose it is, so it joins neither and begins a case of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, and_, delete, or_, select, update

from kotaconsole.domain.evolution import Case
from kotaconsole.domain.joining import AccountKeys, keys_of
from kotaconsole.domain.merging import merge_account, merge_subject
from kotaconsole.domain.referral import Account, Flag, Referral, Subject
from kotaconsole.domain.vocabulary import PLATFORMS
from kotaconsole.hub.cases.recorder import load_case
from kotaconsole.hub.storage.tables import account_keys, events, flag_keys, flags, split_keys, split_sides
from kotaconsole.hub.storage.upsert import upsert
from kotaconsole.wire import codec

KINDS: Final = ("by_id", "url", "by_handle")
"""Strongest first."""
_MADE_OF: Final = ("account.platform_account_id", "account.url", "account.handle")
"""The members the keys of each kind are made of, as an event names what it touched."""
_BOTH: Final = -1

Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Told:
    """What a flag said of the account and of the person."""

    account: Account
    subject: Subject


@dataclass(frozen=True, slots=True)
class Same:
    """Cases of an account, and cases that share a key with it but were told apart from it.

    Both by how strong the key is that they share, strongest last, and of equal strength the one opened last at the end.
    """

    ours: tuple[Case, ...]
    apart: tuple[Case, ...]


def cases_of(connection: Connection, platform: str, account: Account) -> Same:
    """The cases of an account."""
    wanted = _pairs(keys_of(platform, account))
    if not wanted:
        return Same((), ())
    touching = or_(*(and_(account_keys.c.kind == kind, account_keys.c.value == value) for kind, value in wanted))
    ids = connection.execute(select(account_keys.c.referral_id).where(touching).distinct()).scalars().all()
    ranks = {case_id: _rank(wanted, _carried_by(connection, case_id)) for case_id in ids}
    strength = {case_id: len(KINDS) - rank for case_id, rank in ranks.items() if rank is not None}
    apart = _apart(connection, tuple(strength), wanted)
    cases = sorted(
        (case for case in (load_case(connection, case_id) for case_id in strength) if case is not None),
        key=lambda case: (strength[case.referral.id], case.referral.opened_at, *_place(case.referral.number)),
    )
    return Same(
        tuple(case for case in cases if case.referral.id not in apart),
        tuple(case for case in cases if case.referral.id in apart),
    )


def remember(connection: Connection, platform: str, reference: str, told: Told, case: Referral) -> None:
    """Keep the keys of a flag with it and with its case, and what the flag told of account and person."""
    known = flags.c.platform == platform, flags.c.reference == reference
    before = connection.execute(select(flags.c.told).where(*known)).scalar()
    whole = told if before is None else _merged(codec.decode(bytes(before), Told), told)
    connection.execute(update(flags).where(*known).values(told=codec.encode(whole)))
    pairs = _pairs(keys_of(platform, told.account))
    named = {"platform": platform, "reference": reference}
    _add(connection, flag_keys, ({**named, "kind": kind, "value": value} for kind, value in pairs))
    remember_account(connection, keys_of(platform, told.account), case)


def remember_account(connection: Connection, keys: AccountKeys, case: Referral) -> None:
    """Keep the keys of an account with a case, whatever flag told of it."""
    pairs = _pairs(keys)
    _add(connection, account_keys, _of_case(case.id, pairs))
    for row in _sides_of(connection, case.id):
        _add(connection, split_keys, _of_side(row.split, row.side, pairs))
    restate(connection, case)


def restate(connection: Connection, case: Referral) -> None:
    """Let the keys of a case follow what persons set of its account: they know better than any flag what it is.

    Args:
        connection: of the writing transaction, in which the event that sets it is written already.
        case: as it stands after that event.
    """
    for kind in _set_by_hand(connection, case.id):
        shown = [pair for pair in _shown(connection, case) if pair[0] == kind]
        mine = account_keys.c.referral_id == case.id, account_keys.c.kind == kind
        before = connection.execute(select(account_keys.c.value).where(*mine)).scalars().all()
        connection.execute(delete(account_keys).where(*mine))
        _add(connection, account_keys, _of_case(case.id, shown))
        gone = {(kind, value) for value in before} - set(shown)
        for row in _sides_of(connection, case.id):
            _add(connection, split_keys, _of_side(row.split, row.side, shown))
            for pair in gone:
                _drop(connection, row, pair)


def told_by(connection: Connection, case_id: str, some: Sequence[Flag]) -> Told | None:
    """What some flags of a case told of account and person, without what the others said; None: nothing is known."""
    found: Told | None = None
    for row in _rows_of(connection, case_id, some):
        if row.told is not None:
            told = codec.decode(bytes(row.told), Told)
            found = told if found is None else _merged(found, told)
    return found


def follow(connection: Connection, previous_id: str, case_id: str) -> None:
    """A case that goes on where a closed one ended stands on its sides of every split."""
    for row in _sides_of(connection, previous_id):
        _add(connection, split_sides, [{"split": row.split, "side": row.side, "referral_id": case_id}])


def take_apart(connection: Connection, split: str, old: Referral, new_id: str, gone: Sequence[Flag]) -> None:
    """Move flags to their new case and remember, under the name `split`, that the two are different accounts."""
    for row in _rows_of(connection, old.id, gone):
        theirs = flags.c.platform == row.platform, flags.c.reference == row.reference
        connection.execute(update(flags).where(*theirs).values(referral_id=new_id))
    for side, case_id in enumerate((old.id, new_id)):
        pairs = _of_flags(connection, case_id)
        connection.execute(delete(account_keys).where(account_keys.c.referral_id == case_id))
        _add(connection, account_keys, _of_case(case_id, pairs))
        _add(connection, split_sides, [{"split": split, "side": side, "referral_id": case_id}])
        _add(connection, split_keys, _of_side(split, side, pairs))
    restate(connection, old)


def _apart(connection: Connection, ids: Sequence[str], wanted: Sequence[Key]) -> set[str]:
    rows = connection.execute(select(split_sides).where(split_sides.c.referral_id.in_(ids))).all()
    theirs = {split: _side_of(connection, split, wanted) for split in {row.split for row in rows}}
    return {row.referral_id for row in rows if theirs[row.split] not in (None, row.side)}


def _side_of(connection: Connection, split: str, wanted: Sequence[Key]) -> int | None:
    """The side of a split a flag belongs to: the one that shares the stronger key; None when it shares none."""
    sides: list[dict[str, set[str]]] = [{}, {}]
    for row in connection.execute(select(split_keys).where(split_keys.c.split == split)):
        sides[row.side].setdefault(row.kind, set()).add(row.value)
    ranks = [_rank(wanted, carried) for carried in sides]
    if ranks[0] == ranks[1]:
        return None if ranks[0] is None else _BOTH
    strength = [len(KINDS) if rank is None else rank for rank in ranks]
    return strength.index(min(strength))


def _rank(wanted: Sequence[Key], carried: dict[str, set[str]]) -> int | None:
    """How strong the first kind of key is that both carry, 0 the strongest; None when none is or it differs."""
    for kind, value in wanted:
        if kind in carried:
            return KINDS.index(kind) if value in carried[kind] else None
    return None


def _carried_by(connection: Connection, case_id: str) -> dict[str, set[str]]:
    carried: dict[str, set[str]] = {}
    for row in connection.execute(select(account_keys).where(account_keys.c.referral_id == case_id)):
        carried.setdefault(row.kind, set()).add(row.value)
    return carried


def _set_by_hand(connection: Connection, case_id: str) -> list[str]:
    """The kinds of keys whose member a person has ever set or unset in this case."""
    theirs = events.c.referral_id == case_id, events.c.kind == "updated"
    touched = {name for row in connection.execute(select(events.c.touched).where(*theirs)) for name in row[0].split()}
    return [kind for kind, member in zip(KINDS, _MADE_OF, strict=True) if member in touched]


def _shown(connection: Connection, case: Referral) -> list[Key]:
    """The keys of the account as the case shows it, on every platform that flagged it."""
    named = select(flags.c.platform).where(flags.c.referral_id == case.id).distinct()
    platforms = set(connection.execute(named).scalars()) or {flag.platform for flag in case.flags}
    return list({pair for platform in sorted(platforms) for pair in _pairs(keys_of(platform, case.account))})


def _sides_of(connection: Connection, case_id: str) -> Sequence[Any]:
    return connection.execute(select(split_sides).where(split_sides.c.referral_id == case_id)).all()


def _drop(connection: Connection, side: Any, pair: Key) -> None:
    """Take a key from a side of a split, unless another case of that side still carries it."""
    kind, value = pair
    others = (
        select(split_sides.c.referral_id)
        .join(account_keys, account_keys.c.referral_id == split_sides.c.referral_id)
        .where(split_sides.c.split == side.split, split_sides.c.side == side.side)
        .where(account_keys.c.kind == kind, account_keys.c.value == value)
    )
    if connection.execute(others.limit(1)).first() is None:
        mine = split_keys.c.split == side.split, split_keys.c.side == side.side
        connection.execute(delete(split_keys).where(*mine, split_keys.c.kind == kind, split_keys.c.value == value))


def _place(number: str | None) -> tuple[int, str]:
    """Of two cases opened in one moment the later number counts; one of seven digits comes after one of six."""
    return len(number or ""), number or ""


def _merged(old: Told, new: Told) -> Told:
    return Told(merge_account(old.account, new.account), merge_subject(old.subject, new.subject))


def _rows_of(connection: Connection, case_id: str, some: Sequence[Flag]) -> list[Any]:
    """The rows of some flags of a case; a platform nobody knows stands there by its own name."""
    names = {(flag.platform, flag.reference) for flag in some}
    rows = connection.execute(select(flags).where(flags.c.referral_id == case_id).order_by(flags.c.received_at))
    return [row for row in rows if (row.platform if row.platform in PLATFORMS else "other", row.reference) in names]


def _of_flags(connection: Connection, case_id: str) -> list[Key]:
    rows = (
        select(flag_keys.c.kind, flag_keys.c.value)
        .join(flags, and_(flag_keys.c.platform == flags.c.platform, flag_keys.c.reference == flags.c.reference))
        .where(flags.c.referral_id == case_id)
        .distinct()
    )
    return [(row.kind, row.value) for row in connection.execute(rows)]


def _pairs(keys: AccountKeys) -> list[Key]:
    return [(kind, value) for kind, value in zip(KINDS, keys.ordered(), strict=True) if value is not None]


def _of_case(case_id: str, pairs: Iterable[Key]) -> list[dict[str, Any]]:
    return [{"kind": kind, "value": value, "referral_id": case_id} for kind, value in pairs]


def _of_side(split: str, side: int, pairs: Iterable[Key]) -> list[dict[str, Any]]:
    return [{"split": split, "side": side, "kind": kind, "value": value} for kind, value in pairs]


def _add(connection: Connection, table: Any, rows: Iterable[dict[str, Any]]) -> None:
    for row in rows:
        connection.execute(upsert(table).values(row).on_conflict_do_nothing())
