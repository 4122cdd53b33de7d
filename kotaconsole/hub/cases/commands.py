"""Commands: what a desk wrote, applied once, answered the same for ever."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from sqlalchemy import Connection, insert, select

from kotaconsole.domain import happenings as hap
from kotaconsole.domain.commands import Author, Close, Command, CommandBody
from kotaconsole.domain.decisions import Facts, LaterChange, decide
from kotaconsole.domain.directory import Directory
from kotaconsole.domain.errors import ContractBreach, Refusal
from kotaconsole.domain.evolution import Case, bounded
from kotaconsole.domain.happenings import Happening
from kotaconsole.hub.access.sessions import Bearer, had_session, supervisor_about
from kotaconsole.hub.audit import chain
from kotaconsole.hub.cases import lenient
from kotaconsole.hub.cases.intake import Intake
from kotaconsole.hub.cases.recorder import Cause, Placed, Recorder, load_case
from kotaconsole.hub.ids import is_uuid
from kotaconsole.hub.problems import PROBLEM_JSON, Refused, document, malformed, unfit
from kotaconsole.hub.settings import HubSettings
from kotaconsole.hub.storage import counters
from kotaconsole.hub.storage.tables import commands, events, users
from kotaconsole.hub.storage.writer import Transaction
from kotaconsole.wire import codec
from kotaconsole.wire.bodies import CommandAnswer, FieldError
from kotaconsole.wire.payloads import command_of, read_body
from kotaconsole.wire.problems import KINDS

WRITES: Final = ("operator", "supervisor")
TELLS_CURRENT: Final = (409, 412)
_INT64: Final = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Asked:
    """One `PUT /v1/commands/{uuid}`: the body as it stands after undoing its encoding, perhaps only its beginning."""

    command_id: str
    body: bytes
    too_large: bool
    bearer: Bearer
    request_id: str


@dataclass(frozen=True, slots=True)
class Answered:
    """The answer, first or again."""

    status: int
    body: bytes
    media: str
    replayed: bool = False


class Commands:
    """Applies commands inside the writer's transactions.

    Thread: the writer's.
    """

    def __init__(
        self, recorder: Recorder, intake: Intake, directory: Directory, settings: HubSettings,
        publish: Callable[[Sequence[Placed]], None],
    ) -> None:  # fmt: skip
        self._recorder = recorder
        self._intake = intake
        self._directory = directory
        self._settings = settings
        self._publish = publish

    def put(self, tx: Transaction, asked: Asked) -> Answered:
        """The checks in the contract's order, then effect, record, events and audit row in one transaction.

        Raises:
            Refused: what is not stored: `command-id-reused`, `client-too-old`, `malformed`, `too-large`,
                `unknown-author`.
        """
        body_hash = hashlib.sha256(asked.body).digest()
        stored = _replay(tx.connection, asked, body_hash)
        if stored is not None:
            return stored
        self._old_client(asked.bearer)
        if asked.too_large:
            raise Refused("too-large", "a command is at most 256 KiB")
        body = _read(asked.body)
        try:
            status, answer = self._applied(tx, asked, body)
        except Refused as refused:
            if not KINDS[refused.code].terminal:
                raise
            told = document(refused, asked.request_id)
            status, answer = told.status, told.body
        self._keep(tx, asked, body, body_hash, status, answer)
        return _answered(status, answer)

    def _applied(self, tx: Transaction, asked: Asked, body: CommandBody) -> tuple[int, bytes]:
        case = self._seen_by(tx.connection, asked.bearer, body)
        author = _author(tx.connection, asked.bearer, body)
        command = command_of(body, author)
        decision = decide(case, command, self._facts(tx, case, command))
        if isinstance(decision, Refusal):
            raise _refused(decision, case)
        case, event_ids = self._record(tx, asked.command_id, case, command, decision)
        referral = case.referral
        answer = CommandAnswer("applied", referral.id, referral.version, referral.number, event_ids)
        return 201, codec.encode(answer)

    def _record(
        self, tx: Transaction, command_id: str, case: Case | None, command: Command, decided: tuple[Happening, ...]
    ) -> tuple[Case, tuple[str, ...]]:
        cause = Cause(command_id, command.author.workstation)
        ids: list[str] = []
        for happening in decided:
            rang = case is not None and bool(case.causes)
            recorded = self._recorder.record(tx, case, happening, cause)
            tx.after_commit.append(partial(self._publish, recorded.placed))
            ids.append(recorded.event_id)
            case = recorded.case
            if isinstance(happening.what, hap.Opened):
                self._spend_number(tx, happening.what)
                self._intake.remember(tx, case)
            if isinstance(happening.what, hap.Closed):
                self._hand_over(tx, case, happening, cause, rang)
        if case is None:
            raise RuntimeError("a command was applied to no case")
        return case, tuple(ids)

    def _hand_over(self, tx: Transaction, closed: Case, happening: Happening, cause: Cause, rang: bool) -> None:
        """A duplicate's alarm moves to the case it repeats, or closing it would silence an unseen flag."""
        what = happening.what
        if not isinstance(what, hap.Closed) or what.code != "duplicate" or what.duplicate_of is None:
            return
        other = load_case(tx.connection, what.duplicate_of)
        linked = Happening(
            hap.Linked(closed.referral.id, "duplicate", rang), happening.at, happening.recorded_at, happening.by
        )
        recorded = self._recorder.record(tx, other, linked, cause)
        tx.after_commit.append(partial(self._publish, recorded.placed))

    def _facts(self, tx: Transaction, case: Case | None, command: Command) -> Facts:
        unit = command.author.unit if case is None else case.referral.unit
        number = ""
        if command.kind == "open":
            number = counters.next_case_number(tx.connection, tx.now, training=self._settings.training)
        return Facts(
            now=tx.now,
            above=tuple(self._directory.ancestors(unit)),
            later=_later(tx.connection, command),
            supervisor_about=supervisor_about(tx.connection, command.author.unit, tx.now, self._settings.limits),
            duplicate=self._duplicate(tx.connection, command),
            next_number=number,
            training=self._settings.training,
        )

    def _spend_number(self, tx: Transaction, opened: hap.Opened) -> None:
        taken = counters.case_number(tx.connection, tx.now, training=self._settings.training)
        if taken != opened.number:
            raise RuntimeError("a case number was given twice")

    def _duplicate(self, connection: Connection, command: Command) -> str | None:
        payload = command.payload
        if not isinstance(payload, Close) or payload.duplicate_of is None:
            return None
        other = load_case(connection, payload.duplicate_of)
        if other is None or not self._directory.within(other.referral.unit, command.author.unit):
            return None
        if other.referral.outcome is not None and other.referral.outcome.code == "duplicate":
            return "duplicate"
        return "closed" if other.referral.state == "closed" else "open"

    def _seen_by(self, connection: Connection, bearer: Bearer, body: CommandBody) -> Case | None:
        """The case, as far as the bearer may see it: what is not theirs is as unknown as what does not exist."""
        case = load_case(connection, body.referral_id)
        theirs = case is not None and self._directory.within(case.referral.unit, bearer.operator.unit)
        reads = bearer.operator.role in (*WRITES, "auditor")
        if not (theirs and reads) and not (case is None and body.kind == "open"):
            raise Refused("not-found", "there is no such case")
        return case

    def _old_client(self, bearer: Bearer) -> None:
        least = self._settings.min_console
        if least is not None and _numbers(bearer.version) < _numbers(least):
            raise Refused("client-too-old", f"this hub takes commands from version {least} on")

    def _keep(
        self, tx: Transaction, asked: Asked, body: CommandBody, body_hash: bytes, status: int, answer: bytes
    ) -> None:
        bearer = asked.bearer
        who, desk = bearer.operator.id, bearer.desk
        other = select(commands.c.id).where(commands.c.workstation == body.workstation, commands.c.n == body.n)
        if tx.connection.execute(other.limit(1)).first() is not None:
            chain.write(tx, who=who, desk=desk, what="n-reused", content=asked.command_id.encode())
        row = {
            "id": asked.command_id, "body_hash": body_hash, "status": status, "answer": answer, "at": int(tx.now),
            "workstation": body.workstation, "n": body.n, "referral_id": body.referral_id,
        }  # fmt: skip
        tx.connection.execute(insert(commands).values(row))
        what = f"command {body.kind}" if status == 201 else f"command {body.kind[:40]} refused: {status}"
        chain.write(tx, who=who, desk=desk, what=what, content=asked.body, referral_id=body.referral_id)


def _replay(connection: Connection, asked: Asked, body_hash: bytes) -> Answered | None:
    row = connection.execute(select(commands).where(commands.c.id == asked.command_id)).first()
    if row is None:
        return None
    if asked.too_large or row.body_hash != body_hash:
        raise Refused("command-id-reused", "this id stands for another command")
    again = _answered(row.status, row.answer)
    return Answered(200 if row.status == 201 else row.status, again.body, again.media, replayed=True)


def _answered(status: int, body: bytes) -> Answered:
    return Answered(status, body, "application/json" if status < 400 else PROBLEM_JSON)


def _read(raw: bytes) -> CommandBody:
    try:
        body = read_body(raw)
    except ContractBreach as breach:
        raise unfit(breach) from None
    if lenient.has_repeated_key(raw):
        raise Refused("malformed", "a member is named twice")
    for name in ("referral_id", "workstation", "author"):
        if not 0 < len(getattr(body, name)) <= 200:
            raise malformed(f"/{name}", "1 to 200 characters")
    if body.kind == "open" and not is_uuid(body.referral_id):
        raise malformed("/referral_id", "a UUID")
    if not 0 <= body.n <= _INT64 or not 0 <= (body.seen or 0) <= _INT64:
        raise malformed("/n", "a number that can be kept")
    return body


def _author(connection: Connection, bearer: Bearer, body: CommandBody) -> Author:
    if bearer.operator.role not in WRITES:
        raise Refused("not-allowed", "this role sends no commands")
    row: Any = connection.execute(select(users).where(users.c.id == body.author)).first()
    at_home = body.workstation == bearer.workstation_id
    if row is None or not at_home or not had_session(connection, body.author, body.workstation):
        raise Refused("unknown-author", "the author has had no session on this workstation")
    if row.unit != bearer.operator.unit:
        raise Refused("unknown-author", "the author is of another unit")
    sent_by = None if row.id == bearer.operator.id else bearer.operator.id
    return Author(row.id, row.name, row.role, row.unit, body.workstation, bearer.desk, sent_by)


def _later(connection: Connection, command: Command) -> tuple[LaterChange, ...]:
    if command.seen is None:
        return ()
    query = select(events.c.workstation, events.c.touched).where(
        events.c.referral_id == command.referral_id, events.c.version > command.seen
    )
    return tuple(LaterChange(row.workstation, frozenset(row.touched.split())) for row in connection.execute(query))


def _refused(refusal: Refusal, case: Case | None) -> Refused:
    errors = () if refusal.pointer is None else (FieldError(refusal.pointer, refusal.detail),)
    tells = KINDS[refusal.code].status in TELLS_CURRENT and case is not None
    current = codec.plain(bounded(case.referral)) if tells and case is not None else None
    return Refused(refusal.code, refusal.detail, errors=errors, current=current)


def _numbers(version: str | None) -> tuple[int, ...]:
    parts = (version or "0").split("+")[0].split(".")
    return tuple(int(part) if part.isascii() and part.isdigit() and len(part) < 10 else 0 for part in parts)
