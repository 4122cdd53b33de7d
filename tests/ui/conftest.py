from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtWidgets import QApplication

from kotaconsole.ui.context import Context
from kotaconsole.ui.i18n import Languages
from kotaconsole.ui.tasks import Tasks
from kotaconsole.ui.theme import Theme, load_fonts
from kotaconsole.ui.views.main_window import MainWindow
from tests.ui.fake_desk import FakeDesk

ROOT = Path(__file__).parents[2]
RESOURCES = ROOT / "resources"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.ui)
            # the offscreen platform cannot tell a window manager how large a dialog may be
            item.add_marker(pytest.mark.qt_log_ignore("propagateSizeHints", extend=True))


def qt_tool(name: str) -> str:
    """A Qt command line tool that came with the interpreter's PySide6."""
    return str(Path(sys.executable).with_name(f"pyside6-{name}"))


@pytest.fixture(scope="session")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Hindi catalogue, compiled."""
    compiled = tmp_path_factory.mktemp("qm") / "kotaconsole_hi.qm"
    source = RESOURCES / "translations" / "kotaconsole_hi.ts"
    subprocess.run([qt_tool("lrelease"), str(source), "-qm", str(compiled)], check=True, capture_output=True)
    return compiled


@pytest.fixture(scope="session")
def fonts(qapp: QApplication) -> None:
    load_fonts(sorted((RESOURCES / "fonts").glob("*.ttf")))


@pytest.fixture
def desk() -> FakeDesk:
    return FakeDesk()


@pytest.fixture
def context(qapp: QApplication, fonts: None, catalogue: Path, desk: FakeDesk) -> Iterator[Context]:
    theme, languages, tasks = Theme(qapp), Languages(qapp, catalogue), Tasks()
    yield Context(desk, theme, languages, tasks)
    desk.gate.set()
    tasks.close()
    languages.use("en")
    for made in (theme, languages, tasks):
        made.deleteLater()


@pytest.fixture
def window(qtbot, context: Context) -> Iterator[MainWindow]:
    """The window, shown and filled."""
    made = MainWindow(context)
    qtbot.addWidget(made)
    made.resize(1280, 720)
    made.show()
    made.start()
    qtbot.waitUntil(lambda: made.cases.model.rowCount() > 0)
    qtbot.waitUntil(lambda: context.tasks.idle)
    yield made
    made.close()
