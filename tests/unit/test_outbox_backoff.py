"""Waiting grows, is scattered, and never turns into a busy loop."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kotaconsole.sync.backoff import SHORTEST_S, Backoff

pytestmark = pytest.mark.unit


@given(st.integers(1, 10_000), st.floats(0, 1, exclude_max=True), st.none() | st.floats(0, 300))
def test_every_wait_lies_between_what_the_hub_asked_and_the_cap(
    failures: int, chance: float, asked: float | None
) -> None:
    wait = Backoff(1.0, 60.0, lambda: chance).after(failures, asked)
    assert max(SHORTEST_S, asked or 0) <= wait <= (asked or 0) + 60.0


def test_the_limit_doubles() -> None:
    backoff = Backoff(1.0, 60.0, lambda: 0.5)
    assert [backoff.after(n) for n in (1, 2, 3, 7, 8)] == [0.5, 1.0, 2.0, 30.0, 30.0]
