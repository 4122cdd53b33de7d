from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.hub.fixtures import TestHub, hub, make_hub
from tests.sync.desks import TestDesk
from tests.sync.scripted_hub import ScriptedHub

__all__ = ["hub", "make_hub"]

MakeDesk = Callable[..., TestDesk]


@pytest.fixture
def make_desk(tmp_path: Path) -> Iterator[MakeDesk]:
    made: list[TestDesk] = []

    def make(url: str, **options: object) -> TestDesk:
        made.append(TestDesk(tmp_path / f"desk-{len(made)}", url, **options))  # type: ignore[arg-type]
        return made[-1]

    yield make
    for desk in made:
        desk.close()


@pytest.fixture
def desk(hub: TestHub, make_desk: MakeDesk) -> TestDesk:
    """A desk of Kota City, signed in and in step with the hub."""
    hub.add_user("meena", name="R. Meena")
    one = make_desk(hub.url)
    one.sign_in()
    one.start()
    one.until_live()
    return one


@pytest.fixture
def other() -> Iterator[ScriptedHub]:
    """A hub that is not ours."""
    one = ScriptedHub()
    yield one
    one.close()


@pytest.fixture
def far(other: ScriptedHub, make_desk: MakeDesk) -> TestDesk:
    """A desk in step with that hub."""
    desk = make_desk(other.url)
    desk.sign_in()
    desk.start()
    desk.until_live()
    return desk
