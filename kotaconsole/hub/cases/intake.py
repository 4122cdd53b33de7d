"""The intake: every flag of a source finds its case, and nothing is refused for its content."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Final

from sqlalchemy import Connection, and_, or_, select
from sqlalchemy.dialects.sqlite import insert as upsert

from kotaconsole.domain import happenings as hap
from kotaconsole.domain.clock import Instant
from kotaconsole.domain.evolution import Case
from kotaconsole.domain.happenings import Happening, What
from kotaconsole.domain.intake import Reading, read_flag, referral_id
from kotaconsole.domain.joining import AccountKeys, keys_of
from kotaconsole.domain.merging import merge_flag
from kotaconsole.domain.referral import Flag, Referral
from kotaconsole.domain.vocabulary import LEVELS
from kotaconsole.hub.audit import chain
from kotaconsole.hub.cases import lenient
from kotaconsole.hub.cases.recorder import Cause, Placed, Recorded, Recorder, load_case
from kotaconsole.hub.problems import Refused
from kotaconsole.hub.storage import counters
from kotaconsole.hub.storage.tables import account_keys, flags, referrals
from kotaconsole.hub.storage.writer import Transaction
from kotaconsole.wire import codec
from kotaconsole.wire.bodies import FlagAnswer

WITHDRAWAL_REASONS: Final = ("error", "resolved", "duplicate", "other")
_KEY_KINDS: Final = ("by_id", "url", "by_handle")


@dataclass(frozen=True, slots=True)
class Sent:
    """One flag as it came: `platform` and `reference` from the path, the body perhaps only its beginning."""

    platform: str
    reference: str
    raw: bytes
    cut: bool
    source: str


@dataclass(frozen=True, slots=True)
class Taken:
    """The answer to a source."""

    status: int
    body: bytes


class Intake:
    """Puts flags into cases, inside the writer's transactions.

    Thread: the writer's.
    """

    def __init__(
        self, recorder: Recorder, *, intake_unit: str, training: bool, publish: Callable[[Sequence[Placed]], None]
    ) -> None:
        self._recorder = recorder
        self._unit = intake_unit
        self._training = training
        self._publish = publish

    def put(self, tx: Transaction, sent: Sent) -> Taken:
        """Take one flag in; the same body as the latest again changes nothing."""
        body_hash = hashlib.sha256(sent.raw).digest()
        known = _known(tx.connection, sent.platform, sent.reference)
        if known is not None and known.body_hash == body_hash:
            return _answer(202 if known.defective else 200, known.referral_id, known.number)
        reading = read_flag(
            None if sent.cut else lenient.read(sent.raw),
            platform=sent.platform, reference=sent.reference, received_at=tx.now,
            raw=sent.raw.decode("utf-8", "replace"),
        )  # fmt: skip
        if known is None:
            recorded = self._first(tx, sent, reading)
        else:
            recorded = self._again(tx, sent, reading, _whole(tx.connection, known.referral_id))
        defective = bool(reading.flag.defects)
        self._keep(tx, sent, reading, recorded.case, body_hash, defective)
        status = 202 if defective else 201 if known is None else 200
        return _answer(status, recorded.case.referral.id, recorded.case.referral.number)

    def withdraw(self, tx: Transaction, platform: str, reference: str, reason: str, source: str) -> Taken:
        """Mark a flag as taken back by its source; a second time changes nothing.

        Raises:
            Refused: no such flag.
        """
        known = _known(tx.connection, platform, reference)
        if known is None:
            raise Refused("not-found", "no such flag was sent")
        case = _whole(tx.connection, known.referral_id)
        flag = _flag_of(case, platform, reference)
        if flag is not None and flag.withdrawn_at is None:
            # a source that takes a flag back is heard, whatever word it uses for it
            word = reason if reason in WITHDRAWAL_REASONS else "other"
            what = hap.FlagWithdrawn(flag.platform, reference, word)
            self._record(tx, case, what, at=tx.now)
            chain.write(tx, who=source, what="flag withdrawn", referral_id=known.referral_id)
        return Taken(200, codec.encode({"referral_id": known.referral_id}))

    def remember(self, tx: Transaction, case: Case) -> None:
        """Let later flags of the same account find a case that a person opened by hand."""
        flag = case.referral.flags[0]
        _add_keys(tx.connection, keys_of(flag.platform, case.referral.account), case.referral.id)
        row = {
            "platform": flag.platform, "reference": flag.reference, "referral_id": case.referral.id,
            "body_hash": b"", "defective": False, "received_at": int(flag.received_at),
        }  # fmt: skip
        tx.connection.execute(upsert(flags).values(row).on_conflict_do_nothing())

    def _first(self, tx: Transaction, sent: Sent, reading: Reading) -> Recorded:
        """A flag not seen before: it joins an open case of the account, or begins one."""
        same = _cases_of(tx.connection, keys_of(sent.platform, reading.account))
        open_ones = [case for case in same if case.referral.state != "closed"]
        if open_ones:
            return self._record(tx, open_ones[-1], hap.FlagRepeated(reading), at=tx.now)
        return self._begin(tx, sent, reading, same[-1] if same else None)

    def _again(self, tx: Transaction, sent: Sent, reading: Reading, case: Case) -> Recorded:
        """A changed body of a known flag. A closed case stays at rest unless the change makes it more urgent."""
        what = hap.FlagUpdated(reading)
        raised = _more_urgent(case.referral, self._recorder.evolved(case, _happening(what, tx.now, tx.now)).referral)
        if case.referral.state != "closed" or not raised:
            return self._record(tx, case, what, at=tx.now)
        old = _flag_of(case, sent.platform, sent.reference)
        whole = reading if old is None else replace(reading, flag=_anew(old, reading.flag))
        same = _cases_of(tx.connection, keys_of(sent.platform, reading.account))
        open_ones = [other for other in same if other.referral.state != "closed"]
        if open_ones:
            return self._record(tx, open_ones[-1], hap.FlagRepeated(whole), at=tx.now)
        return self._begin(tx, sent, whole, case)

    def _begin(self, tx: Transaction, sent: Sent, reading: Reading, previous: Case | None) -> Recorded:
        begun = hap.FlagReceived(
            referral_id=_free_id(tx.connection, sent.platform, sent.reference),
            number=counters.case_number(tx.connection, tx.now, training=self._training),
            unit=self._unit, reading=reading, training=self._training,
            previous=None if previous is None else previous.referral.id,
            earlier=None if previous is None else _newest(previous, reading.flag),
        )  # fmt: skip
        return self._record(tx, None, begun, at=tx.now)

    def _record(self, tx: Transaction, case: Case | None, what: What, *, at: Instant) -> Recorded:
        recorded = self._recorder.record(tx, case, _happening(what, at, tx.now), Cause())
        tx.after_commit.append(partial(self._publish, recorded.placed))
        return recorded

    def _keep(
        self, tx: Transaction, sent: Sent, reading: Reading, case: Case, body_hash: bytes, defective: bool
    ) -> None:
        row = {
            "platform": sent.platform, "reference": sent.reference, "referral_id": case.referral.id,
            "body_hash": body_hash, "defective": defective, "received_at": int(tx.now),
        }  # fmt: skip
        tx.connection.execute(
            upsert(flags).values(row).on_conflict_do_update(index_elements=["platform", "reference"], set_=row)
        )
        _add_keys(tx.connection, keys_of(sent.platform, reading.account), case.referral.id)
        chain.write(tx, who=sent.source, what="flag", content=sent.raw, referral_id=case.referral.id)


def _happening(what: What, at: Instant, now: Instant) -> Happening:
    return Happening(what, at=at, recorded_at=now)


def _known(connection: Connection, platform: str, reference: str) -> Any:
    query = (
        select(flags, referrals.c.number)
        .join(referrals, flags.c.referral_id == referrals.c.id)
        .where(flags.c.platform == platform, flags.c.reference == reference)
    )
    return connection.execute(query).first()


def _whole(connection: Connection, case_id: str) -> Case:
    case = load_case(connection, case_id)
    if case is None:
        raise RuntimeError("a flag without its case")
    return case


def _more_urgent(before: Referral, after: Referral) -> bool:
    """Whether an update must not stay unheard on a case that is closed: the level rose, or something immediate is new.

    A closed P1 cannot rise, but an act under way that is stated only now is no part of what was closed.
    """
    if LEVELS.index(after.level) < LEVELS.index(before.level):
        return True
    known = {reason.rule for reason in before.reasons}
    return after.level == LEVELS[0] and any(reason.rule not in known for reason in after.reasons)


def _flag_of(case: Case, platform: str, reference: str) -> Flag | None:
    """The flag inside its case, where an unknown platform stands as `other`."""
    found = [flag for flag in case.referral.flags if flag.reference == reference]
    exact = [flag for flag in found if flag.platform == platform]
    return next(iter(exact or found), None)


def _anew(old: Flag, new: Flag) -> Flag:
    """The flag that begins a case again: nothing it ever stated is lost, but it is received now."""
    return replace(merge_flag(old, new), received_at=new.received_at)


def _newest(previous: Case, flag: Flag) -> Instant | None:
    """When the account was last flagged before, by another flag than this one."""
    moments = [
        other.received_at
        for other in previous.referral.flags
        if (other.platform, other.reference) != (flag.platform, flag.reference)
    ]
    if previous.earlier is not None:
        moments.append(previous.earlier)
    return max(moments, default=None)


def _free_id(connection: Connection, platform: str, reference: str) -> str:
    nth = 1
    while True:
        candidate = referral_id(platform, reference, nth)
        if connection.execute(select(referrals.c.id).where(referrals.c.id == candidate)).first() is None:
            return candidate
        nth += 1


def _cases_of(connection: Connection, keys: AccountKeys) -> list[Case]:
    """All cases of an account, oldest first."""
    wanted = [(kind, value) for kind, value in zip(_KEY_KINDS, keys.ordered(), strict=True) if value is not None]
    if not wanted:
        return []
    touching = or_(*(and_(account_keys.c.kind == kind, account_keys.c.value == value) for kind, value in wanted))
    ids = connection.execute(select(account_keys.c.referral_id).where(touching).distinct()).scalars().all()
    same = [case_id for case_id in ids if _same_account(connection, case_id, wanted)]
    cases = [_whole(connection, case_id) for case_id in same]
    return sorted(cases, key=lambda case: (case.referral.opened_at, case.referral.number or ""))


def _same_account(connection: Connection, case_id: str, wanted: Sequence[tuple[str, str]]) -> bool:
    """Compare the first kind of key that both carry; a difference there overrules equal later ones."""
    carried: dict[str, set[str]] = {}
    for row in connection.execute(select(account_keys).where(account_keys.c.referral_id == case_id)):
        carried.setdefault(row.kind, set()).add(row.value)
    for kind, value in wanted:
        if kind in carried:
            return value in carried[kind]
    return False


def _add_keys(connection: Connection, keys: AccountKeys, case_id: str) -> None:
    for kind, value in zip(_KEY_KINDS, keys.ordered(), strict=True):
        if value is not None:
            row = {"kind": kind, "value": value, "referral_id": case_id}
            connection.execute(upsert(account_keys).values(row).on_conflict_do_nothing())


def _answer(status: int, case_id: str, number: str | None) -> Taken:
    return Taken(status, codec.encode(FlagAnswer(case_id, number)))
