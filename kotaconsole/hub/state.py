"""A hub put together: what its requests work with."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import json
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, insert, select

from kotaconsole.domain.clock import Clock
from kotaconsole.domain.directory import Directory
from kotaconsole.domain.errors import Bilingual, ContractBreach, EnvironmentFault
from kotaconsole.domain.triage import Rules, read_rules
from kotaconsole.hub.access.auth import Auth
from kotaconsole.hub.cases.commands import Commands
from kotaconsole.hub.cases.feeds import Feeds
from kotaconsole.hub.cases.intake import Intake
from kotaconsole.hub.cases.pagetokens import PageTokens
from kotaconsole.hub.cases.recorder import Recorder
from kotaconsole.hub.ids import new_id
from kotaconsole.hub.settings import HubSettings
from kotaconsole.hub.storage import counters
from kotaconsole.hub.storage.database import Database
from kotaconsole.hub.storage.readers import Readers
from kotaconsole.hub.storage.tables import facts
from kotaconsole.hub.storage.writer import Writer
from kotaconsole.hub.watch.beat import beat_for_ever
from kotaconsole.wire import codec
from kotaconsole.wire.bodies import Presence

DEMO_DIRECTORY: Final = Path("directory", "demo-directory.json")
RULES: Final = Path("triage", "rules.toml")
OPENAPI: Final = Path(__file__).parent / "openapi.json"
"""The API document as JSON: the same as the YAML in the resources, which takes a parser that does not run here."""
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
        presence: what each workstation last said of itself; only the newest matters, so it is kept in memory.

    Thread: the event loop's, between `start` and `stop`.
    """

    def __init__(self, settings: HubSettings, database: Database, papers: Papers, clock: Clock) -> None:
        limits = settings.limits
        self.settings = settings
        self.clock = clock
        self.directory = papers.directory
        self.directory_body = codec.encode(papers.directory)
        self.directory_etag = f'"{hashlib.sha256(self.directory_body).hexdigest()[:24]}"'
        self.openapi = papers.openapi
        self.page_tokens = PageTokens()
        self.presence: dict[str, Presence] = {}
        self.writer = Writer(database.writer, clock, patience_s=limits.write_s, limit=limits.queue)
        self.readers = Readers(database.reader)
        self.auth = Auth(self.writer, self.readers, clock, limits)
        with database.writer.begin() as connection:
            self.epoch = _epoch(connection, settings, clock)
        self.feeds = Feeds(self.readers, clock, limits, self.epoch)
        recorder = Recorder(papers.rules, papers.directory)
        self.intake = Intake(
            recorder, intake_unit=papers.directory.intake_unit, training=settings.training, publish=self.feeds.publish
        )
        self.commands = Commands(recorder, self.intake, papers.directory, settings, self.feeds.publish)
        self._database = database
        self._heart: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Take over the last life's state, and begin to write and to beat."""
        with self._database.reader.begin() as connection:
            self.feeds.load(connection, counters.peek(connection, "beat"))
            self.auth.load(connection)
        self.writer.start()
        self._heart = asyncio.create_task(
            beat_for_ever(self.writer, self.settings.limits.beat_s, self._show_beat), name="hub-beat"
        )

    async def stop(self) -> None:
        """Finish what was begun, then close the file."""
        if self._heart is not None:
            self._heart.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._heart
        await self.writer.stop()
        self.auth.close()
        self.readers.close()
        self._database.close()

    def units_under(self, unit: str) -> list[str]:
        """A unit and all units below it."""
        return [other.id for other in self.directory.units if self.directory.within(other.id, unit)]

    def _show_beat(self, number: int) -> None:
        self.feeds.beat = number


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
