"""When the tree of units becomes another one: feeds that show other cases than before begin again.

What a console has on its screen came by its unit's feed. A unit that gets others below it has to see their old cases,
and one that loses them may keep none of theirs; no event says either. So the feed begins again: every cursor from
before is answered `cursor-expired`, and the snapshot shows what the unit sees now.

The tree by which the feeds were last filled stands in the file, and the hub itself compares: at its start and when it
takes another directory over. So it does not matter who changed the directory, whether the hub ran meanwhile, or
whether it was killed between the two, and nobody but the hub ever writes in its feeds.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from sqlalchemy import Connection, delete, insert, select

from kotaconsole.domain.clock import Instant
from kotaconsole.domain.directory import Directory, Unit
from kotaconsole.domain.errors import Bilingual, ContractBreach
from kotaconsole.hub.cases.placing import begin_again
from kotaconsole.hub.cases.scope import Scope
from kotaconsole.hub.storage.tables import feeds, papers, referrals
from kotaconsole.wire import codec

TREE: Final = "tree"
"""The paper that holds the tree by which the feeds were filled: a directory of codes and parents only."""


def settle(connection: Connection, directory: Directory, now: Instant) -> Mapping[str, int] | None:
    """Let the feeds begin again that show other cases by this directory than by the one before.

    Feeds of units whose part of the tree changed, but not its cases, go on: a new station in the middle of the night
    costs no console its list.

    Returns:
        The heads of the feeds that begin again; None when the tree is the one that was known already.

    Thread: the writer's, or before it begins.
    """
    body = codec.encode(_bare(directory))
    before = connection.execute(select(papers.c.body).where(papers.c.name == TREE)).scalar()
    if before is not None and bytes(before) == body:
        return None
    units = _all_feeds(connection) if before is None else _other(connection, bytes(before), directory)
    heads = {unit: begin_again(connection, unit) for unit in sorted(units)}
    connection.execute(delete(papers).where(papers.c.name == TREE))
    connection.execute(insert(papers).values(name=TREE, body=body, at=int(now)))
    return heads


def strays(connection: Connection, directory: Directory) -> tuple[str, ...]:
    """Units that are no longer in the directory, although cases stand there."""
    return tuple(sorted(_occupied(connection) - {unit.id for unit in directory.units}))


def _occupied(connection: Connection) -> set[str]:
    """The units where a case stands or is on its way to."""
    standing = connection.execute(select(referrals.c.unit).distinct()).scalars()
    coming = select(referrals.c.transfer_to).where(referrals.c.transfer_to.is_not(None)).distinct()
    return {*standing, *connection.execute(coming).scalars()}


def _other(connection: Connection, before: bytes, directory: Directory) -> set[str]:
    """The units above one where cases stand, by one of two trees and not by the other."""
    try:
        old = Scope(codec.decode(before, Directory))
    except ContractBreach:
        return _all_feeds(connection)
    new = Scope(directory)
    return {unit for at in _occupied(connection) for unit in set(old.above(at)) ^ set(new.above(at))}


def _all_feeds(connection: Connection) -> set[str]:
    """All of them: by which tree they were filled is not known, as in a file of an earlier release."""
    return set(connection.execute(select(feeds.c.unit)).scalars())


def _bare(directory: Directory) -> Directory:
    nameless = Bilingual("", "")
    units = sorted(directory.units, key=lambda unit: unit.id)
    return Directory(0, directory.intake_unit, tuple(Unit(one.id, "", nameless, one.parent) for one in units))
