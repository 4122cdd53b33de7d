"""The night's work of a hub that does not run: after a restore, or before a file is given away."""

from __future__ import annotations

import asyncio
from typing import Final

from kotaconsole.domain.clock import Clock
from kotaconsole.domain.directory import Directory
from kotaconsole.hub.cases.scope import Scope
from kotaconsole.hub.keeping.keeper import Done, Keeper, Works
from kotaconsole.hub.settings import Site
from kotaconsole.hub.storage.database import Database
from kotaconsole.hub.storage.readers import Readers
from kotaconsole.hub.storage.writer import Writer

PATIENCE_S: Final = 60.0
QUEUE: Final = 10


def keep_now(database: Database, directory: Directory, site: Site, clock: Clock) -> Done:
    """Prune and cut what is over, with the file in nobody else's hands: the caller holds its lock.

    A running hub knows its feeds by heart and would find holes in them.

    Raises:
        Refused: the file cannot be read or written; what was done stays done.
    """
    return asyncio.run(_run(database, directory, site, clock))


async def _run(database: Database, directory: Directory, site: Site, clock: Clock) -> Done:
    writer = Writer(database.writer, clock, patience_s=PATIENCE_S, limit=QUEUE)
    readers = Readers(database.reader)
    scope = Scope(directory)
    works = Works(lambda: site, lambda: scope, lambda _: None, lambda _, __: None)
    writer.start()
    try:
        return await Keeper(writer, readers, database.reader, clock, works).run()
    finally:
        await writer.stop()
        readers.close()
