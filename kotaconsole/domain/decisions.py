"""`decide`: a case and a command in, happenings or a refusal out. The rules of the case's life stand here.

The hub's answer is this function's answer; the console asks it too, to lay pending commands over what the hub last
said and to explain a rule before the hub has to refuse.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from kotaconsole.domain import commands as cmd
from kotaconsole.domain import happenings as hap
from kotaconsole.domain.clock import Instant
from kotaconsole.domain.closing import closing_rule_broken
from kotaconsole.domain.commands import NEEDS_SEEN, Author, Command
from kotaconsole.domain.errors import Refusal
from kotaconsole.domain.evolution import Case
from kotaconsole.domain.happenings import Happening, What
from kotaconsole.domain.intake import read_flag
from kotaconsole.domain.referral import Actor, Referral
from kotaconsole.domain.vocabulary import MAX_ITEMS, MAX_NAME, MAX_NOTE, MAX_TEXT, STATES

APPEND_ONLY: Final = frozenset({"note", "call", "slip", "add_location", "view"})
"""Kinds that add and change nothing: open to units above and to the target of a transfer."""
HOLDER_OR_SUPERVISOR: Final = frozenset(
    {"release", "locate", "inform", "depart", "arrive", "contact", "forward", "close"}
)
LATE_AFTER_S: Final = 300
"""An opening entered more than this after it happened is a late entry."""
SLIP_FORMS: Final = ("station", "forward")
SLIP_STATUSES: Final = ("spooled", "completed", "failed", "void")


@dataclass(frozen=True, slots=True)
class LaterChange:
    """An event after the version the author was looking at.

    Attributes:
        workstation: where a person made it; None for the hub's and a source's own events.
        touched: what it changed, by `evolution.touches`.
    """

    workstation: str | None
    touched: frozenset[str]


@dataclass(frozen=True, slots=True)
class Facts:
    """What the rules need to know beyond the case and the command.

    Attributes:
        now: the decider's own time.
        above: the units at and above the case's unit, itself first.
        later: events after the command's `seen`.
        supervisor_about: whether a supervisor was signed in within the last 15 minutes.
        duplicate: the case named by `duplicate_of` as far as the author may see it: "open", "closed", "duplicate"
            (itself closed as one) or None.
        next_number: the case number to give to a case that is opened by hand.
        training: whether everything here is training.
    """

    now: Instant
    above: tuple[str, ...] = ()
    later: tuple[LaterChange, ...] = ()
    supervisor_about: bool = True
    duplicate: str | None = None
    next_number: str = ""
    training: bool = False


Decision = tuple[Happening, ...] | Refusal


def decide(case: Case | None, command: Command, facts: Facts) -> Decision:
    """What a command does to a case: nothing (an empty tuple), something, or a refusal with its rule.

    The checks run in the contract's order: 403, 409 held, 412, 422, 409 illegal-transition. That the author may see
    the case at all (404) is settled before.
    """
    author = command.author
    readers = ("auditor",) if command.kind == "view" else ()
    if author.role not in ("operator", "supervisor", *readers):
        return Refusal("not-allowed", "this role writes nothing")
    if command.kind == "open":
        return _open(case, command, facts)
    if case is None:
        return Refusal("not-found", "there is no such case")
    refused = (
        _may_write(case.referral, command, facts)
        or _held(case, command)
        or _seen(case.referral, command, facts)
        or _payload(case.referral, command)
        or _illegal(case.referral, command, facts)
    )
    if refused is not None:
        return refused
    what = _EFFECTS[command.kind](case, command)
    return () if what is None else (_happening(what, command, facts),)


def _open(case: Case | None, command: Command, facts: Facts) -> Decision:
    payload = command.payload
    if isinstance(payload, Refusal):
        return payload
    if case is not None:
        return Refusal("illegal-transition", "this case was opened already")
    assert isinstance(payload, cmd.Open)  # noqa: S101 - kind and payload are paired by the wire
    report = payload.report
    reading = read_flag(
        report,
        platform=str(report.get("platform") or "other"),
        reference=str(report.get("reference") or command.referral_id),
        received_at=facts.now,
    )
    if reading.flag.defects:
        first = reading.flag.defects[0]
        return Refusal("invalid", "a field of the report cannot be used", f"/payload{first.pointer}")
    late = command.entered_at.seconds_since(command.happened_at) > LATE_AFTER_S
    opened = hap.Opened(
        referral_id=command.referral_id, number=facts.next_number, unit=command.author.unit,
        received_via=payload.received_via, flag=reading.flag, account=reading.account, subject=reading.subject,
        locations=reading.locations, late_entry=late, training=facts.training,
    )  # fmt: skip
    return (_happening(opened, command, facts),)


def _may_write(case: Referral, command: Command, facts: Facts) -> Refusal | None:
    author = command.author
    if author.unit == case.unit or _holds(case, author):
        return None
    transfer_target = case.transfer is not None and case.transfer.to == author.unit
    if command.kind in APPEND_ONLY and (transfer_target or author.unit in facts.above):
        return None
    return Refusal("not-allowed", "only the unit that owns the case, or its holder, may do this")


def _held(case: Case, command: Command) -> Refusal | None:
    holder, author = case.referral.holder, command.author
    if holder is None or holder.operator_id == author.operator_id:
        return None
    boss = author.role == "supervisor" and author.unit == case.referral.unit
    if command.kind in HOLDER_OR_SUPERVISOR and not boss:
        return Refusal("held", "another operator holds the case")
    if command.kind == "acknowledge" and not isinstance(command.payload, Refusal) and not _clears(case, command):
        return Refusal("held", "another operator has acknowledged it")
    return None


def _seen(case: Referral, command: Command, facts: Facts) -> Refusal | None:
    if command.kind not in NEEDS_SEEN or command.seen is None:
        return None
    if command.seen > case.version:
        return Refusal("version-mismatch", "the version seen does not exist yet")
    ours = command.author.workstation
    if any(change.workstation not in (None, ours) and change.touched for change in facts.later):
        return Refusal("version-mismatch", "another desk has changed the case since")
    return None


def _payload(case: Referral, command: Command) -> Refusal | None:
    if isinstance(command.payload, Refusal):
        return command.payload
    return _CHECKS[command.kind](case, command.payload)


def _illegal(case: Referral, command: Command, facts: Facts) -> Refusal | None:
    kind = command.kind
    if kind == "close":
        if case.state == "closed":
            return Refusal("illegal-transition", "the case is closed already")
        broken = closing_rule_broken(case, command, facts.supervisor_about, facts.duplicate)
        return None if broken is None else Refusal("invalid", broken.rule, broken.pointer)
    if kind in ("inform", "contact"):
        if case.state == "closed":
            return Refusal("illegal-transition", "the case is closed")
        if case.state == "new":
            return Refusal("illegal-transition", "the case has not been acknowledged")
        ahead = STATES.index(case.state) >= STATES.index("contact_made")
        if kind == "contact" and ahead:
            return Refusal("illegal-transition", "contact was recorded already")
    return None


def _check_acknowledge(case: Referral, payload: Any) -> Refusal | None:
    if payload.through > case.version or payload.through < 0:
        return Refusal("invalid", "there is no such version yet", "/payload/through")
    return None


def _check_note(_: Referral, payload: Any) -> Refusal | None:
    if not payload.text.strip():
        return Refusal("invalid", "a note needs words", "/payload/text")
    return _too_long(payload, text=MAX_NOTE)


def _check_inform(_: Referral, payload: Any) -> Refusal | None:
    if not payload.unit.strip():
        return Refusal("invalid", "a unit is needed", "/payload/unit")
    return _too_long(payload, unit=MAX_NAME, person=MAX_NAME, rank=MAX_NAME, phone=MAX_NAME)


def _check_slip(_: Referral, payload: Any) -> Refusal | None:
    if payload.form not in SLIP_FORMS:
        return Refusal("invalid", "form is station or forward", "/payload/form")
    if payload.status not in SLIP_STATUSES:
        return Refusal("invalid", "status is spooled, completed, failed or void", "/payload/status")
    if payload.copies < 0 or not payload.number.strip():
        return Refusal("invalid", "a slip has a number and a count of copies", "/payload/number")
    return _too_long(payload, number=MAX_NAME, unit=MAX_NAME, supersedes=MAX_NAME, reason=MAX_TEXT)


def _check_view(_: Referral, payload: Any) -> Refusal | None:
    if not payload.fields or len(payload.fields) > MAX_ITEMS or any(len(name) > MAX_NAME for name in payload.fields):
        return Refusal("invalid", "which fields were opened is needed", "/payload/fields")
    return None


def _check_contact(_: Referral, payload: Any) -> Refusal | None:
    return _too_long(payload, who=MAX_TEXT, unit=MAX_NAME)


def _check_close(_: Referral, payload: Any) -> Refusal | None:
    if not payload.summary.strip():
        return Refusal("invalid", "a summary is needed", "/payload/summary")
    return _too_long(payload, summary=MAX_TEXT, duplicate_of=MAX_NAME, without_supervisor=MAX_TEXT)


def _too_long(payload: Any, **limits: int) -> Refusal | None:
    for name, limit in limits.items():
        value = getattr(payload, name)
        if value is not None and len(value) > limit:
            return Refusal("invalid", f"at most {limit} characters", f"/payload/{name}")
    return None


def _acknowledge(case: Case, command: Command) -> What | None:
    payload = command.payload
    takes = case.referral.holder is None and case.referral.state != "closed"
    if not takes and not _clears(case, command):
        return None
    return hap.Acknowledged(payload.through)  # type: ignore[union-attr]


def _note(_: Case, command: Command) -> What:
    payload: Any = command.payload
    return hap.NoteAdded(payload.text, bool(payload.late))


def _inform(_: Case, command: Command) -> What:
    payload: Any = command.payload
    return hap.UnitInformed(payload.unit, payload.person, payload.rank, payload.phone)


def _slip(_: Case, command: Command) -> What:
    it: Any = command.payload
    return hap.SlipMade(it.number, it.form, it.unit, it.status, it.copies, it.supersedes, it.reason)


def _contact(_: Case, command: Command) -> What:
    payload: Any = command.payload
    return hap.ContactMade(payload.in_person, payload.who, payload.unit)


def _close(_: Case, command: Command) -> What:
    it: Any = command.payload
    return hap.Closed(it.code, it.summary, it.duplicate_of, it.accepted_by, it.statement, it.without_supervisor)


def _view(_: Case, _command: Command) -> None:
    """A look changes nothing: no event, no version; that it happened is the recorder's business."""


def _clears(case: Case, command: Command) -> bool:
    payload: Any = command.payload
    return any(cause.version <= payload.through for cause in case.causes)


def _holds(case: Referral, author: Author) -> bool:
    return case.holder is not None and case.holder.operator_id == author.operator_id


def _happening(what: What, command: Command, facts: Facts) -> Happening:
    author = command.author
    by = Actor(author.operator_id, author.name, author.unit, author.desk, author.sent_by)
    return Happening(what, at=command.happened_at, recorded_at=facts.now, by=by)


_CHECKS: Final[dict[str, Callable[[Referral, Any], Refusal | None]]] = {
    "acknowledge": _check_acknowledge,
    "note": _check_note,
    "inform": _check_inform,
    "slip": _check_slip,
    "contact": _check_contact,
    "close": _check_close,
    "view": _check_view,
}

_EFFECTS: Final[dict[str, Callable[[Case, Command], What | None]]] = {
    "acknowledge": _acknowledge,
    "note": _note,
    "inform": _inform,
    "slip": _slip,
    "contact": _contact,
    "close": _close,
    "view": _view,
}
