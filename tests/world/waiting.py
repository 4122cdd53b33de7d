"""Waiting for a condition, with a plain sentence when it does not come."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Literal, TypeVar

T = TypeVar("T")


class WorldError(AssertionError):
    """What was waited for did not come; the text says what, and what was there instead."""


def until(
    condition: Callable[[], T | Literal[False] | None],
    timeout: float = 10.0,
    what: str | Callable[[], str] = "the condition",
    poll: float = 0.03,
) -> T:
    """Wait until ``condition()`` is truthy and return its value.

    Args:
        condition: Asked again every ``poll`` seconds.
        timeout: Seconds; the condition is asked at least once.
        what: Named in the error; a callable is asked only then, so it may look at the world as it is at that moment.
        poll: Seconds between two questions.

    Raises:
        WorldError: The condition did not come true in time.
    """
    end = time.monotonic() + timeout
    while True:
        got = condition()
        if got:
            return got
        if time.monotonic() >= end:
            raise WorldError(f"not within {timeout} s: {what() if callable(what) else what}")
        time.sleep(poll)


def answered(question: Callable[[], T]) -> T | None:
    """The answer, or None while the other side does not stand yet (an OSError)."""
    try:
        return question()
    except OSError:
        return None
