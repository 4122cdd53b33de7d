"""Ears: a private PulseAudio with null sinks, each with its recorder."""

from __future__ import annotations

import subprocess
from pathlib import Path

from tests.world.bursts import Burst
from tests.world.processes import Nest
from tests.world.recorder import Recorder
from tests.world.waiting import until

_ASOUNDRC = """pcm.!default { type pulse
 hint { show on
 description "Default" } }
ctl.!default { type pulse }
"""


class SoundServer:
    """A sound server of its own, without D-Bus, that also runs for root.

    Starting it takes about 2 s: an idle null sink lets its recorder wait that long for the first sample. So one server
    serves a whole test session, and tests tell their sounds apart by marks (``time.monotonic()``).

    The first pulse after silence was measured as 143-147 of 150 ms when a program writes into a starved PortAudio
    stream (blocking calls); with a callback stream even 50 ms pulses come whole.

    Attributes:
        sinks: Names of the sinks, the default one first.
    """

    def __init__(self, nest: Nest, sinks: tuple[str, ...] = ("desk",)) -> None:
        self._nest, self.sinks = nest, list(sinks)
        self._socket = nest.run_dir / "pulse.sock"
        self._recorders: dict[str, Recorder] = {}
        self._process: subprocess.Popen[bytes] | None = None
        nest.env["PULSE_SERVER"] = f"unix:{self._socket}"
        (nest.home / ".asoundrc").write_text(_ASOUNDRC)

    def start(self) -> SoundServer:
        """Start the server and the recorders; also after ``kill``."""
        self._socket.unlink(missing_ok=True)
        protocol = f"module-native-protocol-unix auth-anonymous=1 socket={self._socket}"
        modules = [protocol, *(f"module-null-sink {_sink_options(s)}" for s in self.sinks)]
        quiet = [
            "--disable-shm=yes",
            "--high-priority=no",
            "--realtime=no",
            "--log-level=notice",
            "--log-target=stderr",
        ]
        lasting = ["-n", "--daemonize=no", "--exit-idle-time=-1", "--use-pid-file=no"]
        loads = [part for module in modules for part in ("-L", module)]
        self._process = self._nest.spawn(["pulseaudio", *lasting, *quiet, *loads], "pulseaudio")
        until(lambda: self._nest.run(["pactl", "info"], check=False).returncode == 0, 60, self._why, 0.05)
        self.set_default(self.sinks[0])
        for sink in self.sinks:
            self._record(sink)
        return self

    def _why(self) -> str:
        return f"PulseAudio; it said: {self._nest.log('pulseaudio')[-600:]}"

    def _record(self, sink: str) -> None:
        if sink not in self._recorders:
            self._recorders[sink] = Recorder(self._nest, sink)
        self._recorders[sink].start()

    def settings_for(self, nest: Nest) -> None:
        """Let another nest's programs play here."""
        nest.env["PULSE_SERVER"] = self._nest.env["PULSE_SERVER"]
        (nest.home / ".asoundrc").write_text(_ASOUNDRC)

    def finish(self) -> None:
        """Close the recordings, after the nest has stopped."""
        for recorder in self._recorders.values():
            recorder.finish()

    # hurting it
    def kill(self) -> None:
        """End the server hard, as a crash would."""
        assert self._process
        self._process.kill()
        self._process.wait()

    def mute(self, on: bool = True, sink: str | None = None) -> None:
        """Mute a sink, as another program or a key on the keyboard would."""
        self._pactl("set-sink-mute", sink or self.sinks[0], str(int(on)))

    def volume(self, percent: int, sink: str | None = None) -> None:
        """Set a sink's volume."""
        self._pactl("set-sink-volume", sink or self.sinks[0], f"{percent}%")

    def suspend(self, on: bool = True, sink: str | None = None) -> None:
        """Suspend a sink: samples are no longer consumed. Makes a hole in the recording."""
        self._pactl("suspend-sink", sink or self.sinks[0], str(int(on)))

    def set_default(self, sink: str) -> None:
        """Choose the default sink."""
        self._pactl("set-default-sink", sink)

    def plug(self, sink: str) -> None:
        """A new device appears."""
        self._pactl("load-module", "module-null-sink", *_sink_options(sink).split())
        if sink not in self.sinks:
            self.sinks.append(sink)
        self._record(sink)

    def unplug(self, sink: str) -> None:
        """A device goes; its recorder ends."""
        for line in self._pactl("list", "short", "modules").splitlines():
            if f"sink_name={sink} " in line + " ":
                self._pactl("unload-module", line.split()[0])

    def reset(self) -> None:
        """Alive, unmuted, full volume, not suspended: one test does not leak into the next."""
        if self._process is None or self._process.poll() is not None:
            self.start()
        for sink in self.sinks:
            self.mute(False, sink)
            self.volume(100, sink)
            self.suspend(False, sink)
        self.set_default(self.sinks[0])

    def _pactl(self, *words: str) -> str:
        return self._nest.run(["pactl", *words]).stdout.strip()

    # hearing
    def recorder(self, sink: str | None = None) -> Recorder:
        """The recorder of a sink, by default the default sink's."""
        return self._recorders[sink or self.sinks[0]]

    def playing(self) -> str:
        """Who plays now: pactl's list of streams."""
        return self._pactl("list", "sink-inputs")

    def bursts(self, since: float, to: float | None = None, sink: str | None = None) -> list[Burst]:
        """What was heard since a mark."""
        return self.recorder(sink).bursts(since, to)

    def wait_burst(
        self, since: float, timeout: float = 30.0, hz: float | None = None, whole: bool = True, sink: str | None = None
    ) -> Burst:
        """The first burst since the mark, near ``hz`` if given.

        Args:
            since: Monotonic seconds.
            timeout: Seconds.
            hz: Pitch, within 3 %.
            whole: Wait until it has ended (0.9 s after its last pulse), not only until it begins.
            sink: By default the default sink.
        """
        last: list[Burst] = []

        def look() -> Burst | None:
            last[:] = self.recorder(sink).bursts(since)
            return next((b for b in last if (hz is None or b.near(hz)) and not (whole and b.sounding)), None)

        return until(look, timeout, lambda: f"a burst{f' near {hz} Hz' if hz else ''}; heard: {[str(b) for b in last]}")

    def quiet(self, since: float, to: float | None = None, sink: str | None = None) -> bool:
        """Whether nothing was heard."""
        return not self.recorder(sink).bursts(since, to)

    def save_wav(self, path: Path | str, since: float = 0.0, to: float | None = None, sink: str | None = None) -> Path:
        """Write what was heard as a WAV file."""
        return self.recorder(sink).save_wav(path, since, to)


def _sink_options(sink: str) -> str:
    return f"sink_name={sink} rate=48000 channels=2 sink_properties=device.description={sink}"
