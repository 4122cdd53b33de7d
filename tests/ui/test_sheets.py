from __future__ import annotations

from dataclasses import replace
from typing import TypeVar

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog

from kotaconsole.domain.commands import AcceptedBy, Close, Contact, Inform, Note
from kotaconsole.domain.errors import Bilingual
from kotaconsole.domain.referral import Account, Subject
from kotaconsole.ui.desk import PrintResult
from kotaconsole.ui.dialogs.closing import ClosingRules, Ending
from kotaconsole.ui.dialogs.contact import ContactSheet
from kotaconsole.ui.dialogs.inform import InformSheet
from kotaconsole.ui.dialogs.outcome import OutcomeSheet
from kotaconsole.ui.dialogs.refused import RefusedSheet
from kotaconsole.ui.views.main_window import MainWindow
from tests.ui import people
from tests.ui.fake_desk import FakeDesk
from tests.ui.test_list import key_of, pick, press

S = TypeVar("S", bound=QDialog)


def opened(window: MainWindow, kind: type[S]) -> S:
    (sheet,) = [sheet for sheet in window.doing.open_sheets if isinstance(sheet, kind)]
    return sheet


def test_inform_saves_and_prints_with_ctrl_enter(window: MainWindow, desk: FakeDesk, qtbot) -> None:
    pick(window, qtbot, 123)
    seen = window.pane.view.row.version
    press(window, qtbot, Qt.Key.Key_F6)
    sheet = opened(window, InformSheet)
    assert not sheet.isModal()
    assert sheet.unit == "jawahar-nagar"  # suggested, so first
    qtbot.waitUntil(lambda: not sheet.preview.pixmap().isNull())
    QTest.keyClicks(sheet.search, "kunh")
    assert sheet.unit == "kunhadi"
    sheet.person.setText("महेंद्र")
    sheet.rank.setText("ASI")
    QTest.keyClick(sheet.person, Qt.Key.Key_Return)  # Enter alone sends nothing off
    assert desk.saved == []
    QTest.keyClick(sheet.person, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: desk.printed == ["K2-261123-05"])
    assert desk.saved[0].payload == Inform("kunhadi", "महेंद्र", "ASI", None)
    assert desk.saved[0].seen == seen
    qtbot.waitUntil(lambda: "छप गई" in sheet.told.text())
    assert "K2-261123-05" in sheet.told.text()
    QTest.keyClick(sheet, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert len(desk.printed) == 1


def test_a_slip_that_does_not_print_is_said_and_stays_saved(window: MainWindow, desk: FakeDesk, qtbot) -> None:
    desk.print_result = PrintResult(False, Bilingual("queue stopped", "कतार रुकी है"), "lp 1")
    pick(window, qtbot, 123)
    press(window, qtbot, Qt.Key.Key_F6)
    sheet = opened(window, InformSheet)
    QTest.keyClick(sheet, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: "कतार रुकी है" in sheet.told.text())
    assert window.notices.sentence == "कतार रुकी है"
    assert [saved.kind for saved in desk.saved] == ["inform", "slip"]
    qtbot.waitUntil(lambda: window.pane.view.case.slips[-1].number == "K2-261123-05")
    desk.print_result = PrintResult(True, Bilingual("ok", "छप गई"))
    press(window, qtbot, Qt.Key.Key_F9)
    qtbot.waitUntil(lambda: desk.printed == ["K2-261123-05", "K2-261123-05"])


def test_esc_keeps_what_was_typed_per_case(window: MainWindow, desk: FakeDesk, qtbot) -> None:
    pick(window, qtbot, 123)
    press(window, qtbot, Qt.Key.Key_F6)
    sheet = opened(window, InformSheet)
    sheet.person.setText("आधा नाम")
    QTest.keyClicks(sheet.search, "kunh")
    QTest.keyClick(sheet, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not window.doing.open_sheets)
    pick(window, qtbot, 119)
    press(window, qtbot, Qt.Key.Key_F6)
    assert opened(window, InformSheet).person.text() == ""
    opened(window, InformSheet).close()
    pick(window, qtbot, 123)
    qtbot.waitUntil(lambda: not window.doing.open_sheets)
    press(window, qtbot, Qt.Key.Key_F6)
    again = opened(window, InformSheet)
    assert (again.person.text(), again.unit) == ("आधा नाम", "kunhadi")
    assert desk.saved == []


def test_a_sheet_blocks_nothing(window: MainWindow, desk: FakeDesk, qtbot) -> None:
    pick(window, qtbot, 123)
    press(window, qtbot, Qt.Key.Key_F6)
    sheet = opened(window, InformSheet)
    desk.put(people.case(600, "P1", ringing=True), rings=True)
    qtbot.waitUntil(lambda: window.cases.model.row_of(key_of(600)) is not None)
    assert sheet.isVisible()
    assert QApplication.activeModalWidget() is None
    pick(window, qtbot, 600)
    desk.pass_time(2)
    QTest.keyClick(window.cases.table, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: len(desk.saved) == 1)
    assert desk.saved[0].key == key_of(600)
    assert sheet.key == key_of(123)


def test_contact_asks_before_it_saves(window: MainWindow, desk: FakeDesk, qtbot) -> None:
    pick(window, qtbot, 123)
    press(window, qtbot, Qt.Key.Key_F11)
    sheet = opened(window, ContactSheet)
    assert not sheet.yes.isChecked()
    assert not sheet.no.isChecked()
    assert not sheet.save.isEnabled()
    assert "आमने-सामने" in sheet.missing.text()
    sheet.yes.setChecked(True)
    assert "कौन पहुँचा" in sheet.missing.text()
    sheet.who.setText("ASI महेंद्र")
    QTest.keyClick(sheet.who, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: len(desk.saved) == 1)
    assert desk.saved[0].payload == Contact(True, "ASI महेंद्र")
    qtbot.waitUntil(lambda: not window.doing.open_sheets)
    qtbot.waitUntil(lambda: window.pane.view.case.state == "contact_made")


def test_outcome_of_a_minor_needs_a_child_body(window: MainWindow, desk: FakeDesk, qtbot) -> None:
    key = key_of(123)
    desk.put(replace(desk.cases[key], state="contact_made", version=9))
    pick(window, qtbot, 123)
    qtbot.waitUntil(lambda: window.pane.view.row.version == 9)
    press(window, qtbot, Qt.Key.Key_F10)
    sheet = opened(window, OutcomeSheet)
    sheet.choices["safe_with_family"].setChecked(True)
    assert sheet.accepted_name.isVisible()
    assert not sheet.duplicate_of.isVisible()
    sheet.summary.setPlainText("परिजन को सौंपा")
    sheet.accepted_name.setText("सी. सदस्य")
    sheet.accepted_kind.setCurrentIndex(sheet.accepted_kind.findData("hospital"))
    assert not sheet.save.isEnabled()
    sheet.accepted_kind.setCurrentIndex(sheet.accepted_kind.findData("child_welfare"))
    assert sheet.save.isEnabled()
    QTest.keyClick(sheet, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: len(desk.saved) == 1)
    accepted = AcceptedBy("सी. सदस्य", "child_welfare")
    assert desk.saved[0].payload == Close("safe_with_family", "परिजन को सौंपा", accepted_by=accepted)
    assert desk.saved[0].seen == 9


def test_a_duplicate_names_the_other_case(window: MainWindow, desk: FakeDesk, qtbot) -> None:
    pick(window, qtbot, 123)
    press(window, qtbot, Qt.Key.Key_F10)
    sheet = opened(window, OutcomeSheet)
    sheet.choices["duplicate"].setChecked(True)
    sheet.summary.setPlainText("वही व्यक्ति")
    assert not sheet.save.isEnabled()
    assert sheet.duplicate_of.findData(key_of(123)) < 0
    sheet.duplicate_of.setCurrentIndex(sheet.duplicate_of.findData(key_of(126)))
    QTest.keyClick(sheet, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: len(desk.saved) == 1)
    assert desk.saved[0].payload.duplicate_of == key_of(126)


@pytest.mark.parametrize(
    ("code", "state", "supervisor", "given", "fits"),
    [
        ("counselled", "informed", False, {}, False),
        ("counselled", "contact_made", False, {}, True),
        ("medical_care", "on_scene", True, {}, False),
        ("no_current_distress", "contact_made", False, {}, True),
        ("not_located", "informed", False, {}, False),
        ("not_located", "informed", False, {"without_supervisor": "कोई पर्यवेक्षक नहीं"}, True),
        ("deceased", "informed", True, {}, True),
        ("deceased", "new", True, {}, False),
        ("duplicate", "new", False, {"duplicate_of": "x"}, True),
        ("duplicate", "informed", False, {}, False),
        ("accepted_elsewhere", "informed", False, {"accepted_name": "डॉ."}, True),
        ("accepted_elsewhere", "informed", False, {}, False),
        ("counselled", "contact_made", False, {"summary": ""}, False),
        ("", "contact_made", True, {}, False),
    ],
)
def test_closing_rules(qapp, code: str, state: str, supervisor: bool, given: dict[str, str], fits: bool) -> None:
    case = people.case(1, state=state, account=Account(age_band="25_plus"))
    blank = {"summary": "s", "duplicate_of": None, "accepted_name": "", "accepted_kind": "hospital",
             "without_supervisor": ""}  # fmt: skip
    lacking = ClosingRules(case, supervisor=supervisor).lacks(Ending(code, **{**blank, **given}))
    assert (lacking == "") is fits


@pytest.mark.parametrize(("harm", "band", "guarded"), [("yes", "25_plus", True), ("no", "under_18", True),
                                                       ("unknown", "25_plus", False)])  # fmt: skip
def test_family_is_not_the_default_for_minors_or_harm(qapp, harm: str, band: str, guarded: bool) -> None:
    case = people.case(1, state="contact_made", account=Account(age_band=band), subject=Subject(family_may_harm=harm))
    ending = Ending("safe_with_family", "s", None, "", "", "")
    assert bool(ClosingRules(case, supervisor=False).lacks(ending)) is guarded
    assert ClosingRules(case, supervisor=True).lacks(ending) == ""


def test_refused_commands_wait_in_a_tray(window: MainWindow, desk: FakeDesk, qtbot) -> None:
    entry = desk.save("note", key_of(123), Note("बहुत ज़रूरी"), None)
    desk.reject(entry.command_id, "not-found")
    qtbot.waitUntil(lambda: window.cases._tray.property("trouble") is True)
    window.cases._tray.click()
    sheet = opened(window, RefusedSheet)
    qtbot.waitUntil(lambda: sheet.list.count() == 1)
    assert "बहुत ज़रूरी" in sheet.list.item(0).text()
    assert "not-found" in sheet.list.item(0).text()
    assert not sheet.aside.isEnabled()
    sheet.reason.setText("दोबारा लिखा")
    sheet.aside.click()
    qtbot.waitUntil(lambda: desk.aside == [(entry.command_id, "दोबारा लिखा")])
    qtbot.waitUntil(lambda: sheet.list.count() == 0)
    qtbot.waitUntil(lambda: not window.cases._tray.property("trouble"))


def test_a_refused_note_can_be_kept_as_a_late_note(window: MainWindow, desk: FakeDesk, qtbot) -> None:
    entry = desk.save("note", key_of(123), Note("बहुत ज़रूरी"), None)
    desk.reject(entry.command_id, "held")
    window.doing.show_refused()
    sheet = opened(window, RefusedSheet)
    qtbot.waitUntil(lambda: sheet.list.count() == 1)
    sheet.note.click()
    qtbot.waitUntil(lambda: len(desk.aside) == 1)
    assert "बहुत ज़रूरी" in desk.saved[-1].payload.text
    assert desk.saved[-1].payload.late is True


def test_sheets_are_freed_when_closed(window: MainWindow, qtbot) -> None:
    from PySide6.QtCore import QEvent

    pick(window, qtbot, 123)
    for _time in range(3):
        window.doing.show_help()
        (sheet,) = window.doing.open_sheets
        sheet.close()
        qtbot.waitUntil(lambda: not window.doing.open_sheets)
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert window.findChildren(QDialog) == []
