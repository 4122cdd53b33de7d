"""Drills on a live hub: invented cases that ring below every real one, and end when a real P1 comes."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, insert, select, update

from kotaconsole.domain import happenings as hap
from kotaconsole.domain.clock import Instant
from kotaconsole.domain.directory import Directory
from kotaconsole.domain.errors import EnvironmentFault
from kotaconsole.domain.evolution import Case
from kotaconsole.domain.intake import Reading, read_flag
from kotaconsole.domain.joining import AccountKeys, keys_of
from kotaconsole.hub.audit import chain
from kotaconsole.hub.bearer import Bearer
from kotaconsole.hub.cases import lenient
from kotaconsole.hub.cases.recorder import load_case
from kotaconsole.hub.feeder import Step, read_steps, request_of
from kotaconsole.hub.ids import new_id
from kotaconsole.hub.problems import Refused
from kotaconsole.hub.storage import counters
from kotaconsole.hub.storage.tables import drill_cases, drills, referrals
from kotaconsole.hub.storage.writer import Transaction
from kotaconsole.hub.watch.means import HUB, Means
from kotaconsole.wire import codec
from kotaconsole.wire.bodies import FieldError
from kotaconsole.wire.watching import DrillAnswer, DrillBody

SCENARIOS: Final = "scenarios"
OUTCOME: Final = "drill"
ENDED: Final = "असली P1 आया: अभ्यास समाप्त / a real P1 came: the drill is over"
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,99}", re.ASCII)
_P1: Final = b'"level":"P1"'
"""Quick to look for; what holds it is then read."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One `POST /v1/drills`."""

    key: str
    body: DrillBody
    body_hash: bytes
    bearer: Bearer


@dataclass(frozen=True, slots=True)
class Begun:
    """The answer, first or again."""

    body: bytes
    replayed: bool = False


@dataclass(slots=True)
class _Made:
    """The cases of one drill while it is made, which join among themselves and with nothing else."""

    cases: dict[str, Case] = field(default_factory=dict)
    keys: list[tuple[AccountKeys, str]] = field(default_factory=list)
    flags: dict[tuple[str, str], str] = field(default_factory=dict)


class Drills:
    """Begins and ends drills. Thread: `begin` is the writer's, `look` the event loop's."""

    def __init__(self, means: Means, resources: Path) -> None:
        self._means = means
        self._folder = resources / SCENARIOS

    def steps(self, scenario: str) -> list[Step]:
        """The steps of a scenario; the times between them are left out: a drill begins whole.

        Raises:
            Refused: `invalid`: there is no such scenario.
        """
        file = self._folder / f"{scenario}.jsonl"
        try:
            if _NAME.fullmatch(scenario) is None or not file.is_file():
                raise self._unknown()
            return read_steps(file)
        except EnvironmentFault:
            raise self._unknown() from None

    def _unknown(self) -> Refused:
        known = ", ".join(sorted(file.stem for file in self._folder.glob("*.jsonl")))
        return Refused("invalid", "there is no such scenario", errors=(FieldError("/scenario", f"one of: {known}"),))

    def begin(self, tx: Transaction, asked: Asked, steps: list[Step]) -> Begun:
        """Make the cases of a drill in one transaction, or give the first answer again.

        Raises:
            Refused: `command-id-reused`, or `illegal-transition` while a real P1 rings.
        """
        who = asked.bearer.operator.id
        query = select(drills).where(drills.c.operator_id == who, drills.c.key == asked.key)
        known = tx.connection.execute(query).first()
        if known is not None:
            if known.body_hash != asked.body_hash:
                raise Refused("command-id-reused", "this key stands for another drill")
            return Begun(known.answer, replayed=True)
        live = not self._means.settings().training
        if live and _ringing(real_p1(tx.connection), asked.body.unit, self._means.directory()):
            raise Refused("illegal-transition", "a real P1 rings: no drill begins now")
        made = _Made()
        for step in steps:
            self._step(tx, made, step, asked.body.unit)
        body = codec.encode(DrillAnswer(new_id(tx.now), tuple(made.cases)))
        row = {"operator_id": who, "key": asked.key, "body_hash": asked.body_hash, "answer": body, "at": int(tx.now)}
        tx.connection.execute(insert(drills).values(row))
        if live:
            rows = [{"referral_id": case_id, "unit": asked.body.unit, "ended": False} for case_id in made.cases]
            tx.connection.execute(insert(drill_cases), rows)
        chain.write(tx, who=who, desk=asked.bearer.desk, what=f"drill in {asked.body.unit}", content=body)
        return Begun(body)

    async def look(self) -> None:
        """End every drill that a real P1 has come into.

        Raises:
            Refused: the database cannot be read or written at the moment.
        """
        ended = await self._means.readers.run(partial(_to_end, directory=self._means.directory()))
        if ended:
            await self._means.writer.run(partial(self._end, ids=ended))

    def _step(self, tx: Transaction, made: _Made, step: Step, unit: str) -> None:
        method, _, raw = request_of(step, tx.now)
        name = (step.platform, step.reference)
        if method == "DELETE" or raw is None:
            self._take_back(tx, made, step)
            return
        reading = read_flag(
            lenient.read(raw), platform=step.platform, reference=step.reference, received_at=tx.now,
            raw=raw.decode("utf-8", "replace"),
        )  # fmt: skip
        keys = keys_of(step.platform, reading.account)
        if name in made.flags:
            case_id = made.flags[name]
            what: hap.What = hap.FlagUpdated(reading)
        else:
            case_id = next((known for theirs, known in made.keys if theirs.same(keys)), "")
            what = hap.FlagRepeated(reading) if case_id else _first(tx, reading, unit)
        case = self._means.record(tx, made.cases.get(case_id), what)
        made.cases[case.referral.id] = case
        made.flags[name] = case.referral.id
        made.keys.append((keys, case.referral.id))

    def _take_back(self, tx: Transaction, made: _Made, step: Step) -> None:
        case_id = made.flags.get((step.platform, step.reference))
        if case_id is None:
            return
        reason = str(step.line.get("reason", "other"))
        platform = next(
            (flag.platform for flag in made.cases[case_id].referral.flags if flag.reference == step.reference),
            step.platform,
        )
        taken = hap.FlagWithdrawn(platform, step.reference, reason)
        made.cases[case_id] = self._means.record(tx, made.cases[case_id], taken)

    def _end(self, tx: Transaction, ids: tuple[str, ...]) -> None:
        for case_id in ids:
            case = load_case(tx.connection, case_id)
            if case is not None and case.referral.state != "closed":
                closed = hap.Closed(OUTCOME, ENDED, None, None, None, None)
                self._means.record(tx, case, closed)
                chain.write(tx, who=HUB, what="drill ended: a real P1 came", referral_id=case_id)
        tx.connection.execute(update(drill_cases).where(drill_cases.c.referral_id.in_(ids)).values(ended=True))


def body_hash(raw: bytes) -> bytes:
    """What tells one request from another under the same key."""
    return hashlib.sha256(raw).digest()


def real_p1(connection: Connection) -> list[Case]:
    """Open cases of level P1 that are no exercise."""
    query = select(referrals.c.whole).where(referrals.c.closed_at.is_(None), referrals.c.number.not_like("T-%"))
    bodies = (bytes(whole) for whole in connection.execute(query).scalars())
    cases = (codec.decode(body, Case) for body in bodies if _P1 in body)
    return [case for case in cases if case.referral.level == "P1"]


def _first(tx: Transaction, reading: Reading, unit: str) -> hap.FlagReceived:
    number = counters.case_number(tx.connection, tx.now, training=True)
    return hap.FlagReceived(new_id(tx.now), number, unit, reading, training=True)


def _ringing(real: Iterable[Case], unit: str, directory: Directory, since: Instant | None = None) -> bool:
    """Whether one of these concerns whoever exercises in the unit: it rings, or it came after a moment."""
    return any(
        (case.referral.alarm is not None or (since is not None and case.referral.opened_at >= since))
        and (directory.within(case.referral.unit, unit) or directory.within(unit, case.referral.unit))
        for case in real
    )


def _to_end(connection: Connection, directory: Directory) -> tuple[str, ...]:
    query = (
        select(drill_cases.c.referral_id, drill_cases.c.unit, referrals.c.whole, referrals.c.state)
        .join(referrals, referrals.c.id == drill_cases.c.referral_id)
        .where(drill_cases.c.ended.is_(False))
    )
    rows = connection.execute(query).all()
    if not rows:
        return ()
    real = real_p1(connection)
    over = []
    for row in rows:
        begun = codec.decode(bytes(row.whole), Case).referral.opened_at
        if row.state == "closed" or _ringing(real, row.unit, directory, begun):
            over.append(row.referral_id)
    return tuple(over)
