"""The words between the console and its sounder: one JSON object a line, over the sounder's stdin and stdout.

Both sides run the same release, so a line that cannot be read is a fault of one of them, never a newer dialect.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, Final


class Why(StrEnum):
    """Why nothing would be heard; each has its sentence for the operator in `kotaconsole.alarm.reasons`."""

    NO_LIBRARY = "no_library"
    NO_SOUNDS = "no_sounds"
    NO_DEVICE = "no_device"
    DEVICE_GONE = "device_gone"
    DEVICE_CHANGED = "device_changed"
    SERVER_GONE = "server_gone"
    MUTED = "muted"
    VOLUME_LOW = "volume_low"
    SUSPENDED = "suspended"
    NO_SAMPLES = "no_samples"
    # These the console finds out by itself.
    NOT_YET = "not_yet"
    NO_ANSWER = "no_answer"
    SOUNDER_GONE = "sounder_gone"


EXIT_RETRY: Final = 75
"""The sounder lost its device and ends, because only a new process sees new devices (PortAudio keeps its list)."""
EXIT_ORPHAN: Final = 3
"""The console's end of the pipe closed without a good-bye."""

HEALTH_EVERY: Final = 0.5
"""Seconds between two words on health; they are the sounder's sign of life too."""

# ------------------------------------------------------------------------------------------------ console to sounder


@dataclass(frozen=True, slots=True)
class PlayOrder:
    """Begin burst `n`: now, after the burst that plays, or (`cut`) at the next gap between its pulses."""

    n: int
    sound: str
    cut: bool = False


@dataclass(frozen=True, slots=True)
class Beat:
    """The window's thread is alive."""


@dataclass(frozen=True, slots=True)
class Stop:
    """Be silent at once."""


@dataclass(frozen=True, slots=True)
class Bye:
    """The console ends in good order; so does the sounder."""


Order = PlayOrder | Beat | Stop | Bye

# ------------------------------------------------------------------------------------------------ sounder to console


@dataclass(frozen=True, slots=True)
class Ready:
    """The device is open and asks for samples; `latency` is seconds from a sample's hand-over to the ear."""

    device: str
    latency: float


@dataclass(frozen=True, slots=True)
class Began:
    """The first sample of burst `n` is heard at `at`, monotonic seconds (one clock for all processes of a machine)."""

    n: int
    at: float


@dataclass(frozen=True, slots=True)
class Ended:
    """Burst `n` is over at `at`; not `whole` when it was cut, stopped or dropped."""

    n: int
    at: float
    whole: bool = True


@dataclass(frozen=True, slots=True)
class Health:
    """Whether a burst would be heard; `alive` when a device is open at all."""

    ok: bool
    why: str = ""
    alive: bool = True


Word = Ready | Began | Ended | Health

_ORDERS: Final[dict[str, type[Order]]] = {"play": PlayOrder, "beat": Beat, "stop": Stop, "bye": Bye}
_WORDS: Final[dict[str, type[Word]]] = {"ready": Ready, "began": Began, "ended": Ended, "health": Health}
_NAMES: Final[dict[type, str]] = {kind: name for table in (_ORDERS, _WORDS) for name, kind in table.items()}


def encode(what: Order | Word) -> bytes:
    """One line, newline included."""
    return json.dumps({"is": _NAMES[type(what)], **asdict(what)}, separators=(",", ":")).encode() + b"\n"


def read_order(line: bytes) -> Order:
    """Read a line from the console.

    Raises:
        ValueError: it is none.
    """
    order: Order = _read(line, _ORDERS)
    return order


def read_word(line: bytes) -> Word:
    """Read a line from the sounder.

    Raises:
        ValueError: it is none.
    """
    word: Word = _read(line, _WORDS)
    return word


def _read(line: bytes, table: Mapping[str, Any]) -> Any:
    said = json.loads(line)
    if not isinstance(said, dict) or said.get("is") not in table:
        raise ValueError("not a word of the sounder's protocol")
    kind = table[said.pop("is")]
    if set(said) != set(kind.__dataclass_fields__):
        raise ValueError("a word of the sounder's protocol with the wrong fields")
    return kind(**said)
