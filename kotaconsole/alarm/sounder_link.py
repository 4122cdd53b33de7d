"""The console's end of the sounder's pipe: starts it, gives it orders, hears it, and starts another when it fails.

The order of things after a loss: the old process is ended and a new one is started at once, at most once a second
and less often while none comes up; until that one says that it is well, the sound counts as lost.

A sounder that is only slow is not ended: its burst may well be sounding, and a new start would cut it off and be deaf
meanwhile. So silence is first shown (the sound counts as lost, and what rings now covers nothing), and only a longer
silence ends the process. Only time in which this end really listened counts as silence.
"""

from __future__ import annotations

import contextlib
import logging
import os
import subprocess
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final, Protocol

from kotaconsole.domain.alarm import SPOKEN, AlarmEvent, Audio, BurstBegan, BurstEnded, Play
from kotaconsole.domain.errors import Language
from kotaconsole.sounder import protocol
from kotaconsole.sounder.protocol import Beat, Began, Bye, Ended, Health, Order, PlayOrder, Why
from kotaconsole.system.paths import ourselves

log = logging.getLogger(__name__)

ANSWER_SHOWN: Final = 1.5
"""Seconds without a word after which the sound counts as lost; the sounder speaks every half second."""
ANSWER_LIMIT: Final = 3.0
"""Seconds without a word that mean the sounder hangs: with a new start of 1 to 2 s, what it did not play is still
heard within 6 s."""
START_SHOWN: Final = 2.0
"""Seconds of starting after which the desk says that there is no sound yet."""
START_LIMIT: Final = 5.0
"""Seconds to the first word: a cold start on a busy disk, and a device that wakes in blocks of 2 s. Doubled after
each start that did not come up, so that a slow machine is not kept from ever finishing one."""
START_MOST: Final = 20.0
"""The longest that becomes."""
RESTART_EVERY: Final = 1.0
"""Seconds between two starts at least, so that a sounder that falls at once does not eat the processor; doubled from
the second start in a row that did not come up."""
RESTART_MOST: Final = 4.0
"""The longest that becomes: a machine that is repaired rings again while somebody still stands there."""
LOOK_MOST: Final = 0.5
"""Seconds of silence one look may add. Whoever did not look, because this very process was stopped or got no
processor, has not listened either: the words may lie unread in the pipe."""
MANY: Final = 8
"""Starts in a row that did not come up are counted no further: both waits above are at their longest."""
CLOSED_LIMIT: Final = 1.0
"""Seconds between the end of a sounder's pipe and its own end; the alarm's thread waits for that, as there is nobody
to play anything. Not shorter: without its exit code a sounder that only makes room for another looks like a crash."""
GOODBYE: Final = 1.0
"""Seconds a sounder gets to end after a good-bye, and again after being told by signal."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What came from one sounder process: a word, or None when its pipe closed."""

    generation: int
    word: protocol.Word | None


class Sounder(Protocol):
    """What the desk needs of a sounder; all calls come from the desk's thread."""

    def start(self, tell: Callable[[Heard], None], now: float) -> None:
        """Begin to live; `tell` may be called from any thread."""
        ...

    def play(self, order: Play, now: float) -> tuple[AlarmEvent, ...]:
        """Pass a burst on."""
        ...

    def beat(self, now: float) -> tuple[AlarmEvent, ...]:
        """Pass on that the window is alive."""
        ...

    def hear(self, heard: Heard, now: float) -> tuple[AlarmEvent, ...]:
        """What a word means for the alarm machine."""
        ...

    def check(self, now: float) -> tuple[AlarmEvent, ...]:
        """Look after the process; to be called several times a second."""
        ...

    def restart(self, why: str, now: float) -> tuple[AlarmEvent, ...]:
        """End this process and start another."""
        ...

    def close(self) -> None:
        """Good-bye."""
        ...


@dataclass(frozen=True, slots=True)
class SounderOptions:
    """How the sounder is started.

    Attributes:
        sounds: folder of the WAV files.
        sink: the sound server's name of the device; empty for its default.
        device: the device's name where there is no sound server.
        language: of the phrases that are spoken.
        volume_floor: 0 to 1, as the desktop's slider shows it; below, the sound counts as lost.
        command: program and first arguments; empty for this very program.
    """

    sounds: Path
    language: Language = "hi"
    sink: str = ""
    device: str = ""
    volume_floor: float = 0.4
    command: tuple[str, ...] = ()

    def argv(self) -> list[str]:
        """The whole command line."""
        out = [
            *(self.command or ourselves("sounder")),
            "--sounds",
            str(self.sounds),
            "--volume-floor",
            str(self.volume_floor),
        ]
        if self.sink:
            out += ["--sink", self.sink]
        if self.device:
            out += ["--device", self.device]
        return out


class SounderLink:
    """A real sounder process.

    Thread: the desk's, save two small ones per process that read its stdout and stderr.
    """

    def __init__(self, options: SounderOptions) -> None:
        self._options = options
        self._generation = 0
        self._process: subprocess.Popen[bytes] | None = None
        self._tell: Callable[[Heard], None] = lambda _heard: None
        self._started_at = float("-inf")
        self._looked_at = float("-inf")
        self._silence = 0.0
        self._spoke = False
        self._shown = False
        self._failures = 0
        self._said: Health | None = None
        self._why = ""

    @property
    def pid(self) -> int | None:
        """Process id of the sounder that runs now."""
        return None if self._process is None else self._process.pid

    def start(self, tell: Callable[[Heard], None], now: float) -> None:
        """Start the process; a failure to start shows in the next `check`."""
        self._tell = tell
        self._spawn(now)

    def play(self, order: Play, now: float) -> tuple[AlarmEvent, ...]:
        """Pass a burst on."""
        spoken = order.sound in SPOKEN
        name = f"{order.sound.value}_{self._options.language}" if spoken else order.sound.value
        return self._send(PlayOrder(order.n, name, order.cut), now)

    def beat(self, now: float) -> tuple[AlarmEvent, ...]:
        """Pass on that the window is alive."""
        return self._send(Beat(), now)

    def hear(self, heard: Heard, now: float) -> tuple[AlarmEvent, ...]:
        """Translate a word; one of an earlier process means nothing."""
        if heard.generation != self._generation:
            return ()
        if heard.word is None:
            return self._fallen(now)
        self._spoke, self._silence, self._shown = True, 0.0, False
        match heard.word:
            case Began(n, at):
                return (BurstBegan(n, at),)
            case Ended(n, _, whole):
                return (BurstEnded(n, whole),)
            case Health(ok, why, alive):
                self._said, self._why = heard.word, why
                self._failures = 0 if alive else self._failures
                return (Audio(ok, why, alive),)
            case _:
                return ()

    def check(self, now: float) -> tuple[AlarmEvent, ...]:
        """Start what is missing, show who is silent, and end what hangs."""
        if self._process is None:
            return self._spawn(now) if now - self._started_at >= self._pause else ()
        self._silence += min(LOOK_MOST, max(0.0, now - self._looked_at))
        self._looked_at = now
        shown, limit = (ANSWER_SHOWN, ANSWER_LIMIT) if self._spoke else (START_SHOWN, self._patience)
        if self._silence >= limit:
            return self.restart(Why.NO_ANSWER, now)
        if self._silence >= shown and not self._shown:
            self._shown = True
            return self._silent()
        return ()

    @property
    def _pause(self) -> float:
        """Seconds from one start to the next."""
        return min(RESTART_MOST, RESTART_EVERY * 2.0 ** max(0, self._failures - 1))

    @property
    def _patience(self) -> float:
        """Seconds a start may take."""
        return min(START_MOST, START_LIMIT * 2.0**self._failures)

    def _silent(self) -> tuple[AlarmEvent, ...]:
        """Not a word for a while: nobody knows whether anything would be heard."""
        said = self._said
        if said is None:
            return (Audio(ok=False, why=self._why or Why.NOT_YET, alive=False),)
        # One that has said why there is no sound has not taken it back.
        return (Audio(ok=False, why=Why.NO_ANSWER, alive=said.alive),) if said.ok else ()

    def restart(self, why: str, now: float) -> tuple[AlarmEvent, ...]:
        """End this process, the hard way because it does not listen, and start another."""
        log.warning("sounder restarted: %s", why)
        self._drop()
        self._note_failure()
        self._why = why
        lost = (Audio(ok=False, why=why, alive=False),)
        return (*lost, *self._spawn(now)) if now - self._started_at >= self._pause else lost

    def close(self) -> None:
        """Good-bye, then less and less kindly."""
        process = self._process
        if process is None:
            return
        self._generation += 1
        with contextlib.suppress(OSError):
            os.write(_pipe(process.stdin).fileno(), protocol.encode(Bye()))
        for farther in (process.terminate, process.kill):
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(GOODBYE)
                break
            farther()
        self._drop()

    def _spawn(self, now: float) -> tuple[AlarmEvent, ...]:
        self._generation += 1
        self._started_at = self._looked_at = now
        self._silence, self._spoke, self._shown, self._said = 0.0, False, False, None
        try:
            process = subprocess.Popen(
                self._options.argv(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
            )
        except OSError:
            log.exception("the sounder cannot be started")
            self._note_failure()
            return (Audio(ok=False, why=Why.SOUNDER_GONE, alive=False),)
        self._process = process
        # An order that does not fit into the pipe is a sign of a sounder that hangs, never a reason to wait.
        os.set_blocking(_pipe(process.stdin).fileno(), False)
        for read in (self._read_words, self._read_grumbles):
            threading.Thread(target=read, args=(process, self._generation), name="sounder-pipe", daemon=True).start()
        return ()

    def _fallen(self, now: float) -> tuple[AlarmEvent, ...]:
        """The pipe closed: the process is ending or was killed."""
        process = self._process
        if process is None:
            return ()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(CLOSED_LIMIT)
        expected = process.returncode == protocol.EXIT_RETRY
        if not expected:
            log.warning("the sounder ended by itself: %s", process.returncode)
            self._note_failure()
        self._drop()
        # One that ended to look for its device anew has said why; the reason stays until the next one is well.
        self._why = self._why if expected and self._why else Why.SOUNDER_GONE
        return (Audio(ok=False, why=self._why, alive=False), *self.check(now))

    def _note_failure(self) -> None:
        """Count a life that never had a device open."""
        if self._said is None or not self._said.alive:
            self._failures = min(MANY, self._failures + 1)

    def _drop(self) -> None:
        process, self._process = self._process, None
        self._generation += 1
        if process is None:
            return
        if process.poll() is None:
            process.kill()
            process.wait()
        with contextlib.suppress(OSError):
            _pipe(process.stdin).close()

    def _send(self, order: Order, now: float) -> tuple[AlarmEvent, ...]:
        if self._process is None:
            return ()
        line = protocol.encode(order)
        try:
            whole = os.write(_pipe(self._process.stdin).fileno(), line) == len(line)
        except BlockingIOError:
            whole = False
        except OSError:  # it is gone; its stdout says so in a moment
            return ()
        return () if whole else self.restart(Why.NO_ANSWER, now)

    def _read_words(self, process: subprocess.Popen[bytes], generation: int) -> None:
        with _pipe(process.stdout) as pipe:
            for line in pipe:
                try:
                    word = protocol.read_word(line)
                except ValueError:
                    log.warning("the sounder said something that is no word of its protocol")
                    continue
                self._tell(Heard(generation, word))
        self._tell(Heard(generation, None))

    def _read_grumbles(self, process: subprocess.Popen[bytes], _generation: int) -> None:
        """The sound libraries talk a lot; it matters only when something is looked for."""
        with _pipe(process.stderr) as pipe:
            for line in pipe:
                log.debug("sounder: %s", line.decode(errors="replace").rstrip())


def _pipe(pipe: IO[bytes] | None) -> IO[bytes]:
    assert pipe is not None  # noqa: S101 (every process here is started with all three)
    return pipe
