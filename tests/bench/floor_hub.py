"""The least a hub could be: it lets a question wait, and answers it with ready bytes when it is told to.

Together with ``requests`` and one queued signal on the other side this is the floor under "commit to row": the same
question and an answer of the same size over the same kind of connection, with nothing done on either end.
"""

from __future__ import annotations

import asyncio
import sys
import time
from pathlib import Path

from tests.bench.saying import listen, say


class Waiting:
    """The questions that wait. Thread: the event loop's."""

    def __init__(self, page: bytes) -> None:
        head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(page)}\r\n\r\n"
        self._answer = head.encode() + page
        self._writers: list[asyncio.StreamWriter] = []

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, question after question."""
        try:
            while await reader.readuntil(b"\r\n\r\n"):
                self._writers.append(writer)
                say("waiting")
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    def answer(self) -> None:
        """Answer whoever waits; the moment is told afterwards."""
        at = time.monotonic()
        for writer in self._writers:
            writer.write(self._answer)
        self._writers.clear()
        say("answered", at=at)


async def main(page: bytes) -> None:
    """Serve until standard input ends; every line on it answers."""
    waiting, loop, over = Waiting(page), asyncio.get_running_loop(), asyncio.Event()
    server = await asyncio.start_server(waiting.serve, "127.0.0.1", 0)

    def hear(_word: object) -> None:
        loop.call_soon_threadsafe(waiting.answer)

    def end() -> None:
        loop.call_soon_threadsafe(over.set)

    listen(hear, end)
    port = server.sockets[0].getsockname()[1]
    say("ready", url=f"http://127.0.0.1:{port}/v1/changes?epoch=e&after=0&limit=500&wait=8")
    await over.wait()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]).read_bytes()))
