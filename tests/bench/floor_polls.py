"""The least a hub could be to many: it holds questions, and answers all of them with one ready answer.

Raw protocols on the same event loop as the hub's, no parser, no framework. Orders: ``{"is": "page", "size": n}`` sets
the answer to n bytes in all, ``answer`` sends it to whoever waits, ``waiting`` and ``cpu`` tell. A question for
``/hold`` waits for the order; one for ``/soon`` waits ``SOON_S``, as an empty poll waits for its time.
"""

from __future__ import annotations

import asyncio
import time
from typing import Any, cast

import uvloop
from typing_extensions import override

from tests.bench.saying import listen, say

SOON_S = 0.05


class Floor:
    """The answer, and who waits for it. Thread: the event loop's."""

    def __init__(self) -> None:
        self.answer = b""
        self.waiting: list[asyncio.Transport] = []

    def hear(self, word: dict[str, Any]) -> None:
        """One order of the bench."""
        if word["is"] == "page":
            head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %06d\r\n\r\n"
            size = word["size"] - len(head % 0)
            self.answer = head % size + b" " * size
        elif word["is"] == "answer":
            at = time.monotonic()
            waiting, self.waiting = self.waiting, []
            for transport in waiting:
                transport.write(self.answer)
            say("answered", at=at)
        elif word["is"] == "waiting":
            say("waiting", count=len(self.waiting))
        else:
            say("cpu", seconds=time.process_time())


class Question(asyncio.Protocol):
    """One connection, question after question."""

    def __init__(self, floor: Floor) -> None:
        self._floor = floor
        self._begun = b""
        self._loop = asyncio.get_running_loop()

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    @override
    def data_received(self, data: bytes) -> None:
        self._begun += data
        if not self._begun.endswith(b"\r\n\r\n"):
            return
        hold, self._begun = self._begun.startswith(b"GET /hold"), b""
        if hold:
            self._floor.waiting.append(self._transport)
        else:
            self._loop.call_later(SOON_S, self._answer)

    def _answer(self) -> None:
        self._transport.write(self._floor.answer)


async def main() -> None:
    """Serve until standard input ends."""
    floor, loop, over = Floor(), asyncio.get_running_loop(), asyncio.Event()
    server = await loop.create_server(lambda: Question(floor), "127.0.0.1", 0, backlog=2048)
    listen(
        lambda word: _soon(loop, floor, word),
        lambda: _over(loop, over),
    )
    say("ready", url=f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}")
    await over.wait()


def _soon(loop: asyncio.AbstractEventLoop, floor: Floor, word: dict[str, Any]) -> None:
    loop.call_soon_threadsafe(floor.hear, word)


def _over(loop: asyncio.AbstractEventLoop, over: asyncio.Event) -> None:
    loop.call_soon_threadsafe(over.set)


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(main())
