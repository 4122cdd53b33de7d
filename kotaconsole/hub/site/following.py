"""Following what the command line changes while the hub runs."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection

from kotaconsole.domain.directory import Directory
from kotaconsole.domain.errors import EnvironmentFault
from kotaconsole.hub.problems import Refused
from kotaconsole.hub.settings import HubSettings
from kotaconsole.hub.site import records
from kotaconsole.hub.storage.database import READERS
from kotaconsole.hub.storage.readers import Readers

log = logging.getLogger(__name__)

READS_S: Final = 10.0
"""Longest wait for the reads that are under way; the longest of them, a search, takes some 100 ms."""


@dataclass(frozen=True, slots=True)
class Decided:
    """What the site has decided, as of one revision; no directory before one was laid in."""

    revision: int
    settings: HubSettings
    directory: Directory | None


def decided(connection: Connection, started_with: HubSettings) -> Decided:
    """Read it; `started_with` is what the process was told at its start."""
    directory = None if started_with.directory is not None else records.stored_directory(connection)
    return Decided(records.revision(connection), records.settings_now(connection, started_with), directory)


async def follow(
    readers: Readers, started_with: HubSettings, first: int, every_s: float,
    take: Callable[[Decided], Awaitable[None]],
) -> None:  # fmt: skip
    """Look every few seconds whether another process has changed something, until cancelled.

    Args:
        readers: one short question goes to the file each time.
        started_with: what the process was told at its start.
        first: the revision that is in use already.
        every_s: seconds between two looks.
        take: called on the event loop with what is decided now, and again where it was refused.
    """
    seen = first
    while True:
        await asyncio.sleep(every_s)
        try:
            if await readers.run(records.revision) == seen:
                continue
            found = await readers.run(lambda connection: decided(connection, started_with))
            await take(found)
            seen = found.revision
            log.info("the site's settings and directory were read again")
        except Refused as refused:
            log.warning("the site's settings could not be looked at: %s", refused.code)
        except EnvironmentFault as fault:
            log.error("the site's directory cannot be used: %s", fault.code)  # noqa: TRY400 - told, not traced


async def reads_done(readers: Readers) -> None:
    """Wait until every read that was asked for before this has been answered.

    All reading threads have to come together at one place, which they do when they have finished what came before.

    Raises:
        Refused: `unavailable`: one of them takes too long.
    """
    meeting = threading.Barrier(READERS)

    def meet(_: Connection) -> bool:
        try:
            meeting.wait(READS_S)
        except threading.BrokenBarrierError:
            return False
        return True

    try:
        met = await asyncio.gather(*(readers.run(meet) for _ in range(READERS)))
    finally:
        # whoever stops waiting must not leave a reader waiting
        meeting.abort()
    if not all(met):
        raise Refused("unavailable", "a read takes too long at the moment")
