"""Commands at a steady rate, whatever the hub takes for them: each has its planned moment, and its time counts from it.

A sender that waits for an answer before it sends the next command would slow down together with the hub and hide
just what is looked for. Standard input brings plans, ``{"is": "go", ...}``; one line comes back when all
commands of a plan are answered.
"""

from __future__ import annotations

import asyncio
import json
import random
import time
import uuid
from collections import deque
from dataclasses import dataclass, field
from typing import Any, cast

import uvloop
from typing_extensions import override

from tests.bench.saying import listen, say
from tests.hub.client import NOW

TEXT = "परिवार से बात हुई, छात्र सुरक्षित स्थान पर है। " * 4


class Line(asyncio.Protocol):
    """One kept connection: one command at a time."""

    def __init__(self, sender: Sender) -> None:
        self._sender = sender
        self._got = b""
        self.planned = 0.0

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)

    @override
    def data_received(self, data: bytes) -> None:
        self._got += data
        head, end, body = self._got.partition(b"\r\n\r\n")
        if not end:
            return
        told = head.lower()
        length = int(told.split(b"content-length:", 1)[1].split(b"\r\n", 1)[0])
        if len(body) >= length:
            self._got = b""
            self._sender.answered(self, int(told[9:12]))

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        self._sender.lost(self)


@dataclass
class Sender:
    """The plan and what came of it. Thread: the event loop's."""

    url: str
    people: list[dict[str, str]]
    cases: list[str]
    rate: float
    seconds: float
    seed: int
    done: asyncio.Event = field(default_factory=asyncio.Event)
    times: list[float] = field(default_factory=list)
    wrong: list[int] = field(default_factory=list)
    free: deque[Line] = field(default_factory=deque)
    busy: set[Line] = field(default_factory=set)
    sent: int = 0
    late: float = 0.0

    async def run(self) -> None:
        """Send all, each at its moment (Poisson: people do not act in step), and wait for the last answer."""
        dice, count = random.Random(self.seed), round(self.rate * self.seconds)
        at = time.monotonic() + 0.1
        for number in range(count):
            at += dice.expovariate(self.rate)
            wait = at - time.monotonic()
            if wait > 0:
                await asyncio.sleep(wait)
            self.late = max(self.late, time.monotonic() - at)
            line = self.free.popleft() if self.free else await self._line()
            line.planned = at
            self.busy.add(line)
            line.transport.write(self._command(number))
            self.sent += 1
        if len(self.times) + len(self.wrong) < count:
            await asyncio.wait_for(self.done.wait(), 60)

    def answered(self, line: Line, status: int) -> None:
        """One is through."""
        if status == 201:
            self.times.append(time.monotonic() - line.planned)
        else:
            self.wrong.append(status)
        self.busy.discard(line)
        self.free.append(line)
        if len(self.times) + len(self.wrong) == round(self.rate * self.seconds):
            self.done.set()

    def lost(self, line: Line) -> None:
        """A connection ended; under a command that is an error."""
        if line in self.busy:
            self.wrong.append(0)
            self.busy.discard(line)
        elif line in self.free:
            self.free.remove(line)

    async def _line(self) -> Line:
        host, port = self.url.removeprefix("http://").split(":")
        _, line = await asyncio.get_running_loop().create_connection(lambda: Line(self), host, int(port))
        return line

    def _command(self, number: int) -> bytes:
        person = self.people[number % len(self.people)]
        kind, payload = ("note", {"text": TEXT})
        if number % 5 == 0:
            kind, payload = ("call", {"whom": "hostel", "result": "उत्तर मिला"})
        told = {
            "kind": kind, "referral_id": self.cases[number % len(self.cases)], "workstation": person["workstation"],
            "n": number // len(self.people) + 1, "author": person["id"], "happened_at": NOW, "entered_at": NOW,
            "payload": payload,
        }  # fmt: skip
        body = json.dumps(told).encode()
        head = (
            f"PUT /v1/commands/{uuid.uuid4()} HTTP/1.1\r\nHost: hub\r\nContent-Type: application/json\r\n"
            f"Authorization: Bearer {person['token']}\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        return head.encode() + body


async def go(plan: dict[str, Any]) -> None:
    """Carry a plan out and tell of it."""
    sender = Sender(**{name: value for name, value in plan.items() if name != "is"})
    await sender.run()
    say("through", times=sender.times, wrong=sender.wrong, late=sender.late)


async def main() -> None:
    """Work until standard input ends."""
    loop, over = asyncio.get_running_loop(), asyncio.Event()

    def end() -> None:
        loop.call_soon_threadsafe(over.set)

    listen(lambda word: asyncio.run_coroutine_threadsafe(go(word), loop).result(), end)
    say("ready")
    await over.wait()


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(main())
