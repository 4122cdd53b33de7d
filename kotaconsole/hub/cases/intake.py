"""The intake: every flag of a source finds its case, and nothing is refused for its content."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Final

from sqlalchemy import Connection, select

from kotaconsole.domain import happenings as hap
from kotaconsole.domain.clock import Instant
from kotaconsole.domain.evolution import Case
from kotaconsole.domain.happenings import Happening, What
from kotaconsole.domain.intake import Reading, read_flag, referral_id
from kotaconsole.domain.joining import keys_of
from kotaconsole.domain.merging import merge_account, merge_flag, merge_subject
from kotaconsole.domain.referral import Flag, Referral
from kotaconsole.domain.triage import REPEAT_WITHIN_S
from kotaconsole.domain.vocabulary import LEVELS
from kotaconsole.hub.audit import chain
from kotaconsole.hub.cases import accounts, lenient
from kotaconsole.hub.cases.accounts import Same, Told
from kotaconsole.hub.cases.hints import Hints
from kotaconsole.hub.cases.recorder import Cause, Placed, Recorded, Recorder, load_case
from kotaconsole.hub.problems import Refused
from kotaconsole.hub.storage import counters
from kotaconsole.hub.storage.tables import flags, kept_bodies, referrals
from kotaconsole.hub.storage.upsert import upsert
from kotaconsole.hub.storage.writer import Transaction
from kotaconsole.wire import codec
from kotaconsole.wire.bodies import FlagAnswer

WITHDRAWAL_REASONS: Final = ("error", "resolved", "duplicate", "other")
_NO_BODY: Final = b""
"""In place of a body's hash: whatever comes next under this reference is news."""


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
        self, recorder: Recorder, hints: Hints, *, intake_unit: str, training: bool,
        publish: Callable[[Sequence[Placed]], None],
    ) -> None:  # fmt: skip
        self._recorder = recorder
        self._hints = hints
        self._unit = intake_unit
        self._training = training
        self._publish = publish

    def put(self, tx: Transaction, sent: Sent) -> Taken:
        """Take one flag in; the same body as the latest again changes nothing, also after it was taken back.

        A source sends everything of a week again when the epoch changes: what it took back must not ring anew.
        """
        body_hash = hashlib.sha256(sent.raw).digest()
        known = _known(tx.connection, sent.platform, sent.reference)
        if known is not None and known.body_hash == body_hash:
            return _answer(202 if known.defective else 200, known.referral_id, known.number)
        reading = _read(sent, tx.now)
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
            self._record(tx, case, hap.FlagWithdrawn(flag.platform, reference, word))
            chain.write(tx, who=source, what="flag withdrawn", referral_id=known.referral_id)
        return Taken(200, codec.encode({"referral_id": known.referral_id}))

    def remember(self, tx: Transaction, case: Case) -> None:
        """Let later flags of the same account find a case that a person opened by hand."""
        flag = case.referral.flags[0]
        row = {
            "platform": flag.platform, "reference": flag.reference, "referral_id": case.referral.id,
            "body_hash": _NO_BODY, "defective": False, "received_at": int(flag.received_at),
            "own_id": referral_id(flag.platform, flag.reference),
        }  # fmt: skip
        own = tx.connection.execute(upsert(flags).values(row).on_conflict_do_nothing()).rowcount > 0
        told = Told(case.referral.account, case.referral.subject)
        if own:
            accounts.remember(tx.connection, flag.platform, flag.reference, told, case.referral)
        else:
            # the flag of this name is another case's: what was said here must never be told of the account there
            accounts.remember_account(tx.connection, keys_of(flag.platform, told.account), case.referral)
        self._hints.remember(tx.connection, case.referral, tx.now)

    def _first(self, tx: Transaction, sent: Sent, reading: Reading) -> Recorded:
        """A flag not seen before: it joins an open case of the account, or begins one."""
        same = accounts.cases_of(tx.connection, sent.platform, reading.account)
        newest = _open_one(same)
        if newest is not None:
            return self._record(tx, newest, hap.FlagRepeated(reading))
        return self._begin(tx, sent, reading, same)

    def _again(self, tx: Transaction, sent: Sent, reading: Reading, case: Case) -> Recorded:
        """A changed body of a known flag. A closed case stays at rest unless the change must be heard."""
        what = hap.FlagUpdated(reading)
        old = _flag_of(case, sent.platform, sent.reference)
        came_back = old is not None and old.withdrawn_at is not None
        after = self._recorder.evolved(case, Happening(what, tx.now, tx.now)).referral
        if case.referral.state != "closed" or not (came_back or _more_urgent(case.referral, after)):
            return self._record(tx, case, what)
        known = accounts.told_by(tx.connection, case.referral.id, [] if old is None else [old])
        whole = reading
        if known is not None:
            whole = replace(
                whole, account=merge_account(known.account, reading.account),
                subject=merge_subject(known.subject, reading.subject),
            )  # fmt: skip
        if old is not None:
            # nothing it ever stated is lost, and it was received when it was received: an update is no second flag
            whole = replace(whole, flag=merge_flag(old, reading.flag))
        same = accounts.cases_of(tx.connection, sent.platform, whole.account)
        newest = _open_one(same)
        if newest is not None:
            return self._record(tx, newest, hap.FlagRepeated(whole))
        return self._begin(tx, sent, whole, same, case)

    def _begin(
        self, tx: Transaction, sent: Sent, reading: Reading, same: Same, previous: Case | None = None
    ) -> Recorded:
        case_id, before = _free_id(tx.connection, sent.platform, sent.reference)
        previous = previous or (same.ours[-1] if same.ours else None)
        previous = previous or (None if before is None else load_case(tx.connection, before))
        # whose flag it is may be unclear after a split; that it came soon after another is not
        earlier = [*same.ours, *same.apart, *([] if previous is None else [previous])]
        begun = hap.FlagReceived(
            referral_id=case_id,
            number=counters.case_number(tx.connection, tx.now, training=self._training),
            unit=self._unit, reading=reading, training=self._training,
            previous=None if previous is None else previous.referral.id,
            earlier=_nearest(earlier, reading.flag),
        )  # fmt: skip
        recorded = self._record(tx, None, begun)
        if previous is not None:
            accounts.follow(tx.connection, previous.referral.id, case_id)
        return recorded

    def _record(self, tx: Transaction, case: Case | None, what: What) -> Recorded:
        happening = Happening(what, at=tx.now, recorded_at=tx.now)
        recorded = self._recorder.record(
            tx, case, happening, Cause(), suggest=partial(self._hints.suggested, tx.connection)
        )
        self._hints.remember(tx.connection, recorded.case.referral, tx.now)
        tx.after_commit.append(partial(self._publish, recorded.placed))
        return recorded

    def _keep(
        self, tx: Transaction, sent: Sent, reading: Reading, case: Case, body_hash: bytes, defective: bool
    ) -> None:
        named = {"platform": sent.platform, "reference": sent.reference}
        row = {
            **named, "referral_id": case.referral.id, "body_hash": body_hash, "defective": defective,
            "received_at": int(tx.now), "own_id": referral_id(sent.platform, sent.reference),
        }  # fmt: skip
        key = ["platform", "reference"]
        tx.connection.execute(upsert(flags).values(row).on_conflict_do_update(index_elements=key, set_=row))
        accounts.remember(tx.connection, sent.platform, sent.reference, _told(reading), case.referral)
        if sent.cut:
            kept = {**named, "at": int(tx.now), "body": sent.raw}
            tx.connection.execute(upsert(kept_bodies).values(kept).on_conflict_do_update(index_elements=key, set_=kept))
        chain.write(tx, who=sent.source, what="flag", content=sent.raw, referral_id=case.referral.id)


def _read(sent: Sent, now: Instant) -> Reading:
    """A flag as far as it can be read; text that no encoding can carry is a defect wherever it stands."""
    body = None if sent.cut else lenient.read(sent.raw)
    text = sent.raw.decode("utf-8", "replace")
    reading = read_flag(body, platform=sent.platform, reference=sent.reference, received_at=now, raw=text)
    return lenient.add_defects(reading, lenient.undecodable(body), text)


def _told(reading: Reading) -> Told:
    return Told(reading.account, reading.subject)


def _open_one(same: Same) -> Case | None:
    """The open case a flag joins: the one that shares the strongest key, and of several the one opened last."""
    return next((case for case in reversed(same.ours) if case.referral.state != "closed"), None)


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


def _nearest(cases: Sequence[Case], flag: Flag) -> Instant | None:
    """When the account was flagged before, by another flag than this one: nearest to it, or the latest time.

    One moment is enough: where two flags lie close together it is this pair that counts, and for flags that come
    later the latest one is the nearest.
    """
    name = (flag.platform, flag.reference)
    flagged = [other for case in cases for other in case.referral.flags if (other.platform, other.reference) != name]
    moments = [other.received_at for other in flagged] + [case.earlier for case in cases if case.earlier is not None]
    if not moments:
        return None
    nearest = min(moments, key=lambda moment: abs(moment.seconds_since(flag.received_at)))
    close = abs(nearest.seconds_since(flag.received_at)) <= REPEAT_WITHIN_S
    return nearest if close else max(moments)


def _free_id(connection: Connection, platform: str, reference: str) -> tuple[str, str | None]:
    """The id of the next case of a flag, and of the one before it."""
    nth, before = 1, None
    while True:
        candidate = referral_id(platform, reference, nth)
        if connection.execute(select(referrals.c.id).where(referrals.c.id == candidate)).first() is None:
            return candidate, before
        nth, before = nth + 1, candidate


def _answer(status: int, case_id: str, number: str | None) -> Taken:
    return Taken(status, codec.encode(FlagAnswer(case_id, number)))
