"""Inform a unit and print the slip that goes to it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Final

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget
from typing_extensions import override

from kotaconsole.domain.commands import Inform
from kotaconsole.domain.directory import Directory, Unit
from kotaconsole.domain.listing import CaseView
from kotaconsole.domain.text import display
from kotaconsole.domain.vocabulary import MAX_NAME
from kotaconsole.ui import words
from kotaconsole.ui.context import Context
from kotaconsole.ui.desk import PrintResult, SlipOrder
from kotaconsole.ui.dialogs.page_view import PageView
from kotaconsole.ui.dialogs.sheet import Drafts, Sheet, Typed, labelled
from kotaconsole.ui.dialogs.unit_list import UnitList
from kotaconsole.ui.keys import is_enter
from kotaconsole.ui.labels import PlainLabel
from kotaconsole.ui.layouts import column_of, row_of
from kotaconsole.ui.tasks import Trouble
from kotaconsole.ui.widgets import KeyButton

_LISTED: Final = 60
_PREVIEW_MS: Final = 150
_FORM: Final = 420
_STRIP: Final = 76
_FRAME: Final = 40
"""Pixels at 100 %: the form, the strip and banner that stay in view, and what a window manager puts around."""
_PAGE: Final = 0.66
"""Width of an A5 page for its height, in the height that the sheet leaves it."""
_NO_KEYS: Final = Qt.KeyboardModifier.NoModifier


class InformSheet(Sheet):
    """Choose the unit, name the officer, look at the slip, print."""

    kind = "inform"

    def __init__(
        self, context: Context, view: CaseView, drafts: Drafts, parent: QWidget, directory: Directory | None
    ) -> None:
        super().__init__(context, view, drafts, parent)
        self._directory, self._over = directory, parent
        self._busy = False
        self._asked: SlipOrder | None = None
        self._number = ""
        self.search, self.units = QLineEdit(), UnitList()
        self.person, self.rank, self.phone = QLineEdit(), QLineEdit(), QLineEdit()
        for field in (self.search, self.person, self.rank, self.phone):
            field.setMaxLength(MAX_NAME)
        self._labels = tuple(PlainLabel(muted=True) for _ in range(4))
        self.preview = PageView()
        self.larger = KeyButton(context.theme, "F6")
        self.larger.setAutoDefault(False)
        self.larger.clicked.connect(self._toggle_large)
        self.told = PlainLabel(wrap=True, strong=True)
        self._arrange()
        self.search.textChanged.connect(self._list_units)
        self.units.currentRowChanged.connect(self._chosen)
        for field in (self.person, self.rank, self.phone):
            field.textChanged.connect(self._changed)
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(_PREVIEW_MS)
        self._later.timeout.connect(self._ask_preview)

    def _arrange(self) -> None:
        unit, person, rank, phone = self._labels
        both_fields = QHBoxLayout()
        both_fields.addLayout(labelled(rank, self.rank), 1)
        both_fields.addLayout(labelled(phone, self.phone), 1)
        left = column_of([
            labelled(unit, self.search), self.units, labelled(person, self.person), both_fields, self.told,
        ])  # fmt: skip
        left.setStretch(1, 1)
        left.setContentsMargins(0, 0, 0, 0)
        self._form = QWidget()
        self._form.setLayout(left)
        both = QHBoxLayout()
        both.setSpacing(18)
        self._form.setFixedWidth(self.context.theme.px(_FORM))
        both.addWidget(self._form)
        both.addLayout(column_of([self.preview, row_of([1, self.larger])]), 1)
        self.body.addLayout(both, 1)
        self._take_room()

    def _take_room(self) -> None:
        """As tall as may be, for a slip is read before it goes out; the strip and the list stay in view."""
        window, px = self._over.window(), self.context.theme.px
        top = px(_STRIP)
        tall = window.height() - top - px(_FRAME)
        wide = min(window.width() - 40, px(_FORM) + round(tall * _PAGE) + 60)
        self.resize(wide, tall)
        self.move(
            window.mapToGlobal(window.rect().topRight()).x() - wide - 16,
            window.mapToGlobal(window.rect().topLeft()).y() + top,
        )

    # ------------------------------------------------------------------------------------------ units
    def _list_units(self) -> None:
        self.units.offer([(unit.id, self._said(unit, suggested=suggested)) for unit, suggested in self._found()])
        self._changed()

    def _said(self, unit: Unit, *, suggested: bool) -> str:
        parts = [self.context.languages.say(unit.name), words.word(words.UNIT_KIND, unit.kind)]
        if suggested:
            parts.append(self.tr("suggested"))
        return " · ".join(parts)

    def _stated(self) -> str | None:
        """The one unit the case itself names, if it names exactly one; the only one that may be chosen beforehand."""
        case = self.view.case
        candidates = case.suggested.candidates if case and case.suggested else ()
        stated = {candidate.unit for candidate in candidates if candidate.strength == "stated"}
        return stated.pop() if len(stated) == 1 else None

    def _found(self) -> Iterator[tuple[Unit, bool]]:
        """Suggested units first, then what the search finds, stations before control rooms."""
        if self._directory is None:
            return
        case = self.view.case
        first = [candidate.unit for candidate in case.suggested.candidates] if case and case.suggested else []
        own = self.context.desk.operator.unit
        within = self._directory.within
        rank = {code: at for at, code in enumerate(dict.fromkeys(first))}
        sought = display(self.search.text()).casefold()
        found = [unit for unit in self._directory.units if unit.kind != "range" and self._matches(unit, sought)]
        found.sort(
            key=lambda unit: (rank.get(unit.id, 99), not within(unit.id, own), unit.kind != "station", unit.name.en)
        )
        for unit in found[:_LISTED]:
            yield unit, unit.id in rank

    @staticmethod
    def _matches(unit: Unit, sought: str) -> bool:
        return not sought or sought in f"{unit.name.en} {unit.name.hi} {unit.id}".casefold()

    @property
    def unit(self) -> str | None:
        """The unit that is chosen."""
        return self.units.unit

    def _chosen(self, _line: int) -> None:
        self._changed()

    def _changed(self) -> None:
        unit = self._directory.unit(self.unit) if self._directory and self.unit else None
        chosen = self._said(unit, suggested=False) if unit else self.tr("no unit chosen yet")
        self._labels[0].say(self.tr("Unit: %1").replace("%1", chosen))
        self._labels[0].tone("" if unit else "p2")
        if unit is None:
            self._asked = None
            self.preview.show_words(self.tr("No unit is chosen. The slip is shown here once one is."))
        elif self.preview.empty:
            self.preview.show_words(self.tr("The slip is being drawn …"))
        self.check()
        self._later.start()

    # ------------------------------------------------------------------------------------------ the slip
    def order(self) -> SlipOrder | None:
        """What would be saved and printed."""
        if self.unit is None:
            return None
        told = Inform(self.unit, self._text(self.person), self._text(self.rank), self._text(self.phone))
        return SlipOrder(self.key, told, self.view.row.version, self.context.languages.language)

    @staticmethod
    def _text(field: QLineEdit) -> str | None:
        return display(field.text()) or None

    def _ask_preview(self) -> None:
        order = self.order()
        if order is None or order == self._asked or self.done_with:
            return
        self._asked = order
        desk = self.context.desk
        self.context.tasks.run(
            "slow", partial(desk.slip_preview, order), partial(self._previewed, order), self._no_preview
        )

    def _previewed(self, order: SlipOrder, png: bytes) -> None:
        if order == self._asked:
            self.preview.show_png(png)

    def _no_preview(self, trouble: Trouble) -> None:
        self.preview.show_words(self.context.languages.say(trouble.sentence))

    @override
    def submit(self) -> None:
        order = self.order()
        if order is None or self._busy or self.done_with:
            return
        self._busy = True
        self.check()
        work = partial(self.context.desk.inform_with_slip, order)
        self.context.tasks.run("write", work, self._saved, self._failed)

    def _saved(self, number: str) -> None:
        self._busy, self._number = False, number
        self.finished_saving()
        self.told.say(self.tr("Saved. Slip %1 is being printed …").replace("%1", number))
        self.check()
        work = partial(self.context.desk.print_slip, self.key, number)
        self.context.tasks.run("slow", work, self._printed, self._not_printed)

    def _failed(self, trouble: Trouble) -> None:
        self._busy = False
        self.on_trouble(trouble)

    def _printed(self, result: PrintResult) -> None:
        said = self.context.languages.say(result.sentence)
        self.told.say(f"{self._number}: {said}")
        self.told.tone("ok" if result.ok else "p1")
        if not result.ok:
            self.failed.emit(Trouble(result.sentence, result.technical))

    def _not_printed(self, trouble: Trouble) -> None:
        self._printed(PrintResult(ok=False, sentence=trouble.sentence, technical=trouble.technical))

    # ------------------------------------------------------------------------------------------ sheet
    @override
    def lacks(self) -> str:
        if self.done_with or self._busy:
            return ""
        if self._directory is None:
            unusable = self.context.desk.link().no_directory
            if unusable is not None:
                return f"{self.context.languages.say(unusable)} " + self.tr("A note can be saved meanwhile (F4).")
            return self.tr("The list of units has not come from the hub yet. A note can be saved meanwhile (F4).")
        if self.unit is None:
            return self.tr("Choose the unit that was told: type a part of its name, then Down or Enter.")
        case = self.view.case
        if case is None or case.state in ("new", "closed"):
            return self.tr("Acknowledge the case first (Space in the list).")
        return ""

    @override
    def first(self) -> QWidget:
        return self.search

    @override
    def typed(self) -> Typed:
        return {
            "search": self.search.text(), "unit": self.unit or "", "person": self.person.text(),
            "rank": self.rank.text(), "phone": self.phone.text(),
        }  # fmt: skip

    @override
    def restore(self, typed: Typed) -> None:
        for field, key in (
            (self.person, "person"),
            (self.rank, "rank"),
            (self.phone, "phone"),
            (self.search, "search"),
        ):
            field.setText(typed.get(key, ""))
        self._list_units()
        self.units.choose(typed["unit"] if "unit" in typed else self._stated())

    @override
    def say(self) -> None:
        super().say()
        self.titled(self.tr("Inform + slip"))
        texts = (self.tr("Unit"), self.tr("Officer's name"), self.tr("Rank"), self.tr("Phone"))
        for label, text in zip(self._labels[1:], texts[1:], strict=True):
            label.say(text)
        for field, text in zip((self.search, self.person, self.rank, self.phone), texts, strict=True):
            field.setAccessibleName(text)
        self.search.setPlaceholderText(self.tr("Search station or control room"))
        self.units.setAccessibleName(self.tr("Units found"))
        self.preview.setAccessibleName(self.tr("Preview of the slip"))
        self.save.say(self.tr("Save and print"))
        self._say_larger()
        self._asked = None
        self._list_units()

    def _toggle_large(self) -> None:
        large = not self.preview.large
        self._form.setVisible(not large)
        self.preview.enlarge(large)
        self._say_larger()
        (self.preview if large else self.search).setFocus()

    def _say_larger(self) -> None:
        self.larger.say(self.tr("Whole page") if self.preview.large else self.tr("Read the slip"))

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, plain = event.key(), event.modifiers() in (_NO_KEYS, Qt.KeyboardModifier.KeypadModifier)
        if key == Qt.Key.Key_F6:
            self._toggle_large()
        elif key in (Qt.Key.Key_Down, Qt.Key.Key_Up) and self.focusWidget() is self.search:
            self.units.step(1 if key == Qt.Key.Key_Down else -1)
        elif is_enter(event) and plain and self.focusWidget() is self.search:
            if self.unit is None and display(self.search.text()):
                self.units.step(1)  # the first that was found, for somebody who looked for it
        else:
            super().keyPressEvent(event)
