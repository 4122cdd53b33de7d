"""A sounder in virtual time for the alarm machine: whole nights pass in milliseconds, and nothing waits."""

from __future__ import annotations

import heapq
from dataclasses import dataclass, field
from itertools import count

from kotaconsole.domain.alarm import (
    RED,
    AlarmEvent,
    AlarmItem,
    Alarms,
    AlarmState,
    AlarmTimes,
    Audio,
    BurstBegan,
    BurstEnded,
    Play,
    Rang,
    Restart,
    Sound,
    Tick,
    initial,
    next_due,
    step,
)

LATENCY = 0.03


@dataclass(frozen=True)
class Heard:
    """One burst as the ear has it."""

    at: float
    sound: Sound
    keys: frozenset[str]


@dataclass
class Sim:
    """The machine with a sounder that obeys; `deaf` swallows every order, as one that hangs does."""

    times: AlarmTimes = field(default_factory=AlarmTimes)
    now: float = 1000.0
    deaf: bool = False
    state: AlarmState = field(init=False)
    bursts: list[Heard] = field(default_factory=list)
    rang: list[Rang] = field(default_factory=list)
    restarts: list[str] = field(default_factory=list)
    loud_since: float = float("-inf")
    orders: list[Play] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.state = initial(self.now)
        self._plan: list[tuple[float, int, AlarmEvent]] = []
        self._ids = count()
        self._ends = 0.0

    # what happens
    def well(self) -> Sim:
        self.feed(Audio(ok=True))
        return self

    def alarms(self, *items: AlarmItem) -> None:
        self.feed(Alarms(items))

    def feed(self, event: AlarmEvent) -> None:
        held = self.state.pause
        self.state, effects = step(self.state, event, self.now, self.times)
        if held is not None and self.state.pause is None:
            self.loud_since = self.now
        for effect in effects:
            match effect:
                case Play():
                    self._obey(effect)
                case Rang():
                    self.rang.append(effect)
                case Restart(why):
                    self.restarts.append(why)

    def _obey(self, play: Play) -> None:
        self.orders.append(play)
        if self.deaf:
            return
        at = self.now + LATENCY
        if play.cut:
            self._plan = [p for p in self._plan if not isinstance(p[2], BurstEnded)]
            heapq.heapify(self._plan)
        else:
            assert at >= self._ends - 1e-6, f"burst {play.n} was asked for while another sounded"
        self._ends = at + self.times.length(play.sound)
        self.bursts.append(Heard(at, play.sound, frozenset(k for k, _ in play.covers)))
        self._later(at, BurstBegan(play.n, at))
        self._later(self._ends, BurstEnded(play.n))

    def _later(self, at: float, event: AlarmEvent) -> None:
        heapq.heappush(self._plan, (at, next(self._ids), event))

    def silence_plan(self) -> None:
        """The sounder is gone: nothing of what it was doing comes any more."""
        self._plan.clear()
        self._ends = 0.0

    def run(self, seconds: float) -> None:
        end = self.now + seconds
        while True:
            due = next_due(self.state, self.times)
            at = min([t for t in (due, self._plan[0][0] if self._plan else None) if t is not None], default=end)
            if at > end:
                break
            self.now = max(self.now, at)
            if self._plan and self._plan[0][0] <= self.now:
                self.feed(heapq.heappop(self._plan)[2])
            else:
                if due is None:
                    break
                before = self.state
                self.feed(Tick())
                assert self.state != before, "a Tick that was due changed nothing: the desk would spin"
        self.now = end

    # what was heard
    def begins(self, *sounds: Sound) -> list[float]:
        return [b.at for b in self.bursts if b.sound in (sounds or RED)]

    def covering(self, key: str, since: float = 0.0) -> list[Heard]:
        return [b for b in self.bursts if key in b.keys and b.at >= since]


def item(key: str, through: int = 1, level: str = "P1", **more: object) -> AlarmItem:
    return AlarmItem(key, through, level, **more)  # type: ignore[arg-type]
