"""Answers: JSON bytes with the headers the contract asks for, packed when the client can unpack them."""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import Mapping
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

JSON: Final = "application/json"
PACK_FROM: Final = 1024
"""Bytes from which packing saves more than its header costs."""
LARGE: Final = 128 * 1024
"""Bytes from which packing is done on a thread, or it would hold up every poll."""
LEVEL: Final = 1
"""Cheapest: on Hindi JSON it already saves three quarters."""


async def answer(
    request: Request, body: bytes, *, status: int = 200, media: str = JSON, headers: Mapping[str, str] | None = None
) -> Response:
    """One answer; it is personal unless its headers say otherwise, so nobody on the way may keep it."""
    told = {"Cache-Control": "no-store", "Vary": "Accept-Encoding", **(headers or {})}
    if len(body) > PACK_FROM and takes_gzip(request.headers.get("accept-encoding", "")):
        body = await asyncio.to_thread(packed, body) if len(body) > LARGE else packed(body)
        told["Content-Encoding"] = "gzip"
    return Response(body, status, told, media)


def empty(status: int, headers: Mapping[str, str] | None = None) -> Response:
    """An answer without a body."""
    return Response(b"", status, {"Cache-Control": "no-store", **(headers or {})})


def takes_gzip(accept_encoding: str) -> bool:
    """Whether a client that sends this header can unpack gzip."""
    for part in accept_encoding.lower().split(","):
        name, _, parameters = part.strip().partition(";")
        if name.strip() in ("gzip", "*"):
            return parameters.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False


def packed(body: bytes) -> bytes:
    """The body in gzip."""
    packer = zlib.compressobj(LEVEL, wbits=zlib.MAX_WBITS | 16)
    return packer.compress(body) + packer.flush()
