from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from kotaconsole.domain.commands import Accept, Acknowledge
from kotaconsole.domain.referral import Alarm, Holder, Referral, Transfer, TransferAlarm
from kotaconsole.ui.actions import Action
from kotaconsole.ui.views.main_window import MainWindow
from tests.ui import people
from tests.ui.fake_desk import FakeDesk
from tests.ui.test_list import key_of, many, pick, press
from tests.ui.test_pane import words


def settle(window: MainWindow, desk: FakeDesk, seconds: float = 1.5) -> None:
    window.cases.table.seconds_in_view("")  # the screen is looked at, then time passes
    desk.pass_time(seconds)


def test_space_acknowledges_exactly_the_chosen_alarm(window: MainWindow, desk: FakeDesk, qtbot) -> None:
    key = key_of(127)
    desk.put(replace(desk.cases[key], alarm=Alarm(people.NOW, 7, "repeat"), version=9))
    pick(window, qtbot, 127)
    qtbot.waitUntil(lambda: window.pane.view.case.alarm.through == 7)
    settle(window, desk)
    QTest.keyClick(window.cases.table, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: len(desk.saved) == 1)
    assert (desk.saved[0].kind, desk.saved[0].key, desk.saved[0].payload) == ("acknowledge", key, Acknowledge(7))
    assert desk.saved[0].thread.startswith("ui-write")
    qtbot.waitUntil(lambda: not window.cases.model.row_of(key).ringing)
    assert window.cases.table.key == key
    assert window.cases.model.row_of(key_of(126)).ringing


def test_a_line_in_view_for_less_than_a_second_is_not_acknowledged(window: MainWindow, desk: FakeDesk, qtbot) -> None:
    desk.put(people.case(700, "P1", waited=1, ringing=True), rings=True)
    qtbot.waitUntil(lambda: window.cases.model.row_of(key_of(700)) is not None)
    pick(window, qtbot, 700)
    settle(window, desk, 0.9)
    QTest.keyClick(window.cases.table, Qt.Key.Key_Space)
    assert "एक सेकंड" in window.notices.sentence
    settle(window, desk, 0.2)
    QTest.keyClick(window.cases.table, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: len(desk.saved) == 1)


def test_a_line_scrolled_away_is_not_acknowledged(window: MainWindow, desk: FakeDesk, qtbot) -> None:
    many(desk, 60)
    from kotaconsole.domain.changes import Changes

    desk.tell(Changes(everything=True))
    qtbot.waitUntil(lambda: window.cases.model.rowCount() > 60)
    pick(window, qtbot, 127)
    settle(window, desk)
    window.cases.table.verticalScrollBar().setValue(44 * 40)
    QTest.keyClick(window.cases.table, Qt.Key.Key_Space)
    assert window.notices.sentence
    assert desk.saved == []


def test_a_repeat_that_arrives_under_the_finger_is_not_acknowledged(window: MainWindow, desk: FakeDesk, qtbot) -> None:
    pick(window, qtbot, 127)
    settle(window, desk, 5)
    key = key_of(127)
    desk.put(replace(desk.cases[key], alarm=Alarm(people.NOW, 8, "repeat"), version=9, flag_count=2), rings=True)
    qtbot.waitUntil(lambda: window.pane.view.case.alarm.through == 8)
    QTest.keyClick(window.cases.table, Qt.Key.Key_Space)
    assert desk.saved == []
    settle(window, desk)
    QTest.keyClick(window.cases.table, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: len(desk.saved) == 1)
    assert desk.saved[0].payload == Acknowledge(8)


def test_space_in_the_note_line_is_a_space(window: MainWindow, desk: FakeDesk, qtbot) -> None:
    pick(window, qtbot, 127)
    settle(window, desk)
    window.note.focus()
    QTest.keyClicks(window.note.field, "a n d")
    assert window.note.field.text() == "a n d"
    assert desk.saved == []
    assert not window.doing.open_sheets


def test_space_and_letters_work_in_the_case_too(window: MainWindow, desk: FakeDesk, qtbot) -> None:
    pick(window, qtbot, 127)
    settle(window, desk)
    QTest.keyClick(window.pane.details, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: len(desk.saved) == 1)
    QTest.keyClick(window.pane.details, Qt.Key.Key_N)
    assert window.focusWidget() is window.note.field


def test_double_press_saves_once(window: MainWindow, desk: FakeDesk, qtbot, context) -> None:
    pick(window, qtbot, 127)
    settle(window, desk)
    desk.gate.clear()
    for _press in range(3):
        QTest.keyClick(window.cases.table, Qt.Key.Key_Space)
    desk.gate.set()
    qtbot.waitUntil(lambda: context.tasks.idle)
    assert [saved.kind for saved in desk.saved] == ["acknowledge"]


def test_double_click_acknowledges_nothing(window: MainWindow, desk: FakeDesk, qtbot) -> None:
    table = window.cases.table
    line = window.cases.model.line_of(key_of(127))
    spot = table.visualRect(window.cases.model.index(line, 3)).center()
    QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    QTest.mouseDClick(table.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    settle(window, desk)
    assert desk.saved == []


def test_every_key_says_why_it_does_nothing(window: MainWindow, desk: FakeDesk, qtbot) -> None:
    press(window, qtbot, Qt.Key.Key_F6)
    assert "पहले सूची में प्रकरण चुनें" in window.notices.sentence
    pick(window, qtbot, 127)
    for action in (Action.INFORM, Action.CONTACT):
        window.notices.put_away()
        window.doing.do(action)
        assert "पहले प्रकरण की पावती दें" in window.notices.sentence
    window.doing.do(Action.PRINT)
    assert "पर्ची" in window.notices.sentence
    pick(window, qtbot, 124)
    QTest.keyClick(window.cases.table, Qt.Key.Key_Space)
    assert "अलार्म नहीं" in window.notices.sentence
    assert desk.saved == []
    assert not window.doing.open_sheets


def test_a_failed_acknowledgement_is_said_and_can_be_tried_again(window: MainWindow, desk: FakeDesk, qtbot) -> None:
    from kotaconsole.domain.errors import Bilingual, EnvironmentFault

    pick(window, qtbot, 127)
    settle(window, desk)
    desk.fault = EnvironmentFault("disk-full", Bilingual("disk full", "डिस्क भरी है"), "ENOSPC")
    QTest.keyClick(window.cases.table, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: window.notices.sentence == "डिस्क भरी है")
    assert window.cases.model.row_of(key_of(127)).ringing
    desk.fault = None
    QTest.keyClick(window.cases.table, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: len(desk.saved) == 1)


# ------------------------------------------------------------------------------------------- cases of other units


def sent_here() -> Referral:
    case = people.case(701, "P1", waited=5)
    transfer = Transfer("kota-city", people.ago(5), people.MEENA, "यहाँ पढ़ती है", TransferAlarm(people.ago(5)))
    return replace(case, unit="jhunjhunu", holder=Holder("op-9", "D. Ola", people.ago(60), "K9"), transfer=transfer)


def put_and_pick(window: MainWindow, desk: FakeDesk, qtbot, case: Referral) -> None:
    desk.put(case, rings=True)
    qtbot.waitUntil(lambda: window.cases.model.row_of(case.id) is not None)
    pick(window, qtbot, int(case.number[-3:]))


def test_space_accepts_a_case_that_another_unit_sends(window: MainWindow, desk: FakeDesk, qtbot) -> None:
    put_and_pick(window, desk, qtbot, sent_here())
    qtbot.waitUntil(lambda: window.pane.buttons[Action.ACKNOWLEDGE].label == "स्वीकार करें")
    assert "स्वीकार करें" in words(window.pane)
    assert not window.pane.buttons[Action.OUTCOME].isEnabled(), "it is not ours yet"
    settle(window, desk)
    QTest.keyClick(window.cases.table, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: len(desk.saved) == 1)
    assert (desk.saved[0].kind, desk.saved[0].key, desk.saved[0].payload) == ("accept", key_of(701), Accept())
    assert desk.saved[0].seen == sent_here().version


def test_a_case_of_a_station_below_says_whose_it_is(window: MainWindow, desk: FakeDesk, qtbot) -> None:
    below = replace(people.case(702, "P1", waited=90, ringing=True), unit="kunhadi", holder=None)
    put_and_pick(window, desk, qtbot, below)
    settle(window, desk)
    assert not window.pane.buttons[Action.ACKNOWLEDGE].isEnabled()
    for key in (Qt.Key.Key_Space, Qt.Key.Key_F10):
        QTest.keyClick(window.cases.table, key)
        assert "कुन्हाड़ी" in window.notices.sentence
        window.notices.put_away()
    assert window.pane.buttons[Action.NOTE].isEnabled()
    assert desk.saved == []


def test_whoever_holds_a_case_works_on_it_whatever_its_unit(window: MainWindow, desk: FakeDesk, qtbot) -> None:
    mine = Holder(desk.operator.id, desk.operator.name, people.ago(60), "K2")
    held = replace(people.case(703, "P1", waited=90, state="acknowledged"), unit="kunhadi", holder=mine)
    put_and_pick(window, desk, qtbot, held)
    qtbot.waitUntil(window.pane.buttons[Action.INFORM].isEnabled)
