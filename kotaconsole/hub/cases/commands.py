"""Commands: what a desk wrote, applied once, answered the same for ever."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, replace
from typing import Any, Final

from sqlalchemy import Connection, insert, select

from kotaconsole.domain.commands import Author, Command, CommandBody
from kotaconsole.domain.decisions import Facts, decide, outcome
from kotaconsole.domain.errors import ContractBreach, Refusal
from kotaconsole.domain.evolution import Case
from kotaconsole.domain.vocabulary import MAX_ID, MAX_WHOLE
from kotaconsole.hub.access.people import posting_at
from kotaconsole.hub.access.sessions import had_session
from kotaconsole.hub.audit import chain, words
from kotaconsole.hub.bearer import READS, WRITES, Bearer
from kotaconsole.hub.cases import lenient, records, restoring
from kotaconsole.hub.cases.effects import Effects
from kotaconsole.hub.cases.knowing import Knowing
from kotaconsole.hub.cases.placing import Cause
from kotaconsole.hub.cases.recorder import load_case
from kotaconsole.hub.cases.scope import Reader, Scope, is_pruned
from kotaconsole.hub.cases.travelling import travelling
from kotaconsole.hub.ids import is_uuid
from kotaconsole.hub.problems import PROBLEM_JSON, Refused, document, malformed, unfit
from kotaconsole.hub.storage.tables import commands, users
from kotaconsole.hub.storage.writer import Transaction
from kotaconsole.wire import codec
from kotaconsole.wire.bodies import CommandAnswer, FieldError
from kotaconsole.wire.payloads import command_of, read_body
from kotaconsole.wire.problems import KINDS

TELLS_CURRENT: Final = (409, 412)
NOT_FOUND: Final = 404
_WORKSTATION: Final = re.compile(r"[A-Za-z0-9._:-]{1,100}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Asked:
    """One `PUT /v1/commands/{uuid}`.

    Attributes:
        body: as it stands after undoing its encoding, perhaps only its beginning.
        epoch: of `Replay-Of-Epoch`: the epoch under which the command was entered, where it is offered again.
    """

    command_id: str
    body: bytes
    too_large: bool
    bearer: Bearer
    request_id: str
    epoch: str | None = None


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

    def __init__(self, effects: Effects, knowing: Knowing, scope: Scope, *, min_console: str | None) -> None:
        self._effects = effects
        self._knowing = knowing
        self._scope = scope
        self._min_console = min_console

    def put(self, tx: Transaction, asked: Asked) -> Answered:
        """The checks in the contract's order, then effect, record, events and audit row in one transaction.

        Raises:
            Refused: what is not stored: `command-id-reused`, `client-too-old`, `malformed`, `too-large`,
                `unknown-author`, `unavailable`, and `not-found` where the answer is none of the bearer's business.
        """
        body_hash = hashlib.sha256(asked.body).digest()
        again = restoring.is_offered_again(tx.connection, asked.epoch)
        stored = _replay(tx.connection, asked, body_hash)
        # a desk that had not noticed the restore yet was told 404 of a case that may still come back
        if stored is not None and not (again and stored.status == NOT_FOUND):
            if stored.status != NOT_FOUND and not self._may_hear(tx.connection, asked):
                raise Refused("not-found", "there is no such case")
            return stored
        self._old_client(asked.bearer)
        if asked.too_large:
            raise Refused("too-large", "a command is at most 256 KiB")
        body = _read(asked.body)
        try:
            status, answer = self._applied(tx, asked, body, again=again)
        except Refused as refused:
            if not KINDS[refused.code].terminal:
                raise
            told = document(refused, asked.request_id)
            status, answer = told.status, told.body
        if stored is not None:
            records.forget(tx, asked.command_id)
        _keep(tx, asked, body, body_hash, status, answer)
        return _answered(status, answer)

    def _may_hear(self, connection: Connection, asked: Asked) -> bool:
        """Whether a stored answer, which may hold the whole case, is for this bearer.

        It is for the unit of the command's author, whose queue any of them may carry, and for whoever sees the case.
        """
        bearer = asked.bearer
        if bearer.operator.role not in READS:
            return False
        body = read_body(asked.body)
        posting = posting_at(connection, body.author, body.entered_at)
        if posting is not None and posting.unit == bearer.operator.unit:
            return True
        case = load_case(connection, body.referral_id)
        return case is not None and self._scope.sees(case.referral, _reader(bearer))

    def _applied(self, tx: Transaction, asked: Asked, body: CommandBody, *, again: bool) -> tuple[int, bytes]:
        case = self._case(tx, asked.bearer, body, again=again)
        author = _author(tx.connection, asked.bearer, body, again=again)
        command = command_of(body, author)
        facts = self._knowing.facts(tx, case, command, again=again)
        if again and self._waits(tx, case, command, facts):
            raise restoring.not_yet()
        decision = decide(case, command, facts)
        if isinstance(decision, Refusal):
            raise self._refused(decision, case, asked.bearer)
        done = self._effects.record(tx, case, decision, Cause(asked.command_id, author.workstation))
        referral = done.case.referral
        answer = CommandAnswer(outcome(decision), referral.id, referral.version, referral.number, done.event_ids)
        return 201, codec.encode(answer)

    def _waits(self, tx: Transaction, case: Case | None, command: Command, facts: Facts) -> bool:
        """Whether nothing but another case, which may still come back after a restore, is missing for a command."""
        if not self._knowing.lacks(tx, command) or not restoring.may_come_back(tx.connection, tx.now):
            return False
        found = decide(case, command, replace(facts, duplicate="open", linked=True))
        return not isinstance(found, Refusal) and outcome(found) == "applied"

    def _case(self, tx: Transaction, bearer: Bearer, body: CommandBody, *, again: bool) -> Case | None:
        """The case, as far as the bearer may see it: what is not theirs is as unknown as what does not exist."""
        connection = tx.connection
        case = load_case(connection, body.referral_id)
        if case is None and body.kind == "open":
            return None
        if case is not None and is_pruned(connection, body.referral_id):
            raise Refused("not-found", "there is no such case")
        if case is None and again:
            case = restoring.by_own_flag(connection, body.referral_id)
        if case is not None and bearer.operator.role in READS and self._in_sight(connection, case, bearer, body):
            return case
        # another desk's command, on its way too, may be what brings the case into sight
        raise restoring.not_there(connection, tx.now) if again else Refused("not-found", "there is no such case")

    def _in_sight(self, connection: Connection, case: Case, bearer: Bearer, body: CommandBody) -> bool:
        """Whether the bearer sees the case, or carries the queue of its holder, who does."""
        if self._scope.sees(case.referral, _reader(bearer)):
            return True
        holder = case.referral.holder
        return (
            holder is not None
            and holder.operator_id == body.author
            and body.workstation == bearer.workstation_id
            and had_session(connection, body.author, body.workstation)
        )

    def _refused(self, refusal: Refusal, case: Case | None, bearer: Bearer) -> Refused:
        errors = () if refusal.pointer is None else (FieldError(refusal.pointer, refusal.detail),)
        tells = KINDS[refusal.code].status in TELLS_CURRENT and case is not None
        if not tells or case is None or not self._scope.sees(case.referral, _reader(bearer)):
            return Refused(refusal.code, refusal.detail, errors=errors)
        return Refused(refusal.code, refusal.detail, errors=errors, current=codec.parse(travelling(case.referral)))

    def _old_client(self, bearer: Bearer) -> None:
        least = self._min_console
        if least is not None and _numbers(bearer.version) < _numbers(least):
            raise Refused("client-too-old", f"this hub takes commands from version {least} on")


def _keep(tx: Transaction, asked: Asked, body: CommandBody, body_hash: bytes, status: int, answer: bytes) -> None:
    bearer = asked.bearer
    who, desk = bearer.operator.id, bearer.desk
    if records.n_is_used(tx.connection, body.workstation, body.n):
        chain.write(tx, who=who, desk=desk, what="n-reused", content=asked.command_id.encode())
    row = {
        "id": asked.command_id, "body_hash": body_hash, "status": status, "answer": answer, "at": int(tx.now),
        "workstation": body.workstation, "n": body.n, "referral_id": body.referral_id,
    }  # fmt: skip
    tx.connection.execute(insert(commands).values(row))
    # what was applied is its author's deed; what was refused may name anybody as its author
    doer = body.author if status == words.APPLIED else who
    what = words.of_command(body.kind, status, body.payload, None if doer == who else who)
    chain.write(
        tx, who=doer, desk=desk, what=what, content=asked.body, referral_id=body.referral_id,
        command_id=asked.command_id,
    )  # fmt: skip


def _replay(connection: Connection, asked: Asked, body_hash: bytes) -> Answered | None:
    row = records.find(connection, asked.command_id)
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
    # an id in capitals is the same id: the case it names must be found, and written down in one form only
    body = replace(body, referral_id=body.referral_id.lower())
    if not is_uuid(body.referral_id):
        raise malformed("/referral_id", "a UUID")
    if _WORKSTATION.fullmatch(body.workstation) is None:
        raise malformed("/workstation", "1 to 100 of A-Z a-z 0-9 . _ : -")
    if not 0 < len(body.author) <= MAX_ID:
        raise malformed("/author", f"1 to {MAX_ID} characters")
    for name, number in (("n", body.n), ("seen", body.seen)):
        if number is not None and not 1 <= number <= MAX_WHOLE:
            raise malformed(f"/{name}", f"a whole number from 1 to {MAX_WHOLE}")
    return body


def _author(connection: Connection, bearer: Bearer, body: CommandBody, *, again: bool) -> Author:
    """The author as they stood when they entered the command."""
    if bearer.operator.role not in WRITES and not (bearer.operator.role == "auditor" and body.kind == "view"):
        raise Refused("not-allowed", "this role sends no commands")
    row: Any = connection.execute(select(users).where(users.c.id == body.author)).first()
    was_here = body.workstation == bearer.workstation_id and (
        again or had_session(connection, body.author, body.workstation)
    )
    if row is None or not was_here:
        raise Refused("unknown-author", "the author has had no session on this workstation")
    posting = posting_at(connection, row.id, body.entered_at)
    if posting is None or posting.unit != bearer.operator.unit:
        raise Refused("unknown-author", "the author is of another unit")
    sent_by = None if row.id == bearer.operator.id else bearer.operator.id
    return Author(row.id, row.name, posting.role, posting.unit, body.workstation, bearer.desk, sent_by)


def _reader(bearer: Bearer) -> Reader:
    return Reader(bearer.operator.id, bearer.operator.unit)


def _numbers(version: str | None) -> tuple[int, ...]:
    parts = (version or "0").split("+")[0].split(".")
    return tuple(int(part) if part.isascii() and part.isdigit() and len(part) < 10 else 0 for part in parts)
