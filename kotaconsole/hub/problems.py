"""Refusing: every error leaves the hub as one RFC 9457 document with a code of the contract."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from kotaconsole.domain.errors import ContractBreach, KotaError
from kotaconsole.wire import codec, pointers
from kotaconsole.wire.bodies import FieldError, Problem
from kotaconsole.wire.problems import KINDS

PROBLEM_JSON: Final = "application/problem+json"
RETRY_AFTER: Final = {"unavailable": 2, "too-many-attempts": 30, "in-progress": 1}
"""Seconds a client waits at least where the refusal itself gives no number."""


class Refused(KotaError):
    """A request that ends in a problem document.

    Attributes:
        code: one of `wire.problems.KINDS`. detail: English, without personal data.
        errors: where the request is wrong. current: the case as it stands, for whoever may see it.
        retry_after: seconds. allow: methods that are done at this place (405).
    """

    def __init__(
        self,
        code: str,
        detail: str = "",
        *,
        errors: tuple[FieldError, ...] = (),
        current: dict[str, Any] | None = None,
        epoch: str | None = None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(code)
        self.code = code
        self.detail = detail
        self.errors = errors
        self.current = current
        self.epoch = epoch
        self.retry_after = RETRY_AFTER.get(code) if retry_after is None else retry_after


def malformed(pointer: str, detail: str) -> Refused:
    """400 that names one place."""
    return Refused("malformed", detail, errors=(FieldError(pointer, detail),))


def invalid(pointer: str, detail: str) -> Refused:
    """422 that names one place."""
    return Refused("invalid", detail, errors=(FieldError(pointer, detail),))


def unfit(breach: ContractBreach) -> Refused:
    """400 for a body that has not its shape, with the place as far as the parser tells it."""
    return malformed(pointers.pointer(str(breach)), str(breach))


@dataclass(frozen=True, slots=True)
class Document:
    """A problem ready to be sent, and to be stored where it is the first answer to a command."""

    status: int
    body: bytes


def document(refused: Refused, request_id: str) -> Document:
    """The problem document of a refusal; members without a value are left out."""
    kind = KINDS[refused.code]
    problem = Problem(
        status=kind.status, code=kind.code, terminal=kind.terminal, type=f"urn:kotaconsole:problem:{kind.code}",
        title=kind.title, detail=refused.detail, request_id=request_id, errors=_errors(refused, kind.status),
        current=refused.current, epoch=refused.epoch,
    )  # fmt: skip
    fields = {name: value for name, value in codec.plain(problem).items() if value is not None and value != ()}
    return Document(kind.status, codec.encode(fields))


def _errors(refused: Refused, status: int) -> tuple[FieldError, ...]:
    """A request that is wrong always says where; the empty pointer is the whole of it."""
    if refused.errors or status not in (400, 422):
        return refused.errors
    return (FieldError("", refused.detail),)
