"""Hand-overs: what one shift leaves to the next, signed by two different people."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from sqlalchemy import Connection, select

from kotaconsole.domain.vocabulary import MAX_NAME, MAX_TEXT
from kotaconsole.hub.audit import chain
from kotaconsole.hub.bearer import Bearer
from kotaconsole.hub.cases.scope import Reader, Scope, seen
from kotaconsole.hub.ids import is_uuid
from kotaconsole.hub.problems import Refused, invalid
from kotaconsole.hub.storage.tables import handovers
from kotaconsole.hub.storage.upsert import upsert
from kotaconsole.hub.storage.writer import Transaction
from kotaconsole.wire import codec
from kotaconsole.wire.watching import Handover, HandoverBody, Signature

MOST: Final = 100
MOST_OPEN: Final = 500


@dataclass(frozen=True, slots=True)
class Put:
    """One `PUT /v1/handovers/{id}`.

    Attributes:
        version: of the one that is to be changed, 0 for any; None to create.
    """

    id: str
    body: HandoverBody
    version: int | None
    bearer: Bearer


@dataclass(frozen=True, slots=True)
class Kept:
    """The hand-over as it stands now."""

    handover: Handover
    created: bool


def of_unit(connection: Connection, unit: str) -> tuple[Handover, ...]:
    """The newest hand-overs of a unit, the newest shift first."""
    query = (
        select(handovers.c.body)
        .where(handovers.c.unit == unit)
        .order_by(handovers.c.shift_start.desc(), handovers.c.id.desc())
        .limit(MOST)
    )
    return tuple(codec.decode(bytes(body), Handover) for body in connection.execute(query).scalars())


def put(tx: Transaction, asked: Put, scope: Scope) -> Kept:
    """Create, change or sign one, in one transaction with its audit row.

    Raises:
        Refused: `version-mismatch`, `signed`, or `invalid` where a value breaks a rule.
    """
    old = _stored(tx.connection, asked.id)
    _check_version(old, asked)
    _check_body(tx, old, asked, scope)
    body = asked.body
    new = Handover(
        asked.id, 1 if old is None else old.version + 1, body.unit, body.shift, tx.now, body.open, body.remarks,
        {} if old is None or _text(old) != _text(body) else old.signed,
    )  # fmt: skip
    new = _signed(new, asked, tx)
    kept = codec.encode(new)
    row = {
        "id": new.id, "unit": new.unit, "shift_start": int(new.shift.start), "version": new.version, "body": kept,
    }  # fmt: skip
    tx.connection.execute(upsert(handovers).values(row).on_conflict_do_update(index_elements=["id"], set_=row))
    what = "hand-over written" if body.sign is None else f"hand-over signed: {body.sign}"
    chain.write(tx, who=asked.bearer.operator.id, desk=asked.bearer.desk, what=what, content=kept)
    return Kept(new, created=old is None)


def _stored(connection: Connection, handover_id: str) -> Handover | None:
    body = connection.execute(select(handovers.c.body).where(handovers.c.id == handover_id)).scalar()
    return None if body is None else codec.decode(bytes(body), Handover)


def _check_version(old: Handover | None, asked: Put) -> None:
    if old is not None and len(old.signed) == 2:
        raise Refused("signed", "both people have signed this hand-over")
    if old is None and asked.version is None:
        return
    if old is None or asked.version is None or asked.version not in (0, old.version):
        raise Refused("version-mismatch", "somebody else wrote it meanwhile: read it anew")


def _check_body(tx: Transaction, old: Handover | None, asked: Put, scope: Scope) -> None:
    body = asked.body
    if old is not None and old.unit != body.unit:
        raise invalid("/unit", "a hand-over stays with its unit")
    if not body.shift.start < body.shift.end:
        raise invalid("/shift/end", "after the start")
    if not 0 < len(body.shift.name) <= MAX_NAME:
        raise invalid("/shift/name", f"1 to {MAX_NAME} characters")
    if len(body.remarks or "") > MAX_TEXT:
        raise invalid("/remarks", f"at most {MAX_TEXT} characters")
    if len(body.open) > MOST_OPEN:
        raise invalid("/open", f"at most {MOST_OPEN} cases")
    known = set() if old is None else {item.referral_id for item in old.open}
    reader = Reader(asked.bearer.operator.id, asked.bearer.operator.unit)
    for place, item in enumerate(body.open):
        if len(item.remark or "") > MAX_TEXT:
            raise invalid(f"/open/{place}/remark", f"at most {MAX_TEXT} characters")
        # what was handed over once stays, also when the case has gone elsewhere meanwhile
        if item.referral_id in known:
            continue
        found = seen(tx.connection, scope, item.referral_id, reader, tx.now) if is_uuid(item.referral_id) else None
        if found is None:
            raise invalid(f"/open/{place}/referral_id", "there is no such case")


def _signed(new: Handover, asked: Put, tx: Transaction) -> Handover:
    if asked.body.sign is None:
        return new
    operator = asked.bearer.operator
    for place, signature in new.signed.items():
        if place == asked.body.sign and signature.operator_id != operator.id:
            raise invalid("/sign", "somebody else has signed here")
        if place != asked.body.sign and signature.operator_id == operator.id:
            raise invalid("/sign", "a hand-over is signed by two different people")
    first = new.signed.get(asked.body.sign, Signature(operator.id, operator.name, tx.now))
    return replace(new, signed={**new.signed, asked.body.sign: first})


def _text(side: Handover | HandoverBody) -> tuple[object, ...]:
    """What a signature stands for."""
    return (side.unit, side.shift, side.open, side.remarks)
