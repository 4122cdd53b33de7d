"""The short way of a long poll: answered on its connection, past the application.

Hundreds of consoles ask the same question every few seconds, and one flag has to reach all of them at once. So a
question for changes that is in order needs no task, no request object and no encoding of its own: it waits as one
small object, and one ready answer goes out to all. Whatever is out of the ordinary, every refusal among it, goes the
long way through the application, which means the same.
"""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final, NamedTuple

from kotaconsole.hub.cases.feeds import Asked, Feeds
from kotaconsole.hub.problems import Refused
from kotaconsole.hub.state import Hub
from kotaconsole.hub.web.answers import JSON, LARGE, PACK_FROM, packed, takes_gzip
from kotaconsole.hub.web.callers import PAGE, feed_of

ROUTE: Final = "/v1/feeds/{unit}/changes"
"""The address as everything that counts requests names it, whichever way they went."""
POLLS: Final = "polls"
"""Where the application leaves them for its connections."""
QUESTIONS: Final = 4096
"""Addresses remembered with what they ask: consoles at the same place of a feed ask in the same words."""
_PATH: Final = re.compile(rb"/v1/feeds/([a-z0-9-]{1,64})/changes\?([A-Za-z0-9=&.:_-]{1,300})")
_NUMBER: Final = re.compile(r"[0-9]{1,15}", re.ASCII)
_SECONDS: Final = re.compile(r"[0-9]{1,9}(\.[0-9]{1,6})?", re.ASCII)
_KNOWN: Final = frozenset({"epoch", "after", "limit", "wait"})


class _Asking(NamedTuple):
    headers: Mapping[str, str]
    path_params: Mapping[str, Any]


class Polls:
    """The questions of one hub that can go the short way. Thread: the event loop's."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._count = hub.meters.counter_of(ROUTE, "GET", 200)
        self._questions: dict[bytes, Asked | None] = {}
        self._ids = secrets.token_hex(12).encode()
        self.answered = 0
        self._page = b""
        self._ready: dict[bool, tuple[bytes, bytes]] = {}

    @property
    def feeds(self) -> Feeds:
        """Where to wait."""
        return self._hub.feeds

    def question(self, url: bytes) -> Asked | None:
        """What an address asks; None when that is something else than changes, or not in the plainest form."""
        try:
            return self._questions[url]
        except KeyError:
            if len(self._questions) >= QUESTIONS:
                self._questions.clear()
            asked = self._questions[url] = self._read(url)
            return asked

    def allowed(self, asked: Asked, authorization: str) -> bool:
        """Whether this caller may read this feed now; the same rule as on the long way."""
        asking = _Asking({"authorization": authorization}, {"unit": asked.unit})
        try:
            return feed_of(self._hub, asking) == asked.unit
        except Refused:
            return False

    def still(self, authorization: str) -> bool:
        """Whether this caller, who was allowed when they asked, was not shut out since."""
        try:
            self._hub.auth.still(authorization)
        except Refused:
            return False
        return True

    def answer(
        self, asked: Asked, accept_encoding: bytes, always: list[tuple[bytes, bytes]], began: float
    ) -> bytes | None:
        """The whole answer as it is sent, counted; or None when it has to go the long way, which counts it.

        Args:
            asked: the question, which has waited where it had to.
            accept_encoding: the header of the request.
            always: headers that every answer of the server carries.
            began: monotonic seconds from which its time counts: those it waited for news are left out.
        """
        page = self.feeds.at_once(asked)
        if page is None:
            return None
        pack = len(page) > PACK_FROM and takes_gzip_bytes(accept_encoding)
        if pack and len(page) > LARGE:
            return None
        if page is not self._page:
            self._page, self._ready = page, {}
        if pack not in self._ready:
            self._ready[pack] = _whole(page, pack, always)
        head, rest = self._ready[pack]
        self.answered += 1
        self._count(time.monotonic() - began)
        return b"%b%b%08x%b" % (head, self._ids, self.answered & 0xFFFF_FFFF, rest)

    def _read(self, url: bytes) -> Asked | None:
        found = _PATH.fullmatch(url)
        if found is None:
            return None
        pairs = [part.partition("=")[::2] for part in found[2].decode("ascii").split("&")]
        told = dict(pairs)
        limits = self._hub.settings.limits
        after, limit, wait = told.get("after", ""), told.get("limit", str(PAGE)), told.get("wait", "0")
        plain = _NUMBER.fullmatch(after) and _NUMBER.fullmatch(limit) and _SECONDS.fullmatch(wait)
        if len(told) != len(pairs) or not set(told) <= _KNOWN or not plain or not told.get("epoch"):
            return None
        return Asked(
            unit=found[1].decode("ascii"), epoch=told["epoch"], after=int(after),
            limit=max(1, min(int(limit), limits.max_page)), wait=min(float(wait), limits.max_wait_s),
        )  # fmt: skip


@lru_cache(256)
def takes_gzip_bytes(accept_encoding: bytes) -> bool:
    """`takes_gzip` for a header as it came."""
    return takes_gzip(accept_encoding.decode("latin-1"))


def _whole(page: bytes, pack: bool, always: list[tuple[bytes, bytes]]) -> tuple[bytes, bytes]:
    """Head and body of an answer, in two parts: between them goes the id of the request."""
    body = packed(page) if pack else page
    headers = [
        *always, (b"cache-control", b"no-store"), (b"vary", b"Accept-Encoding"),
        *([(b"content-encoding", b"gzip")] if pack else []),
        (b"content-length", b"%d" % len(body)), (b"content-type", JSON.encode()),
    ]  # fmt: skip
    lines = b"".join(b"%b: %b\r\n" % pair for pair in headers)
    return b"HTTP/1.1 200 OK\r\n%bx-request-id: " % lines, b"\r\n\r\n" + body
