"""Consoles that follow a feed as consoles do: one long poll each, the next one from where the last page ended.

Arguments: address, feed, epoch, where to begin, how many; tokens on the first line of standard input. They follow
until it ends. ``{"is": "seen"}`` tells how far the last of them is, how many pages came, and what was wrong.
"""

from __future__ import annotations

import asyncio
import json
import re
import sys
import zlib
from functools import partial
from typing import Any, cast

import uvloop
from typing_extensions import override

from tests.bench.saying import listen, say

NEXT = re.compile(rb'"next":([0-9]+)')
PAGES = 64
"""Pages remembered with where they end: the same one goes to all of them."""


class Follower(asyncio.Protocol):
    """One console."""

    def __init__(self, desks: Desks, token: str) -> None:
        self._desks, self._token = desks, token
        self._got = bytearray()
        self._whole = self._head = 0
        self.after = desks.after

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._ask()

    @override
    def data_received(self, data: bytes) -> None:
        self._got += data
        if not self._whole:
            end = self._got.find(b"\r\n\r\n")
            if end < 0:
                return
            told = bytes(self._got[:end]).lower()
            self._head = end + 4
            self._whole = self._head + int(told.split(b"content-length:", 1)[1].split(b"\r\n", 1)[0])
            if told[9:12] != b"200":
                self._desks.wrong += 1
        if len(self._got) >= self._whole:
            self.after = self._desks.read(bytes(self._got[self._head : self._whole]), self.after)
            self._got.clear()
            self._whole = 0
            self._ask()

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        self._desks.wrong += 1

    def _ask(self) -> None:
        path = f"/v1/feeds/{self._desks.feed}/changes?epoch={self._desks.epoch}&after={self.after}&limit=500&wait=8"
        self._transport.write(
            f"GET {path} HTTP/1.1\r\nHost: hub\r\nUser-Agent: kotaconsole/0.1.0\r\nAccept-Encoding: gzip, deflate\r\n"
            f"Connection: keep-alive\r\nAuthorization: Bearer {self._token}\r\n\r\n".encode()
        )


class Desks:
    """All of them. Thread: the event loop's."""

    def __init__(self, feed: str, epoch: str, after: int) -> None:
        self.feed, self.epoch, self.after = feed, epoch, after
        self.pages = self.wrong = 0
        self.all: list[Follower] = []
        self._ends: dict[bytes, int] = {}

    def read(self, body: bytes, after: int) -> int:
        """Where a page ends."""
        self.pages += 1
        end = self._ends.get(body)
        if end is None:
            page = zlib.decompress(body, zlib.MAX_WBITS | 16) if body[:2] == b"\x1f\x8b" else body
            found = NEXT.findall(page)
            end = int(found[-1]) if found else -1
            if len(self._ends) >= PAGES:
                self._ends.clear()
            self._ends[body] = end
        if end < after:
            self.wrong += 1
            return after
        return end

    def hear(self, _word: dict[str, Any]) -> None:
        """The only question there is."""
        say("seen", least=min(one.after for one in self.all), pages=self.pages, wrong=self.wrong)


async def main(url: str, feed: str, epoch: str, after: str, count: str) -> None:
    """Follow until standard input ends."""
    loop, over, desks = asyncio.get_running_loop(), asyncio.Event(), Desks(feed, epoch, int(after))
    host, port = url.removeprefix("http://").split(":")
    tokens: list[str] = json.loads(sys.stdin.readline())
    for number in range(int(count)):
        made = partial(Follower, desks, tokens[number % len(tokens)])
        _, one = await loop.create_connection(made, host, int(port))
        desks.all.append(one)

    def end() -> None:
        loop.call_soon_threadsafe(over.set)

    listen(lambda word: cast("None", loop.call_soon_threadsafe(desks.hear, word)), end)
    say("ready")
    await over.wait()


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(main(*sys.argv[1:]))
