from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from kotaconsole.domain.errors import Bilingual
from kotaconsole.domain.link import TOO_OLD_TO_SEND, Notice
from kotaconsole.domain.troubles import Unheard
from kotaconsole.ui.desk import LinkView, SoundView, WatchView
from kotaconsole.ui.text import clock
from kotaconsole.ui.views.main_window import MainWindow
from kotaconsole.ui.widgets import KeyButton
from tests.ui import people
from tests.ui.fake_desk import FakeDesk
from tests.ui.test_pane import words


def test_a_live_link_is_green_and_counts_its_age(window: MainWindow, desk: FakeDesk, qtbot) -> None:
    said = window.strip._link_state.words
    assert said.property("tone") == "ok"
    desk.pass_time(6)
    qtbot.waitUntil(lambda: said.text() == "लिंक 8 से॰", timeout=3000)


def test_a_lost_link_is_never_green_and_stamps_the_list(window: MainWindow, desk: FakeDesk, qtbot) -> None:
    desk.tell(LinkView("lost", people.ago(915), 100.0, to_send=3, why=Bilingual("no network", "नेटवर्क नहीं है")))
    qtbot.waitUntil(lambda: window.banners.not_live)
    assert "14:01:07" in words(window.banners)
    assert "नेटवर्क नहीं है" in words(window.banners)
    assert window.strip._link_state.words.property("tone") == "p1"
    assert "3" in window.strip._to_send.words.text()
    assert window.cases.model.rowCount() > 0
    desk.tell(LinkView("live", people.NOW, 1000.0))
    qtbot.waitUntil(lambda: not window.banners.not_live)


def test_lost_sound_is_a_banner_and_a_border_that_takes_no_clicks(window: MainWindow, desk: FakeDesk, qtbot) -> None:
    assert not window._border.isVisible()
    desk.tell(SoundView("lost", Bilingual("no device", "कोई स्पीकर नहीं")))
    qtbot.waitUntil(window._border.isVisible)
    assert "ध्वनि बंद" in words(window.banners)
    assert "कोई स्पीकर नहीं" in words(window.banners)
    assert window._border.testAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
    assert window._border.rect() == window.rect()
    window.resize(1400, 800)
    qtbot.waitUntil(lambda: window._border.rect() == window.rect())
    desk.tell(SoundView("ok"))
    qtbot.waitUntil(lambda: not window._border.isVisible())


def test_a_lost_link_can_be_seen_by_key_and_by_button(window: MainWindow, desk: FakeDesk, qtbot) -> None:
    desk.tell(LinkView("lost", people.NOW))
    desk.tell(WatchView(calls=True))
    qtbot.waitUntil(lambda: seen_button(window).isVisible())
    assert seen_button(window).text() == "देख लिया"
    QTest.keyClick(window, Qt.Key.Key_F2, Qt.KeyboardModifier.ControlModifier)
    seen_button(window).click()
    assert desk.asked == ["seen", "seen"]
    desk.tell(WatchView(calls=False))
    qtbot.waitUntil(lambda: not seen_button(window).isVisible())
    assert window.banners.not_live, "seeing it is not ending it"


def seen_button(window: MainWindow) -> KeyButton:
    button = window.banners._not_live.button
    assert button is not None
    return button


def test_who_does_not_hear_is_named_with_the_oldest_time(window: MainWindow, desk: FakeDesk, qtbot) -> None:
    qtbot.waitUntil(lambda: window.banners._directory is not None)
    unheard = (
        Unheard("unit_unattended", "kunhadi", people.ago(60)),
        Unheard("console_silent", "kota-city", people.ago(120), "K3"),
    )
    desk.tell(WatchView(unheard, calls=True))
    qtbot.waitUntil(window.banners._unheard.isVisible)
    said = words(window.banners)
    assert clock(people.ago(120)) in said
    assert "K3" in said
    assert "kunhadi" not in said, "units have names"
    desk.tell(WatchView())
    qtbot.waitUntil(lambda: not window.banners._unheard.isVisible())


def test_what_is_not_sent_is_told_although_the_link_lives(window: MainWindow, desk: FakeDesk, qtbot) -> None:
    desk.tell(LinkView("live", people.NOW, 1000.0, to_send=1, unsent=TOO_OLD_TO_SEND))
    qtbot.waitUntil(window.banners._unsent.isVisible)
    assert TOO_OLD_TO_SEND.hi in words(window.banners)
    assert "भेजा नहीं जा रहा" in words(window.banners)
    desk.tell(LinkView("live", people.NOW, 1000.0))
    qtbot.waitUntil(lambda: not window.banners._unsent.isVisible())


def test_a_wrong_clock_is_told_in_seconds(window: MainWindow, desk: FakeDesk, qtbot) -> None:
    desk.tell(WatchView(clock_s=-7.4))
    qtbot.waitUntil(window.banners._clock.isVisible)
    assert "घड़ी ग़लत है" in words(window.banners)
    assert "7 सेकंड" in words(window.banners)


def test_the_pause_counts_down_and_the_key_ends_it(window: MainWindow, desk: FakeDesk, qtbot) -> None:
    pause = (Qt.Key.Key_F3, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(window, *pause)
    desk.tell(WatchView(paused_until=desk.now().plus(seconds=120)))
    qtbot.waitUntil(window.banners._paused.isVisible)
    assert "120" in words(window.banners)
    desk.pass_time(50)
    qtbot.waitUntil(lambda: "70" in words(window.banners), timeout=3000)
    QTest.keyClick(window, *pause)
    assert desk.asked == ["pause", "resume"]
    desk.tell(WatchView())
    qtbot.waitUntil(lambda: not window.banners._paused.isVisible())


def test_banners_stand_together(window: MainWindow, desk: FakeDesk, qtbot) -> None:
    desk.training = True
    desk.tell(SoundView("lost"))
    desk.tell(LinkView("lost", people.NOW))
    qtbot.waitUntil(lambda: window.banners.not_live and window.banners.sound_lost)
    said = words(window.banners)
    assert "प्रशिक्षण" in said
    assert "लाइव नहीं" in said
    assert "ध्वनि बंद" in said


def test_a_notice_about_the_hub_is_shown_once_and_can_be_put_away(window: MainWindow, desk: FakeDesk, qtbot) -> None:
    notice = Notice(Bilingual("The log is another.", "अभिलेख दूसरा है।"), "record 7")
    desk.tell(LinkView("live", people.NOW, 1000.0, notice=notice))
    qtbot.waitUntil(lambda: window.notices.sentence == "अभिलेख दूसरा है।")
    window.notices.put_away()
    desk.tell(LinkView("live", people.NOW, 1001.0, to_send=7, notice=notice))
    qtbot.waitUntil(lambda: "7" in window.strip._to_send.words.text())
    assert window.notices.sentence == "", "what was read does not come back with every change of the link"


def test_an_empty_list_says_all_clear_only_on_a_live_link(window: MainWindow, desk: FakeDesk, qtbot) -> None:
    from kotaconsole.domain.changes import Changes

    desk.cases.clear()
    desk.tell(LinkView("lost", people.NOW))
    desk.tell(Changes(everything=True))
    qtbot.waitUntil(lambda: window.cases.model.rowCount() == 0)
    assert "हब पर नए प्रकरण हो सकते हैं" in window.cases._empty.text()
    desk.tell(LinkView("live", people.NOW, 1000.0))
    desk.tell(Changes(everything=True))
    qtbot.waitUntil(lambda: "संपर्क चालू" in window.cases._empty.text())


def test_overdue_says_after_how_long(window: MainWindow, qtbot, context) -> None:
    overdue = window.strip._counters[3]
    assert "60 सेकंड" in overdue.toolTip()
    assert "60 सेकंड" in overdue._number.accessibleDescription()
    context.languages.use("en")
    qtbot.waitUntil(lambda: "more than 60 seconds" in overdue.toolTip())


def test_the_window_says_twice_a_second_that_it_lives(window: MainWindow, desk: FakeDesk, qtbot) -> None:
    before = desk.beats
    qtbot.waitUntil(lambda: desk.beats >= before + 2, timeout=3000)


def test_help_opens_with_f1(window: MainWindow, qtbot) -> None:
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    QTest.keyClick(window, Qt.Key.Key_F1)
    (sheet,) = window.doing.open_sheets
    said = words(sheet)
    for key in ("Space", "F3", "F4", "F6", "F9", "F10", "F11", "Ctrl+L", "Ctrl+T", "F2"):
        assert key in said
