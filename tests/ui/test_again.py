"""A sign-in that has ended is begun again over the list, and nothing is lost by it."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from kotaconsole.domain.errors import Bilingual, EnvironmentFault
from kotaconsole.domain.link import SIGNED_OUT
from kotaconsole.ui.desk import LinkView
from kotaconsole.ui.views.again import SignInAgain
from kotaconsole.ui.views.main_window import MainWindow
from tests.ui import people
from tests.ui.fake_desk import FakeDesk
from tests.ui.test_list import pick
from tests.ui.test_note import write

ENDED = LinkView("lost", people.ago(60), 900.0, to_send=2, why=SIGNED_OUT, signed_out=True)
KEY = (Qt.Key.Key_F4, Qt.KeyboardModifier.ControlModifier)


@pytest.fixture
def ended(window: MainWindow, desk: FakeDesk, qtbot) -> MainWindow:
    """The window of somebody whose sign-in has ended in the middle of a note."""
    pick(window, qtbot, 123)
    write(window, "वार्डन से बात")
    desk.tell(ENDED)
    qtbot.waitUntil(window.banners._sign_in.isVisible)
    return window


def offered(window: MainWindow) -> SignInAgain:
    assert window._again is not None
    assert window._again.isVisible()
    return window._again


def typed(sheet: SignInAgain, user: str) -> None:
    sheet.user.setText(user)
    sheet.password.setText("p-1")
    QTest.keyClick(sheet.password, Qt.Key.Key_Return)


def test_only_a_sign_in_that_has_ended_is_offered_again(window: MainWindow, desk: FakeDesk, qtbot) -> None:
    QTest.keyClick(window, *KEY)
    desk.tell(LinkView("lost", people.NOW))
    qtbot.waitUntil(lambda: window.banners.not_live)
    assert not window.banners._sign_in.isVisible()
    QTest.keyClick(window, *KEY)
    assert window._again is None


def test_the_same_person_signs_in_again_and_nothing_is_lost(ended: MainWindow, desk: FakeDesk, qtbot) -> None:
    rows = ended.cases.model.rowCount()
    QTest.keyClick(ended, *KEY)
    sheet = offered(ended)
    assert not sheet.isModal(), "the list stays in reach"
    typed(sheet, "meena")
    qtbot.waitUntil(lambda: not sheet.isVisible())
    ((user, password, thread),) = desk.signed_in
    assert (user, password) == ("meena", "p-1")
    assert thread.startswith("ui-slow"), "never on the thread of the window"
    assert sheet.password.text() == ""
    qtbot.waitUntil(lambda: not ended.banners.not_live)
    assert ended.note.field.text() == "वार्डन से बात"
    assert ended.cases.model.rowCount() == rows
    assert ended.isVisible()


def test_the_button_offers_it_too_and_another_person_may_come(ended: MainWindow, desk: FakeDesk, qtbot) -> None:
    button = ended.banners._sign_in
    assert button.label == "फिर से साइन इन करें"
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    typed(offered(ended), "singh")
    qtbot.waitUntil(lambda: "K. Singh" in ended.strip._who._whole)
    assert ended.note.field.text() == "वार्डन से बात"


def test_a_sign_in_that_fails_says_why_and_may_be_put_away(ended: MainWindow, desk: FakeDesk, qtbot) -> None:
    desk.fault = EnvironmentFault("invalid-credentials", Bilingual("wrong", "पासवर्ड ग़लत है"))
    QTest.keyClick(ended, *KEY)
    sheet = offered(ended)
    typed(sheet, "meena")
    qtbot.waitUntil(lambda: "पासवर्ड ग़लत है" in sheet.problem.text())
    assert ended.banners.not_live
    QTest.keyClick(sheet, Qt.Key.Key_Escape)
    assert not sheet.isVisible()
    qtbot.waitUntil(ended.isActiveWindow)
    QTest.keyClick(ended, *KEY)
    assert offered(ended) is sheet
    assert (sheet.user.text(), sheet.password.text()) == ("meena", "")
