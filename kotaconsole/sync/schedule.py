"""When things are done. The jobs themselves only put a message into a queue."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.jobstores.memory import MemoryJobStore
from apscheduler.schedulers.background import BackgroundScheduler


class Schedule:
    """The desk's only scheduler.

    A wall clock that is stepped back stops it for that long, so nothing an alarm depends on hangs on it: the age of
    the link is watched by the sync itself.

    Thread: jobs are called on a worker of its own.
    """

    def __init__(self) -> None:
        self._scheduler = BackgroundScheduler(
            jobstores={"default": MemoryJobStore()},
            executors={"default": ThreadPoolExecutor(1)},
            # by default a job more than a second late is left out without a word
            job_defaults={"coalesce": True, "misfire_grace_time": None, "max_instances": 1},
            timezone=UTC,
            daemon=True,
        )

    def every(self, seconds: float, job: Callable[[], None], name: str) -> None:
        """Call a job again and again; it must return at once."""
        self._scheduler.add_job(job, "interval", seconds=seconds, id=name)

    def start(self) -> None:
        """Begin."""
        self._scheduler.start()

    def stop(self) -> None:
        """No job is begun any more. Asking again does nothing."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=True)
