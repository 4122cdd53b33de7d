"""JSON to frozen values and back, strictly.

msgspec checks types while it parses, so nothing half-right gets past this room. Moments are RFC 3339 text on the
wire and `Instant` inside.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, Final, TypeVar, cast

import msgspec

from kotaconsole.domain.clock import Instant
from kotaconsole.domain.errors import ContractBreach

T = TypeVar("T")

MAX_REQUEST = 256 * 1024
"""Bytes of a request body; a hub refuses more with 413."""
MAX_ANSWER = 8 * 1024 * 1024
"""Bytes a client reads of an unpacked answer; a hub sends at most half of that."""
_NULL_SPEAKS: Final = frozenset({"to", "data", "payload", "current"})
"""Members in which null says something of its own: unsetting a field; what others put into open objects."""


def encode(value: Any) -> bytes:
    """One JSON document, UTF-8, in field order: the bytes that are stored are the bytes that are sent."""
    return msgspec.json.encode(value, enc_hook=_to_json)


def plain(value: Any) -> Any:
    """The same as built-in dicts, lists, strings and numbers."""
    return msgspec.to_builtins(value, enc_hook=_to_json)


def decode(body: bytes | str, shape: type[T]) -> T:
    """Read one document of this shape.

    Raises:
        ContractBreach: not JSON, not UTF-8, or not of this shape; the text names the place, never the value.
    """
    try:
        return cast("T", _decoder(cast("Any", shape)).decode(body))
    except msgspec.ValidationError:
        return _without_nulls(lambda: msgspec.json.decode(body), shape)
    except (msgspec.DecodeError, UnicodeError, ValueError, RecursionError) as error:
        raise ContractBreach(_where(error)) from None


def convert(value: Any, shape: type[T]) -> T:
    """Check an already parsed value against a shape.

    Raises:
        ContractBreach: it does not fit.
    """
    try:
        return msgspec.convert(value, shape, dec_hook=_from_json)
    except msgspec.ValidationError:
        return _without_nulls(lambda: value, shape)
    except (ValueError, RecursionError) as error:
        raise ContractBreach(_where(error)) from None


def parse(body: bytes | str) -> Any:
    """Any JSON document, as built-in values.

    Raises:
        ContractBreach: not one JSON document in UTF-8.
    """
    return decode(body, cast("type[Any]", Any))


def _without_nulls(read: Callable[[], Any], shape: type[T]) -> T:
    """A second look at what did not fit: a null member means the same as a missing one.

    Others may send nulls where we leave members out. Only what was refused is read twice, so that it costs nobody else.
    What is still wrong then is what is told: a null that stands for nothing is at fault only where something is needed.
    """
    try:
        return msgspec.convert(_stripped(read()), shape, dec_hook=_from_json)
    except (ValueError, RecursionError) as error:  # msgspec.ValidationError among them
        raise ContractBreach(_where(error)) from None


def _stripped(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            name: member if name in _NULL_SPEAKS else _stripped(member)
            for name, member in value.items()
            if member is not None or name in _NULL_SPEAKS
        }
    return [_stripped(member) for member in value] if isinstance(value, list) else value


@cache
def _decoder(shape: Any) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(shape, dec_hook=_from_json)


def _to_json(value: Any) -> Any:
    if isinstance(value, Instant):
        return value.iso()
    raise TypeError(f"{type(value).__name__} has no form on the wire")


def _from_json(shape: type, value: Any) -> Any:
    if shape is Instant and isinstance(value, str):
        return Instant.parse(value)
    raise ValueError(f"expected {shape.__name__}")


def _where(error: Exception) -> str:
    if isinstance(error, RecursionError):
        return "nested too deeply"
    text = str(error)
    # msgspec's own messages hold types and paths only; anything else might quote the document
    return text if isinstance(error, msgspec.MsgspecError) else type(error).__name__
