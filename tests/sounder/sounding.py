"""A real sounder process at the end of a pipe, as the console holds it, with the times of everything it says."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

from kotaconsole.sounder.protocol import Began, Bye, Ended, Health, Order, PlayOrder, Ready, Word, encode, read_word
from tests.sounder.making import ROOT

W = TypeVar("W", Ready, Began, Ended, Health)


def sound_env(env: Mapping[str, str]) -> dict[str, str]:
    """This process's environment, moved into the private desk."""
    names = ("HOME", "PULSE_SERVER", "XDG_RUNTIME_DIR", "XDG_CONFIG_HOME", "WORLD_TOKEN")
    return {**os.environ, **{name: env[name] for name in names if name in env}}


class SounderProcess:
    """Started on entry, ended on exit."""

    def __init__(self, env: Mapping[str, str], sounds: Path, options: Sequence[str] = ()) -> None:
        self._command = [sys.executable, "-m", "kotaconsole.sounder", "--sounds", str(sounds), *options]
        self._env = sound_env(env)
        self.words: list[tuple[float, Word]] = []
        self._news = threading.Condition()

    def __enter__(self) -> Self:
        self.process = subprocess.Popen(
            self._command,
            env=self._env,
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        self._reader = threading.Thread(target=self._read, name="test-words")
        self._reader.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self._reader.join()
        assert self.process.stdin is not None
        self.process.stdin.close()

    def _read(self) -> None:
        assert self.process.stdout is not None
        with self.process.stdout as pipe:
            for line in pipe:
                with self._news:
                    self.words.append((time.monotonic(), read_word(line)))
                    self._news.notify_all()

    def say(self, order: Order) -> float:
        """Give an order; returns when it was given."""
        assert self.process.stdin is not None
        at = time.monotonic()
        os.write(self.process.stdin.fileno(), encode(order))
        return at

    def hear(
        self, kind: type[W], since: float = 0.0, timeout: float = 60.0, where: Callable[[W], bool] = lambda _w: True
    ) -> tuple[float, W]:
        """The first such word said after `since`: (when it came, the word)."""

        def look() -> tuple[float, W] | None:
            return next(((t, w) for t, w in self.words if t >= since and isinstance(w, kind) and where(w)), None)

        with self._news:
            assert self._news.wait_for(lambda: look() is not None, timeout), (
                f"no such {kind.__name__}: {self.words[-6:]}"
            )
        found = look()
        assert found is not None
        return found

    def well(self, since: float = 0.0, timeout: float = 60.0) -> float:
        """Wait until it says that it is well; returns when."""
        return self.hear(Health, since, timeout, lambda h: h.ok)[0]

    def lost(self, since: float, timeout: float = 60.0) -> tuple[float, str]:
        """Wait until it says that the sound is lost; returns (when, why)."""
        at, health = self.hear(Health, since, timeout, lambda h: not h.ok)
        return at, health.why

    def play(self, n: int, sound: str, cut: bool = False) -> float:
        """Order a burst; returns when."""
        return self.say(PlayOrder(n, sound, cut))

    def bye(self) -> int:
        """Say good-bye; returns the exit code."""
        self.say(Bye())
        return self.process.wait(60)


def come_through(attempt: Callable[[int], None], times: int = 5) -> None:
    """Judge the shape of a sound by the best of several: on a busy machine a device runs dry in the midst of one.

    A hole in the recording breaks a pulse in two. That is the machine's doing and passes; what the player itself does
    wrongly, it does each time. Gives the attempt's number on, for bursts of its own.
    """
    for n in range(1, times):
        try:
            attempt(n)
        except AssertionError:
            continue
        return
    attempt(times)
