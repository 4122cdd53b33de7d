"""Many desks in one process, on raw protocols: questions out, answers in, and the moment of every arrival.

Orders: ``open`` {name, url, count} opens connections; ``ask`` {name, question, times} asks so many times on each of
them, one after the other, and says ``arrived`` {first, last, size, wrong} when all are answered; ``close`` {name}.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any, cast

import uvloop
from typing_extensions import override

from tests.bench.saying import listen, say

LENGTH = b"content-length:"


class Desk(asyncio.Protocol):
    """One connection: counts the bytes of an answer and reads no more of it than where it ends."""

    def __init__(self, done: Callable[[Desk], None]) -> None:
        self._done = done
        self._got = bytearray()
        self._whole = 0
        self.status = self.arrived = 0.0
        self.size = 0

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)

    @override
    def data_received(self, data: bytes) -> None:
        self._got += data
        if not self._whole:
            head = self._got.find(b"\r\n\r\n")
            if head < 0:
                return
            told = bytes(self._got[:head]).lower()
            length = told.find(LENGTH) + len(LENGTH)
            self._whole = head + 4 + int(told[length:].split(b"\r\n", 1)[0])
            self.status = int(told[9:12])
        if len(self._got) >= self._whole:
            self.arrived, self.size = time.monotonic(), self._whole
            self._whole = 0
            self._got.clear()
            self._done(self)

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        self.status = 0.0


class Crowd:
    """The connections of one name. Thread: the event loop's."""

    def __init__(self) -> None:
        self.desks: list[Desk] = []
        self._left = 0
        self._rounds: dict[Desk, int] = {}
        self._question = b""
        self._wrong = 0

    async def open(self, url: str, count: int) -> None:
        """Connect, a few at a time."""
        host, port = url.removeprefix("http://").split(":")
        loop = asyncio.get_running_loop()
        for _ in range(count):
            _, desk = await loop.create_connection(lambda: Desk(self._answered), host, int(port))
            self.desks.append(desk)

    def ask(self, question: bytes, times: int) -> None:
        """The same question on every connection, so many times one after the other."""
        self._question, self._wrong = question, 0
        self._left = len(self.desks)
        self._rounds = dict.fromkeys(self.desks, times)
        for desk in self.desks:
            desk.transport.write(question)

    def close(self) -> None:
        """End all connections."""
        for desk in self.desks:
            desk.transport.abort()
        self.desks.clear()

    def _answered(self, desk: Desk) -> None:
        self._wrong += desk.status != 200
        self._rounds[desk] -= 1
        if self._rounds[desk] > 0:
            desk.transport.write(self._question)
            return
        self._left -= 1
        if self._left == 0:
            times = [one.arrived for one in self.desks]
            say("arrived", first=min(times), last=max(times), size=desk.size, wrong=self._wrong)


class Orders:
    """What the bench wants. Thread: the event loop's."""

    def __init__(self) -> None:
        self._crowds: dict[str, Crowd] = {}

    async def hear(self, word: dict[str, Any]) -> None:
        """One order."""
        name = word["name"]
        if word["is"] == "open":
            self._crowds[name] = Crowd()
            await self._crowds[name].open(word["url"], word["count"])
            say("opened", name=name)
        elif word["is"] == "ask":
            self._crowds[name].ask(word["question"].encode(), word.get("times", 1))
            say("asked", name=name)
        else:
            self._crowds.pop(name).close()


async def main() -> None:
    """Work until standard input ends."""
    loop, over, orders = asyncio.get_running_loop(), asyncio.Event(), Orders()

    def end() -> None:
        loop.call_soon_threadsafe(over.set)

    listen(lambda word: asyncio.run_coroutine_threadsafe(orders.hear(word), loop).result(), end)
    say("ready")
    await over.wait()


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(main())
