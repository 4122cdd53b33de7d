"""A hub put together: what its requests work with."""

from __future__ import annotations

import asyncio
import json
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, insert, select

from kotaconsole.domain.clock import Clock, Instant
from kotaconsole.domain.directory import Directory
from kotaconsole.domain.due import next_due
from kotaconsole.domain.errors import Bilingual, ContractBreach, EnvironmentFault
from kotaconsole.domain.evolution import Case
from kotaconsole.domain.triage import Rules, read_rules
from kotaconsole.hub import tasks
from kotaconsole.hub.access.auth import Auth
from kotaconsole.hub.audit.ledger import Ledger
from kotaconsole.hub.cases import trees
from kotaconsole.hub.cases.commands import Commands
from kotaconsole.hub.cases.effects import Effects
from kotaconsole.hub.cases.feeds import Feeds
from kotaconsole.hub.cases.hints import Hints
from kotaconsole.hub.cases.intake import Intake
from kotaconsole.hub.cases.knowing import Knowing
from kotaconsole.hub.cases.pagetokens import PageTokens
from kotaconsole.hub.cases.recorder import Recorder
from kotaconsole.hub.ids import new_id
from kotaconsole.hub.keeping.keeper import Keeper, Works
from kotaconsole.hub.meters import Meters
from kotaconsole.hub.settings import HubSettings
from kotaconsole.hub.site.directories import Directories
from kotaconsole.hub.site.following import Decided, decided, follow, reads_done
from kotaconsole.hub.storage import counters
from kotaconsole.hub.storage.database import Database
from kotaconsole.hub.storage.readers import Readers
from kotaconsole.hub.storage.tables import facts
from kotaconsole.hub.storage.writer import Transaction, Writer
from kotaconsole.hub.watch.beat import beat_for_ever
from kotaconsole.hub.watch.means import Means
from kotaconsole.hub.watch.steady import Steady
from kotaconsole.hub.watch.watch import Watch
from kotaconsole.wire import codec

DEMO_DIRECTORY: Final = Path("directory", "demo-directory.json")
RULES: Final = Path("triage", "rules.toml")
OPENAPI: Final = Path(__file__).parent / "openapi.json"
"""The API document as JSON: the same as the YAML in the resources, which takes a parser that does not run here."""
FOLLOW_S: Final = 2.0
"""Seconds between two looks at what the command line has changed."""
_TRAINING: Final = {True: "training", False: "live"}


@dataclass(frozen=True, slots=True)
class Papers:
    """The files a hub reads at its start."""

    directory: Directory
    rules: Rules
    openapi: bytes


class Hub:
    """One hub on one database file.

    Attributes:
        clock: the hub's time, which never steps. wall: the machine's own, for what others sign by theirs.
        watch: what the hub does without being asked.

    Thread: the event loop's, between `start` and `stop`.
    """

    def __init__(self, settings: HubSettings, database: Database, papers: Papers, clock: Clock) -> None:
        self.wall = clock
        clock = steady = Steady(clock)
        with database.writer.begin() as connection:
            self.epoch = _epoch(connection, settings, clock)
            found = decided(connection, settings)
        self._started_with = settings
        self._decided = found.revision
        self.settings = settings = found.settings
        limits = settings.limits
        self.clock = clock
        self.directories = Directories(found.directory or papers.directory, papers.rules.revision)
        self._rules = papers.rules
        self.openapi = papers.openapi
        self.page_tokens = PageTokens()
        self.writer = Writer(database.writer, clock, patience_s=limits.write_s, limit=limits.queue)
        self.readers = Readers(database.reader)
        self.meters = Meters()
        self.short_polls: Callable[[], int] = lambda: 0
        self._beat_at = clock.monotonic()
        self.ledger = Ledger(self.writer, clock)
        self.auth = Auth(self.writer, self.readers, clock, limits)
        self.feeds = Feeds(self.readers, clock, limits, self.epoch)
        self._compose()
        means = Means(
            self.writer, self.readers, clock, self.feeds.publish,
            lambda: self.recorder, lambda: self.directory, lambda: self.settings,
        )  # fmt: skip
        self.watch = Watch(means, steady, settings.resources)
        self.keeper = Keeper(
            self.writer, self.readers, database.reader, clock,
            Works(lambda: self.settings.site, lambda: self.scope, self.feeds.publish, self.feeds.trimmed),
        )  # fmt: skip
        self._keeping: asyncio.Task[None] | None = None
        self._database = database
        self._strays: tuple[str, ...] = ()
        self._heart: asyncio.Task[None] | None = None
        self._follower: asyncio.Task[None] | None = None

    @property
    def directory(self) -> Directory:
        """The directory as it is now: the site may change it while the hub runs, so nobody keeps it."""
        return self.directories.current

    def _compose(self) -> None:
        """Put together what is built on the directory and the settings; none of it remembers anything."""
        directory, training = self.directory, self.settings.training
        self.recorder = recorder = Recorder(self._rules, directory, self._next_due)
        self.scope = recorder.scope
        hints = Hints(directory, recorder.scope)
        publish = self.feeds.publish
        self.intake = Intake(
            recorder, hints, intake_unit=directory.intake_unit, training=training, publish=publish
        )  # fmt: skip
        effects = Effects(recorder, self.intake, hints, training=training, publish=publish)
        knowing = Knowing(directory, recorder.scope, self.settings)
        self.commands = Commands(effects, knowing, recorder.scope, min_console=self.settings.min_console)

    async def start(self) -> None:
        """Take over the last life's state, and begin to write and to beat."""
        with self._database.writer.begin() as connection:
            # the directory may have changed while nothing ran: before anybody reads a feed of the old one
            trees.settle(connection, self.directory, self.clock.now())
            self._strays = trees.strays(connection, self.directory)
        with self._database.reader.begin() as connection:
            self.feeds.load(connection, counters.peek(connection, "beat"))
            self.auth.load(connection)
            self.watch.load(connection)
        self.writer.start()
        follower = follow(self.readers, self._started_with, self._decided, FOLLOW_S, self._take)
        self._follower = asyncio.create_task(follower, name="hub-follower")
        self._keeping = asyncio.create_task(self.keeper.keep_for_ever(), name="hub-keeper")
        self.auth.start()
        self.watch.start()
        self._heart = asyncio.create_task(
            beat_for_ever(self.writer, self.settings.limits.beat_s, self._show_beat), name="hub-beat"
        )

    async def stop(self) -> None:
        """Finish what was begun, then close the file."""
        for task in (self._follower, self._heart, self._keeping):
            await tasks.end(task)
        await self.watch.stop()
        await self.auth.stop()
        await self.ledger.stop()
        await self.writer.stop()
        self.auth.close()
        self.readers.close()
        self._database.close()

    def units_under(self, unit: str) -> list[str]:
        """A unit and all units below it, also those that are no longer in the directory and have cases."""
        below = [other.id for other in self.directory.units if self.directory.within(other.id, unit)]
        return below + [stray for stray in self._strays if self.scope.within(stray, unit)]

    async def _take(self, found: Decided) -> None:
        """Go on with what the site has decided meanwhile.

        In this order: from here on everything works by the new tree; what was asked for by the old one is finished
        first, writes in the writer's queue and then reads; then the feeds begin again that show other cases now.

        Raises:
            Refused: the last steps are not possible at the moment, and have to be tried again.
        """
        self.settings = found.settings
        if found.directory is not None:
            self.directories.take(found.directory)
        self._compose()
        directory = self.directory
        self._strays = await self.writer.run(lambda tx: trees.strays(tx.connection, directory))
        await reads_done(self.readers)

        def settle(tx: Transaction) -> None:
            heads = trees.settle(tx.connection, directory, tx.now)
            if heads is not None:
                tx.after_commit.append(partial(self.feeds.begin_again, heads))

        await self.writer.run(settle)

    def _next_due(self, case: Case) -> Instant | None:
        return next_due(case, self.settings.site.times)

    def _show_beat(self, number: int) -> None:
        self.feeds.beat = number
        self._beat_at = self.clock.monotonic()

    def beat_age_s(self) -> float:
        """Seconds since the last beat, or since the start."""
        return self.clock.monotonic() - self._beat_at


def read_papers(resources: Path, directory: Path | None) -> Papers:
    """Directory, triage rules and API document.

    Raises:
        EnvironmentFault: a file is missing or cannot be used (`hub-paper`).
    """
    at = directory or resources / DEMO_DIRECTORY
    try:
        rules = read_rules(tomllib.loads((resources / RULES).read_text(encoding="utf-8")))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise _unusable(RULES.name, error) from None
    try:
        found = codec.decode(at.read_bytes(), Directory)
    except (OSError, ContractBreach) as error:
        raise _unusable(at.name, error) from None
    if found.unit(found.intake_unit) is None:
        raise _unusable(at.name, ValueError("the intake unit is none of the units"))
    try:
        openapi = json.dumps(json.loads(OPENAPI.read_bytes()), separators=(",", ":")).encode()
    except (OSError, ValueError) as error:
        raise _unusable(OPENAPI.name, error) from None
    return Papers(codec.convert({**codec.plain(found), "triage_revision": rules.revision}, Directory), rules, openapi)


def _epoch(connection: Connection, settings: HubSettings, clock: Clock) -> str:
    known: dict[str, str] = {row.name: row.value for row in connection.execute(select(facts))}
    kind = _TRAINING[settings.training]
    if not known:
        now = clock.now()
        known = {"epoch": new_id(now), "epoch_began": now.iso(), "kind": kind}
        connection.execute(insert(facts), [{"name": name, "value": value} for name, value in known.items()])
    if known["kind"] != kind:
        raise EnvironmentFault(
            "hub-training-mixed",
            Bilingual(
                en="This database belongs to a hub of the other kind: training and real cases are never mixed."
                " Nothing was changed. Start it as before, or name another file with --db.",
                hi="यह डेटाबेस दूसरे प्रकार के हब का है: प्रशिक्षण और असली प्रकरण कभी मिलाए नहीं जाते। कुछ भी बदला नहीं गया।"
                " पहले की तरह चलाएँ, या --db से दूसरी फ़ाइल बताएँ।",
            ),
        )
    return known["epoch"]


def _unusable(name: str, error: Exception) -> EnvironmentFault:
    return EnvironmentFault(
        "hub-paper",
        Bilingual(
            en=f"The hub cannot use its file {name}. Nothing was changed. Check the file, then start again.",
            hi=f"हब अपनी फ़ाइल {name} का उपयोग नहीं कर सका। कुछ भी बदला नहीं गया। फ़ाइल जाँचें, फिर दोबारा चलाएँ।",
        ),
        str(error),
    )
