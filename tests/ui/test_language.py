"""Two languages, everywhere, switched live; nothing clipped in either."""

from __future__ import annotations

import ast
import re
import subprocess
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QDialog,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QWidget,
)

from kotaconsole.domain.errors import Bilingual
from kotaconsole.ui.actions import Action
from kotaconsole.ui.desk import LinkView, SoundView
from kotaconsole.ui.elided_label import ElidedLabel
from kotaconsole.ui.labels import PlainLabel
from kotaconsole.ui.tasks import Trouble
from kotaconsole.ui.theme import SMALL
from kotaconsole.ui.views.main_window import MainWindow
from kotaconsole.ui.views.signin import SignInWindow
from tests.ui import people
from tests.ui.conftest import RESOURCES, ROOT, qt_tool
from tests.ui.fake_desk import FakeDesk
from tests.ui.test_list import key_of, pick

CATALOGUE = RESOURCES / "translations" / "kotaconsole_hi.ts"
SOURCES = sorted((ROOT / "kotaconsole" / "ui").rglob("*.py"))
# Names, numbers, keys and codes that are the same in both languages.
SAME = re.compile(
    r"[\d\W]|\b(ASI|R|S|P|K\d?|Meena|Gurjar|Sample|Esc|Enter|Ctrl|Space|F\d+|P[123]|IG|FB|IST|EN|B|A|N|D|O|C|T|L|Home|End|"
    r"IG-\d+|K2-\d+-\d+|platform|telecom|https?|hub|example|invalid|Reviewer|hub\.example\.invalid|young|person|alone|"
    r"on|a|roof|speaks|Hindi|check|now|reason|lp|exit)\b"
)


def entries(catalogue: Path) -> Iterator[tuple[str, str, str | None, bool]]:
    for context in ET.parse(catalogue).getroot().iter("context"):
        for message in context.iter("message"):
            translation = message.find("translation")
            finished = translation is not None and translation.get("type") is None and bool(translation.text)
            name, source = context.findtext("name", ""), message.findtext("source", "")
            yield name, source, translation.text if translation is not None else None, finished


def test_every_string_of_the_window_has_finished_hindi(tmp_path: Path) -> None:
    fresh = tmp_path / "fresh.ts"
    command = [qt_tool("lupdate"), "-locations", "none", *map(str, SOURCES), "-ts", str(fresh)]
    subprocess.run(command, check=True, capture_output=True)
    wanted = {(context, source) for context, source, _hindi, _done in entries(fresh)}
    finished = {(context, source) for context, source, _hindi, done in entries(CATALOGUE) if done}
    assert len(wanted) > 300
    assert sorted(wanted - finished) == []
    assert sorted(finished - wanted) == []  # nothing left over from strings that are gone


def test_placeholders_survive_translation() -> None:
    for _context, source, hindi, _finished in entries(CATALOGUE):
        assert sorted(re.findall(r"%\d", source)) == sorted(re.findall(r"%\d", hindi or "")), source


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_no_string_hides_from_the_translators_tool(path: Path) -> None:
    """The tool reads literals in calls, but neither f-strings nor variables."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    formatted = [node for node in ast.walk(tree) if isinstance(node, ast.JoinedStr)]
    inside = {id(inner) for node in formatted for inner in ast.walk(node)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "tr":
            assert id(node) not in inside, f"line {node.lineno}: tr() inside an f-string"
            assert isinstance(node.args[0], ast.Constant), f"line {node.lineno}: tr() of something that is no literal"


def everything(window: MainWindow, desk: FakeDesk, qtbot) -> list[QWidget]:
    """The window with all it can show at once, and every sheet."""
    pick(window, qtbot, 123)
    desk.training = True
    desk.tell(LinkView("lost", people.ago(900), 900.0, 3))
    desk.tell(SoundView("lost"))
    qtbot.waitUntil(lambda: window.banners.sound_lost and window.banners.not_live)
    window.notices.show_trouble(Trouble(Bilingual("sentence", "वाक्य"), "lp: exit 1"))
    for action in (Action.INFORM, Action.OUTCOME, Action.CONTACT):
        window.doing.do(action)
    window.doing.show_help()
    window.doing.show_refused()
    return [window, *window.doing.open_sheets]


def texts(top: QWidget) -> Iterator[tuple[QWidget, str]]:
    for widget in [top, *top.findChildren(QWidget)]:
        if not widget.isVisibleTo(top):
            continue
        yield widget, widget.accessibleName()
        yield widget, widget.toolTip()
        if isinstance(widget, QLabel | QAbstractButton):
            yield widget, widget.text()
        if isinstance(widget, QLineEdit | QPlainTextEdit):
            yield widget, widget.placeholderText()


def test_switching_leaves_no_word_of_the_other_language(window: MainWindow, desk: FakeDesk, qtbot, context) -> None:
    tops = everything(window, desk, qtbot)
    english = [text for top in tops for _widget, text in texts(top) if re.search("[A-Za-z]{2}", SAME.sub(" ", text))]
    assert english == []
    titles = [top.windowTitle() for top in tops]
    QTest.keyClick(window, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    assert context.languages.language == "en"
    qtbot.waitUntil(lambda: all(was != top.windowTitle() for was, top in zip(titles, tops, strict=True)))
    names = {"हि / EN", "हॉस्टल, जवाहर नगर"}
    said = [(widget, text) for top in tops for widget, text in texts(top)]
    plain = [text for widget, text in said if re.search("[\u0900-\u097f]", text) and text not in names]
    own = ("हॉस्टल", "स•••", "नमूना", "महेंद्र", "ऑपरेटर", "कोटा", "मो•••")
    assert [text for text in plain if not any(name in text for name in own)] == []
    qtbot.waitUntil(lambda: desk.chosen.language == "en")
    window.cases.table.setFocus()
    QTest.keyClick(window.cases.table, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    assert context.languages.language == "hi"


def test_half_typed_text_and_selection_survive_the_switch(window: MainWindow, desk: FakeDesk, qtbot, context) -> None:
    pick(window, qtbot, 123)
    window.note.focus()
    QTest.keyClicks(window.note.field, "half")
    QTest.keyClick(window.note.field, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(window.note.field, Qt.Key.Key_T, Qt.KeyboardModifier.ControlModifier)
    assert context.languages.language == "en"
    assert context.theme.name == "night"
    assert window.note.field.text() == "half"
    assert window.cases.table.key == key_of(123)
    assert window.focusWidget() is window.note.field


def test_table_speaks_the_language_in_force(window: MainWindow, qtbot, context) -> None:
    model = window.cases.model
    role = Qt.ItemDataRole.AccessibleTextRole

    def spoken() -> list[str]:
        return [model.data(model.index(0, column), role) for column in range(model.columnCount())]

    assert "तत्काल" in spoken()[0]
    context.languages.use("en")
    assert "Immediate" in spoken()[0]
    assert not re.search("[\u0900-\u097f]", " ".join(said for at, said in enumerate(spoken()) if at not in (3, 4)))


def test_every_control_has_an_accessible_name(window: MainWindow, desk: FakeDesk, qtbot) -> None:
    for top in everything(window, desk, qtbot):
        for widget in top.findChildren(QWidget):
            wanted = isinstance(widget, QAbstractButton | QLineEdit | QPlainTextEdit)
            own = not widget.objectName().startswith("qt_")
            if wanted and own and widget.isVisibleTo(top):
                text = widget.text() if isinstance(widget, QAbstractButton) else ""
                assert widget.accessibleName() or text, f"{widget} in {top.windowTitle()}"


def test_every_action_button_shows_its_key(window: MainWindow, qtbot) -> None:
    pick(window, qtbot, 123)
    for action, button in window.pane.buttons.items():
        assert button.key == action.value
        assert action.value in button.accessibleName()
        assert button.label
        assert button.width() >= button.sizeHint().width()
    assert window.pane.reveal.key == "F3"


def cut_headings(header: QHeaderView) -> list[str]:
    """Headings of the list that are wider than their column, the five pixels on either side included."""
    theme = header.window()._context.theme
    metrics = QFontMetrics(theme.font(SMALL))
    found = []
    for section in range(header.count()):
        said = header.model().headerData(section, Qt.Orientation.Horizontal)
        need, have = metrics.horizontalAdvance(said) + 2 * theme.px(5), header.sectionSize(section)
        if have < need:
            found.append(f"heading {said!r}: {have} < {need}")
    return found


def clipped(top: QWidget) -> list[str]:
    """Labels and buttons that are smaller than what they say."""
    found = []
    for widget in top.findChildren(QWidget):
        if not widget.isVisibleTo(top) or isinstance(widget, ElidedLabel):
            continue
        if isinstance(widget, PlainLabel) and widget.wordWrap():
            if widget.height() < widget.heightForWidth(widget.width()):
                found.append(f"{widget.text()!r}: {widget.height()} < {widget.heightForWidth(widget.width())}")
        elif isinstance(widget, QHeaderView) and widget.orientation() is Qt.Orientation.Horizontal:
            found += cut_headings(widget)
        elif isinstance(widget, PlainLabel | QAbstractButton) and widget.text():
            need, have = widget.sizeHint(), widget.size()
            if have.width() < need.width() - 2 or have.height() < need.height() - 1:
                found.append(f"{widget.text()!r}: {have.toTuple()} < {need.toTuple()}")
    return found


@pytest.mark.parametrize("language", ["hi", "en"])
@pytest.mark.parametrize("size", [(1280, 720), (1920, 1080)])
@pytest.mark.parametrize("scale", [100, 150])
def test_nothing_is_clipped(
    window: MainWindow, desk: FakeDesk, qtbot, context, language: str, size: tuple[int, int], scale: int
) -> None:
    context.languages.use(language)
    context.theme.set_scale(scale)
    window.resize(*size)
    tops = everything(window, desk, qtbot)
    window.pane.set_revealed(True)
    QCoreApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest)
    try:
        qtbot.waitUntil(lambda: not [words for top in tops for words in clipped(top)], timeout=1500)
    except qtbot.TimeoutError:
        pytest.fail(str([words for top in tops for words in clipped(top)]))
    assert window.size().toTuple() == size


@pytest.mark.parametrize("language", ["hi", "en"])
def test_one_and_a_half_times_the_size_still_fits_the_smallest_screen(
    window: MainWindow, desk: FakeDesk, qtbot, context, language: str
) -> None:
    context.languages.use(language)
    for _step in range(4):
        QTest.keyClick(window, Qt.Key.Key_Plus, Qt.KeyboardModifier.ControlModifier)
    assert context.theme.scale == 150
    pick(window, qtbot, 123)
    qtbot.waitUntil(lambda: desk.chosen.scale == 150)
    assert window.minimumSizeHint().width() <= 1280
    assert window.minimumSizeHint().height() <= 720
    assert window.cases.table.rowHeight(0) == 66
    for button in window.pane.buttons.values():
        assert button.width() >= button.sizeHint().width()
    QTest.keyClick(window, Qt.Key.Key_0, Qt.KeyboardModifier.ControlModifier)
    assert context.theme.scale == 100


@pytest.mark.parametrize("language", ["hi", "en"])
def test_a_window_that_opens_large_is_not_clipped_either(context, desk: FakeDesk, qtbot, language: str) -> None:
    context.languages.use(language)
    context.theme.set_scale(150)
    made = MainWindow(context)
    qtbot.addWidget(made)
    made.resize(1280, 720)
    made.show()
    made.start()
    try:
        qtbot.waitUntil(lambda: made.cases.model.rowCount() > 0 and not clipped(made), timeout=1500)
    except qtbot.TimeoutError:
        pytest.fail(str(clipped(made)))


def test_every_line_is_tall_enough_for_the_vowel_signs(qapp: QApplication, fonts: None, context) -> None:
    for size in (13, 15, 20, 22):
        for bold in (False, True):
            font = context.theme.font(size, bold=bold)
            ink = QFontMetrics(font).tightBoundingRect("र्कीँ ऊँ ट्ठू कृ हृ द्ध्रु")
            assert ink.height() <= context.theme.line_height(size)


def test_sign_in_says_everything_in_both_languages(qtbot, context) -> None:
    window = SignInWindow(context.theme, context.languages, "https://hub.example.invalid")
    qtbot.addWidget(window)
    window.show()
    assert [text for _w, text in texts(window) if re.search("[A-Za-z]{2}", SAME.sub(" ", text))] == []
    window.show_problem(Bilingual("Wrong password.", "पासवर्ड ग़लत है।"))
    assert window.problem.text() == "पासवर्ड ग़लत है।"
    switch: Callable[[], None] = context.languages.toggle
    switch()
    qtbot.waitUntil(lambda: window.problem.text() == "Wrong password.")
    assert not [text for _w, text in texts(window) if re.search("[\u0900-\u097f]", text) and text != "हि / EN"]
    assert isinstance(window, QWidget)
    assert not isinstance(window, QDialog)
