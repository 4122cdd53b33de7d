"""The hub's heart: one number for the whole hub that grows only with a commit that was made durable.

A console that sees the same number twice, more than 4 s apart, knows that the hub is frozen, whatever else it
answers.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from kotaconsole.hub.logs import places
from kotaconsole.hub.problems import Refused
from kotaconsole.hub.storage import counters
from kotaconsole.hub.storage.writer import Transaction, Writer

log = logging.getLogger(__name__)


async def beat_for_ever(writer: Writer, every_s: float, show: Callable[[int], None]) -> None:
    """Beat until cancelled.

    Args:
        writer: whose commits count.
        every_s: seconds between beats.
        show: called on the event loop with the new number, after its commit.
    """
    while True:
        await asyncio.sleep(every_s)
        try:
            await writer.run(lambda tx: _beat(tx, show))
        except Refused as refused:
            log.warning("no beat: %s", refused.code)
        except Exception as error:  # noqa: BLE001 - told in the log; a heart that ends calls a working hub frozen for ever
            log.error("no beat: %s", places(error))  # noqa: TRY400


def _beat(tx: Transaction, show: Callable[[int], None]) -> None:
    number = counters.take(tx.connection, "beat")
    tx.after_commit.append(lambda: show(number))
