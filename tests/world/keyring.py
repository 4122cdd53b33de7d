"""A secret service of one's own: unlocked, locked, or honestly none."""

from __future__ import annotations

import subprocess
from typing import Literal

from tests.world.bus import Bus
from tests.world.processes import Nest
from tests.world.waiting import until

KeyringMode = Literal["unlocked", "locked", "none"]
_BUS_NAME = "org.freedesktop.secrets"
_PASSWORD = b"a password nobody types"


class Keyring:
    """A gnome-keyring on the world's session bus.

    "locked": a keyring exists but nobody typed its password; "none": nothing answers, because the session bus
    has no services that could be started by a call.
    """

    def __init__(self, nest: Nest, bus: Bus) -> None:
        self._nest, self._bus = nest, bus
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, mode: KeyringMode) -> None:
        """Bring it into a mode; may be called again for another."""
        self.stop()
        if mode == "none":
            return
        folder = self._nest.home / ".local/share/keyrings"
        self._serve(unlocked=True)  # also makes the login keyring when there is none yet
        until((folder / "login.keyring").exists, 30, "the login keyring")
        (folder / "default").write_text("login")
        if mode == "locked":
            self.stop()
            self._serve(unlocked=False)

    def stop(self) -> None:
        """No secret service any more; what it kept stays on disk."""
        if self._process:
            self._process.terminate()
            self._process.wait(5)
            self._process = None
            until(lambda: not self._bus.owned(_BUS_NAME), 30, "the keyring to leave the bus")

    def _serve(self, *, unlocked: bool) -> None:
        command = ["gnome-keyring-daemon", "--foreground", "--components=secrets", *(["--unlock"] if unlocked else [])]
        self._process = self._nest.spawn(command, "keyring", stdin=subprocess.PIPE)
        assert self._process.stdin
        if unlocked:
            self._process.stdin.write(_PASSWORD)
        self._process.stdin.close()
        until(lambda: self._bus.owned(_BUS_NAME), 30, lambda: f"the keyring: {self._nest.log('keyring')[-400:]}")
