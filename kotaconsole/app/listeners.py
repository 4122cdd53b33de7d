"""Telling several listeners the same thing."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Listeners(Generic[T]):
    """A list of callables. Thread: any; after a listener was taken off, no call of it begins or is under way."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._all: list[Callable[[T], None]] = []

    def add(self, listener: Callable[[T], None]) -> Callable[[], None]:
        """Add one; calling the answer takes it off again."""
        with self._lock:
            self._all.append(listener)

        def remove() -> None:
            with self._lock:
                if listener in self._all:
                    self._all.remove(listener)

        return remove

    def tell(self, news: T) -> None:
        """Call every listener in turn, on the calling thread."""
        with self._lock:
            for listener in tuple(self._all):
                listener(news)
