"""The threads that read: a held-up writer never keeps anyone from seeing what stands."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DatabaseError

from kotaconsole.hub.problems import Refused
from kotaconsole.hub.storage.database import READERS, is_passing

T = TypeVar("T")
log = logging.getLogger(__name__)


class Readers:
    """A pool of two threads "hub-reader", each job in one consistent view of the database.

    Thread: asked on the event loop's thread.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._pool = ThreadPoolExecutor(READERS, "hub-reader")

    async def run(self, read: Callable[[Connection], T]) -> T:
        """Read something.

        Raises:
            Refused: `unavailable` when the database cannot be read at the moment.
        """
        return await asyncio.get_running_loop().run_in_executor(self._pool, self._one, read)

    def close(self) -> None:
        """Finish what is under way and end the threads."""
        self._pool.shutdown(cancel_futures=True)

    def _one(self, read: Callable[[Connection], T]) -> T:
        try:
            with self._engine.begin() as connection:
                return read(connection)
        except DatabaseError as error:
            if not is_passing(error):
                raise
            log.error("the database cannot be read: %s", error.orig)  # noqa: TRY400 - no statement, it holds names
            raise Refused("unavailable", "the hub cannot read at the moment") from None
