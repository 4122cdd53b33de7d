"""From the command line to the window: the first paint comes before anything that may wait."""

from __future__ import annotations

import gc
import logging
import signal
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QObject, QTimer, Slot
from PySide6.QtWidgets import QApplication
from typing_extensions import override

from kotaconsole.app.options import Options
from kotaconsole.domain.errors import EnvironmentFault
from kotaconsole.system.clock import SystemClock
from kotaconsole.system.paths import ProfileDirs, private_umask, profile_dirs, resources
from kotaconsole.system.settings import Settings, load
from kotaconsole.system.single_instance import SingleInstance
from kotaconsole.ui.i18n import Languages
from kotaconsole.ui.tasks import Tasks, Trouble
from kotaconsole.ui.theme import Theme, load_fonts
from kotaconsole.ui.views.signin import SignInWindow

if TYPE_CHECKING:
    from kotaconsole.app.core import Core
    from kotaconsole.app.desk import ConsoleDesk
    from kotaconsole.system.logs import LogFile
    from kotaconsole.ui.views.main_window import MainWindow

log = logging.getLogger(__name__)

MONO: Final = "Mono"
"""The font of key names, which the first window does not show."""


def run(options: Options) -> int:
    """Run the console until its window is closed; returns the exit status."""
    private_umask()
    app = QApplication([sys.argv[0]])
    app.setApplicationName("kotaconsole")
    app.setDesktopFileName("kotaconsole")
    try:
        settings = load(options.config, {"hub.url": options.hub, "printing.queue": options.queue})
        dirs = profile_dirs(options.profile)
        with SingleInstance(dirs.lock_file):
            return _run(app, options, settings, dirs)
    except EnvironmentFault as fault:
        # making the type known costs 1 ms that a good start need not wait for
        from PySide6.QtWidgets import QMessageBox

        # somebody who started us from a menu sees no terminal
        QMessageBox(QMessageBox.Icon.Warning, "kotaconsole", fault.sentence.both()).exec()
        raise


def _run(app: QApplication, options: Options, settings: Settings, dirs: ProfileDirs) -> int:
    desk = _Startup(app, options, settings, dirs, resources())
    desk.show()
    try:
        return app.exec()
    finally:
        desk.stop()


class _Startup(QObject):
    """Shows the sign-in window, opens the desk behind it, and changes over to the main window.

    Thread: GUI; everything that waits runs on the lanes of `Tasks`.
    """

    def __init__(
        self, app: QApplication, options: Options, settings: Settings, dirs: ProfileDirs, shipped: Path
    ) -> None:  # fmt: skip
        super().__init__(app)
        self._app, self._options, self._settings, self._dirs, self._shipped = app, options, settings, dirs, shipped
        load_fonts(file for file in sorted((shipped / "fonts").glob("*.ttf")) if MONO not in file.name)
        self._languages = Languages(app, shipped / "translations" / "kotaconsole_hi.qm", settings.desk.language)
        self._theme = Theme(app, "night" if settings.desk.theme == "night" else "light")
        self._tasks = Tasks(self, on_bug=_report)
        self._core: Core | None = None
        self._log_file: LogFile | None = None
        self._main: MainWindow | None = None
        self._window = SignInWindow(self._theme, self._languages, settings.hub.url or "—")
        self._window.submitted.connect(self._sign_in)
        if options.sign_in is not None:
            self._window.user.setText(options.sign_in[0])
            self._window.password.setText(options.sign_in[1])

    def show(self) -> None:
        """Show the window; the rest begins when it has been painted."""
        self._window.installEventFilter(self)
        self._window.show()
        for stop in (signal.SIGINT, signal.SIGTERM):
            signal.signal(stop, lambda *_: self._leave())
        if self._options.seconds is not None:
            QTimer.singleShot(int(self._options.seconds * 1000), self._leave)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # a timer of 0 ms would be over before the window system has let the window paint for the first time
        if event.type() == QEvent.Type.Paint:
            watched.removeEventFilter(self)
            QTimer.singleShot(0, self._painted)
        return False

    def stop(self) -> None:
        """End what was started, in order."""
        self._tasks.close()
        if self._core is not None:
            self._core.stop()
        if self._log_file is not None:
            self._log_file.close()

    @Slot()
    def _painted(self) -> None:
        # `cli` has put it off until now; what the start has made stays, so no later round need look at it
        gc.freeze()
        gc.enable()
        load_fonts((self._shipped / "fonts").glob(f"*{MONO}*.ttf"))
        self._open_log()
        # imported here because making the type known costs 7 ms
        from PySide6.QtGui import QIcon

        self._app.setWindowIcon(QIcon(str(self._shipped / "icons" / "kotaconsole.svg")))
        # Python looks at signals only between its own instructions, so it has to get a turn now and then
        turn = QTimer(self)
        turn.timeout.connect(_nothing)
        turn.start(500)
        self._tasks.run("slow", self._open, _drop, self._problem)

    def _open_log(self) -> None:
        """From here on there is a log; its rotation brings 6 ms of imports that the first paint need not wait for."""
        from kotaconsole.system.logs import LogFile

        try:
            self._log_file = LogFile(self._dirs.logs)
        except EnvironmentFault as fault:
            self._window.show_problem(fault.sentence)

    def _open(self) -> None:
        """Thread: slow."""
        self._made_core().open()

    def _made_core(self) -> Core:
        """The heavy half of the program is imported here, behind the painted window: it takes half a second."""
        if self._core is None:
            from kotaconsole.app.core import Core

            throwaway = self._options.throwaway
            self._core = Core(self._settings, self._dirs, self._shipped, SystemClock(), throwaway=throwaway)
        return self._core

    @Slot(str, str)
    def _sign_in(self, username: str, password: str) -> None:
        self._tasks.run("slow", partial(self._signed_in, username, password), self._enter, self._problem)

    def _signed_in(self, username: str, password: str) -> ConsoleDesk:
        """Thread: slow."""
        # the window's own module is imported on this thread too, while the other one keeps painting
        import kotaconsole.ui.views.main_window  # noqa: F401

        return self._made_core().sign_in(username, password)

    def _problem(self, trouble: Trouble) -> None:
        log.warning("the desk could not be opened: %s", trouble.technical)
        self._window.show_problem(trouble.sentence)

    def _enter(self, desk: ConsoleDesk) -> None:
        from kotaconsole.ui.context import Context
        from kotaconsole.ui.views.main_window import MainWindow

        context = Context(desk, self._theme, self._languages, self._tasks)
        context.as_preferred()
        main = self._main = MainWindow(context)
        main.showMaximized()
        main.start()
        self._window.close()

    def _leave(self) -> None:
        if self._main is not None:
            self._main.close()
        self._app.quit()


def _report(error: BaseException) -> None:
    log.error("a mistake of the console", exc_info=error)


def _nothing() -> None:
    pass


def _drop(_result: object) -> None:
    pass
