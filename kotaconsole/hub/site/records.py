"""Settings and directory as they stand in the database.

Every change raises `REVISION`, by which a running hub notices within seconds what another process has changed.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from sqlalchemy import Connection, Engine, delete, insert, select

from kotaconsole.domain.clock import Instant
from kotaconsole.domain.directory import Directory
from kotaconsole.domain.errors import Bilingual, ContractBreach, EnvironmentFault
from kotaconsole.hub.audit import chain
from kotaconsole.hub.audit.words import COMMAND_LINE
from kotaconsole.hub.settings import HubSettings
from kotaconsole.hub.site import rules
from kotaconsole.hub.site.checks import check, check_kept
from kotaconsole.hub.storage import counters
from kotaconsole.hub.storage.tables import papers, site_settings
from kotaconsole.hub.storage.writer import Transaction
from kotaconsole.wire import codec

REVISION: Final = "site"
"""The counter that every change made here raises."""
DIRECTORY: Final = "directory"
_log = logging.getLogger(__name__)


def revision(connection: Connection) -> int:
    """A number that is another one after every change made here."""
    return counters.peek(connection, REVISION)


def stored_settings(connection: Connection) -> dict[str, Any]:
    """What the site has set, by name."""
    return {row.name: json.loads(row.value) for row in connection.execute(select(site_settings))}


def settings_now(connection: Connection, settings: HubSettings) -> HubSettings:
    """The settings a hub was started with, with what the site has set.

    What an earlier release took and this one does not is left out and logged: a hub that does not start helps nobody.
    """
    stored = stored_settings(connection)
    try:
        return rules.applied(settings, stored)
    except rules.Unfit as unfit:
        _log.error("the site's settings do not fit and are not used: %s", unfit)
        return settings


def set_value(engine: Engine, settings: HubSettings, now: Instant, name: str, words: list[str]) -> Any:
    """Set one setting; gives back its stored value.

    Raises:
        EnvironmentFault: `hub-setting-unknown`, or `hub-setting` with a sentence; nothing was changed.
    """
    one = rules.rule(name)
    try:
        value = one.read(words)
        with changing(engine, now) as tx:
            rules.applied(settings, {**stored_settings(tx.connection), name: value})
            tx.connection.execute(delete(site_settings).where(site_settings.c.name == name))
            text = json.dumps(value)
            tx.connection.execute(insert(site_settings).values(name=name, value=text, at=int(now)))
            chain.write(tx, who=COMMAND_LINE, what=f"setting {name}", content=text.encode())
    except rules.Unfit as unfit:
        raise _unfit(unfit) from None
    return value


def unset_value(engine: Engine, settings: HubSettings, now: Instant, name: str) -> bool:
    """Go back to the program's own value; False when it was not set.

    Raises:
        EnvironmentFault: `hub-setting-unknown`, or `hub-setting`: the others do not go with that value.
    """
    rules.rule(name)
    try:
        with changing(engine, now) as tx:
            stored = stored_settings(tx.connection)
            found = stored.pop(name, None) is not None
            rules.applied(settings, stored)
            tx.connection.execute(delete(site_settings).where(site_settings.c.name == name))
            if found:
                chain.write(tx, who=COMMAND_LINE, what=f"setting {name} taken back")
    except rules.Unfit as unfit:
        raise _unfit(unfit) from None
    return found


def stored_directory(connection: Connection) -> Directory | None:
    """The site's directory, or None before it has laid one in.

    Raises:
        EnvironmentFault: `hub-directory`: what stands there cannot be read.
    """
    body = connection.execute(select(papers.c.body).where(papers.c.name == DIRECTORY)).scalar()
    if body is None:
        return None
    try:
        return codec.decode(bytes(body), Directory)
    except ContractBreach:
        raise EnvironmentFault(
            "hub-directory",
            Bilingual(
                en="The directory in the database cannot be read. Nothing was changed. Import it again with"
                " 'kotaconsole hub directory import'.",
                hi="डेटाबेस में रखी निर्देशिका पढ़ी नहीं जा सकी। कुछ भी बदला नहीं गया। 'kotaconsole hub directory import' से"
                " इसे फिर आयात करें।",
            ),
        ) from None


def weigh(connection: Connection, directory: Directory) -> None:
    """Find out whether a directory could be laid in, and lay nothing in.

    Raises:
        Unsound: `hub-directory`: it is not sound, or people or cases stand at a unit it no longer has.
    """
    check(directory)
    check_kept(connection, directory)


def store_directory(engine: Engine, now: Instant, directory: Directory) -> Directory:
    """Lay a directory in, under the revision after the last; gives back what is stored.

    Raises:
        Unsound: `hub-directory`: it is not sound, or people or cases stand at a unit it no longer has.
    """
    check(directory)
    with changing(engine, now) as tx:
        check_kept(tx.connection, directory)
        before = stored_directory(tx.connection)
        number = 1 + max(_number(directory), 0 if before is None else _number(before))
        stored = codec.convert({**codec.plain(directory), "revision": number, "triage_revision": None}, Directory)
        tx.connection.execute(delete(papers).where(papers.c.name == DIRECTORY))
        tx.connection.execute(insert(papers).values(name=DIRECTORY, body=codec.encode(stored), at=int(now)))
        chain.write(tx, who=COMMAND_LINE, what=f"directory {number}", content=codec.encode(stored))
    return stored


def _number(directory: Directory) -> int:
    """A directory's revision; one from a file may call it otherwise."""
    return directory.revision if isinstance(directory.revision, int) else 0


@contextmanager
def changing(engine: Engine, now: Instant) -> Iterator[Transaction]:
    """One change by the command line, which a running hub will notice."""
    with engine.begin() as connection:
        yield Transaction(connection, now)
        counters.take(connection, REVISION)


def _unfit(unfit: rules.Unfit) -> EnvironmentFault:
    return EnvironmentFault(
        "hub-setting",
        Bilingual(en=f"{unfit.sentence.en} Nothing was changed.", hi=f"{unfit.sentence.hi} कुछ भी बदला नहीं गया।"),
    )
