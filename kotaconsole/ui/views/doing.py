"""Carries out what the operator asks: one task each, never a wait on the GUI thread."""

from __future__ import annotations

from functools import partial
from typing import Final

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QDialog, QWidget

from kotaconsole.domain.commands import Accept, Acknowledge
from kotaconsole.domain.directory import Directory
from kotaconsole.domain.errors import Bilingual
from kotaconsole.domain.listing import CaseView
from kotaconsole.ui.actions import Action, is_ours, possible
from kotaconsole.ui.context import Context
from kotaconsole.ui.desk import PrintResult
from kotaconsole.ui.dialogs.contact import ContactSheet
from kotaconsole.ui.dialogs.help import HelpSheet
from kotaconsole.ui.dialogs.inform import InformSheet
from kotaconsole.ui.dialogs.outcome import OutcomeSheet
from kotaconsole.ui.dialogs.refused import RefusedSheet
from kotaconsole.ui.dialogs.sheet import Drafts, Sheet
from kotaconsole.ui.tasks import Trouble
from kotaconsole.ui.views.case_list import CaseList
from kotaconsole.ui.views.case_pane import CasePane
from kotaconsole.ui.views.note_line import NoteLine

SEEN_S: Final = 1.0
"""Seconds a line has to be in view before it can be acknowledged: what nobody could read was not seen."""
_REVEALED: Final = ("name", "phone", "account", "guardian_name")

_NOT_SEEN = Bilingual(
    "Not acknowledged yet: the line must be in view for one second. Look at it and press Space again.",
    "अभी पावती नहीं दी गई: पंक्ति एक सेकंड दिखनी चाहिए। देखकर फिर Space दबाएँ।",
)
_NO_ALARM = Bilingual("This case has no alarm to acknowledge.", "इस प्रकरण पर पावती देने योग्य कोई अलार्म नहीं है।")
_CHOOSE = Bilingual("Choose a case in the list first (arrow keys).", "पहले सूची में प्रकरण चुनें (तीर कुंजियाँ)।")
_ACKNOWLEDGE_FIRST = Bilingual("Acknowledge the case first (Space in the list).", "पहले प्रकरण की पावती दें (सूची में Space)।")
_NO_SLIP = Bilingual(
    "No slip was made for this case yet (F6 makes one).", "इस प्रकरण की कोई पर्ची अभी नहीं बनी (F6 से बनती है)।"
)
_ACCEPT_FIRST = Bilingual(
    "Another unit asks yours to take this case. Accept it first (Space in the list).",
    "दूसरी यूनिट यह प्रकरण आपकी यूनिट को भेज रही है। पहले इसे स्वीकार करें (सूची में Space)।",
)
_WITH_ANOTHER = Bilingual(
    "This case is with %1, and only they can do that. You can write a note (F4). If they do not answer, phone them.",
    "यह प्रकरण %1 के पास है, और यह वही कर सकते हैं। आप टिप्पणी लिख सकते हैं (F4)। उत्तर न मिले तो उन्हें फ़ोन करें।",
)
_CLOSED = Bilingual("This case is closed.", "यह प्रकरण निस्तारित है।")


class Doing(QObject):
    """The actions on the shown case.

    Signals:
        trouble(Trouble): a sentence for the notice bar.
    """

    trouble = Signal(object)

    def __init__(self, context: Context, window: QWidget, cases: CaseList, pane: CasePane, note: NoteLine) -> None:
        super().__init__(window)
        self._context, self._window = context, window
        self._cases, self._pane, self._note = cases, pane, note
        self._drafts: Drafts = {}
        self._open: dict[tuple[str, str], QDialog] = {}
        self._acknowledging: set[tuple[str, int]] = set()
        self.directory: Directory | None = None

    def do(self, action: Action) -> None:
        """Carry out an action, or say why not."""
        view = self._pane.view
        if view is None or view.row.key != self._cases.table.key:
            self._say(_CHOOSE)
        elif action not in possible(view, self._context.desk.operator):
            self._say(self._why_not(action, view))
        else:
            {
                Action.ACKNOWLEDGE: self._acknowledge, Action.REVEAL: self._reveal, Action.NOTE: self._write,
                Action.INFORM: self._inform, Action.PRINT: self._print_again, Action.OUTCOME: self._outcome,
                Action.CONTACT: self._contact,
            }[action](view)  # fmt: skip

    def follow(self, view: CaseView) -> None:
        """The shown case changed: sheets about it look again."""
        for sheet in self._open.values():
            if isinstance(sheet, Sheet):
                sheet.follow(view)

    # ------------------------------------------------------------------------------------------ the actions
    def _acknowledge(self, view: CaseView) -> None:
        key, case = view.row.key, view.case
        through = case.alarm.through if case is not None and case.alarm is not None else view.row.version
        if self._cases.table.seconds_in_view(key) < SEEN_S or self._pane.through_settled_s < SEEN_S:
            self._say(_NOT_SEEN)
            return
        if (key, through) in self._acknowledging:
            return
        self._acknowledging.add((key, through))
        save = self._context.desk.save
        if view.row.incoming:
            work = partial(save, "accept", key, Accept(), view.row.version)
        else:
            work = partial(save, "acknowledge", key, Acknowledge(through), None)
        done = partial(self._acknowledged, (key, through))
        self._context.tasks.run("write", work, done, partial(self._not_acknowledged, (key, through)))

    def _acknowledged(self, what: tuple[str, int], _entry: object) -> None:
        self._acknowledging.discard(what)

    def _not_acknowledged(self, what: tuple[str, int], trouble: Trouble) -> None:
        self._acknowledging.discard(what)
        self.trouble.emit(trouble)

    def _reveal(self, view: CaseView) -> None:
        opening = not self._pane.revealed
        self._pane.set_revealed(opening)
        if opening:
            work = partial(self._context.desk.record_reveal, view.row.key, _REVEALED)
            self._context.tasks.run("write", work, _nothing, self.trouble.emit)

    def _write(self, _view: CaseView) -> None:
        self._note.focus()

    def _inform(self, view: CaseView) -> None:
        if not self._raised("inform", view.row.key):
            self._present(InformSheet(self._context, view, self._drafts, self._window, self.directory))

    def _contact(self, view: CaseView) -> None:
        if not self._raised("contact", view.row.key):
            self._present(ContactSheet(self._context, view, self._drafts, self._window))

    def _outcome(self, view: CaseView) -> None:
        if not self._raised("outcome", view.row.key):
            others = tuple(self._cases.model.all_rows())
            self._present(OutcomeSheet(self._context, view, self._drafts, self._window, others))

    def _print_again(self, view: CaseView) -> None:
        if view.case is not None:
            number = view.case.slips[-1].number
            work = partial(self._context.desk.print_slip, view.row.key, number)
            self._context.tasks.run("slow", work, self._printed, self.trouble.emit)

    def _printed(self, result: PrintResult) -> None:
        self.trouble.emit(Trouble(result.sentence, result.technical))

    # ------------------------------------------------------------------------------------------ sheets
    def show_help(self) -> None:
        """Every key on one sheet."""
        if not self._raised("help", ""):
            self._keep(HelpSheet(self._context, self._window), ("help", "")).show()

    def show_refused(self) -> None:
        """The tray of refused commands."""
        if not self._raised("refused", ""):
            sheet = RefusedSheet(self._context, self._window)
            sheet.case_asked.connect(self._cases.table.choose)
            sheet.failed.connect(self.trouble)
            self._keep(sheet, ("refused", "")).show()

    def refused_changed(self) -> None:
        """The tray, if it stands open, looks again."""
        sheet = self._open.get(("refused", ""))
        if isinstance(sheet, RefusedSheet):
            sheet.refresh()

    @property
    def open_sheets(self) -> tuple[QDialog, ...]:
        """Sheets that stand open."""
        return tuple(self._open.values())

    def _present(self, sheet: Sheet) -> None:
        sheet.failed.connect(self.trouble)
        sheet.asked.connect(partial(self._from_sheet, sheet.key))
        self._keep(sheet, (sheet.kind, sheet.key))
        sheet.start()

    def _from_sheet(self, key: str, action: Action) -> None:
        """A key pressed in a sheet means the sheet's case, which need not be the shown one any more."""
        if key != self._cases.table.key:
            self._cases.table.choose(key)
            return
        if action is Action.NOTE:
            self._window.activateWindow()
        self.do(action)

    def _keep(self, sheet: QDialog, name: tuple[str, str]) -> QDialog:
        self._open[name] = sheet
        sheet.finished.connect(partial(self._closed, name))
        sheet.destroyed.connect(partial(self._closed, name))
        return sheet

    def _closed(self, name: tuple[str, str], _how: object = None) -> None:
        self._open.pop(name, None)

    def _raised(self, kind: str, key: str) -> bool:
        sheet = self._open.get((kind, key))
        if sheet is None:
            return False
        sheet.raise_()
        sheet.activateWindow()
        return True

    def _why_not(self, action: Action, view: CaseView) -> Bilingual:
        case = view.case
        if case is not None and case.state == "closed":
            return _CLOSED
        if action is Action.PRINT:
            return _NO_SLIP
        if view.row.incoming:
            return _ACCEPT_FIRST
        if case is not None and not is_ours(case, self._context.desk.operator):
            name = self.directory.name(case.unit) if self.directory else Bilingual(case.unit, case.unit)
            return Bilingual(_WITH_ANOTHER.en.replace("%1", name.en), _WITH_ANOTHER.hi.replace("%1", name.hi))
        return _NO_ALARM if action is Action.ACKNOWLEDGE else _ACKNOWLEDGE_FIRST

    def _say(self, sentence: Bilingual) -> None:
        self.trouble.emit(Trouble(sentence))


def _nothing(_result: object) -> None:
    return None
