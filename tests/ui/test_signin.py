from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit

from kotaconsole.domain.errors import Bilingual
from kotaconsole.ui.views.signin import SignInWindow


@pytest.fixture
def signin(qtbot, context) -> Iterator[SignInWindow]:
    window = SignInWindow(context.theme, context.languages, "https://hub.example.invalid")
    qtbot.addWidget(window)
    window.show()
    yield window
    window.close()


def test_enter_submits_once(signin: SignInWindow, qtbot) -> None:
    asked: list[tuple[str, str]] = []
    signin.submitted.connect(lambda user, password: asked.append((user, password)))
    QTest.keyClicks(signin.user, " meena ")
    QTest.keyClick(signin.user, Qt.Key.Key_Return)
    assert signin.focusWidget() is signin.password
    signin.password.setText("सुरक्षा 1")
    QTest.keyClick(signin.password, Qt.Key.Key_Return)
    QTest.keyClick(signin.password, Qt.Key.Key_Return)
    assert asked == [("meena", "सुरक्षा 1")]
    assert signin.busy
    assert not signin.enter.isEnabled()


def test_a_problem_keeps_what_was_typed_and_lets_try_again(signin: SignInWindow, qtbot) -> None:
    signin.user.setText("meena")
    signin.password.setText("x")
    signin.enter.click()
    signin.show_problem(Bilingual("Hub unreachable.", "हब से संपर्क नहीं।"))
    assert signin.problem.text() == "हब से संपर्क नहीं।"
    assert signin.user.text() == "meena"
    assert signin.password.selectedText() != ""
    with qtbot.waitSignal(signin.submitted, timeout=1000):
        QTest.keyClick(signin.password, Qt.Key.Key_Return)


def test_nothing_typed_is_said_not_sent(signin: SignInWindow, qtbot) -> None:
    with qtbot.assertNotEmitted(signin.submitted):
        signin.enter.click()
    assert signin.problem.text()
    assert signin.password.echoMode() is QLineEdit.EchoMode.Password
    assert "hub.example.invalid" in signin._hub.text()


def test_it_loads_nothing_that_is_slow() -> None:
    """Everyone waits for this window: what the desk needs later is loaded later."""
    code = (
        "import sys; import kotaconsole.ui.views.signin; "
        "print([n for n in ('sqlalchemy','requests','msgspec','keyring','apscheduler','typst','sounddevice',"
        "'PySide6.QtNetwork','PySide6.QtSvg','kotaconsole.domain.referral','kotaconsole.ui.desk') if n in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "[]"


def test_its_first_picture_touches_no_enumeration_of_the_qt_namespace() -> None:
    """Qt's own namespace takes 12 ms to be made known to Python, as long as all the rest of this window."""
    code = """
import sys
from pathlib import Path
import PySide6.QtCore
from PySide6.QtWidgets import QApplication
from kotaconsole.ui.i18n import Languages
from kotaconsole.ui.tasks import Tasks
from kotaconsole.ui.theme import Theme
from kotaconsole.ui.views.signin import SignInWindow
app = QApplication([])
tasks = Tasks(app)
window = SignInWindow(Theme(app), Languages(app, Path("no.qm")), "https://hub.example.invalid")
window.show()
window.grab()
print("Qt" in vars(PySide6.QtCore))
"""
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.split() == ["False"]
