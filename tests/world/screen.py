"""A screen without a monitor (Xvfb and a window manager): its pixels, its windows, the pointer."""

from __future__ import annotations

import ctypes as c
import os
import re
import select
import struct
import time
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tests.world.keyboard import LAYOUTS, Keyboard
from tests.world.processes import Nest
from tests.world.waiting import WorldError, until
from tests.world.xlib import Display

Box = tuple[int, int, int, int]
Pixels = NDArray[np.uint8]

_URGENCY_HINT = 256
_BARELY_VISIBLE = 2  # of 255: less change of mean brightness than this is no flash


@dataclass(frozen=True)
class Window:
    """A window as the window manager knows it."""

    id: int
    pid: int
    title: str
    states: tuple[str, ...]
    urgent: bool


class Screen:
    """One Xvfb with openbox.

    A window manager is needed because dialogs that open over an inactive window otherwise never get the focus; openbox
    gives it to new windows.

    Attributes:
        size: Width and height in pixels.
        keyboard: The hands.
    """

    def __init__(self, nest: Nest, size: tuple[int, int]) -> None:
        self.size = size
        self._nest = nest
        nest.env["DISPLAY"] = self._start_server()
        names, variants = zip(*(_layout(entry) for entry in LAYOUTS), strict=True)
        nest.run(["setxkbmap", "-layout", ",".join(names), "-variant", ",".join(variants)])
        self.display = Display(nest.env["DISPLAY"])
        self.keyboard = Keyboard(self.display)
        nest.spawn(["openbox", "--sm-disable"], "openbox")
        until(lambda: self.display.numbers(self.display.root, "_NET_SUPPORTING_WM_CHECK"), 30, "openbox")

    def _start_server(self) -> str:
        """The display's name, ``:N``; the server itself picks a free number."""
        reader, writer = os.pipe()
        geometry = f"{self.size[0]}x{self.size[1]}x24"
        options = ["-screen", "0", geometry, "-nolisten", "tcp", "-noreset", "-ac", "-dpi", "96"]
        self._nest.spawn(["Xvfb", "-displayfd", str(writer), *options], "Xvfb", pass_fds=(writer,))
        os.close(writer)
        got, end = b"", time.monotonic() + 15
        # number and newline come in two writes: closing the pipe after the first would kill Xvfb
        while not got.endswith(b"\n") and time.monotonic() < end:
            if select.select([reader], [], [], 0.5)[0]:
                part = os.read(reader, 16)
                if not part:
                    break
                got += part
        os.close(reader)
        if not got.endswith(b"\n"):
            raise WorldError(f"Xvfb did not start: {self._nest.log('Xvfb')}")
        return f":{got.decode().strip()}"

    def close(self) -> None:
        """Let go of the display; the server ends with the nest."""
        self.display.close()

    # the pointer
    def move(self, x: int, y: int) -> None:
        """Move the pointer to real pixels."""
        with self.display.lock:
            self.display.xtest.XTestFakeMotionEvent(self.display.handle, -1, x, y, 0)
            self.display.sync()

    def click(self, x: int, y: int, times: int = 1, button: int = 1) -> None:
        """Click at real pixels; button 1 left, 3 right, 4 and 5 the wheel."""
        with self.display.lock:
            self.move(x, y)
            for _ in range(times):
                for down in (1, 0):
                    self.display.xtest.XTestFakeButtonEvent(self.display.handle, button, down, 0)
                    self.display.sync()

    # windows
    def windows(self) -> list[Window]:
        """All managed windows, oldest first."""
        return [self._window(w) for w in self.display.numbers(self.display.root, "_NET_CLIENT_LIST")]

    def _window(self, window: int) -> Window:
        d = self.display
        pid, hints = d.numbers(window, "_NET_WM_PID"), d.numbers(window, "WM_HINTS")
        states = tuple(d.atom_name(a) for a in d.numbers(window, "_NET_WM_STATE"))
        urgent = bool(hints and hints[0] & _URGENCY_HINT) or "_NET_WM_STATE_DEMANDS_ATTENTION" in states
        return Window(window, pid[0] if pid else 0, d.text(window, "_NET_WM_NAME"), states, urgent)

    def active(self) -> int:
        """Id of the window that has the keyboard; 0 for none."""
        found = self.display.numbers(self.display.root, "_NET_ACTIVE_WINDOW")
        return found[0] if found else 0

    def activate(self, window: int) -> None:
        """Ask the window manager, as a task bar would."""
        self.display.send_to_root(window, "_NET_ACTIVE_WINDOW", 2)

    # pixels
    def pixels(self, box: Box | None = None) -> Pixels:
        """Height x width x RGB of the screen or of a box (x, y, width, height)."""
        x, y, w, h = box or (0, 0, *self.size)
        x, y = max(0, x), max(0, y)
        w, h = min(w, self.size[0] - x), min(h, self.size[1] - y)
        d = self.display
        with d.lock:
            image = d.x.XGetImage(d.handle, d.root, x, y, w, h, 0xFFFFFFFF, 2)
            if not image:
                raise WorldError(f"cannot read the screen at {box}")
            line = image.contents.bytes_per_line
            raw = c.string_at(image.contents.data, line * h)
            d.x.XDestroyImage(image)
        return np.frombuffer(raw, np.uint8).reshape(h, line)[:, : w * 4].reshape(h, w, 4)[:, :, 2::-1].copy()

    def screenshot(self, path: Path | str, box: Box | None = None) -> Path:
        """Write a PNG."""
        return write_png(Path(path), self.pixels(box))

    def settle(self, box: Box | None = None, still: float = 0.25, timeout: float = 5.0) -> bool:
        """Wait until the picture has not changed for ``still`` seconds; False if it never does.

        A blinking caret or a running clock never settles: give a box without it.
        """
        end, last, since = time.monotonic() + timeout, self.pixels(box), time.monotonic()
        while time.monotonic() < end:
            time.sleep(0.03)
            now = self.pixels(box)
            if (now != last).any():
                last, since = now, time.monotonic()
            elif time.monotonic() - since >= still:
                return True
        return False

    def react_ms(self, do: Callable[[], object], box: Box, timeout: float = 30.0) -> float:
        """Milliseconds from a key or click to the first changed pixel in the box; the floor is about 5 ms.

        Park pointer and caret elsewhere.
        """
        before, start = self.pixels(box), time.monotonic()
        do()
        until(lambda: bool((self.pixels(box) != before).any()), timeout, f"a change in {box}", 0.001)
        return round((time.monotonic() - start) * 1000, 1)

    def flash_hz(self, box: Box, seconds: float = 3.0, fps: int = 50) -> float:
        """How often a part of the screen flashes: rising edges per second of its mean brightness; 0 when steady."""
        start, times, means = time.monotonic(), [], []
        while time.monotonic() - start < seconds:
            times.append(time.monotonic() - start)
            means.append(float(self.pixels(box).mean()))
            time.sleep(1 / fps)
        if max(means) - min(means) < _BARELY_VISIBLE:
            return 0.0
        middle = (max(means) + min(means)) / 2
        steps = zip(times[1:], means[1:], means, strict=False)
        rises = [t for t, now, before in steps if now > middle >= before]
        if len(rises) > 1:
            return round((len(rises) - 1) / (rises[-1] - rises[0]), 2)
        return len(rises) / seconds


def write_png(path: Path, rgb: Pixels) -> Path:
    """Write height x width x RGB as a PNG."""
    height, width = rgb.shape[:2]
    raw = b"".join(b"\0" + rgb[i].tobytes() for i in range(height))
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = (_chunk(b"IHDR", header), _chunk(b"IDAT", zlib.compress(raw, 4)), _chunk(b"IEND", b""))
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + b"".join(parts))
    return path


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _layout(entry: str) -> tuple[str, str]:
    found = re.fullmatch(r"(\w+)(?:\((\w+)\))?", entry)
    assert found, entry
    return found.group(1), found.group(2) or ""
