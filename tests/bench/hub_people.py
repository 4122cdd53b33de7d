"""People of a bench's hub, added as its command line does."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path

from kotaconsole.domain.clock import Instant
from kotaconsole.hub.access.people import add_user
from kotaconsole.hub.cli import find_resources
from kotaconsole.hub.state import read_papers
from kotaconsole.hub.storage.database import open_database
from tests.hub.client import PASSWORD


def add_people(folder: Path, people: Mapping[str, tuple[str, str]]) -> None:
    """Add people, by name: role and unit."""
    papers = read_papers(find_resources(), None)
    database = open_database(f"sqlite:///{folder / 'hub.db'}")
    try:
        now = Instant(time.time_ns() // 1_000_000)
        for name, (role, unit) in people.items():
            add_user(
                database.writer, papers.directory, now, username=name, name=f"{name} नमूना", role=role, unit=unit,
                password=PASSWORD,
            )  # fmt: skip
    finally:
        database.close()
