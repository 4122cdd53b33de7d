"""Command bodies: from bytes to a checked command, and from a desk's action to bytes."""

from __future__ import annotations

from typing import Any, Final, cast

from kotaconsole.domain.commands import NEEDS_SEEN, PAYLOADS, Author, Command, CommandBody, Open, Payload
from kotaconsole.domain.errors import ContractBreach, Refusal
from kotaconsole.wire import codec
from kotaconsole.wire.pointers import missing, pointer

_SOURCES: Final = ("phone", "email", "other")


def read_body(body: bytes) -> CommandBody:
    """The envelope of a command.

    Raises:
        ContractBreach: the body is malformed (400), which includes a missing `seen` where the kind needs one.
    """
    found = codec.decode(body, CommandBody)
    if found.kind in NEEDS_SEEN and found.seen is None:
        raise ContractBreach(f"{missing('seen')}: this kind needs it")
    return found


def read_payload(kind: str, payload: dict[str, Any]) -> Payload | Refusal:
    """The payload of a kind; a refusal (422) names what is wrong with it."""
    if kind == "open":
        via = payload.get("received_via")
        if via not in _SOURCES:
            return Refusal("invalid", "received_via is phone, email or other", "/payload/received_via")
        return Open(received_via=str(via), report={key: payload[key] for key in payload if key != "received_via"})
    shape = PAYLOADS.get(kind)
    if shape is None:
        return Refusal("invalid", "this hub does not know this kind of command", "/kind")
    try:
        return cast("Payload", codec.convert(payload, shape))
    except ContractBreach as breach:
        return Refusal("invalid", str(breach), pointer(str(breach), "/payload"))


def payload_fields(payload: Payload) -> dict[str, Any]:
    """A payload as the wire carries it: unknown fields are left out."""
    if isinstance(payload, Open):
        return {**payload.report, "received_via": payload.received_via}
    fields: dict[str, Any] = codec.plain(payload)
    return {name: value for name, value in fields.items() if value is not None}


def command_of(body: CommandBody, author: Author) -> Command:
    """A command ready to be decided."""
    return Command(
        kind=body.kind, referral_id=body.referral_id, payload=read_payload(body.kind, body.payload), author=author,
        happened_at=body.happened_at, entered_at=body.entered_at, seen=body.seen,
    )  # fmt: skip
