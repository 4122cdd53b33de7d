"""Everything that is written at this desk. Each method is one transaction and returns when it is on the disk.

An operator's action writes one row of the outbox and nothing else. No method here deletes a queued row.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from typing import Any, Final

from sqlalchemy import Connection, Integer, cast, delete, func, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from kotaconsole.domain.changes import Changes
from kotaconsole.domain.clock import Instant
from kotaconsole.domain.commands import NEEDS_SEEN, PAYLOADS, Author, CommandBody, MakeSlip, Payload
from kotaconsole.domain.errors import Bilingual
from kotaconsole.domain.outbox import Answer, Entry, fate_after
from kotaconsole.domain.vocabulary import MAX_NOTE
from kotaconsole.store import faults, rows
from kotaconsole.store import tables as t
from kotaconsole.store.arrivals import KEPT_DAYS, Arrivals
from kotaconsole.store.overlay import ANSWERS
from kotaconsole.store.values import Burst, KnownOperator, NewCommand, SeenHead, SlipNumber
from kotaconsole.store.writer import NOTHING
from kotaconsole.wire import codec
from kotaconsole.wire.payloads import payload_fields

HEADS_KEPT: Final = 500
"""Heads of the hub's audit log: one an hour for some three weeks. The newest stands for all; older ones tell where."""
UNPRINTED: Final = Bilingual(
    en="the console ended before the print was confirmed",
    hi="छपाई की पुष्टि से पहले कंसोल बंद हो गया",
)


class Commands(Arrivals):
    """The writes of the store.

    Thread: any but "store-writer" and, because each waits for the disk, any but the one that draws the window.
    """

    # ------------------------------------------------------------------------------------------------ what people do

    def queue(
        self, kind: str, referral_id: str, payload: Payload, *, author: Author, seen: int | None = None,
        happened_at: Instant | None = None, checked_at_desk: bool = False,
    ) -> Entry:  # fmt: skip
        """Save one command; it is saved when this returns.

        Raises:
            EnvironmentFault: it was not saved; the sentence says so.
        """
        new = NewCommand(kind, referral_id, payload, author, seen, happened_at, checked_at_desk)
        return self.queue_many((new,))[0]

    def queue_many(self, new: Sequence[NewCommand]) -> tuple[Entry, ...]:
        """Save several commands, all or none, numbered in this order."""
        epoch = self._epoch()

        def job(connection: Connection) -> tuple[tuple[Entry, ...], Changes]:
            entries = tuple(self._insert(connection, one, epoch) for one in new)
            return entries, _queued(entries)

        return self._write(self._outbox, job)

    def reserve_slip(
        self, referral_id: str, *, form: str, unit: str, desk: str, author: Author,
        supersedes: str | None = None, reason: str | None = None,
    ) -> SlipNumber:  # fmt: skip
        """Give away the next slip number of this desk and day (IST), for good, before anything is printed.

        Nothing goes to the hub until `slip_status` says what became of it; one that never hears becomes void at the
        next start.
        """
        now = self._clock.now()
        stem = f"{desk}-{now.ist():%y%m%d}-"

        def job(connection: Connection) -> tuple[SlipNumber, Changes]:
            tail = func.substr(t.slip.c.number, len(stem) + 1)
            mine = func.substr(t.slip.c.number, 1, len(stem)) == stem
            last = connection.execute(select(func.max(cast(tail, Integer))).where(mine)).scalar_one()
            row = {
                "number": f"{stem}{(last or 0) + 1:02d}", "referral_id": referral_id, "form": form, "unit": unit,
                "supersedes": supersedes, "reason": reason, "status": "reserved", "at": int(now),
                **rows.author_columns(author),
            }  # fmt: skip
            connection.execute(t.slip.insert().values(**row))
            return rows.slip(row), Changes(referrals=frozenset({referral_id}))

        return self._write(self._outbox, job)

    def slip_status(
        self, number: str, status: str, *, copies: int = 1, reason: str | None = None, author: Author | None = None
    ) -> Entry:
        """Save what became of a slip: spooled, completed, failed or void. Saved and queued in one transaction.

        The author is by default the person who took the number.

        Raises:
            LookupError: this desk never gave such a number away.
        """
        epoch = self._epoch()

        def job(connection: Connection) -> tuple[Entry, Changes]:
            row = connection.execute(select(t.slip).where(t.slip.c.number == number)).mappings().one_or_none()
            if row is None:
                raise LookupError("no such slip number")
            entry = self._slip(connection, row, MakeSlip(
                number, row["form"], row["unit"], status, copies, row["supersedes"], reason or row["reason"]
            ), author, epoch)  # fmt: skip
            return entry, _queued((entry,))

        return self._write(self._outbox, job)

    def void_unprinted(self) -> tuple[Entry, ...]:
        """Void the numbers of an earlier run whose print was never confirmed; for the start, before anybody prints."""
        epoch = self._epoch()

        def job(connection: Connection) -> tuple[tuple[Entry, ...], Changes]:
            left = select(t.slip).where(t.slip.c.status == "reserved").order_by(t.slip.c.at, t.slip.c.number)
            why = f"{UNPRINTED.hi} / {UNPRINTED.en}"
            entries = tuple(
                self._slip(connection, row, MakeSlip(
                    row["number"], row["form"], row["unit"], "void", 0, row["supersedes"], why
                ), None, epoch)
                for row in connection.execute(left).mappings().all()
            )  # fmt: skip
            return entries, _queued(entries)

        return self._write(self._outbox, job)

    def set_aside(self, command_id: str, reason: str) -> None:
        """A person has dealt with a refused command. It stays in the file; only refused ones can be set aside."""

        def job(connection: Connection) -> tuple[None, Changes]:
            mine = (t.command.c.command_id == command_id) & (t.command.c.fate == "rejected")
            ids = connection.execute(
                update(t.command).where(mine).values(resolved=reason).returning(t.command.c.referral_id)
            ).scalars()
            found = frozenset(ids)
            return None, Changes(referrals=found, outbox=True) if found else NOTHING

        self._write(self._outbox, job)

    def acknowledge_unreadable(self, key: str, author: Author) -> None:
        """A person has seen something unreadable off; it rings no more, and stays in the file."""
        now = int(self._clock.now())

        def job(connection: Connection) -> tuple[None, Changes]:
            seen = {"key": key, "author": author.operator_id, "author_name": author.name, "at": now}
            connection.execute(upsert(t.seen_off).values(**seen).on_conflict_do_nothing())
            return None, Changes(referrals=frozenset({key}), rings=True)

        self._write(self._outbox, job)

    def save_draft(self, referral_id: str, text: str) -> None:
        """Keep half-typed text of a case; empty text ends the draft."""
        now = int(self._clock.now())

        def job(connection: Connection) -> tuple[None, Changes]:
            if text:
                new = upsert(t.draft).values(referral_id=referral_id, text=text, at=now)
                kept = {"text": new.excluded.text, "at": new.excluded.at}
                connection.execute(new.on_conflict_do_update(index_elements=["referral_id"], set_=kept))
            else:
                connection.execute(delete(t.draft).where(t.draft.c.referral_id == referral_id))
            return None, NOTHING

        self._write(self._outbox, job)

    # ------------------------------------------------------------------------------------------ what the hub answers

    def answered(self, command_id: str, answer: Answer) -> Changes:
        """Take the hub's answer to one command. Only an applied or terminal one moves the row; none moves it twice."""
        fate = fate_after(answer)
        now = int(self._clock.now())

        def job(connection: Connection) -> tuple[tuple[Changes, str | None], Changes]:
            mine = (t.command.c.command_id == command_id) & (t.command.c.fate == "queued")
            row = connection.execute(
                select(t.command.c.referral_id, t.command.c.kind, t.command.c.last_problem).where(mine)
            ).one_or_none()
            if row is None:
                return (NOTHING, None), NOTHING
            values: dict[str, Any] = {"last_problem": answer.problem, "last_detail": answer.detail or None}
            if fate == "queued":
                values["attempts"] = t.command.c.attempts + 1
            else:
                values |= {"fate": fate, "answered_at": now, "answer_version": answer.version}
            connection.execute(update(t.command).where(mine).values(**values))
            if fate == "queued" and row.last_problem == answer.problem:
                return (NOTHING, None), NOTHING  # nothing a screen shows has changed
            # a refused acknowledgement silences nothing any more
            rings = fate == "rejected" and row.kind in ANSWERS
            changes = Changes(referrals=frozenset({row.referral_id}), outbox=True, rings=rings)
            waits = (t.command.c.referral_id == row.referral_id) & (t.command.c.fate == "queued")
            left = connection.execute(select(t.command.c.n).where(waits).limit(1)).first()
            return (changes, None if left else row.referral_id), changes

        changes, done = self._write(self._outbox, job)
        if done is not None:
            self._let_go(done)
        return changes

    def offer_again(self, epoch: str) -> int:
        """Queue once more what was entered under an older epoch: a hub that was restored may have lost it.

        Whatever the hub still has it answers as before, so nothing is done twice. What a person has dealt with stays
        dealt with, and what was wiped with a pruned case stays wiped. Asking again under the same epoch does nothing.

        Returns:
            How many rows were queued again.
        """
        since = int(self._clock.now().plus(days=-KEPT_DAYS))

        def job(connection: Connection) -> tuple[int, Changes]:
            # entered before this desk had any list: it belongs to the first epoch the desk saw
            connection.execute(update(t.command).where(t.command.c.epoch.is_(None)).values(epoch=epoch))
            older = (
                (func.coalesce(t.command.c.offered, t.command.c.epoch) != epoch)
                & (t.command.c.fate != "queued")
                & t.command.c.resolved.is_(None)
                & (t.command.c.entered_at >= since)
                & (func.length(t.command.c.body) > 0)
            )
            anew = {
                "fate": "queued", "offered": epoch, "attempts": 0, "last_problem": None, "last_detail": None,
                "answer_version": None, "answered_at": None, "settled": 0,
            }  # fmt: skip
            count = connection.execute(update(t.command).where(older).values(**anew)).rowcount
            return count, Changes(outbox=True, rings=True, everything=True) if count else NOTHING

        return self._write(self._outbox, job)

    def unanswered(self, command_id: str, problem: str) -> None:
        """Note that a command was sent and nothing usable came back; it stays queued."""
        self.answered(command_id, Answer(applied=False, problem=problem))

    # ----------------------------------------------------------------------------------------------- what is recorded

    def record_burst(self, burst: Burst) -> None:
        """Add one sound to the alarm ledger."""
        covers = codec.encode(burst.covers).decode()
        row = {"at": int(burst.at), "sound": burst.sound, "covers": covers}
        self._write(self._outbox, _inserting(t.alarm_ledger, row))

    def save_operator(self, operator: KnownOperator) -> None:
        """Remember who signed in, and make that unit's feed the one that is shown."""

        def job(connection: Connection) -> tuple[None, Changes]:
            row = {
                "operator_id": operator.operator_id, "name": operator.name, "role": operator.role,
                "unit": operator.unit, "desk": operator.desk, "at": int(operator.at),
            }  # fmt: skip
            new = upsert(t.operator).values(**row)
            kept = {name: new.excluded[name] for name in row if name != "operator_id"}
            connection.execute(new.on_conflict_do_update(index_elements=["operator_id"], set_=kept))
            _put_fact(connection, "feed", operator.unit)
            return None, Changes(rings=True, everything=True)

        self._write(self._outbox, job)

    def remember(self, name: str, value: str) -> None:
        """Keep a small fact under a name of the caller's, for the next start."""

        def job(connection: Connection) -> tuple[None, Changes]:
            _put_fact(connection, f"fact:{name}", value)
            return None, NOTHING

        self._write(self._outbox, job)

    def save_head(self, head: SeenHead) -> None:
        """Keep a record of the hub's audit log as a witness; what was kept first under its number stays."""

        def job(connection: Connection) -> tuple[None, Changes]:
            row = {"epoch": head.epoch, "n": head.n, "hash": head.hash, "at": int(head.at), "lost": 0}
            connection.execute(upsert(t.audit_head).values(**row).on_conflict_do_nothing())
            newest = select(t.audit_head.c.n).order_by(t.audit_head.c.n.desc()).offset(HEADS_KEPT).limit(1)
            last = connection.execute(newest).scalar_one_or_none()
            if last is not None:
                connection.execute(delete(t.audit_head).where(t.audit_head.c.n <= last))
            return None, NOTHING

        self._write(self._outbox, job)

    def lose_heads(self, after: int) -> None:
        """A restore of the hub left the records after this number behind, and that was told."""

        def job(connection: Connection) -> tuple[None, Changes]:
            connection.execute(update(t.audit_head).where(t.audit_head.c.n > after).values(lost=1))
            return None, NOTHING

        self._write(self._outbox, job)

    def forget_old(self) -> int:
        """Erase what the hub has had for 90 days; returns how many rows. What it does not have is never touched."""
        before = int(self._clock.now().plus(days=-KEPT_DAYS))

        def job(connection: Connection) -> tuple[int, Changes]:
            old = (t.command.c.fate == "acked") & (t.command.c.answered_at < before)
            return connection.execute(delete(t.command).where(old)).rowcount, NOTHING

        return self._write(self._outbox, job)

    # -------------------------------------------------------------------------------------------------------- inside

    def _epoch(self) -> str | None:
        """The epoch of the list the author is looking at."""
        shown = self._outbox.ask("SELECT value FROM desk WHERE name = 'feed'")
        if not shown:
            return None
        found = self._cache.ask("SELECT epoch FROM feed WHERE feed = ?", (shown[0]["value"],))
        return str(found[0]["epoch"]) if found else None

    def _insert(self, connection: Connection, new: NewCommand, epoch: str | None) -> Entry:
        _check(new)
        # the counter outlives the rows: a number is never given twice, not even when rows have been erased
        last = connection.exec_driver_sql("SELECT seq FROM sqlite_sequence WHERE name = 'command'").scalar_one_or_none()
        now = self._clock.now()
        body = CommandBody(
            kind=new.kind, referral_id=new.referral_id, workstation=self._workstation, n=(last or 0) + 1,
            author=new.author.operator_id, happened_at=new.happened_at or now, entered_at=now,
            payload=payload_fields(new.payload), seen=new.seen,
        )  # fmt: skip
        sent = _bytes(body)
        row = {
            "n": body.n, "command_id": rows.uuid7(now), "referral_id": body.referral_id, "kind": body.kind,
            "happened_at": int(body.happened_at), "entered_at": int(now), "epoch": epoch, "body": sent,
            "body_hash": hashlib.sha256(sent).digest(), "fate": "queued", "attempts": 0, "last_problem": None,
            "resolved": None, "settled": 0, "checked_at_desk": int(new.checked_at_desk), "offered": None,
            **rows.author_columns(new.author),
        }  # fmt: skip
        connection.execute(t.command.insert().values(**row))
        if new.kind == "note":
            # in the same commit: a note that is saved must not come back as half-typed after a crash
            connection.execute(delete(t.draft).where(t.draft.c.referral_id == new.referral_id))
        return rows.entry(row)

    def _slip(
        self, connection: Connection, row: rows.Row, payload: MakeSlip, author: Author | None, epoch: str | None
    ) -> Entry:
        who = author or rows.author(row, self._workstation)
        now = int(self._clock.now())
        mine = t.slip.c.number == payload.number
        connection.execute(update(t.slip).where(mine).values(status=payload.status, at=now, reason=payload.reason))
        return self._insert(connection, NewCommand("slip", row["referral_id"], payload, who), epoch)


def _check(new: NewCommand) -> None:
    if not isinstance(new.payload, PAYLOADS[new.kind]):
        raise TypeError(f"{new.kind} does not carry {type(new.payload).__name__}")
    if new.kind in NEEDS_SEEN and new.seen is None:
        raise ValueError(f"{new.kind} needs the version its author saw")
    if len(getattr(new.payload, "text", "")) > MAX_NOTE:
        raise faults.text_unusable()


def _bytes(body: CommandBody) -> bytes:
    try:
        sent = codec.encode(body)
    except UnicodeEncodeError as problem:
        raise faults.text_unusable() from problem
    if len(sent) > codec.MAX_REQUEST:
        raise faults.text_unusable()
    return sent


def _queued(entries: Sequence[Entry]) -> Changes:
    if not entries:
        return NOTHING
    rings = any(entry.kind in ANSWERS for entry in entries)
    return Changes(referrals=frozenset(entry.referral_id for entry in entries), outbox=True, rings=rings)


def _inserting(table: Any, row: dict[str, Any]) -> Callable[[Connection], tuple[None, Changes]]:
    def job(connection: Connection) -> tuple[None, Changes]:
        connection.execute(table.insert().values(**row))
        return None, NOTHING

    return job


def _put_fact(connection: Connection, name: str, value: str) -> None:
    new = upsert(t.desk).values(name=name, value=value)
    connection.execute(new.on_conflict_do_update(index_elements=["name"], set_={"value": new.excluded.value}))
