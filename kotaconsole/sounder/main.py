"""The sounder's life: open the device, obey orders, say how it is, and end when only a new process can help."""

from __future__ import annotations

import argparse
import contextlib
import os
import signal
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Final

from kotaconsole.sounder import clips, mixer, protocol
from kotaconsole.sounder.clips import Clip
from kotaconsole.sounder.health import Facts, Verdict, judge
from kotaconsole.sounder.mixer import Mixer
from kotaconsole.sounder.protocol import EXIT_ORPHAN, EXIT_RETRY, HEALTH_EVERY, Bye, Health, Order, PlayOrder, Stop, Why
from kotaconsole.sounder.stream import Stream, Unavailable
from kotaconsole.sounder.voice import Cue, Voice

WAIT_RETRY: Final = 2.0
"""Seconds before a new process looks for a device again, unless a sound server answers earlier."""
LOOK_EVERY: Final = 0.1
"""Seconds between two looks at the stream."""


@dataclass(frozen=True, slots=True)
class Closed:
    """The console's end of the pipe is gone."""


Message = Order | protocol.Word | Closed


def main(argv: Sequence[str] | None = None) -> int:
    """Run until told to end.

    Returns:
        0 after a good-bye, `EXIT_ORPHAN` when the console vanished, `EXIT_RETRY` when a new process must try.
    """
    options = _options(argv)
    # Ctrl-C in a terminal goes to the whole group; the console says good-bye when it has finished.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    code = Sounder(options).run()
    # Not sys.exit: PortAudio's own clean-up hangs when the sound server is frozen or dead.
    os._exit(code)


def _options(argv: Sequence[str] | None) -> argparse.Namespace:
    beside = Path(__file__).resolve().parents[2] / "resources" / "sounds"
    parser = argparse.ArgumentParser(prog="kotaconsole sounder", description="Plays the alarm; started by the console.")
    parser.add_argument("--sounds", type=Path, default=beside, help="folder of the WAV files")
    parser.add_argument("--sink", default="", help="name of the sound server's device; empty: its default")
    parser.add_argument("--device", default="", help="name of the device where there is no sound server")
    parser.add_argument("--volume-floor", type=float, default=0.4, help="0 to 1; below it nobody would hear the alarm")
    return parser.parse_args(argv)


class Sounder:
    """The main thread: one queue, in which orders, the player's news and silence meet.

    Thread: `run` is the main thread; "orders" reads stdin, "mixer" asks the sound server, PortAudio calls back.
    """

    def __init__(self, options: argparse.Namespace) -> None:
        self._options = options
        self._inbox: SimpleQueue[Message] = SimpleQueue()
        self._clips: dict[str, Clip] = {}
        self._voice = Voice(self._inbox.put)
        self._stream: Stream | None = None
        self._mixer: Mixer | None = None
        self._said: Health | None = None
        self._said_at = float("-inf")
        self._retry_at: float | None = None
        self._end: int | None = None

    def run(self) -> int:
        """Until a good-bye, the pipe's end, or a loss that only a new process can heal; returns the exit code."""
        threading.Thread(target=self._read, name="orders", daemon=True).start()
        self._open()
        while self._end is None:
            with contextlib.suppress(Empty):
                self._handle(self._inbox.get(timeout=LOOK_EVERY))
            self._look(time.monotonic())
        return self._end

    def _open(self) -> None:
        try:
            self._clips = clips.load(self._options.sounds)
        except (OSError, ValueError):
            self._lose(Why.NO_SOUNDS)
            return
        if self._options.sink:
            os.environ["PULSE_SINK"] = self._options.sink  # read by libpulse when the stream is made
        self._mixer = Mixer(self._options.volume_floor, pinned=bool(self._options.sink))
        try:
            self._stream = Stream(self._voice, self._options.device)
        except Unavailable as none:
            self._lose(none.why)
            return
        if self._mixer.present:
            self._mixer.start()

    def _handle(self, message: Message) -> None:
        match message:
            case PlayOrder(n, sound, cut):
                self._play(n, sound, cut=cut)
            case Stop():
                self._voice.hush()
            case Bye():
                self._end = 0
            case Closed():
                self._end = EXIT_ORPHAN
            case protocol.Began() | protocol.Ended():
                self._say(message)
            case _:
                pass  # beats: nothing depends on them yet

    def _play(self, n: int, sound: str, *, cut: bool) -> None:
        if sound in self._clips and self._said is not None and self._said.alive:
            self._voice.cue(Cue(n, self._clips[sound], cut))
        else:
            self._say(protocol.Ended(n, time.monotonic(), whole=False))

    def _look(self, now: float) -> None:
        if self._retry_at is not None:
            self._wait(now)
            return
        verdict = self._verdict(now)
        if verdict is None or (verdict.health == self._said and now - self._said_at < HEALTH_EVERY):
            return
        if self._said is None and self._stream is not None:
            self._say(protocol.Ready(self._stream.device, self._stream.latency))
        self._say_health(verdict.health, now)
        if not verdict.health.alive:
            self._voice.hush()  # a burst that stands still must not go on by itself minutes later
        if verdict.final:
            self._lose(Why(verdict.health.why))

    def _verdict(self, now: float) -> Verdict | None:
        stream, desk = self._stream, self._mixer
        if stream is None or desk is None:
            return None
        return judge(Facts(now, stream.opened_at, stream.last, stream.active, desk.present, desk.view))

    def _lose(self, why: Why) -> None:
        """Nothing can be played by this process any more; say so, and end when it is time to try again."""
        now = time.monotonic()
        self._say_health(Health(ok=False, why=why, alive=False), now)
        self._retry_at = now if why is Why.DEVICE_CHANGED else now + WAIT_RETRY

    def _wait(self, now: float) -> None:
        assert self._said is not None and self._retry_at is not None  # noqa: S101, PT018 (kept by `_lose`)
        if now >= self._retry_at or (self._said.why == Why.SERVER_GONE and mixer.server_answers()):
            self._end = EXIT_RETRY
        elif now - self._said_at >= HEALTH_EVERY:
            self._say_health(self._said, now)

    def _say_health(self, health: Health, now: float) -> None:
        self._said, self._said_at = health, now
        self._say(health)

    def _say(self, word: protocol.Word) -> None:
        try:
            os.write(sys.stdout.fileno(), protocol.encode(word))
        except OSError:
            self._end = EXIT_ORPHAN

    def _read(self) -> None:
        """Orders, read without a buffer of Python's: such a buffer's lock would be held by this thread at the end."""
        rest = b""
        while True:
            data = os.read(sys.stdin.fileno(), 4096)
            if not data:
                self._inbox.put(Closed())
                return
            *lines, rest = (rest + data).split(b"\n")
            for line in lines:
                try:
                    self._inbox.put(protocol.read_order(line))
                except ValueError as bad:
                    print(f"sounder: {bad}", file=sys.stderr, flush=True)  # noqa: T201 (read by the console)
