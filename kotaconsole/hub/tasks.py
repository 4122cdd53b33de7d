"""Tasks of the event loop that run for as long as the hub does."""

from __future__ import annotations

import asyncio
import contextlib
from typing import Any


async def end(task: asyncio.Task[Any] | None) -> None:
    """Cancel a task and wait until it is over; nothing where there is none.

    Raises:
        Exception: the one the task ended with by itself.
    """
    if task is not None:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
