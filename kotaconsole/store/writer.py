"""The one thread that writes. Whoever writes waits until the commit is done and then knows it is saved."""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, Final, TypeVar

from kotaconsole.domain.changes import Changes
from kotaconsole.store import faults

T = TypeVar("T")
Listener = Callable[[Changes], None]
NOTHING: Final = Changes()
_log = logging.getLogger(__name__)


class Writer:
    """Runs one job after the other, then tells everybody what changed.

    Thread: `run` may be called on any thread but its own; listeners are called on "store-writer" and must be quick.
    """

    def __init__(self) -> None:
        self._jobs: queue.SimpleQueue[tuple[Future[Any], Callable[[], tuple[Any, Changes]]] | None] = (
            queue.SimpleQueue()
        )
        self._listeners: tuple[Listener, ...] = ()
        self._gate = threading.Lock()
        self._closing = False
        self._thread = threading.Thread(target=self._loop, name="store-writer", daemon=True)
        self._thread.start()

    def run(self, job: Callable[[], tuple[T, Changes]]) -> T:
        """Do the job's transaction; returns when it is on the disk.

        Raises:
            EnvironmentFault: the file could not be written, or the store is closed; nothing of the job counts.
            RuntimeError: called by a listener, which would wait for itself.
        """
        if threading.current_thread() is self._thread:
            raise RuntimeError("a listener on store-writer must not write")
        future: Future[T] = Future()
        with self._gate:
            if self._closing:
                raise faults.closed()
            self._jobs.put((future, job))
        return future.result()

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Call the listener after each commit that changed something; the answer takes it away again."""
        with self._gate:
            self._listeners = (*self._listeners, listener)

        def leave() -> None:
            with self._gate:
                self._listeners = tuple(one for one in self._listeners if one is not listener)

        return leave

    def close(self) -> None:
        """Finish what was asked for, then end. Asking again does nothing."""
        with self._gate:
            if not self._closing:
                self._closing = True
                self._jobs.put(None)
        self._thread.join()

    def _loop(self) -> None:
        while (asked := self._jobs.get()) is not None:
            future, job = asked
            try:
                result, changes = job()
            except faults.DATABASE_ERRORS as problem:
                _log.exception("a write failed")
                future.set_exception(_caused(faults.of_database(problem), problem))
            except BaseException as problem:  # noqa: BLE001 - handed to the caller, whose error it is
                future.set_exception(problem)
            else:
                try:
                    # before the caller goes on: its next work must not stand between a red flag and who hears of it
                    if changes != NOTHING:
                        self._tell(changes)
                finally:
                    future.set_result(result)

    def _tell(self, changes: Changes) -> None:
        for listener in self._listeners:
            try:
                listener(changes)
            except Exception:  # noqa: BLE001 - one listener's mistake must not silence the others; it is logged
                _log.exception("a listener to changes failed")


def _caused(fault: Exception, problem: Exception) -> Exception:
    fault.__cause__ = problem
    return fault
