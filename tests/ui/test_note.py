from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from kotaconsole.domain.changes import Changes
from kotaconsole.domain.commands import Note
from kotaconsole.domain.errors import Bilingual, EnvironmentFault
from kotaconsole.ui.text import short_number
from kotaconsole.ui.views.main_window import MainWindow
from tests.ui.fake_desk import FakeDesk
from tests.ui.test_list import key_of, pick, press


def write(window: MainWindow, text: str) -> None:
    window.note.focus()
    window.note.field.setText("")
    window.note.field.insert(text)
    window.note.field.textEdited.emit(window.note.field.text())


def test_enter_saves_and_the_line_says_where_the_note_is(window: MainWindow, desk: FakeDesk, qtbot) -> None:
    pick(window, qtbot, 123)
    press(window, qtbot, Qt.Key.Key_F4)
    assert window.focusWidget() is window.note.field
    write(window, "वार्डन से बात हुई")
    desk.gate.clear()
    QTest.keyClick(window.note.field, Qt.Key.Key_Return)
    assert "सुरक्षित, भेजना शेष" not in window.note.status  # not before it would survive a power cut
    desk.gate.set()
    qtbot.waitUntil(lambda: window.note.status == "सुरक्षित, भेजना शेष")
    assert desk.saved[0].payload == Note("वार्डन से बात हुई")
    assert desk.saved[0].key == key_of(123)
    assert window.note.field.text() == ""
    desk.arrive("cmd-1")
    qtbot.waitUntil(lambda: window.note.status == "हब पर पहुँची")


def test_a_refused_note_is_said(window: MainWindow, desk: FakeDesk, qtbot) -> None:
    pick(window, qtbot, 123)
    write(window, "x")
    QTest.keyClick(window.note.field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.note.status == "सुरक्षित, भेजना शेष")
    desk.reject("cmd-1", "not-found")
    qtbot.waitUntil(lambda: window.note.status == "हब ने अस्वीकार किया")


def test_half_typed_text_stays_with_its_case(window: MainWindow, desk: FakeDesk, qtbot) -> None:
    desk.drafts[key_of(119)] = "कल रात का अधूरा"
    pick(window, qtbot, 123)
    window.note.focus()
    QTest.keyClicks(window.note.field, "half")
    pick(window, qtbot, 119)
    qtbot.waitUntil(lambda: window.note.field.text() == "कल रात का अधूरा")
    assert "000119" in window.note._label.text()
    pick(window, qtbot, 123)
    assert window.note.field.text() == "half"
    qtbot.waitUntil(lambda: desk.drafts.get(key_of(123)) == "half")
    QTest.keyClick(window.note.field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: desk.drafts.get(key_of(123)) == "")
    assert desk.drafts[key_of(119)] == "कल रात का अधूरा"
    assert [(saved.key, saved.payload) for saved in desk.saved] == [(key_of(123), Note("half"))]


def test_a_note_that_is_not_saved_comes_back(window: MainWindow, desk: FakeDesk, qtbot) -> None:
    pick(window, qtbot, 123)
    desk.fault = EnvironmentFault("disk-full", Bilingual("disk full", "डिस्क भरी है"))
    write(window, "महत्वपूर्ण")
    desk.gate.clear()
    QTest.keyClick(window.note.field, Qt.Key.Key_Return)
    QTest.keyClicks(window.note.field, "more")
    desk.gate.set()
    qtbot.waitUntil(lambda: window.notices.sentence == "डिस्क भरी है")
    assert window.note.field.text() == "महत्वपूर्ण more"
    assert "सुरक्षित नहीं हुई" in window.note.status


def test_notes_are_saved_in_the_order_they_were_written(window: MainWindow, desk: FakeDesk, qtbot) -> None:
    pick(window, qtbot, 123)
    for n in range(20):
        write(window, f"note {n}")
        QTest.keyClick(window.note.field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: len(desk.saved) == 20)
    assert [saved.payload for saved in desk.saved] == [Note(f"note {n}") for n in range(20)]


def test_an_empty_line_saves_nothing_and_esc_goes_back(window: MainWindow, desk: FakeDesk, qtbot, context) -> None:
    pick(window, qtbot, 123)
    write(window, "   ")
    QTest.keyClick(window.note.field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: context.tasks.idle)
    assert desk.saved == []
    QTest.keyClick(window.note.field, Qt.Key.Key_Escape)
    assert window.focusWidget() is window.cases.table


def test_closing_the_window_keeps_what_is_half_typed(window: MainWindow, desk: FakeDesk, qtbot, context) -> None:
    pick(window, qtbot, 123)
    window.note.focus()
    QTest.keyClicks(window.note.field, "unfinished")
    window.close()
    context.tasks.close()
    assert desk.drafts[key_of(123)] == "unfinished"


def test_a_case_that_leaves_says_so_and_takes_no_note_any_more(window: MainWindow, desk: FakeDesk, qtbot) -> None:
    pick(window, qtbot, 123)
    write(window, "वार्डन से बात")
    del desk.cases[key_of(123)]
    desk.tell(Changes(frozenset([key_of(123)])))
    qtbot.waitUntil(lambda: "000123" in window.notices.sentence)
    assert "दूसरी यूनिट" in window.notices.sentence
    QTest.keyClick(window.note.field, Qt.Key.Key_Return)
    assert "सहेजा नहीं गया" in window.notices.sentence
    assert window.note.field.text() == "वार्डन से बात"
    assert desk.saved == []
    pick(window, qtbot, 119)
    write(window, "x")
    QTest.keyClick(window.note.field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: len(desk.saved) == 1)
    assert desk.saved[0].key == key_of(119)


@pytest.mark.parametrize(("number", "said"), [("2026-000001", "000001"), ("T-000001", "T-000001"), (None, "—")])
def test_a_drill_never_has_the_number_of_a_real_case(number: str | None, said: str) -> None:
    assert short_number(number) == said
