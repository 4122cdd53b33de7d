"""Reading what a client sent: bodies with a limit, numbers in queries, conditional headers."""

from __future__ import annotations

import asyncio
import re
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeVar

from starlette.requests import ClientDisconnect, Request

from kotaconsole.domain.errors import ContractBreach
from kotaconsole.hub.cases import lenient
from kotaconsole.hub.problems import Refused, malformed, unfit
from kotaconsole.wire import codec

T = TypeVar("T")

DRAINED: Final = 4 * 1024 * 1024
"""Bytes read of a body that is too large, so that a client that has sent it all still reads the answer."""
TAPPED: Final = 16 * 1024 * 1024
"""Bytes of a signed body: all of it has to be read before anybody knows who sent it."""
_NUMBER: Final = re.compile(r"[0-9]{1,15}", re.ASCII)
_SECONDS: Final = re.compile(r"[0-9]{1,9}(\.[0-9]{1,6})?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Body:
    """A request's body after undoing its encoding.

    Attributes:
        data: at most the limit; cut: more was sent than that.
        readable: False when its encoding is unknown or broken; data is then what came over the wire.
    """

    data: bytes
    cut: bool
    readable: bool = True


async def read_body(
    request: Request, limit: int, patience_s: float, tap: Callable[[bytes], None] | None = None
) -> Body:
    """Read a body up to a limit of unpacked bytes.

    Args:
        request: whose body it is.
        limit: bytes that are kept.
        patience_s: seconds the client may take.
        tap: is given every byte as it comes over the wire, before any encoding is undone, also past the limit.

    Raises:
        Refused: `malformed` when the client does not send it in time; `too-large` when more comes than a tap is given.
    """
    try:
        async with asyncio.timeout(patience_s):
            raw = await _received(request, limit, tap)
    except TimeoutError:
        raise Refused("malformed", "the body did not arrive in time") from None
    encoding = request.headers.get("content-encoding", "identity").strip().lower()
    if encoding in ("identity", ""):
        return Body(raw[:limit], len(raw) > limit)
    if encoding not in ("gzip", "deflate"):
        return Body(raw[:limit], len(raw) > limit, readable=False)
    return _unpacked(raw, limit)


async def read_json(request: Request, shape: type[T], limit: int, patience_s: float) -> T:
    """A body of one shape.

    Raises:
        Refused: `malformed` or `too-large`.
    """
    body = await read_body(request, limit, patience_s)
    if body.cut:
        raise Refused("too-large", "a request is at most 256 KiB")
    if not body.readable:
        raise Refused("malformed", "the content encoding is unknown or broken")
    try:
        read = codec.decode(body.data, shape)
    except ContractBreach as breach:
        raise unfit(breach) from None
    if lenient.has_repeated_key(body.data):
        raise malformed("", "a member is named twice")
    return read


def whole_number(request: Request, name: str, default: int | None = None) -> int:
    """A number of the query, 0 or more.

    Raises:
        Refused: `malformed`: it is missing without a default, or no such number.
    """
    text = request.query_params.get(name)
    if text is None and default is not None:
        return default
    if text is None or _NUMBER.fullmatch(text) is None:
        raise malformed(f"/{name}", "a whole number, 0 or more")
    return int(text)


def seconds(request: Request, name: str, most: float) -> float:
    """Seconds of the query, 0 by default, at most so many.

    Raises:
        Refused: `malformed`: no such number.
    """
    text = request.query_params.get(name, "0")
    if _SECONDS.fullmatch(text) is None:
        raise malformed(f"/{name}", "seconds, 0 or more")
    return min(float(text), most)


def waited_for_news(request: Request) -> float:
    """Seconds a request has waited for something to happen, which say nothing of how quick the hub is."""
    return float(getattr(request.state, "waited_s", 0.0))


def matches(request: Request, etag: str) -> bool:
    """Whether `If-None-Match` names this ETag (RFC 9110 13.1.2: weak comparison)."""
    asked = request.headers.get("if-none-match", "")
    known = {part.strip().removeprefix("W/") for part in asked.split(",")}
    return etag in known or "*" in known


def address_of(request: Request, *, behind_proxy: bool) -> str:
    """Where a request comes from: the entry the proxy itself added, never one the client could write."""
    if behind_proxy:
        forwarded = request.headers.getlist("x-forwarded-for")
        if forwarded:
            return forwarded[-1].rsplit(",", 1)[-1].strip()
    return request.client.host if request.client else ""


async def _received(request: Request, limit: int, tap: Callable[[bytes], None] | None) -> bytes:
    kept = bytearray()
    seen = 0
    try:
        async for chunk in request.stream():
            seen += len(chunk)
            if len(kept) <= limit:
                kept += chunk[: limit + 1 - len(kept)]
            if tap is not None:
                if seen > TAPPED:
                    raise Refused("too-large", "a signed request is at most 16 MiB")
                tap(chunk)
            elif seen > DRAINED:
                break
    except ClientDisconnect:
        raise Refused("malformed", "the body did not arrive whole") from None
    return bytes(kept)


def _unpacked(raw: bytes, limit: int) -> Body:
    # 32: gzip and zlib headers are both known
    unpacker = zlib.decompressobj(wbits=zlib.MAX_WBITS | 32)
    try:
        data = unpacker.decompress(raw, limit + 1)
    except zlib.error:
        return Body(raw[:limit], len(raw) > limit, readable=False)
    cut = len(data) > limit
    if not cut and not unpacker.eof:
        return Body(raw[:limit], len(raw) > limit, readable=False)
    return Body(data[:limit], cut)
