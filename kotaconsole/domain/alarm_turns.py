"""Whose turn it is: which sound may begin next, and when. `kotaconsole.domain.alarm` is the machine it belongs to.

S1 of what escalated, S1 of P1, S1 of P2 and P3, S2, S3, speech: in this order, but S2 gets at least every third slot.
One burst stands for all flags that wait, so the order among red flags is an order of tones. Nothing cuts a red burst
short; a red one cuts whatever is lower at the next gap between its pulses.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Final, Literal

from kotaconsole.domain.alarm_parts import (
    RED,
    AlarmState,
    AlarmTimes,
    Burst,
    Calling,
    Channel,
    Cover,
    Effect,
    Play,
    Sound,
    Waiting,
)

Kind = Literal["red", "trouble", "soft", "phrase"]
_ORDER: Final[tuple[Kind, ...]] = ("red", "trouble", "soft", "phrase")


def wishes(state: AlarmState, times: AlarmTimes) -> dict[Kind, float]:
    """When each kind of sound may begin, as things stand now."""
    channel = state.channel
    burst = channel.burst
    if not channel.alive or (burst is not None and (burst.sound in RED or burst.firm)):
        return {}
    found: dict[Kind, float] = {}
    red = [_due(w, times) for w in _red(state)]
    if red:
        found["red"] = max(min(red), channel.paid_until - times.slack)
    if burst is None:
        found |= _lower(state, times)
    return found


def _lower(state: AlarmState, times: AlarmTimes) -> dict[Kind, float]:
    """When what gives way to red may begin."""
    channel, found = state.channel, dict[Kind, float]()
    trouble = [_call_due(c, times) for c in _calling(state)]
    if trouble:
        found["trouble"] = min(trouble)
    soft = [x.since for x in _soft(state)]
    if soft:
        # Only when a red one that comes in the midst of it could still begin at once.
        found["soft"] = max(min(soft), channel.paid_until, channel.soft_after)
    if channel.phrase is not None:
        found["phrase"] = float("-inf")
    return found


def ring(state: AlarmState, now: float, times: AlarmTimes, effects: list[Effect]) -> AlarmState:
    """Let whoever's turn it is begin."""
    ready = {kind for kind, at in wishes(state, times).items() if at <= now}
    if not ready:
        return state
    firm = "trouble" in ready and state.channel.passed >= times.s2_turn
    kind = "trouble" if firm else next(kind for kind in _ORDER if kind in ready)
    sound, covers = _choice(state, kind)
    old = state.channel
    burst = Burst(old.asked + 1, sound, covers, now, firm=firm)
    effects.append(Play(burst.n, sound, covers, cut=old.burst is not None))
    state = replace(state, channel=_spent(state, burst, kind, times))
    # Whoever was cut short asks again.
    return replace(state, calling=tuple(_cut(c, old.burst) for c in state.calling))


def _spent(state: AlarmState, burst: Burst, kind: Kind, times: AlarmTimes) -> Channel:
    """The channel with the burst on it, and what that cost."""
    old, now = state.channel, burst.asked_at
    channel = replace(old, burst=burst, asked=burst.n, phrase=None)
    if kind == "red":
        overdue = old.burst is not None and old.burst.sound is Sound.S2
        overdue = overdue or any(_call_due(c, times) <= now for c in _calling(state))
        passed = old.passed + 1 if overdue else 0
        return replace(channel, paid_until=max(now, old.paid_until) + times.pace, passed=passed)
    if kind == "soft":
        return replace(channel, soft_after=now + times.pace)
    return channel


def _cut(calling: Calling, burst: Burst | None) -> Calling:
    return calling if burst is None or calling.cover not in burst.covers else replace(calling, rung_at=None)


def _choice(state: AlarmState, kind: Kind) -> tuple[Sound, tuple[Cover, ...]]:
    if kind == "red":
        group = _in_order(_red(state, paused=True))
        return _tone(group), tuple(w.cover for w in group)
    if kind == "trouble":
        return Sound.S2, tuple(c.cover for c in _calling(state))
    if kind == "soft":
        return Sound.S3, tuple(x.cover for x in _soft(state))
    assert state.channel.phrase is not None  # noqa: S101 (kept by `_lower`)
    return state.channel.phrase, ()


def _red(state: AlarmState, *, paused: bool = False) -> list[Waiting]:
    """The red flags that ask; with `paused` also those that are held back, which a burst stands for as well."""
    return [w for w in state.waiting if not w.soft and (paused or not _held(state, w.cover))]


def _calling(state: AlarmState) -> list[Calling]:
    return [c for c in state.calling if c.trouble.sound is Sound.S2 and not _held(state, c.cover)]


def _soft(state: AlarmState) -> list[Waiting | Calling]:
    """What rings low, once."""
    flags = [w for w in state.waiting if w.soft and w.rung_at is None and not _held(state, w.cover)]
    return [*_in_order(flags), *(c for c in state.calling if c.trouble.sound is Sound.S3 and c.rung_at is None)]


def _held(state: AlarmState, cover: Cover) -> bool:
    return state.pause is not None and cover in state.pause.covers


def _due(waiting: Waiting, times: AlarmTimes) -> float:
    if waiting.rung_at is None:
        return waiting.since
    return waiting.rung_at + (times.repeat_escalated if waiting.item.stage else times.repeat)


def _call_due(calling: Calling, times: AlarmTimes) -> float:
    if calling.rung_at is None:
        return calling.since
    return calling.rung_at + (times.trouble_seen if calling.trouble.seen else times.trouble)


def _in_order(group: Iterable[Waiting]) -> tuple[Waiting, ...]:
    """Real before training, then what escalated, then by level, then as they came."""
    return tuple(sorted(group, key=lambda w: (w.item.training, -w.item.stage, w.item.level, w.since)))


def _tone(group: tuple[Waiting, ...]) -> Sound:
    """One burst stands for all; the real ones choose its tone, training only when nothing real waits."""
    real = [w for w in group if not w.item.training] or group
    return Sound.S1_P1 if any(w.item.level == "P1" for w in real) else Sound.S1_P2
