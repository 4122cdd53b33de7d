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
    SPOKEN,
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
    Calling,
    Channel,
    Cover,
    Effect,
    Pause,
    Paused,
    Play,
    Rang,
    Restart,
    Resume,
    Sound,
    Tick,
    Trouble,
    Troubles,
    Waiting,
)  # fmt: skip
from kotaconsole.domain.alarm_turns import ring, wishes
from kotaconsole.domain.vocabulary import LEVELS

__all__ = [
    "DEFAULT_TIMES", "RED", "SPOKEN", "AlarmEvent", "AlarmItem", "AlarmState", "AlarmTimes", "Alarms", "Audio",
    "AudioState", "Burst", "BurstBegan", "BurstEnded", "Calling", "Channel", "Cover", "Effect", "Pause", "Paused",
    "Play", "Rang", "Restart", "Resume", "Sound", "Tick", "Trouble", "Troubles", "Waiting", "initial", "next_due",
    "step",
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
        case Troubles(troubles):
            state = _troubled(state, troubles, now)
        case Pause(seconds):
            state = _paused(state, now + max(0.0, min(seconds, times.pause_most)))
        case Resume():
            state = replace(state, pause=None)
        case BurstBegan(n, at):
            state = _began(state, n, at, effects)
        case BurstEnded(n, whole):
            state = _ended(state, n, whole=whole)
        case Audio():
            state = _audio(state, event, now)
    state = _overdue(state, now, times, effects)
    state = ring(_settled(state, now), now, times, effects)
    return state, tuple(effects)


def next_due(state: AlarmState, times: AlarmTimes = DEFAULT_TIMES) -> float | None:
    """When to step with a `Tick` at the latest; None while only events can change anything."""
    due = list(wishes(state, times).values())
    if state.pause is not None:
        due.append(state.pause.until)
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
    if waiting == state.waiting:
        return state
    return replace(state, waiting=waiting, pause=None if _more(state.waiting, waiting) else state.pause)


def _more(old: tuple[Waiting, ...], new: tuple[Waiting, ...]) -> bool:
    """Whether something stands there that a pause was not asked for: a new flag, or one that has escalated."""
    stages = {w.cover: w.item.stage for w in old}
    return any(w.cover not in stages or w.item.stage > stages[w.cover] for w in new)


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
    """Note what became of a sound, on what it stands for and that has not come anew since."""
    among = set(burst.covers)
    waiting = tuple(
        replace(w, rung_at=rung_at, covered=covered) if w.cover in among and w.since <= burst.asked_at else w
        for w in state.waiting
    )
    calling = tuple(
        replace(c, rung_at=rung_at, covered=covered) if c.cover in among and c.since <= burst.asked_at else c
        for c in state.calling
    )
    return replace(state, waiting=waiting, calling=calling)


# -------------------------------------------------------------------------------------------- troubles and the pause


def _troubled(state: AlarmState, troubles: Iterable[Trouble], now: float) -> AlarmState:
    """The new set: what is over calls no more, what stays keeps its clock, news call at once."""
    known = {calling.trouble.key: calling for calling in state.calling}
    calling = tuple(_called(known.get(trouble.key), trouble, now) for trouble in troubles)
    return state if calling == state.calling else replace(state, calling=calling)


def _called(old: Calling | None, trouble: Trouble, now: float) -> Calling:
    if old is None or old.trouble.sound != trouble.sound:
        return Calling(trouble, now)
    return replace(old, trouble=trouble)


def _paused(state: AlarmState, until: float) -> AlarmState:
    """Hold what was heard; a pause that runs cannot be made longer, or it would become a mute."""
    if state.pause is not None:
        return state
    covers = [w.cover for w in state.waiting if w.covered] + [c.cover for c in state.calling if c.covered]
    return replace(state, pause=Paused(until, frozenset(covers))) if covers else state


def _settled(state: AlarmState, now: float) -> AlarmState:
    """End a pause whose time is over, and drop a phrase that has nothing more to say."""
    if state.pause is not None and now >= state.pause.until:
        state = replace(state, pause=None)
    phrase = state.channel.phrase
    if phrase is not None and (state.waiting or all(c.trouble.phrase is not phrase for c in state.calling)):
        state = replace(state, channel=replace(state.channel, phrase=None))
    return state


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
    channel = replace(state.channel, burst=None)
    if burst.sound is Sound.S2:
        said = [c.trouble.phrase for c in state.calling if c.cover in burst.covers and c.trouble.phrase is not None]
        channel = replace(channel, passed=0, phrase=said[0] if said else None)
    return replace(state, channel=channel)


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
    calling = tuple(c if c.covered else replace(c, rung_at=None) for c in state.calling)
    return replace(state, waiting=waiting, calling=calling)


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
