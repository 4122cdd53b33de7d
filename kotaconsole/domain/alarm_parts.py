"""The values the alarm machine takes in, gives out and keeps; `kotaconsole.domain.alarm` is the machine itself.

All times are monotonic seconds, told by the caller.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from enum import StrEnum
from typing import Final, Literal

from kotaconsole.domain.vocabulary import AlarmCause, Level


class Sound(StrEnum):
    """What the desk can play; the value is the name of the shipped file."""

    S1_P1 = "s1_p1"
    """Red flag, highest level: 3+2, 3+2 pulses."""
    S1_P2 = "s1_p2"
    """Red flag of level P2 or P3: one 3+2 group, lower."""
    S2 = "s2"
    """The channel fails: link or sound."""
    S3 = "s3"
    """Low: something changed that needs no hurry."""
    SAY_LINK = "say_link"
    """Spoken after S2 where nothing else waits: the feed is lost. One file for each language."""
    SAY_WATCH = "say_watch"
    """The same: somebody else's console is silent."""


RED: Final = frozenset({Sound.S1_P1, Sound.S1_P2})
"""Sounds that nothing cuts short."""
SPOKEN: Final = frozenset({Sound.SAY_LINK, Sound.SAY_WATCH})
"""Sounds of which there is one for each language."""

# ------------------------------------------------------------------------------------------------------------- times


@dataclass(frozen=True, slots=True)
class AlarmTimes:
    """All times of the machine, in seconds; a site may change them.

    Attributes:
        repeat: begin of one burst to the begin of the next while an alarm stays unacknowledged.
        pace: what one burst costs. In a flood a burst begins every `pace` seconds, so one that came right after a
            begin waits that long: below the promised 6 s by 0.12 s, which is left for the way to the loudspeaker.
        slack: how far bursts may run ahead of the pace, so that a single new flag rings at once although another
            one rang a moment ago. Twelve bursts in a row span at least 11 x pace - slack = 60.2 s, therefore no
            minute holds more than eleven; and after a P2 burst (1.4 s = pace - slack) the next may begin at once.
        repeat_escalated: the same once the case has escalated.
        trouble: begin of one S2 to the begin of the next while the channel fails.
        trouble_seen: the same after a person has said that they have seen it.
        pause_most: the longest pause a person may ask for; there is no mute.
        s2_turn: red bursts that may go before an S2 that is due; after them it has its turn and is not cut. So S2
            gets at least every third slot however many flags come.
        start_limit: a burst asked for and not begun by then means that the sounder hangs. Not shorter: on a busy
            machine a late burst is better than one cut off by a new start, and a stopped device is noticed by itself.
        end_grace: a burst not ended so long after its length means the same.
        s1_p1: length of the burst, as the other three of the file of that name.
    """

    repeat: float = 10.0
    pace: float = 5.88
    slack: float = 4.48
    repeat_escalated: float = 6.0
    trouble: float = 10.0
    trouble_seen: float = 60.0
    pause_most: float = 120.0
    s2_turn: int = 2
    start_limit: float = 3.0
    end_grace: float = 1.0
    s1_p1: float = 3.4
    s1_p2: float = 1.4
    s2: float = 1.4
    s3: float = 1.0
    spoken: float = 4.0
    """The longest phrase of all languages; a phrase that ends earlier only makes room earlier."""

    def length(self, sound: Sound) -> float:
        """Seconds from the first to the last sample of a burst."""
        return {
            Sound.S1_P1: self.s1_p1, Sound.S1_P2: self.s1_p2, Sound.S2: self.s2, Sound.S3: self.s3,
            Sound.SAY_LINK: self.spoken, Sound.SAY_WATCH: self.spoken,
        }[sound]  # fmt: skip

    def scaled(self, by: float) -> AlarmTimes:
        """The same machine running `by` times as fast."""
        faster = {f.name: getattr(self, f.name) / by for f in fields(self) if f.name != "s2_turn"}
        return AlarmTimes(**faster, s2_turn=self.s2_turn)


# ------------------------------------------------------------------------------------------------------------ events


@dataclass(frozen=True, slots=True)
class AlarmItem:
    """One alarm nobody has acknowledged, as the stored state says it.

    Attributes:
        key: the referral's id, or `unreadable:<n>` for an event of the feed that could not be read.
        through: version of the case up to which an acknowledgement clears it; a higher one is a new alarm.
        cause: a withdrawn flag stays listed, but rings S3 once more in place of S1.
        stage: 0, or how often nobody answered; from 1 on it rings more often.
    """

    key: str
    through: int
    level: Level
    training: bool = False
    cause: AlarmCause = "flag"
    stage: int = 0


Cover = tuple[str, int]
"""Key and `through` of an alarm a burst stands for."""


@dataclass(frozen=True, slots=True)
class Alarms:
    """The whole set of alarms now unacknowledged; the same set again changes nothing."""

    items: tuple[AlarmItem, ...]


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something is wrong with the way flags take to somebody's ear, here or at another desk.

    Attributes:
        key: `link`, `clock`, or what the hub tells of another desk or unit.
        sound: S2 calls again and again until the trouble is over; S3 once.
        phrase: what is said after S2 where nothing else waits.
        seen: a person has said that they have seen it.
    """

    key: str
    sound: Sound = Sound.S2
    phrase: Sound | None = None
    seen: bool = False


@dataclass(frozen=True, slots=True)
class Troubles:
    """The whole set of troubles that stand now; the same set again changes nothing."""

    items: tuple[Trouble, ...]


@dataclass(frozen=True, slots=True)
class Pause:
    """A person asks for silence: only for what calls now, and for `AlarmTimes.pause_most` seconds at most."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Resume:
    """A person ends the pause."""


@dataclass(frozen=True, slots=True)
class BurstBegan:
    """The sounder hands the first sample of burst `n` to the device; heard at `at`."""

    n: int
    at: float


@dataclass(frozen=True, slots=True)
class BurstEnded:
    """Burst `n` is over; `whole` when every sample of it was consumed."""

    n: int
    whole: bool = True


@dataclass(frozen=True, slots=True)
class Audio:
    """What the sounder says of its own health.

    Attributes:
        ok: a burst would be heard.
        why: a reason code when not.
        alive: there is a sounder with an open device at all; a muted one is alive and may be unmuted any moment.
    """

    ok: bool
    why: str = ""
    alive: bool = True


@dataclass(frozen=True, slots=True)
class Tick:
    """Time has passed."""


AlarmEvent = Alarms | Troubles | Pause | Resume | BurstBegan | BurstEnded | Audio | Tick

# ----------------------------------------------------------------------------------------------------------- effects


@dataclass(frozen=True, slots=True)
class Play:
    """Begin burst `n` now, or, with `cut`, at the next pulse gap of the lower sound that still plays."""

    n: int
    sound: Sound
    covers: tuple[Cover, ...]
    cut: bool = False


@dataclass(frozen=True, slots=True)
class Rang:
    """Burst `n` began at `at` and could be heard: for the ledger. Each alarm it stands for has its own entry."""

    n: int
    sound: Sound
    at: float
    covers: tuple[Cover, ...]


@dataclass(frozen=True, slots=True)
class Restart:
    """The sounder does not answer: end it and start another."""

    why: str


Effect = Play | Rang | Restart

# ------------------------------------------------------------------------------------------------------------- state


@dataclass(frozen=True, slots=True)
class Waiting:
    """An alarm that waits for a person.

    Attributes:
        since: when it came, or came anew.
        rung_at: when the last burst that stood for it, heard or not, was asked for; None asks for one at once. Not
            when it was heard: the way to the ear would be added to every period.
        covered: that burst could be heard.
    """

    item: AlarmItem
    since: float
    rung_at: float | None = None
    covered: bool = False

    @property
    def soft(self) -> bool:
        """Rings S3 once instead of S1 until acknowledged."""
        return self.item.cause == "withdrawn"

    @property
    def cover(self) -> Cover:
        """How a burst names it."""
        return (self.item.key, self.item.through)


@dataclass(frozen=True, slots=True)
class Calling:
    """A trouble that calls.

    Attributes:
        since: when it began.
        rung_at: when the last sound that stood for it was asked for; None asks for one at once.
        covered: that sound could be heard.
    """

    trouble: Trouble
    since: float
    rung_at: float | None = None
    covered: bool = False

    @property
    def cover(self) -> Cover:
        """How a sound names it."""
        return (self.trouble.key, 0)


@dataclass(frozen=True, slots=True)
class Paused:
    """The silence a person asked for; covers: what it holds, everything else sounds."""

    until: float
    covers: frozenset[Cover]


@dataclass(frozen=True, slots=True)
class Burst:
    """The one sound that was asked for and is not over; firm: not even a red one cuts it."""

    n: int
    sound: Sound
    covers: tuple[Cover, ...]
    asked_at: float
    began_at: float | None = None
    firm: bool = False


AudioState = Literal["starting", "ok", "lost"]


@dataclass(frozen=True, slots=True)
class Channel:
    """The way to the ear.

    Attributes:
        since: when `audio` became what it is.
        alive: somebody is there to play.
        asked: bursts asked for so far; numbers them.
        paid_until: bursts are paid for up to here: one may begin `slack` before it, and moves it on by `pace`.
        soft_after: no S3 before that.
        passed: red bursts that went before an S2 that was due.
        phrase: what is to be said as soon as nothing else waits.
        last_heard_at: begin of the last burst that could be heard.
    """

    since: float
    audio: AudioState = "starting"
    why: str = ""
    alive: bool = False
    burst: Burst | None = None
    asked: int = 0
    paid_until: float = float("-inf")
    soft_after: float = float("-inf")
    passed: int = 0
    phrase: Sound | None = None
    last_heard_at: float | None = None


@dataclass(frozen=True, slots=True)
class AlarmState:
    """Both machines."""

    channel: Channel
    waiting: tuple[Waiting, ...] = field(default=())
    calling: tuple[Calling, ...] = field(default=())
    pause: Paused | None = None

    @property
    def uncovered(self) -> int:
        """Alarms no audible burst has stood for yet."""
        return sum(not w.covered for w in self.waiting)
