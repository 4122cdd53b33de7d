from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kotaconsole.store import Store
from tests.store.desk import FEED, SetClock, opened, signed_in, snapshot


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def store(tmp_path: Path, clock: SetClock) -> Iterator[Store]:
    """A desk whose operator is signed in and whose list was read once."""
    one = signed_in(opened(tmp_path, clock=clock))
    one.commands.swap_snapshot(FEED, [snapshot()])
    yield one
    one.close()
