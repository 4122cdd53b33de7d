"""What the sound server does with our samples: mute, volume, suspension, another device. Linux only, through libpulse.

PipeWire answers the same questions. Where neither is there (plain ALSA, another system), nothing is known of mute
and volume, and only the stream itself is watched.
"""

from __future__ import annotations

import os
import threading
import time
from dataclasses import dataclass
from typing import Any, Final

from kotaconsole.sounder.protocol import Why

LOOK_EVERY: Final = 0.4
"""Seconds between two looks: a mute is reported well within 2 s, and a look costs about a millisecond."""


@dataclass(frozen=True, slots=True)
class MixerView:
    """What the last look saw: the reason why nothing would be heard, or None; and when."""

    why: Why | None
    at: float


class Mixer:
    """Looks at the server again and again, on a thread of its own because a frozen server may hold it.

    Thread: `run` is the thread "mixer"; `view` may be read from anywhere.
    """

    def __init__(self, floor: float, pinned: bool) -> None:
        """Take the volume floor (0 to 1, as the desktop's slider shows it) and whether the site named the sink."""
        self._floor = floor
        self._pinned = pinned
        self._home: str | None = None
        self.view: MixerView | None = None
        self._pulse = _connect()

    @property
    def present(self) -> bool:
        """Whether there is a server to ask."""
        return self._pulse is not None

    def start(self) -> None:
        """Look on, in the background, for as long as the process lives."""
        threading.Thread(target=self.run, name="mixer", daemon=True).start()

    def run(self) -> None:
        """Look until the server is gone."""
        pause = threading.Event()
        why: Why | None = None
        while why is not Why.SERVER_GONE:
            why = self._look()
            self.view = MixerView(why, time.monotonic())
            pause.wait(LOOK_EVERY)

    def _look(self) -> Why | None:
        import pulsectl  # noqa: PLC0415 (Linux only, and present when we got here)

        pulse = self._pulse
        if pulse is None:
            return Why.SERVER_GONE
        try:
            ours = [i for i in pulse.sink_input_list() if i.proplist.get("application.process.id") == str(os.getpid())]
            if not ours:
                # Never seen: the samples go past this server (plain ALSA), so it knows nothing of them.
                return Why.DEVICE_GONE if self._home else None
            sink = pulse.sink_info(ours[0].sink)
            self._home = self._home or str(sink.name)
            wanted = self._home if self._pinned else pulse.server_info().default_sink_name
            return judge(ours[0], sink, self._home, wanted, self._floor)
        except pulsectl.PulseIndexError:
            return Why.DEVICE_GONE
        except pulsectl.PulseError:
            return Why.SERVER_GONE


def judge(ours: Any, sink: Any, home: str, wanted: str, floor: float) -> Why | None:
    """Why our stream would not be heard, from what the server says of it and of the device it plays on.

    Args:
        ours: our stream.
        sink: the device it plays on now.
        home: name of the device it played on first.
        wanted: name of the device it should play on.
        floor: least volume, 0 to 1.
    """
    if not sink.name == home == wanted:
        return Why.DEVICE_CHANGED
    if sink.mute or ours.mute:
        return Why.MUTED
    if sink.volume.value_flat * ours.volume.value_flat < floor:
        return Why.VOLUME_LOW
    return Why.SUSPENDED if sink.state == "suspended" else None


def server_answers() -> bool:
    """Whether a sound server can be reached now; asked while waiting for one to come back."""
    pulse = _connect()
    if pulse is None:
        return False
    pulse.close()
    return True


def _connect() -> Any:
    try:
        import pulsectl  # noqa: PLC0415
    except (ImportError, OSError):  # not Linux, or no libpulse
        return None
    pulse = pulsectl.Pulse("kotaconsole-mixer", connect=False)
    try:
        pulse.connect(timeout=1.0)
    except pulsectl.PulseError:
        pulse.close()
        return None
    return pulse
