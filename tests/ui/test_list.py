from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtTest import QTest

from kotaconsole.domain.changes import Changes
from kotaconsole.ui.models.columns import Column
from kotaconsole.ui.views.case_list import Which
from kotaconsole.ui.views.main_window import MainWindow
from tests.ui import people
from tests.ui.fake_desk import FakeDesk


def key_of(number: int) -> str:
    return people.case(number).id


def pick(window: MainWindow, qtbot, number: int) -> None:
    window.cases.table.choose(key_of(number))
    qtbot.waitUntil(lambda: window.pane.view is not None and window.pane.view.row.key == key_of(number))


def press(window: MainWindow, qtbot, key: Qt.Key) -> None:
    """A key for the whole window, which has to be the active one as it is under the hands."""
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    QTest.keyClick(window, key)


def many(desk: FakeDesk, count: int) -> None:
    for n in range(1000, 1000 + count):
        desk.extra_rows[key_of(n)] = people.row(n, "P2", waited=n)


def test_nothing_is_chosen_until_the_operator_moves(window: MainWindow, qtbot) -> None:
    assert window.cases.table.hasFocus() or window.focusWidget() is window.cases.table
    assert not window.cases.table.currentIndex().isValid()
    assert window.pane.view is None
    QTest.keyClick(window.cases.table, Qt.Key.Key_Down)
    qtbot.waitUntil(lambda: window.pane.view is not None)
    assert window.pane.view.row.key == window.cases.model.row_at(0).key
    QTest.keyClick(window.cases.table, Qt.Key.Key_End)
    assert window.cases.table.currentIndex().row() == window.cases.model.rowCount() - 1
    QTest.keyClick(window.cases.table, Qt.Key.Key_Home)
    assert window.cases.table.currentIndex().row() == 0


def test_new_flags_move_neither_selection_nor_scroll_nor_focus(window: MainWindow, desk: FakeDesk, qtbot) -> None:
    many(desk, 60)
    desk.tell(Changes(everything=True))
    qtbot.waitUntil(lambda: window.cases.model.rowCount() > 60)
    pick(window, qtbot, 1030)
    window.note.focus()
    QTest.keyClicks(window.note.field, "half ty")
    table = window.cases.table
    scroll, chosen = table.verticalScrollBar().value(), table.key
    assert scroll > 0
    before = window.cases.model.rowCount()
    desk.put(*(people.case(500 + n, "P1", waited=n, ringing=True) for n in range(5)), rings=True)
    qtbot.waitUntil(lambda: window.cases.model.rowCount() == before + 5)
    assert table.key == chosen
    assert window.cases.model.row_at(table.currentIndex().row()).key == chosen
    assert table.verticalScrollBar().value() == scroll
    assert window.focusWidget() is window.note.field
    assert window.note.field.text() == "half ty"
    assert window.pane.view.row.key == chosen


def test_new_cases_out_of_sight_are_counted_in_a_chip(window: MainWindow, desk: FakeDesk, qtbot) -> None:
    many(desk, 60)
    desk.tell(Changes(everything=True))
    qtbot.waitUntil(lambda: window.cases.model.rowCount() > 60)
    chip = window.cases._above
    assert not chip.isVisible()
    window.cases.table.verticalScrollBar().setValue(44 * 30)
    ringing = sum(1 for row in window.cases.model.all_rows() if row.ringing)
    assert chip.isVisible()
    assert str(ringing) in chip.text()
    QTest.mouseClick(chip, Qt.MouseButton.LeftButton)
    assert window.cases.table.verticalScrollBar().value() == 0
    assert not chip.isVisible()


def test_a_filter_never_hides_new_without_saying_so(window: MainWindow, desk: FakeDesk, qtbot) -> None:
    window.cases.search.setText("कैथून")
    assert window.cases.model.rowCount() == 1
    chip = window.cases._hidden
    before = int("".join(char for char in chip.text() if char.isdigit()))
    assert chip.isVisible()
    desk.put(people.case(600, "P1", ringing=True), rings=True)
    qtbot.waitUntil(lambda: str(before + 1) in chip.text())
    QTest.mouseClick(chip, Qt.MouseButton.LeftButton)
    assert window.cases.search.text() == ""
    assert window.cases.model.line_of(key_of(600)) is not None


def test_filter_keeps_the_chosen_case(window: MainWindow, qtbot) -> None:
    pick(window, qtbot, 119)
    window.cases.search.setText("कैथून")
    table = window.cases.table
    assert window.cases.model.row_at(table.currentIndex().row()).key == key_of(119)
    window.cases.show_only(Which.NEW)
    window.cases.search.clear()
    assert table.key == key_of(119)
    assert window.pane.view.row.key == key_of(119)


def test_a_case_that_leaves_the_filter_stays_under_the_hands(window: MainWindow, desk: FakeDesk, qtbot) -> None:
    pick(window, qtbot, 123)
    desk.put(replace(desk.cases[key_of(123)], state="closed", version=9))
    qtbot.waitUntil(lambda: window.pane.view.case.state == "closed")
    qtbot.waitUntil(lambda: window.cases.model.row_of(key_of(123)).state == "closed")
    assert window.cases.model.row_at(window.cases.table.currentIndex().row()).key == key_of(123)
    pick(window, qtbot, 119)
    assert window.cases.model.line_of(key_of(123)) is None


def test_a_chosen_case_that_vanishes_chooses_no_neighbour(window: MainWindow, desk: FakeDesk, qtbot) -> None:
    pick(window, qtbot, 119)
    del desk.cases[key_of(119)]
    desk.tell(Changes(frozenset([key_of(119)])))
    qtbot.waitUntil(lambda: window.cases.model.row_of(key_of(119)) is None)
    assert not window.cases.table.selectionModel().hasSelection()
    assert window.cases.table.key == key_of(119)


def test_counters_and_mine(window: MainWindow, desk: FakeDesk, qtbot) -> None:
    strip = window.strip._counters
    ringing = sum(1 for row in window.cases.model.all_rows() if row.ringing)
    assert strip[0]._number.text() == str(ringing) == "3"
    assert strip[2]._number.text() == "1"
    desk.put(people.case(600, "P1", ringing=True), rings=True)
    qtbot.waitUntil(lambda: strip[0]._number.text() == "4")
    window.cases.show_only(Which.MINE)
    lines = range(window.cases.model.rowCount())
    assert {window.cases.model.row_at(line).holder for line in lines} == {"R. Meena"}


def test_only_the_symbol_flashes_and_it_does(window: MainWindow, qtbot) -> None:
    seen: list[bool] = []
    window.cases.table.flashed.connect(seen.append)
    qtbot.waitUntil(lambda: len(seen) >= 4, timeout=4000)
    assert seen[:4] in ([True, False, True, False], [False, True, False, True])


def _column(window: MainWindow, column: Column, *, dark: bool) -> list[QImage]:
    """A column of every ringing line as it looks in one half of the flash."""
    table, found = window.cases.table, []
    table._flash.stop()
    table._delegate.dark = dark
    shot = table.viewport().grab().toImage()
    for line in range(window.cases.model.rowCount()):
        if window.cases.model.row_at(line).ringing:
            box = table.visualRect(window.cases.model.index(line, column))
            found.append(shot.copy(box))
    return found


def test_the_level_keeps_its_shape_while_the_dot_beside_new_flashes(window: MainWindow) -> None:
    light, dark = (_column(window, Column.LEVEL, dark=half) for half in (False, True))
    assert len(light) == 3
    assert light == dark
    light, dark = (_column(window, Column.STATE, dark=half) for half in (False, True))
    assert all(one != other for one, other in zip(light, dark, strict=True))


def test_training_is_said_once_by_a_training_hub_and_on_each_line_by_a_live_one(
    window: MainWindow, desk: FakeDesk, qtbot
) -> None:
    window.resize(1920, 1080)  # room for the chips
    desk.put(people.case(700, "P1", ringing=True, training=True), rings=True)
    qtbot.waitUntil(lambda: window.cases.model.row_of(key_of(700)) is not None)
    role = Qt.ItemDataRole.AccessibleTextRole

    def said() -> list[str]:
        model = window.cases.model
        spoken = (model.data(model.index(line, Column.WHO), role) for line in range(model.rowCount()))
        return [words for words in spoken if "प्रशिक्षण" in words]

    def drawn() -> QImage:
        table, cell = window.cases.table, window.cases.model.index(window.cases.model.line_of(key_of(700)), Column.WHO)
        table.scrollTo(cell)
        return table.viewport().grab(table.visualRect(cell)).toImage()

    assert len(said()) == 1
    live = drawn()
    desk.training = True
    assert said() == []
    assert drawn() != live


@pytest.mark.parametrize("language", ["hi", "en"])
def test_every_column_is_seen_on_the_smallest_screen(
    window: MainWindow, desk: FakeDesk, qtbot, context, language: str
) -> None:
    context.languages.use(language)
    many(desk, 40)
    desk.tell(Changes(everything=True))
    qtbot.waitUntil(lambda: window.cases.table.verticalScrollBar().isVisible())
    table = window.cases.table
    qtbot.waitUntil(lambda: table.horizontalHeader().length() <= table.viewport().width())
    assert not table.horizontalScrollBar().isVisible()


def test_ctrl_c_in_the_list_copies_the_whole_case_number(window: MainWindow, qtbot) -> None:
    pick(window, qtbot, 119)
    QTest.keyClick(window.cases.table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "2026-000119"


def test_ten_thousand_cases_leave_the_window_answering(window: MainWindow, desk: FakeDesk, qtbot) -> None:
    import time

    from PySide6.QtCore import QTimer

    many(desk, 10_000)
    worst, last = [0.0], [time.perf_counter()]

    def beat() -> None:
        now = time.perf_counter()
        worst[0], last[0] = max(worst[0], now - last[0]), now

    timer = QTimer()
    timer.setInterval(5)
    timer.timeout.connect(beat)
    timer.start()
    keys = frozenset(desk.extra_rows)
    desk.tell(Changes(keys))
    qtbot.waitUntil(lambda: window.cases.model.rowCount() >= 10_000, timeout=30_000)
    # A reset per row, or one merge of everything at once, stalls for seconds.
    assert worst[0] < 0.5
