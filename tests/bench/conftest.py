"""One list of figures per run, printed and written at its end."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest

from tests.bench.figures import OUT, Figures


@pytest.fixture(scope="session")
def figures() -> Iterator[Figures]:
    """Where benches leave what they measured; a missed target is shown and fails nothing."""
    found = Figures()
    yield found
    found.write()
    sys.stdout.write(f"\n\n{found.table()}\n\n{OUT}\n")
