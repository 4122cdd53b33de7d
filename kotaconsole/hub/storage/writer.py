"""The one thread that writes. Requests hand it jobs; each job is one transaction, answered after its commit."""

from __future__ import annotations

import asyncio
import logging
import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DatabaseError

from kotaconsole.domain.clock import Clock, Instant
from kotaconsole.hub.problems import Refused
from kotaconsole.hub.storage.database import is_passing

T = TypeVar("T")
log = logging.getLogger(__name__)


@dataclass(slots=True)
class Transaction:
    """What a job works with.

    Attributes:
        connection: inside BEGIN IMMEDIATE. now: the hub's time, one for the whole transaction.
        after_commit: called on the event loop once the commit is durable, in the order of commits; never called
            when the transaction is rolled back.
    """

    connection: Connection
    now: Instant
    after_commit: list[Callable[[], None]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Job(Generic[T]):
    work: Callable[[Transaction], T]
    future: asyncio.Future[T]


class Writer:
    """Runs jobs one after the other on the thread "hub-writer".

    Thread: made, started, asked and stopped on the event loop's thread.
    """

    def __init__(self, engine: Engine, clock: Clock, *, patience_s: float, limit: int) -> None:
        self._engine = engine
        self._clock = clock
        self._patience_s = patience_s
        self._jobs: queue.Queue[_Job[Any] | None] = queue.Queue(limit)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None

    @property
    def waiting(self) -> int:
        """How many jobs wait for their turn."""
        return self._jobs.qsize()

    def start(self) -> None:
        """Begin to take jobs from the running loop."""
        self._loop = asyncio.get_running_loop()
        self._thread = threading.Thread(target=self._work, name="hub-writer", daemon=True)
        self._thread.start()

    async def stop(self) -> None:
        """Finish what is queued, then end the thread."""
        if self._thread is not None:
            await asyncio.to_thread(self._jobs.put, None)
            await asyncio.to_thread(self._thread.join)
            self._thread = None

    async def run(self, work: Callable[[Transaction], T]) -> T:
        """Run a job and wait for its commit.

        Raises:
            Refused: by the job itself (rolled back), or `unavailable`: the queue is full, the writer is held up,
                or the database cannot be written. A job whose turn has not come is then dropped; one that was
                already under way may still be committed, which a replay of the command finds.
        """
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        try:
            self._jobs.put_nowait(_Job(work, future))
        except queue.Full:
            raise Refused("unavailable", "too many requests are waiting to be written") from None
        try:
            async with asyncio.timeout(self._patience_s):
                return await future
        except TimeoutError:
            raise Refused("unavailable", "writing takes too long at the moment") from None

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            if not job.future.cancelled():
                self._one(job)

    def _one(self, job: _Job[Any]) -> None:
        after: list[Callable[[], None]] = []
        try:
            with self._engine.begin() as connection:
                transaction = Transaction(connection, self._clock.now(), after)
                result = job.work(transaction)
        except DatabaseError as error:
            self._hand_back(job, _explained(error), [])
        except Exception as error:  # noqa: BLE001 - it belongs to the request, which is told; the writer goes on
            self._hand_back(job, error, [])
        else:
            self._hand_back(job, result, after)

    def _hand_back(self, job: _Job[Any], outcome: object, after: list[Callable[[], None]]) -> None:
        def deliver() -> None:
            for call in after:
                call()
            if job.future.done():
                return
            if isinstance(outcome, Exception):
                job.future.set_exception(outcome)
            else:
                job.future.set_result(outcome)

        assert self._loop is not None  # noqa: S101 - start() set it before the thread began
        self._loop.call_soon_threadsafe(deliver)


def _explained(error: DatabaseError) -> Exception:
    if not is_passing(error):
        return error
    # the driver's words only: a statement's parameters are personal
    log.error("the database cannot be written: %s", error.orig)
    return Refused("unavailable", "the hub cannot write at the moment")
