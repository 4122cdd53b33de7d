from __future__ import annotations

import re
from dataclasses import replace
from typing import TypeVar

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog

from kotaconsole.domain.commands import AcceptedBy, Close, Contact, Inform, Note, Statement
from kotaconsole.domain.errors import Bilingual
from kotaconsole.domain.referral import Account, Candidate, Holder, Subject, Suggested
from kotaconsole.ui.desk import PrintResult
from kotaconsole.ui.dialogs.closing import ClosingRules, Ending
from kotaconsole.ui.dialogs.contact import ContactSheet
from kotaconsole.ui.dialogs.inform import InformSheet
from kotaconsole.ui.dialogs.outcome import OutcomeSheet
from kotaconsole.ui.dialogs.refused import RefusedSheet
from kotaconsole.ui.refusal_words import REFUSALS, refusal
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
    assert sheet.unit == "jawahar-nagar"  # the only place that was stated
    qtbot.waitUntil(lambda: not sheet.preview.empty)
    QTest.keyClicks(sheet.search, "kunh")
    assert sheet.unit is None
    QTest.keyClick(sheet.search, Qt.Key.Key_Down)
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


def test_no_unit_is_chosen_before_somebody_chooses_it(window: MainWindow, desk: FakeDesk, qtbot) -> None:
    pick(window, qtbot, 119)
    press(window, qtbot, Qt.Key.Key_F6)
    sheet = opened(window, InformSheet)
    qtbot.waitUntil(sheet.isActiveWindow)
    for key in (Qt.Key.Key_Tab, Qt.Key.Key_K, Qt.Key.Key_Backtab, Qt.Key.Key_Return):
        QTest.keyClick(sheet.focusWidget(), key)
        assert sheet.unit is None
        assert not sheet.save.isEnabled()
    QTest.keyClick(sheet.search, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert desk.saved == []
    assert "चुनें" in sheet.missing.text()
    assert sheet.preview.empty
    assert "इकाई नहीं चुनी" in sheet.preview.sheet.text()
    QTest.keyClicks(sheet.search, "kunh")
    assert [sheet.units.item(at).text() for at in range(sheet.units.count())] == ["कुन्हाड़ी · थाना"]
    assert sheet.unit is None
    QTest.keyClick(sheet.search, Qt.Key.Key_Return)
    assert sheet.unit == "kunhadi"
    assert sheet.save.isEnabled()
    assert "कुन्हाड़ी" in sheet._labels[0].text()
    qtbot.waitUntil(lambda: not sheet.preview.empty)
    sheet.search.setText("kaithun")  # what no longer stands in the list is not chosen any more
    assert sheet.unit is None
    qtbot.waitUntil(lambda: sheet.preview.empty)
    assert desk.saved == []


@pytest.mark.parametrize(
    ("strengths", "chosen"),
    [
        ({"kunhadi": "stated"}, "kunhadi"),
        ({"kunhadi": "stated", "talwandi": "likely"}, "kunhadi"),
        ({"kunhadi": "likely"}, None),
        ({"kunhadi": "stated", "talwandi": "stated"}, None),
        ({}, None),
    ],
)
def test_only_the_one_stated_place_is_chosen_beforehand(
    window: MainWindow, desk: FakeDesk, qtbot, strengths: dict[str, str], chosen: str | None
) -> None:
    why = Bilingual("why", "क्यों")
    suggested = Suggested(tuple(Candidate(unit, strength, why) for unit, strength in strengths.items()))
    desk.put(replace(desk.cases[key_of(119)], suggested=suggested, version=9))
    pick(window, qtbot, 119)
    qtbot.waitUntil(lambda: window.pane.view.row.version == 9)
    press(window, qtbot, Qt.Key.Key_F6)
    sheet = opened(window, InformSheet)
    assert sheet.unit == chosen
    assert sheet.save.isEnabled() is (chosen is not None)


def test_the_slip_can_be_read_before_it_goes_out(window: MainWindow, qtbot) -> None:
    window.resize(1920, 1080)
    pick(window, qtbot, 123)
    press(window, qtbot, Qt.Key.Key_F6)
    sheet = opened(window, InformSheet)
    qtbot.waitUntil(lambda: not sheet.preview.empty)
    assert sheet.preview.sheet.pixmap().height() > 700
    QTest.keyClick(sheet.search, Qt.Key.Key_F6)
    qtbot.waitUntil(lambda: sheet.preview.sheet.pixmap().width() > 800)
    assert not sheet.search.isVisible()
    QTest.keyClick(sheet.preview, Qt.Key.Key_F6)
    assert sheet.search.hasFocus()


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
    QTest.keyClick(sheet.search, Qt.Key.Key_Return)
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
    assert not sheet.save.isEnabled()
    for field, said in ((sheet.accepted_rank, "सदस्य"), (sheet.accepted_body, "बाल कल्याण समिति")):
        assert field.isVisible()
        assert not sheet.save.isEnabled()
        field.setText(said)
    assert sheet.save.isEnabled()
    QTest.keyClick(sheet, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: len(desk.saved) == 1)
    accepted = AcceptedBy("सी. सदस्य", "child_welfare", "सदस्य", "बाल कल्याण समिति")
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
        ("no_current_distress", "informed", False, {}, False),
        ("no_current_distress", "informed", False, {"statement_name": "x"}, False),
        ("no_current_distress", "informed", False, {"statement_name": "x", "statement": "y"}, True),
        ("counselled", "informed", False, {"statement_name": "x", "statement": "y"}, False),
        ("not_located", "informed", False, {}, False),
        ("not_located", "informed", False, {"without_supervisor": "कोई पर्यवेक्षक नहीं"}, True),
        ("deceased", "informed", True, {}, True),
        ("deceased", "new", True, {}, False),
        ("duplicate", "new", False, {"duplicate_of": "x"}, True),
        ("duplicate", "informed", False, {}, False),
        (
            "accepted_elsewhere",
            "informed",
            False,
            {"accepted_name": "डॉ.", "accepted_rank": "r", "accepted_body": "b"},
            True,
        ),
        ("accepted_elsewhere", "informed", False, {"accepted_name": "डॉ.", "accepted_body": "b"}, False),
        ("accepted_elsewhere", "informed", False, {"accepted_name": "डॉ.", "accepted_rank": "r"}, False),
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
    assert "F12" in window.cases._tray.text()
    press(window, qtbot, Qt.Key.Key_F12)
    sheet = opened(window, RefusedSheet)
    qtbot.waitUntil(lambda: sheet.list.count() == 1)
    assert "बहुत ज़रूरी" in sheet.list.item(0).text()
    assert "इस इकाई के पास नहीं" in sheet.list.item(0).text()
    assert "not-found" in sheet.why.text()
    assert "बहुत ज़रूरी" in sheet.asked.text()
    assert REFUSALS["not-found"].hi in sheet.why.text()
    qtbot.waitUntil(lambda: "2026-000123" in sheet.now.text())
    assert "थाने को सूचित" in sheet.now.text()
    assert "R. Meena" in sheet.now.text()
    gurjar = Holder("op-2", "S. Gurjar", people.NOW, "K1")
    desk.put(replace(desk.cases[key_of(123)], state="on_scene", holder=gurjar, version=20))
    qtbot.waitUntil(lambda: "मौके पर" in sheet.now.text() and "S. Gurjar" in sheet.now.text())
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


@pytest.mark.parametrize(
    "code", ["held", "version-mismatch", "illegal-transition", "invalid", "not-found", "not-allowed", "never-heard-of"]
)
def test_every_refusal_says_what_happened_what_is_safe_and_what_to_do(code: str) -> None:
    said = refusal(code)
    for words, script, safe in ((said.en, "[A-Za-z]", "kept here"), (said.hi, "[\u0900-\u097f]", "सुरक्षित")):
        assert re.search(script, words)
        assert safe in words
        assert len(re.findall(r"[.।]", words)) >= 3
    assert not re.search("[A-Za-z]", said.hi)
    own = {refusal(known).en for known in REFUSALS}
    assert len(own) == len(REFUSALS) == 6
    assert (said.en in own) is (code != "never-heard-of")


def test_no_current_distress_by_the_platforms_statement(window: MainWindow, desk: FakeDesk, qtbot) -> None:
    pick(window, qtbot, 123)
    press(window, qtbot, Qt.Key.Key_F10)
    sheet = opened(window, OutcomeSheet)
    assert not sheet.statement.isVisible()
    sheet.choices["no_current_distress"].setChecked(True)
    sheet.summary.setPlainText("प्लेटफ़ॉर्म ने बताया")
    assert sheet.statement.isVisible()
    assert not sheet.save.isEnabled()
    sheet.statement_name.setText("समीक्षक")
    assert not sheet.save.isEnabled()
    sheet.statement.setText("खाता पुरानी पोस्ट का था")
    assert sheet.save.isEnabled()
    QTest.keyClick(sheet, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: len(desk.saved) == 1)
    stated = Statement("instagram", "समीक्षक", desk.wall, "खाता पुरानी पोस्ट का था")
    assert desk.saved[0].payload == Close("no_current_distress", "प्लेटफ़ॉर्म ने बताया", statement=stated)


def test_a_recorded_contact_needs_no_statement(window: MainWindow, desk: FakeDesk, qtbot) -> None:
    pick(window, qtbot, 118)
    press(window, qtbot, Qt.Key.Key_F10)
    sheet = opened(window, OutcomeSheet)
    sheet.choices["no_current_distress"].setChecked(True)
    sheet.summary.setPlainText("बात हुई")
    assert not sheet.statement.isVisible()
    QTest.keyClick(sheet, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: len(desk.saved) == 1)
    assert desk.saved[0].payload.statement is None


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


def test_the_inform_sheet_says_whether_no_units_came_or_none_that_can_be_used(
    window: MainWindow, desk: FakeDesk, qtbot
) -> None:
    from kotaconsole.domain.changes import Changes
    from kotaconsole.domain.link import DIRECTORY_UNREADABLE
    from kotaconsole.ui.desk import LinkView

    desk.units = False
    desk.tell(Changes(everything=True))
    qtbot.waitUntil(lambda: window.doing.directory is None)
    pick(window, qtbot, 119)
    press(window, qtbot, Qt.Key.Key_F6)
    sheet = opened(window, InformSheet)
    assert "अभी हब से नहीं आई" in sheet.missing.text()
    sheet.close()
    desk.tell(LinkView("live", people.NOW, 1000.0, no_directory=DIRECTORY_UNREADABLE))
    press(window, qtbot, Qt.Key.Key_F6)
    sheet = opened(window, InformSheet)
    assert DIRECTORY_UNREADABLE.hi in sheet.missing.text()
    assert "F4" in sheet.missing.text()
