"""A sounder that lives in the test: obeys at once, and speaks when it is told to."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from kotaconsole.alarm.sounder_link import Heard
from kotaconsole.domain.alarm import AlarmEvent, Audio, BurstBegan, BurstEnded, Play
from kotaconsole.domain.clock import Instant
from kotaconsole.sounder.protocol import Began, Ended, Health, Word


class Clock:
    """The real monotonic clock, and a wall clock that stands where the test put it."""

    def __init__(self) -> None:
        self._start = time.monotonic()

    def now(self) -> Instant:
        return Instant.parse("2026-11-23T02:14:00+05:30").plus(seconds=time.monotonic() - self._start)

    def monotonic(self) -> float:
        return time.monotonic()


class FakeSounder:
    """Begins every burst it is given; ends it `length` seconds later.

    Attributes:
        plays: (when, order) of every burst asked for.
        thread: name of the thread that asked last.
    """

    def __init__(self, length: float = 0.05) -> None:
        self.length = length
        self.plays: list[tuple[float, Play]] = []
        self.restarts: list[str] = []
        self.beats = 0
        self.closed = False
        self.thread = ""
        self.broken = False
        self.checks: list[AlarmEvent] = []
        self.news = threading.Condition()
        self.tell: Callable[[Heard], None] = lambda _heard: None

    def start(self, tell: Callable[[Heard], None], now: float) -> None:
        self.tell = tell

    def say(self, word: Word) -> None:
        self.tell(Heard(1, word))

    def well(self) -> None:
        self.say(Health(ok=True))

    def play(self, order: Play, now: float) -> tuple[AlarmEvent, ...]:
        if self.broken:
            self.broken = False
            raise RuntimeError("planted")
        self.thread = threading.current_thread().name
        with self.news:
            self.plays.append((now, order))
            self.news.notify_all()
        self.say(Began(order.n, now))
        timer = threading.Timer(self.length, self.say, [Ended(order.n, now + self.length)])
        timer.daemon = True
        timer.start()
        return ()

    def beat(self, now: float) -> tuple[AlarmEvent, ...]:
        self.beats += 1
        return ()

    def hear(self, heard: Heard, now: float) -> tuple[AlarmEvent, ...]:
        match heard.word:
            case Began(n, at):
                return (BurstBegan(n, at),)
            case Ended(n, _, whole):
                return (BurstEnded(n, whole),)
            case Health(ok, why, alive):
                return (Audio(ok, why, alive),)
            case _:
                return ()

    def check(self, now: float) -> tuple[AlarmEvent, ...]:
        events, self.checks = tuple(self.checks), []
        return events

    def restart(self, why: str, now: float) -> tuple[AlarmEvent, ...]:
        self.restarts.append(why)
        self.well()
        return ()

    def close(self) -> None:
        self.closed = True

    def wait_plays(self, n: int, timeout: float = 60.0) -> list[tuple[float, Play]]:
        with self.news:
            assert self.news.wait_for(lambda: len(self.plays) >= n, timeout), f"only {len(self.plays)} bursts of {n}"
        return self.plays
