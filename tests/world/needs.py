"""Which system programs a world needs, and the line that installs them: a missing one is an error, never a skip."""

from __future__ import annotations

import ctypes.util
import os
import shutil
from collections.abc import Iterable
from pathlib import Path

from tests.world.waiting import WorldError

_PATH = os.environ.get("PATH", "/usr/bin:/bin") + ":/usr/sbin:/sbin"

# part of a world -> (thing, Debian package); a thing is a program, a file pattern (with slashes) or a library ("lib:x")
_NEEDS: dict[str, tuple[tuple[str, str], ...]] = {
    "screen": (
        ("Xvfb", "xvfb"),
        ("openbox", "openbox"),
        ("setxkbmap", "x11-xkb-utils"),
        ("xclip", "xclip"),
        ("lib:X11", "libx11-6"),
        ("lib:Xtst", "libxtst6"),
        ("lib:xcb-cursor", "libxcb-cursor0"),
        ("lib:xkbcommon-x11", "libxkbcommon-x11-0"),
        ("lib:xcb-icccm", "libxcb-icccm4"),
        ("lib:xcb-keysyms", "libxcb-keysyms1"),
        ("lib:xcb-shape", "libxcb-shape0"),
        ("/usr/libexec/at-spi-bus-launcher", "at-spi2-core"),
    ),
    "bus": (("dbus-daemon", "dbus"),),
    "sound": (
        ("pulseaudio", "pulseaudio"),
        ("pactl", "pulseaudio-utils"),
        ("parec", "pulseaudio-utils"),
        ("lib:portaudio", "libportaudio2"),
        ("/usr/lib/*/alsa-lib/libasound_module_pcm_pulse.so", "libasound2-plugins"),
    ),
    "printing": (
        ("cupsd", "cups"),
        ("lp", "cups-client"),
        ("lpadmin", "cups-client"),
        ("ipptool", "cups-ipp-utils"),
        ("pdftotext", "poppler-utils"),
        ("/usr/share/ppd/cupsfilters/Generic-PDF_Printer-PDF.ppd", "cups-filters"),
    ),
    "keyring": (("gnome-keyring-daemon", "gnome-keyring"),),
}


def missing_packages(parts: Iterable[str]) -> list[str]:
    """Debian packages that the named parts of a world still need, sorted."""
    return sorted({package for part in parts for thing, package in _NEEDS[part] if not _is_there(thing)})


def require(*parts: str) -> None:
    """Check before starting, so that a bare machine gets one sentence with the whole remedy.

    Raises:
        WorldError: With the apt line that installs what is missing.
    """
    packages = missing_packages(parts)
    if packages:
        raise WorldError(
            f"this works in a private world ({', '.join(parts)}) and system packages are missing; install them with:\n"
            f"    apt-get install {' '.join(packages)}"
        )


def _is_there(thing: str) -> bool:
    if thing.startswith("lib:"):
        return ctypes.util.find_library(thing[4:]) is not None
    if thing.startswith("/"):
        return any(Path("/").glob(thing[1:]))
    return shutil.which(thing, path=_PATH) is not None
