"""A private desk: screen, window manager, buses, and on wish sound, print queues and a keyring.

    with World(sound=True, queues=("slips",), keyring="unlocked") as world:
        app = world.launch([python, "-m", "program"])  # waits until its window stands on the accessibility bus
        app.label("User").type("meena")  # real key presses; Devanagari with the Hindi layout
        app.find("button", "^Sign in").click()
        mark = world.mark()
        burst = world.sound.wait_burst(mark)
        rows = app.find("table", "Cases").rows()
        job = world.printing.wait_job()

What several tests can share (sound, printing) may be given ready made; see ``tests.world.fixtures``.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.world.app import App
from tests.world.bus import Bus, start_accessibility_bus, start_session_bus
from tests.world.clipboard import Typist
from tests.world.keyring import Keyring, KeyringMode
from tests.world.needs import require
from tests.world.printing import PrintServer
from tests.world.processes import Nest
from tests.world.program import Program
from tests.world.screen import Box, Pixels, Screen
from tests.world.sound import SoundServer
from tests.world.waiting import WorldError

_QT = {
    "XDG_CURRENT_DESKTOP": "openbox",
    "XDG_SESSION_TYPE": "x11",
    "GSETTINGS_BACKEND": "memory",
    "QT_LINUX_ACCESSIBILITY_ALWAYS_ON": "1",
    "QT_ACCESSIBILITY": "1",
    "QT_QPA_PLATFORM": "xcb",
    "NO_AT_BRIDGE": "1",
}


class World:
    """One desk with one screen; use it as a context manager.

    Attributes:
        nest: Folder, environment and processes.
        screen: Eyes and pointer.
        keyring: The secret service; none unless asked for.
    """

    def __init__(
        self,
        size: tuple[int, int] = (1920, 1080),
        *,
        sound: SoundServer | bool = False,
        queues: PrintServer | Sequence[str] = (),
        keyring: KeyringMode = "none",
        env: Mapping[str, str] | None = None,
        keep: bool = False,
    ) -> None:
        """Start everything.

        Args:
            size: Pixels of the screen.
            sound: A running server, or True for one of its own (2 s), or False for none.
            queues: A running print server, or names of queues of its own, or nothing.
            keyring: ``unlocked``, ``locked`` or ``none``.
            env: More environment for everything inside.
            keep: Leave the folder behind, to look into it.

        Raises:
            WorldError: A system program is missing (with the line that installs it), or a service did not start.
        """
        parts = {"sound": sound is True, "printing": not isinstance(queues, PrintServer) and bool(queues)}
        require(
            "screen", "bus", *(["keyring"] if keyring != "none" else []), *(p for p, wanted in parts.items() if wanted)
        )
        self.nest = Nest({**_QT, **(env or {})}, keep=keep)
        self._programs: list[Program] = []
        self._own_sound: SoundServer | None = None
        self._stopped = False
        try:
            self.screen = Screen(self.nest, size)
            self._session: Bus = start_session_bus(self.nest)
            self._accessibility: Bus = start_accessibility_bus(self.nest, self._session)
            self._sound = self._take_sound(sound)
            self._printing = self._take_printing(queues)
            self.keyring = Keyring(self.nest, self._session)
            self.keyring.start(keyring)
        except BaseException:
            self.nest.stop()
            raise
        self._typist = Typist(self.nest, self.screen.keyboard, self._typed_into)

    def _typed_into(self) -> str | None:
        active = self.screen.active()
        apps = [p for p in self._programs if isinstance(p, App) and p.alive]
        return next((app.typed_into() for app in apps if active in [w.id for w in app.windows()]), None)

    def _take_sound(self, sound: SoundServer | bool) -> SoundServer | None:
        if isinstance(sound, SoundServer):
            sound.settings_for(self.nest)
            return sound
        if sound:
            self._own_sound = SoundServer(self.nest)
            return self._own_sound.start()
        return None

    def _take_printing(self, queues: PrintServer | Sequence[str]) -> PrintServer | None:
        if isinstance(queues, PrintServer):
            queues.settings_for(self.nest)
            return queues
        return PrintServer(self.nest, queues).start() if queues else None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self.stop()

    @property
    def sound(self) -> SoundServer:
        """The ears; an error when this world has none."""
        if self._sound is None:
            raise WorldError("this world was made without sound")
        return self._sound

    @property
    def printing(self) -> PrintServer:
        """The tray; an error when this world has none."""
        if self._printing is None:
            raise WorldError("this world was made without print queues")
        return self._printing

    @property
    def home(self) -> Path:
        """HOME of everything inside."""
        return self.nest.home

    # programs
    def launch(
        self,
        command: Sequence[str | Path],
        env: Mapping[str, str | None] | None = None,
        cwd: Path | None = None,
        timeout: float = 30.0,
    ) -> App:
        """Start a program with a window and wait until the window shows and has the keyboard."""
        app = App(self.nest, self.screen, self._accessibility, command, env, cwd)
        self._programs.append(app)
        app.wait_for_window(timeout)
        return app

    def start(
        self,
        command: Sequence[str | Path],
        env: Mapping[str, str | None] | None = None,
        cwd: Path | None = None,
        stdin: bytes | None = None,
    ) -> Program:
        """Start a program without a window (a hub, a feeder); wait for what it does, not here."""
        program = Program(self.nest, command, env, cwd, stdin)
        self._programs.append(program)
        return program

    # hands
    def key(self, spec: str, layout: str | None = None, hold: float = 0.0) -> None:
        """Press a chord, see ``Keyboard.chord``."""
        self.screen.keyboard.chord(spec, layout, hold)

    def keys(self, *specs: str) -> None:
        """Press chords one after the other."""
        for spec in specs:
            self.key(spec)

    def type(self, text: str) -> None:
        """Type a text into whatever has the keyboard."""
        self._typist.type(text)

    def paste(self, text: str) -> None:
        """Put a text on the clipboard and press ctrl+V."""
        self._typist.paste(text)

    def clipboard(self) -> str:
        """What was copied last."""
        return self._typist.clipboard()

    # eyes
    def screenshot(self, path: Path | str, box: Box | None = None) -> Path:
        """Write a PNG of the screen."""
        return self.screen.screenshot(path, box)

    def pixels(self, box: Box | None = None) -> Pixels:
        """Height x width x RGB."""
        return self.screen.pixels(box)

    def react_ms(self, do: Callable[[], object], box: Box) -> float:
        """Milliseconds from an action to the first changed pixel, see ``Screen.react_ms``."""
        return self.screen.react_ms(do, box)

    @staticmethod
    def mark() -> float:
        """Now, in monotonic seconds: the clock of every time in this room."""
        return time.monotonic()

    def stop(self) -> list[tuple[int, str]]:
        """End everything and remove the folder; (pid, name) of what needed KILL. May be called twice."""
        if self._stopped:
            return []
        self._stopped = True
        hard: list[tuple[int, str]] = []
        with contextlib.ExitStack() as last:  # whatever fails on the way, the nest's processes end
            if self._own_sound:
                last.callback(self._own_sound.finish)
            last.callback(lambda: hard.extend(self.nest.stop()))
            last.callback(self.screen.close)
            last.callback(self._session.close)
            last.callback(self._accessibility.close)
            for program in self._programs:
                last.callback(_end_into, hard, program)
        return hard


def _end_into(hard: list[tuple[int, str]], program: Program) -> None:
    hard.extend(program.end())
