"""The alarm desk: runs the alarm machine on a thread of its own, whether there is a window or not."""

from __future__ import annotations

import logging
import math
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from queue import Empty, SimpleQueue
from typing import Final, TypeVar

from kotaconsole.alarm.reasons import sentence
from kotaconsole.alarm.sounder_link import Heard, Sounder
from kotaconsole.domain import alarm
from kotaconsole.domain.alarm import (
    DEFAULT_TIMES,
    AlarmEvent,
    AlarmItem,
    Alarms,
    AlarmTimes,
    AudioState,
    Cover,
    Effect,
    Pause,
    Play,
    Rang,
    Restart,
    Resume,
    Sound,
    Tick,
    Trouble,
    Troubles,
)  # fmt: skip
from kotaconsole.domain.clock import Clock, Instant
from kotaconsole.domain.errors import Bilingual

T = TypeVar("T")

log = logging.getLogger(__name__)

LOOK_EVERY: Final = 0.25
"""Seconds between two looks after the sounder."""
LATE: Final = 1.0
"""Seconds between two rounds of this thread that mean that it was stopped or got no processor."""
CATCH_UP: Final = 0.5
"""Seconds after such a gap in which nobody is judged: what the sounder said meanwhile is still being read."""
STOP_LIMIT: Final = 4.0
"""Seconds the thread gets to end: the good-bye to a sounder takes 2 at most."""


@dataclass(frozen=True, slots=True)
class AlarmView:
    """What a screen shows of the alarm.

    Attributes:
        new: alarms nobody has acknowledged.
        uncovered: how many of them no audible burst has stood for yet.
        sounding: keys the burst that plays now stands for; empty in silence.
        audio: "starting" only until the first sounder has spoken.
        code: reason code of a lost sound, else empty.
        why: the sentence of that code.
        since: when `audio` became what it is.
        last_burst_at: begin of the last burst that could be heard.
        paused_until: end of the pause a person asked for; None while everything sounds.
    """

    new: int
    uncovered: int
    sounding: tuple[str, ...]
    audio: AudioState
    code: str
    why: Bilingual | None
    since: Instant
    last_burst_at: Instant | None
    paused_until: Instant | None = None


@dataclass(frozen=True, slots=True)
class BurstRecord:
    """One burst that could be heard, for the ledger.

    Attributes:
        n: number of the burst since the desk was started.
        began_at: wall clock.
        began: the same in monotonic seconds.
        covers: key and version of every alarm it stood for; each is a record of its own.
    """

    n: int
    sound: Sound
    began_at: Instant
    began: float
    covers: tuple[Cover, ...]

    @property
    def keys(self) -> tuple[str, ...]:
        """The alarms' keys."""
        return tuple(key for key, _ in self.covers)


class _Stop:
    """Told to the thread: end."""


class _Beat:
    """Told to the thread: the window is alive."""


_Message = Alarms | Troubles | Pause | Resume | Heard | _Beat | _Stop


class AlarmDesk:
    """Decides what rings, from the set of unacknowledged alarms alone.

    Thread: `start` and `stop` belong to whoever composes the program; everything else may be called from any thread and
    returns at once; the two callbacks run on the thread "alarm" and must be short.
    """

    def __init__(
        self,
        sounder: Sounder,
        clock: Clock,
        *,
        times: AlarmTimes = DEFAULT_TIMES,
        on_view: Callable[[AlarmView], None] | None = None,
        on_burst: Callable[[BurstRecord], None] | None = None,
    ) -> None:
        self._sounder, self._clock, self._times = sounder, clock, times
        # Whoever takes an event in must not judge the sounder by the clock: its answer may lie behind that event.
        self._patient = replace(times, start_limit=math.inf, end_grace=math.inf)
        self._last_round = self._judge_from = clock.monotonic()
        self._on_view, self._on_burst = on_view, on_burst
        self._inbox: SimpleQueue[_Message] = SimpleQueue()
        self._state = alarm.initial(clock.monotonic())
        self._walls: dict[float, Instant] = {}
        self._view = self._look()
        self._thread: threading.Thread | None = None

    @property
    def view(self) -> AlarmView:
        """The newest view."""
        return self._view

    def start(self) -> None:
        """Start the thread and the sounder."""
        self._thread = threading.Thread(target=self._run, name="alarm", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Say good-bye to the sounder and end the thread; returns when both are gone or `STOP_LIMIT` is over."""
        if self._thread is not None:
            self._inbox.put(_Stop())
            self._thread.join(STOP_LIMIT)

    def alarms_now(self, items: tuple[AlarmItem, ...]) -> None:
        """The whole set of unacknowledged alarms, as the stored state says it now; returns at once."""
        self._inbox.put(Alarms(items))

    def troubles_now(self, troubles: tuple[Trouble, ...]) -> None:
        """The whole set of what is wrong with the channel now; returns at once."""
        self._inbox.put(Troubles(troubles))

    def pause(self, seconds: float) -> None:
        """Hold what sounds now for so long, and for two minutes at most; whatever is new sounds all the same."""
        self._inbox.put(Pause(seconds))

    def resume(self) -> None:
        """End the pause."""
        self._inbox.put(Resume())

    def heartbeat(self) -> None:
        """The window's thread is alive; returns at once."""
        self._inbox.put(_Beat())

    def _run(self) -> None:
        self._last_round = self._judge_from = self._clock.monotonic()
        self._sounder.start(self._inbox.put, self._last_round)
        while True:
            message = self._next()
            if isinstance(message, _Stop):
                break
            try:
                self._handle(message)
            except Exception:
                # The alarm goes on whatever happens: a fault of ours in one message must not silence the next.
                log.exception("the alarm desk could not handle a message")
        self._sounder.close()

    def _next(self) -> _Message | None:
        now = self._clock.monotonic()
        due = alarm.next_due(self._state, self._times if now >= self._judge_from else self._patient)
        wait = LOOK_EVERY if due is None else min(LOOK_EVERY, max(0.0, due - now))
        try:
            return self._inbox.get(timeout=wait)
        except Empty:
            return None

    def _handle(self, message: _Message | None) -> None:
        now = self._clock.monotonic()
        events: list[AlarmEvent] = []
        match message:
            case Alarms() | Troubles() | Pause() | Resume():
                events.append(message)
            case Heard():
                events.extend(self._sounder.hear(message, now))
            case _Beat():
                events.extend(self._sounder.beat(now))
        # The event first, the look after the process second: a flag does not wait for a fork.
        self._take(events, now, self._patient)
        if self._may_judge(now):
            self._take([*self._sounder.check(now), Tick()], now, self._times)
        else:
            self._take([Tick()], now, self._patient)
        self._publish()

    def _may_judge(self, now: float) -> bool:
        """Whether all that the sounder has said has been taken in, so that its silence means something."""
        if now - self._last_round >= LATE:
            self._judge_from = now + CATCH_UP
        self._last_round = now
        return now >= self._judge_from and self._inbox.empty()

    def _take(self, events: list[AlarmEvent], now: float, times: AlarmTimes) -> None:
        queue = list(events)
        while queue:
            self._state, effects = alarm.step(self._state, queue.pop(0), now, times)
            for effect in effects:
                queue.extend(self._do(effect, now))

    def _do(self, effect: Effect, now: float) -> tuple[AlarmEvent, ...]:
        match effect:
            case Play():
                return self._sounder.play(effect, now)
            case Restart(why):
                return self._sounder.restart(why, now)
            case Rang():
                self._record(effect)
                return ()

    def _record(self, rang: Rang) -> None:
        if self._on_burst is not None:
            _tell(self._on_burst, BurstRecord(rang.n, rang.sound, self._wall(rang.at), rang.at, rang.covers))

    def _publish(self) -> None:
        view = self._look()
        if view == self._view:
            return
        self._view = view
        if self._on_view is not None:
            _tell(self._on_view, view)

    def _look(self) -> AlarmView:
        channel = self._state.channel
        burst = channel.burst
        heard, pause = channel.last_heard_at, self._state.pause
        return AlarmView(
            new=len(self._state.waiting),
            uncovered=self._state.uncovered,
            sounding=tuple(key for key, _ in burst.covers) if burst is not None and burst.began_at is not None else (),
            audio=channel.audio,
            code=channel.why,
            why=sentence(channel.why),
            since=self._wall(channel.since),
            last_burst_at=None if heard is None else self._wall(heard),
            paused_until=None if pause is None else self._wall(pause.until),
        )

    def _wall(self, at: float) -> Instant:
        """The wall clock at a monotonic moment; asked once per moment, so that a view does not flicker with it."""
        if at not in self._walls:
            recent = list(self._walls.items())[-3:]
            self._walls = dict([*recent, (at, self._clock.now().plus(seconds=at - self._clock.monotonic()))])
        return self._walls[at]


def _tell(listener: Callable[[T], None], news: T) -> None:
    try:
        listener(news)
    except Exception:
        # Whoever listens must not be able to silence the alarm.
        log.exception("a listener of the alarm desk failed")
