"""The few calls of libX11 and libXtst that eyes and hands need, and one connection to a display."""

from __future__ import annotations

import ctypes as c
import functools
import threading
from dataclasses import dataclass
from typing import Any

from tests.world.waiting import until

_POINTER, _ULONG, _INT, _UINT = c.c_void_p, c.c_ulong, c.c_int, c.c_uint


class XImage(c.Structure):
    """The head of Xlib's XImage, as far as it is read here."""

    _fields_ = (
        ("width", _INT),
        ("height", _INT),
        ("xoffset", _INT),
        ("format", _INT),
        ("data", _POINTER),
        ("byte_order", _INT),
        ("bitmap_unit", _INT),
        ("bitmap_bit_order", _INT),
        ("bitmap_pad", _INT),
        ("depth", _INT),
        ("bytes_per_line", _INT),
        ("bits_per_pixel", _INT),
    )


class ClientMessage(c.Structure):
    """XClientMessageEvent, padded to the size of XEvent."""

    _fields_ = (
        ("type", _INT),
        ("serial", _ULONG),
        ("send_event", _INT),
        ("display", _POINTER),
        ("window", _ULONG),
        ("message_type", _ULONG),
        ("format", _INT),
        ("l", c.c_long * 5),
        ("pad", c.c_long * 24),
    )


def _x11_calls() -> list[tuple[str, Any, list[Any]]]:
    out_ulong, out_int, out_uint = c.POINTER(_ULONG), c.POINTER(_INT), c.POINTER(_UINT)
    d, n, u, w = _POINTER, _INT, _UINT, _ULONG
    return [
        ("XOpenDisplay", d, [c.c_char_p]),
        ("XCloseDisplay", n, [d]),
        ("XSync", n, [d, n]),
        ("XDefaultRootWindow", w, [d]),
        ("XStringToKeysym", w, [c.c_char_p]),
        ("XFree", n, [d]),
        ("XkbKeycodeToKeysym", w, [d, c.c_ubyte, n, n]),
        ("XkbLockGroup", n, [d, u, u]),
        ("XInternAtom", w, [d, c.c_char_p, n]),
        ("XGetAtomName", c.c_char_p, [d, w]),
        (
            "XGetWindowProperty",
            n,
            [d, w, w, c.c_long, c.c_long, n, w, out_ulong, out_int, out_ulong, out_ulong, c.POINTER(d)],
        ),
        ("XSendEvent", n, [d, w, n, c.c_long, d]),
        ("XGetImage", c.POINTER(XImage), [d, w, n, n, u, u, w, n]),
        ("XDestroyImage", n, [d]),
        ("XGetGeometry", n, [d, w, out_ulong, out_int, out_int, out_uint, out_uint, out_uint, out_uint]),
    ]


def _xtest_calls() -> list[tuple[str, Any, list[Any]]]:
    return [
        ("XTestFakeKeyEvent", _INT, [_POINTER, _UINT, _INT, _ULONG]),
        ("XTestFakeButtonEvent", _INT, [_POINTER, _UINT, _INT, _ULONG]),
        ("XTestFakeMotionEvent", _INT, [_POINTER, _INT, _INT, _INT, _ULONG]),
    ]


@dataclass(frozen=True)
class _Libraries:
    x: c.CDLL
    xtest: c.CDLL
    on_error: Any


@functools.cache
def _libraries() -> _Libraries:
    x, xtest = c.CDLL("libX11.so.6"), c.CDLL("libXtst.so.6")
    for library, calls in ((x, _x11_calls()), (xtest, _xtest_calls())):
        for name, result, arguments in calls:
            function = getattr(library, name)
            function.restype, function.argtypes = result, arguments
    x.XInitThreads()
    # Xlib's own handler ends the whole process when a window that went away is asked for a property
    on_error = c.CFUNCTYPE(_INT, _POINTER, _POINTER)(lambda _display, _error: 0)
    x.XSetErrorHandler(on_error)
    return _Libraries(x, xtest, on_error)


class Display:
    """One connection to an X display.

    Thread: any; ``lock`` is held around every exchange.
    """

    def __init__(self, name: str) -> None:
        libraries = _libraries()
        self.x, self.xtest, self.lock = libraries.x, libraries.xtest, threading.RLock()
        self.handle: int | None = until(lambda: self.x.XOpenDisplay(name.encode()), 30, f"X display {name}")
        self.root = int(self.x.XDefaultRootWindow(self.handle))

    def close(self) -> None:
        """Close the connection; the server lives on."""
        if self.handle:
            self.x.XCloseDisplay(self.handle)
            self.handle = None

    def sync(self) -> None:
        """Hand over what was asked; the server has seen it, the program perhaps not yet."""
        self.x.XSync(self.handle, 0)

    def numbers(self, window: int, name: str) -> list[int]:
        """A window property of 32-bit items; empty when there is none."""
        got = self._property(window, name)
        return got if isinstance(got, list) else []

    def text(self, window: int, name: str) -> str:
        """A window property of bytes, as text; empty when there is none."""
        got = self._property(window, name)
        return got.decode(errors="replace") if isinstance(got, bytes) else ""

    def _property(self, window: int, name: str) -> list[int] | bytes | None:
        kind, bits, count, left, data = _ULONG(), _INT(), _ULONG(), _ULONG(), _POINTER()
        with self.lock:
            atom = self.x.XInternAtom(self.handle, name.encode(), 0)
            places = [c.byref(v) for v in (kind, bits, count, left, data)]
            if self.x.XGetWindowProperty(self.handle, window, atom, 0, 4096, 0, 0, *places) or data.value is None:
                return None
            try:
                if bits.value == 32:  # Xlib hands the protocol's 32-bit items out as longs
                    return list(c.cast(data, c.POINTER(_ULONG))[: count.value])
                return c.string_at(data, count.value)
            finally:
                self.x.XFree(data)

    def atom_name(self, atom: int) -> str:
        """The word behind an atom."""
        with self.lock:
            name: bytes | None = self.x.XGetAtomName(self.handle, atom)
            return (name or b"").decode()

    def width(self, window: int) -> int:
        """Real pixels; 0 when the window is gone."""
        root, x, y = _ULONG(), _INT(), _INT()
        width, height, border, depth = _UINT(), _UINT(), _UINT(), _UINT()
        with self.lock:
            places = [c.byref(v) for v in (root, x, y, width, height, border, depth)]
            return width.value if self.x.XGetGeometry(self.handle, window, *places) else 0

    def send_to_root(self, window: int, message: str, first: int) -> None:
        """A client message to the window manager."""
        with self.lock:
            kind = self.x.XInternAtom(self.handle, message.encode(), 0)
            event = ClientMessage(type=33, send_event=1, window=window, message_type=kind, format=32)
            event.l[0] = first
            self.x.XSendEvent(self.handle, self.root, 0, 0x180000, c.byref(event))
            self.sync()
