"""What a running hub waits for before it goes on with what the command line changed."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path

import pytest
from sqlalchemy import Connection

from kotaconsole.hub.site import following
from kotaconsole.hub.site.following import reads_done
from kotaconsole.hub.storage.database import open_database
from kotaconsole.hub.storage.readers import Readers

WATCHDOG = 60.0


def test_waiting_for_reads_waits_for_each_that_was_asked_for_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    met = threading.Event()

    class Barrier(threading.Barrier):
        def wait(self, timeout: float | None = None) -> int:
            met.set()
            return super().wait(timeout)

    monkeypatch.setattr(following, "READS_S", 30.0)
    monkeypatch.setattr(threading, "Barrier", Barrier)
    database = open_database(f"sqlite:///{tmp_path / 'reads.db'}")
    readers = Readers(database.reader)

    async def story() -> None:
        held, began = threading.Event(), threading.Event()

        def slow(_: Connection) -> str:
            began.set()
            assert held.wait(WATCHDOG)
            return "read"

        reading = asyncio.ensure_future(readers.run(slow))
        waiting = asyncio.ensure_future(reads_done(readers))
        assert await asyncio.to_thread(began.wait, WATCHDOG)
        assert not (await asyncio.wait([waiting], timeout=0.2))[0], "one is still under way"
        held.set()
        await asyncio.wait_for(waiting, WATCHDOG)
        assert reading.done()
        assert await reading == "read"

    async def given_up() -> None:
        held = threading.Event()
        reading = asyncio.ensure_future(readers.run(lambda _: held.wait(WATCHDOG)))
        met.clear()
        waiting = asyncio.ensure_future(reads_done(readers))
        assert await asyncio.to_thread(met.wait, WATCHDOG), "one reader waits for the other"
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        held.set()
        await reading
        # it takes all readers at once, so nobody is left waiting in one of them
        await asyncio.wait_for(reads_done(readers), 10)

    try:
        asyncio.run(story())
        asyncio.run(given_up())
    finally:
        readers.close()
        database.close()
