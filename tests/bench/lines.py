"""A process of a bench, spoken to in lines: JSON objects with an "is", both ways."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

ROOT = Path(__file__).resolve().parents[2]
Word = dict[str, Any]


class Lines:
    """One started module of this room; a context manager. It ends when its standard input is closed.

    Thread: a reader thread collects what it says; everything else is the bench's own.
    """

    def __init__(self, module: str, words: list[str], env: Mapping[str, str], log: Path) -> None:
        self._command = [sys.executable, "-m", f"tests.bench.{module}", *words]
        self._env, self._log = dict(env), log
        self._said: list[Word] = []
        self._news = threading.Condition()

    def __enter__(self) -> Self:
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                self._command, cwd=ROOT, env=self._env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log
            )
        self._reader = threading.Thread(target=self._read, name="bench-lines", daemon=True)
        self._reader.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        try:
            self._process.wait(15)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._reader.join(5)

    def tell(self, **word: Any) -> None:
        """Say something to it."""
        self.tell_raw(word)

    def tell_raw(self, value: Any) -> None:
        """One line of any JSON."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(value).encode() + b"\n")
        self._process.stdin.flush()

    def wait(self, what: str, fits: Callable[[Word], bool] = lambda _word: True, timeout: float = 15.0) -> Word:
        """The first line of this kind that fits, among all it ever said."""
        end = time.monotonic() + timeout
        with self._news:
            while True:
                found = next((word for word in self._said if word["is"] == what and fits(word)), None)
                if found is not None:
                    return found
                left = end - time.monotonic()
                if left <= 0 or self._process.poll() is not None:
                    raise AssertionError(f"no {what} of {self._command[2]}: {self._log.read_text()[-3000:]}")
                self._news.wait(min(left, 0.2))

    def forget(self) -> None:
        """Drop what was said so far."""
        with self._news:
            self._said.clear()

    def _read(self) -> None:
        assert self._process.stdout is not None
        with self._process.stdout as pipe:
            for line in pipe:
                with self._news:
                    self._said.append(json.loads(line))
                    self._news.notify_all()
