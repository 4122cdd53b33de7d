"""From what is seen of stream and mixer to one verdict: would a burst be heard, and if not, why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from kotaconsole.sounder.mixer import MixerView
from kotaconsole.sounder.protocol import Health, Why

STALL: Final = 0.5
"""Seconds without a sample consumed that mean silence."""
START_GRACE: Final = 2.5
"""The same right after opening: a sound server wakes an idle device in blocks of up to 2 s."""
GIVE_UP: Final = 3.0
"""Seconds of stall after which a new process tries anew."""
MIXER_STALE: Final = 1.5
"""Seconds without a look that mean the server hangs."""

FATAL: Final = frozenset({Why.DEVICE_GONE, Why.DEVICE_CHANGED, Why.SERVER_GONE})
"""Only a new process, which lists the devices anew, can help."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known at one moment, in monotonic seconds.

    Attributes:
        opened_at: when the stream was started.
        last: when the last block was asked for.
        active: PortAudio has not ended the stream.
        server: there was a sound server at the start.
        mixer: its last look.
    """

    now: float
    opened_at: float
    last: float | None
    active: bool
    server: bool
    mixer: MixerView | None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What to say; `final` when this process can never play again."""

    health: Health
    final: bool = False


def judge(facts: Facts) -> Verdict | None:
    """The verdict; None while the device still wakes up."""
    seen, last = facts.mixer, facts.last
    if seen is not None and seen.why in FATAL:
        return _lost(seen.why, final=True)
    if not facts.active:
        return _lost(Why.SERVER_GONE if facts.server else Why.DEVICE_GONE, final=True)
    if last is None:
        return None if facts.now - facts.opened_at < START_GRACE else _lost(Why.NO_SAMPLES, final=True)
    if facts.server and seen is None:
        return None
    stall = facts.now - last
    if seen is not None and seen.why is not None:
        return _lost(seen.why, alive=stall < STALL)
    if stall >= STALL:
        return _lost(Why.NO_SAMPLES, final=stall >= GIVE_UP)
    if seen is not None and facts.now - seen.at >= MIXER_STALE:
        return _lost(Why.SERVER_GONE, alive=True)
    return Verdict(Health(ok=True))


def _lost(why: Why, *, alive: bool = False, final: bool = False) -> Verdict:
    return Verdict(Health(ok=False, why=why, alive=alive), final)
