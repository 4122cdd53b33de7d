from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.api.server import Script, Server


@pytest.fixture
def serve() -> Iterator[Callable[..., Server]]:
    """Starts scripted servers that end with the test."""
    servers: list[Server] = []

    def start(script: Script, **how: Any) -> Server:
        servers.append(Server(script, **how))
        return servers[-1]

    yield start
    for server in servers:
        server.close()
