from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractSlider, QLabel, QWidget

from kotaconsole.domain.commands import Note
from kotaconsole.domain.listing import CaseView, TimelineEntry
from kotaconsole.domain.referral import Account, Defect, Event, Flag, Subject
from kotaconsole.ui.views.main_window import MainWindow
from tests.ui import people
from tests.ui.fake_desk import FakeDesk
from tests.ui.test_list import key_of, pick, press


def words(widget: QWidget) -> str:
    """Everything a person can read in it."""
    return "\n".join(label.text() for label in widget.findChildren(QLabel) if label.isVisibleTo(widget))


def test_personal_data_is_masked_until_f3_and_the_opening_is_recorded(
    window: MainWindow, desk: FakeDesk, qtbot, context
) -> None:
    pick(window, qtbot, 123)
    hidden = ("सना कुमारी", "00041", "sana.namuna", "sana@example", "मोहन", "00077")
    assert not [secret for secret in hidden if secret in words(window)]
    assert "•••" in words(window.pane.person)
    press(window, qtbot, Qt.Key.Key_F3)
    said = words(window.pane)
    assert "सना कुमारी" in said
    assert "+91 00000 00041" in said
    assert "00077" not in said  # a minor, and whether the family may harm is unknown
    qtbot.waitUntil(lambda: len(desk.reveals) == 1)
    assert desk.reveals[0][0] == key_of(123)
    pick(window, qtbot, 124)
    pick(window, qtbot, 123)
    assert "सना कुमारी" not in words(window)
    assert len(desk.reveals) == 1


def test_masked_names_are_nowhere_in_titles(window: MainWindow, qtbot) -> None:
    pick(window, qtbot, 123)
    press(window, qtbot, Qt.Key.Key_F3)
    press(window, qtbot, Qt.Key.Key_F6)
    for shown in (window, *window.doing.open_sheets):
        assert "सना" not in shown.windowTitle()


def test_excerpt_is_closed_until_asked_for(window: MainWindow, desk: FakeDesk, qtbot) -> None:
    pick(window, qtbot, 123)
    assert "नमूना पोस्ट" not in words(window.pane)
    window.pane.excerpts.click()
    assert "नमूना पोस्ट 123" in words(window.pane)
    qtbot.waitUntil(lambda: (key_of(123), ("excerpt",)) in desk.reveals)
    pick(window, qtbot, 124)
    assert "नमूना पोस्ट" not in words(window.pane)


def test_why_says_every_rule_with_its_revision_and_the_reviewers_note_first(window: MainWindow, qtbot) -> None:
    pick(window, qtbot, 127)
    why = [label.text() for label in window.pane._why.findChildren(QLabel) if label.isVisibleTo(window.pane)]
    assert "alone on a roof" in why[0]
    assert "(नियम 2, संस्करण 7)" in why[1]
    assert "(नियम 3, संस्करण 7)" in why[1]
    assert "नाबालिग" in why[2]


def test_unknown_looks_unlike_no(window: MainWindow, desk: FakeDesk, qtbot) -> None:
    key = key_of(124)
    desk.put(replace(desk.cases[key], subject=Subject(alone="no", family_may_harm="unknown"), version=8))
    pick(window, qtbot, 124)
    qtbot.waitUntil(lambda: window.pane.view.row.version == 8)
    facts = {line.label.text(): line.value for line in window.pane.person._lines if line.isVisibleTo(window.pane)}
    no, unknown = facts["अकेले"], facts["परिवार से हानि"]
    assert no.text() == "नहीं"
    assert "अज्ञात" in unknown.text()
    assert unknown.text().startswith("?")
    assert no.palette().windowText().color() != unknown.palette().windowText().color()


def test_server_text_is_only_text(window: MainWindow, desk: FakeDesk, qtbot) -> None:
    nasty = "<b>bold</b><img src=x> \u202egnp.exe\u202c \x07http://evil.example.invalid"
    key = key_of(124)
    flag = Flag("instagram", nasty, people.NOW, excerpt=nasty, reviewer_note=nasty, defects=(Defect("/x", nasty),))
    desk.put(
        replace(desk.cases[key], version=8, subject=Subject(name=nasty, hostel=nasty), flags=(flag,),
                account=Account(display_name=nasty, url=nasty))
    )  # fmt: skip
    pick(window, qtbot, 124)
    qtbot.waitUntil(lambda: window.pane.view.row.version == 8)
    press(window, qtbot, Qt.Key.Key_F3)
    window.pane.excerpts.click()
    assert "<b>bold</b>" in words(window.pane)
    for label in window.findChildren(QLabel):
        assert label.textFormat() == Qt.TextFormat.PlainText
        assert not label.openExternalLinks()
        assert not set(label.text()) & set("\u202e\u202c\x07")


def test_an_endless_name_does_not_widen_anything(window: MainWindow, desk: FakeDesk, qtbot) -> None:
    long = "न" * 200
    key = key_of(124)
    subject = Subject(name=long, hostel=long, institute="x" * 200, hazards="y" * 2000)
    desk.put(replace(desk.cases[key], version=8, subject=subject, flags=(), number="2026-000124"))
    pick(window, qtbot, 124)
    qtbot.waitUntil(lambda: window.pane.view.row.version == 8)
    press(window, qtbot, Qt.Key.Key_F3)
    qtbot.wait(20)
    assert (window.width(), window.height()) == (1280, 720)
    inner = window.pane.details.widget()
    assert inner.width() <= window.pane.details.viewport().width()
    for label in window.pane.person.findChildren(QLabel):
        assert label.mapTo(inner, label.rect().topRight()).x() <= inner.width()


def test_a_long_reviewers_note_leaves_room_for_the_buttons(window: MainWindow, desk: FakeDesk, qtbot) -> None:
    key = key_of(124)
    flag = Flag("instagram", "r", people.NOW, reviewer_note="कृपया तुरंत देखें " * 120)
    desk.put(replace(desk.cases[key], version=8, flags=(flag,)))
    pick(window, qtbot, 124)
    qtbot.waitUntil(lambda: window.pane.view.row.version == 8)
    qtbot.waitUntil(lambda: 100 < window.pane._why.height() < 250)
    qtbot.waitUntil(lambda: window.pane.details.height() > 120)
    assert (window.width(), window.height()) == (1280, 720)


def test_timeline_is_newest_last_and_says_where_each_entry_is(window: MainWindow, desk: FakeDesk, qtbot) -> None:
    pick(window, qtbot, 123)
    for text in ("एक", "दो", "तीन"):
        desk.save("note", key_of(123), Note(text), None)
    desk.arrive("cmd-1")
    desk.reject("cmd-3", "held")

    def lines() -> list[tuple[str, str]]:
        shown = [line for line in window.pane.timeline._lines if line.isVisibleTo(window.pane)]
        return [(line.rest.text(), line.meaning.text() if line.meaning.isVisibleTo(line) else "") for line in shown][
            -3:
        ]

    qtbot.waitUntil(lambda: [mark for _text, mark in lines()] == ["", "भेजना शेष", "अस्वीकृत"])
    assert [text.rpartition(" ")[2] for text, _mark in lines()] == ["एक", "दो", "तीन"]
    qtbot.waitUntil(lambda: "1" in window.cases._tray.text())


def test_an_unreadable_event_is_shown_rings_and_can_be_acknowledged(window: MainWindow, desk: FakeDesk, qtbot) -> None:
    from kotaconsole.domain.changes import Changes

    row = people.row(1, "P1", ringing=True, key="unreadable:77", number=None, unreadable=True, who=None, where=None)
    desk.unreadable[row.key] = CaseView(row, None, (), raw='{"broken": "नमूना"')
    desk.tell(Changes(frozenset([row.key]), rings=True))
    qtbot.waitUntil(lambda: window.cases.model.row_of(row.key) is not None)
    window.cases.table.choose(row.key)
    qtbot.waitUntil(lambda: window.pane.view is not None)
    said = words(window.pane)
    assert "अपठनीय: स्रोत देखें" in said
    assert "broken" not in said
    window.pane.excerpts.click()
    assert '{"broken": "नमूना"' in words(window.pane)
    assert not window.note.field.isEnabled()
    desk.pass_time(2)
    QTest.keyClick(window.cases.table, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: len(desk.saved) == 1)


def notes(key: str, count: int, times: int = 6) -> tuple[TimelineEntry, ...]:
    return tuple(
        TimelineEntry("hub", people.NOW, "note_added", "R. Meena", event=Event(
            str(n), "note_added", key, n, people.NOW, people.NOW, {"text": f"टिप्पणी क्रमांक {n} " * times}, people.MEENA))
        for n in range(count)
    )  # fmt: skip


def lines_in_view(window: MainWindow) -> list[str]:
    """Lines of the timeline that can be read whole, without scrolling."""
    room = window.pane.history.viewport()
    found = []
    for line in window.pane.timeline._lines:
        top, bottom = (line.mapTo(window, point).y() for point in (line.rect().topLeft(), line.rect().bottomLeft()))
        first, last = (room.mapTo(window, point).y() for point in (room.rect().topLeft(), room.rect().bottomLeft()))
        if line.isVisibleTo(window.pane) and top >= first and bottom <= last + 1 and last < window.height():
            found.append(line.rest.text())
    return found


@pytest.mark.parametrize(("size", "least"), [((1920, 1080), 5), ((1280, 720), 2)])
@pytest.mark.parametrize("language", ["hi", "en"])
def test_the_timeline_is_in_view_without_scrolling(
    window: MainWindow, desk: FakeDesk, qtbot, context, language: str, size: tuple[int, int], least: int
) -> None:
    context.languages.use(language)
    desk.training = True
    window.resize(*size)
    desk.timelines[key_of(123)] = notes(key_of(123), 12, times=2)
    pick(window, qtbot, 123)
    press(window, qtbot, Qt.Key.Key_F3)
    # the newest is seen, and not at the cost of who and where
    qtbot.waitUntil(lambda: "क्रमांक 11" in "".join(lines_in_view(window)[-1:]) and window.pane.details.height() >= 90)
    assert len(lines_in_view(window)) >= least
    assert window.pane.timeline.heading.isVisible()
    desk.save("note", key_of(123), Note("नई पंक्ति"), None)
    qtbot.waitUntil(lambda: bool(lines_in_view(window)) and "नई पंक्ति" in lines_in_view(window)[-1])


def test_who_reads_back_in_the_timeline_is_not_thrown_to_its_end(window: MainWindow, desk: FakeDesk, qtbot) -> None:
    desk.timelines[key_of(123)] = notes(key_of(123), 40)
    pick(window, qtbot, 123)
    bar = window.pane.history.verticalScrollBar()
    qtbot.waitUntil(lambda: bar.maximum() > 200 and bar.value() == bar.maximum())
    bar.triggerAction(QAbstractSlider.SliderAction.SliderToMinimum)
    before = bar.maximum()
    desk.save("note", key_of(123), Note("नई"), None)
    qtbot.waitUntil(lambda: bar.maximum() > before)
    assert bar.value() == 0


def test_phones_and_places_are_copied_with_one_key_once_they_are_open(
    window: MainWindow, desk: FakeDesk, qtbot
) -> None:
    pick(window, qtbot, 123)

    def copied() -> list[str]:
        found = []
        for line in (*window.pane.person._lines, *window.pane.place._lines):
            if line.isVisibleTo(window.pane) and line.value.focusPolicy() & Qt.FocusPolicy.TabFocus:
                QGuiApplication.clipboard().clear()
                QTest.keyClick(line.value, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
                found.append(QGuiApplication.clipboard().text())
        return found

    assert copied() == ["25.1405, 75.8462"]
    press(window, qtbot, Qt.Key.Key_F3)
    assert copied() == ["+91 00000 00041", "25.1405, 75.8462"]


def test_refreshing_the_shown_case_keeps_scroll_and_focus(window: MainWindow, desk: FakeDesk, qtbot) -> None:
    pick(window, qtbot, 123)
    qtbot.waitUntil(lambda: window.pane.details.verticalScrollBar().maximum() > 100)
    window.pane.details.verticalScrollBar().setValue(100)
    window.pane.excerpts.setFocus()
    desk.put(replace(desk.cases[key_of(123)], version=20))
    qtbot.waitUntil(lambda: window.pane.view.row.version == 20)
    assert window.pane.details.verticalScrollBar().value() == 100
    assert window.focusWidget() is window.pane.excerpts


def test_a_long_timeline_shows_its_end_at_once_and_counts_the_rest(window: MainWindow, desk: FakeDesk, qtbot) -> None:
    import time

    key = key_of(123)
    desk.timelines[key] = notes(key, 250)
    started = time.perf_counter()
    pick(window, qtbot, 123)
    # Laying the pane out once per line, and not once, takes some ten seconds.
    assert time.perf_counter() - started < 3
    shown = [line for line in window.pane.timeline._lines if line.isVisibleTo(window.pane)]
    assert "150" in shown[0].what.text()
    assert "क्रमांक 249" in shown[-1].rest.text()


def test_a_case_the_hub_has_lost_says_so_in_list_and_pane(window: MainWindow, desk: FakeDesk, qtbot) -> None:
    from kotaconsole.domain.changes import Changes
    from kotaconsole.ui.models.columns import Column, chips

    pick(window, qtbot, 123)
    (row,) = desk.rows_of(frozenset([key_of(123)]))
    desk.extra_rows[key_of(123)] = replace(row, away=True, pending=1)
    desk.tell(Changes(frozenset([key_of(123)])))
    qtbot.waitUntil(lambda: window.pane.view.row.away)
    assert "अभी हब पर नहीं" in window.pane._modifiers.text()
    model = window.cases.model
    (line,) = [line for line in range(model.rowCount()) if model.row_at(line).key == key_of(123)]
    assert chips(model.row_at(line))[0] == "अभी हब पर नहीं"
    read_out = model.data(model.index(line, Column.WHO), Qt.ItemDataRole.AccessibleTextRole)
    assert "अभी हब पर नहीं" in read_out
