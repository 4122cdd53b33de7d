"""What rings, when, and for whom: an unacknowledged flag is never missed and silence is never false.

Two machines that know little of each other. The *flags* are the alarms nobody has acknowledged yet; only a person's
acknowledgement takes one away. The *channel* is the way to the operator's ear: a sounder that lives or not, is heard
or not, and plays one burst at a time. The health of the channel never hides or acknowledges a flag: a burst that
nobody could hear covers nothing, and what it stood for rings again as soon as the sound is back.

Times are monotonic seconds, told by the caller; `next_due` says when the caller should step again at the latest.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from kotaconsole.domain.alarm_parts import (
    RED,
    AlarmEvent,
    AlarmItem,
    Alarms,
    AlarmState,
    AlarmTimes,
    Audio,
    AudioState,
    Burst,
    BurstBegan,
    BurstEnded,
    Channel,
    Cover,
    Effect,
    Play,
    Rang,
    Restart,
    Sound,
    Tick,
    Waiting,
)  # fmt: skip
from kotaconsole.domain.vocabulary import LEVELS

__all__ = [
    "DEFAULT_TIMES", "RED", "AlarmEvent", "AlarmItem", "AlarmState", "AlarmTimes", "Alarms", "Audio", "AudioState",
    "Burst", "BurstBegan", "BurstEnded", "Channel", "Cover", "Effect", "Play", "Rang", "Restart", "Sound", "Tick",
    "Waiting", "initial", "next_due", "step",
]  # fmt: skip


def initial(now: float) -> AlarmState:
    """Nothing waits, and no sounder is there yet."""
    return AlarmState(Channel(since=now))


DEFAULT_TIMES: Final = AlarmTimes()


def step(
    state: AlarmState, event: AlarmEvent, now: float, times: AlarmTimes = DEFAULT_TIMES
) -> tuple[AlarmState, tuple[Effect, ...]]:
    """Take one event in and say what is to be done about it."""
    effects: list[Effect] = []
    match event:  # a Tick brings nothing but the time
        case Alarms(items):
            state = _met(state, items, now)
        case BurstBegan(n, at):
            state = _began(state, n, at, effects)
        case BurstEnded(n, whole):
            state = _ended(state, n, whole=whole)
        case Audio():
            state = _audio(state, event, now)
    state = _overdue(state, now, times, effects)
    state = _ring(state, now, times, effects)
    return state, tuple(effects)


def next_due(state: AlarmState, times: AlarmTimes = DEFAULT_TIMES) -> float | None:
    """When to step with a `Tick` at the latest; None while only events can change anything."""
    due = [at for at, _ in _wishes(state, times)]
    if state.channel.burst is not None:
        due.append(_deadline(state.channel.burst, times))
    return min(due, default=None)


# --------------------------------------------------------------------------------------------------- the flag machine


def _met(state: AlarmState, items: Iterable[AlarmItem], now: float) -> AlarmState:
    """The new set: who is gone was acknowledged, who stays keeps its clock, news begin at once."""
    coming: dict[str, AlarmItem] = {}
    for item in items:
        if item.key not in coming or item.through > coming[item.key].through:
            coming[item.key] = item
    kept = [_kept(w, coming.pop(w.item.key), now) for w in state.waiting if w.item.key in coming]
    waiting = (*kept, *(Waiting(item, now) for item in coming.values()))
    return state if waiting == state.waiting else replace(state, waiting=waiting)


def _kept(old: Waiting, item: AlarmItem, now: float) -> Waiting:
    return Waiting(item, now) if _is_news(old.item, item) else replace(old, item=item)


def _is_news(old: AlarmItem, new: AlarmItem) -> bool:
    """Whether an alarm that already waits has become one that must be heard again."""
    return (
        new.through > old.through
        or LEVELS.index(new.level) < LEVELS.index(old.level)
        or (old.training and not new.training)
        or (old.cause == "withdrawn") != (new.cause == "withdrawn")
    )


def _mark(state: AlarmState, burst: Burst, *, rung_at: float | None, covered: bool) -> AlarmState:
    """Note what became of a burst, on the alarms it stands for and that have not come anew since."""
    among = set(burst.covers)
    waiting = tuple(
        replace(w, rung_at=rung_at, covered=covered) if w.cover in among and w.since <= burst.asked_at else w
        for w in state.waiting
    )
    return replace(state, waiting=waiting)


# ------------------------------------------------------------------------------------------------ the channel machine


def _began(state: AlarmState, n: int, at: float, effects: list[Effect]) -> AlarmState:
    burst = state.channel.burst
    if burst is None or burst.n != n or burst.began_at is not None:
        return state
    heard = state.channel.audio == "ok"
    channel = replace(state.channel, burst=replace(burst, began_at=at))
    if heard:
        channel = replace(channel, last_heard_at=at)
        effects.append(Rang(n, burst.sound, at, burst.covers))
    return _mark(replace(state, channel=channel), burst, rung_at=burst.asked_at, covered=heard)


def _ended(state: AlarmState, n: int, *, whole: bool) -> AlarmState:
    burst = state.channel.burst
    if burst is None or burst.n != n:
        return state  # one that was cut for a higher sound
    if not whole or burst.began_at is None:
        return _void(state)
    return replace(state, channel=replace(state.channel, burst=None))


def _audio(state: AlarmState, said: Audio, now: float) -> AlarmState:
    audio: AudioState = "ok" if said.ok and said.alive else "lost"
    why = "" if audio == "ok" else said.why
    old = state.channel
    if (old.audio, old.why, old.alive) == (audio, why, said.alive):
        return state
    since = old.since if old.audio == audio else now
    state = replace(state, channel=replace(old, audio=audio, why=why, alive=said.alive, since=since))
    if not said.alive:
        return _void(state)
    if audio == "lost":
        return _unheard(state)
    return _anew(state)


def _void(state: AlarmState) -> AlarmState:
    """The running burst counts for nobody."""
    burst = state.channel.burst
    if burst is None:
        return state
    state = replace(state, channel=replace(state.channel, burst=None))
    return _mark(state, burst, rung_at=None, covered=False)


def _unheard(state: AlarmState) -> AlarmState:
    """The sound was lost within a burst: it goes on, in case the loss is seen wrongly, but it covers nothing."""
    burst = state.channel.burst
    if burst is None or burst.began_at is None:
        return state
    return _mark(state, burst, rung_at=burst.asked_at, covered=False)


def _anew(state: AlarmState) -> AlarmState:
    """The sound is back: whoever was not heard asks at once."""
    waiting = tuple(w if w.covered else replace(w, rung_at=None) for w in state.waiting)
    return replace(state, waiting=waiting)


def _deadline(burst: Burst, times: AlarmTimes) -> float:
    if burst.began_at is None:
        return burst.asked_at + times.start_limit
    return burst.began_at + times.length(burst.sound) + times.end_grace


def _overdue(state: AlarmState, now: float, times: AlarmTimes, effects: list[Effect]) -> AlarmState:
    burst = state.channel.burst
    if burst is None or now < _deadline(burst, times):
        return state
    effects.append(Restart("no_answer"))
    return _audio(state, Audio(ok=False, why="no_answer", alive=False), now)


def _wishes(state: AlarmState, times: AlarmTimes) -> list[tuple[float, bool]]:
    """When a red burst and when a soft one may begin: (time, is red), at most one of each."""
    channel = state.channel
    playing = None if channel.burst is None else channel.burst.sound
    if not channel.alive or playing in RED:
        return []
    wishes = []
    red = [w.since if w.rung_at is None else w.rung_at + times.repeat for w in state.waiting if not w.soft]
    if red:
        wishes.append((max(min(red), channel.paid_until - times.slack), True))
    soft = [w.since for w in state.waiting if w.soft and w.rung_at is None]
    if soft and playing is None:
        # Only when a red one that comes in the midst of it could still begin at once.
        wishes.append((max(min(soft), channel.paid_until, channel.soft_after), False))
    return wishes


def _ring(state: AlarmState, now: float, times: AlarmTimes, effects: list[Effect]) -> AlarmState:
    ready = [is_red for at, is_red in _wishes(state, times) if at <= now]
    if not ready:
        return state
    is_red = ready[0]  # red comes first
    group = _in_order(w for w in state.waiting if (not w.soft if is_red else w.soft and w.rung_at is None))
    sound = _tone(group) if is_red else Sound.S3
    old = state.channel
    burst = Burst(old.asked + 1, sound, tuple(w.cover for w in group), now)
    channel = replace(old, burst=burst, asked=burst.n)
    if is_red:
        channel = replace(channel, paid_until=max(now, old.paid_until) + times.pace)
    else:
        channel = replace(channel, soft_after=now + times.pace)
    effects.append(Play(burst.n, sound, burst.covers, cut=old.burst is not None))
    return replace(state, channel=channel)


def _in_order(group: Iterable[Waiting]) -> tuple[Waiting, ...]:
    """Real before training, then by level, then as they came."""
    return tuple(sorted(group, key=lambda w: (w.item.training, w.item.level, w.since)))


def _tone(group: tuple[Waiting, ...]) -> Sound:
    """One burst stands for all; the real ones choose its tone, training only when nothing real waits."""
    real = [w for w in group if not w.item.training] or group
    return Sound.S1_P1 if any(w.item.level == "P1" for w in real) else Sound.S1_P2
