"""Inform a unit and print the slip that goes to it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Final

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtGui import QKeyEvent, QPixmap, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QListWidget, QListWidgetItem, QSizePolicy, QWidget
from typing_extensions import override

from kotaconsole.domain.commands import Inform
from kotaconsole.domain.directory import Directory, Unit
from kotaconsole.domain.listing import CaseView
from kotaconsole.domain.referral import MAX_NAME
from kotaconsole.domain.text import display
from kotaconsole.ui import words
from kotaconsole.ui.context import Context
from kotaconsole.ui.desk import PrintResult, SlipOrder
from kotaconsole.ui.dialogs.sheet import Drafts, Sheet, Typed, labelled
from kotaconsole.ui.labels import PlainLabel
from kotaconsole.ui.tasks import Trouble
from kotaconsole.ui.widgets import column_of

_LISTED: Final = 60
_PREVIEW_MS: Final = 150
_UNIT: Final = Qt.ItemDataRole.UserRole


class InformSheet(Sheet):
    """Choose the unit, name the officer, look at the slip, print."""

    kind = "inform"

    def __init__(
        self, context: Context, view: CaseView, drafts: Drafts, parent: QWidget, directory: Directory | None
    ) -> None:
        super().__init__(context, view, drafts, parent)
        self._directory = directory
        self._busy = False
        self._asked: SlipOrder | None = None
        self._number = ""
        self.search, self.units = QLineEdit(), QListWidget()
        self.person, self.rank, self.phone = QLineEdit(), QLineEdit(), QLineEdit()
        for field in (self.search, self.person, self.rank, self.phone):
            field.setMaxLength(MAX_NAME)
        self._labels = tuple(PlainLabel(muted=True) for _ in range(4))
        self.preview = _Picture()
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
        left = column_of([
            labelled(unit, self.search), self.units, labelled(person, self.person),
            labelled(rank, self.rank), labelled(phone, self.phone), self.told,
        ])  # fmt: skip
        left.setStretch(1, 1)
        both = QHBoxLayout()
        both.setSpacing(18)
        both.addLayout(left, 5)
        both.addWidget(self.preview, 4)
        self.body.addLayout(both, 1)
        theme = self.context.theme
        self.resize(min(theme.px(960), 1240), min(theme.px(640), 680))

    # ------------------------------------------------------------------------------------------ units
    def _list_units(self) -> None:
        chosen = self.unit
        self.units.blockSignals(True)
        self.units.clear()
        for unit, suggested in self._found():
            self.units.addItem(self._item(unit, suggested=suggested))
        self.units.blockSignals(False)
        lines = [self.units.item(at).data(_UNIT) for at in range(self.units.count())]
        if lines:
            self.units.setCurrentRow(lines.index(chosen) if chosen in lines else 0)
        self._changed()

    def _item(self, unit: Unit, *, suggested: bool) -> QListWidgetItem:
        kind = words.word(words.UNIT_KIND, unit.kind)
        said = f"{self.context.languages.say(unit.name)} · {kind}"
        if suggested:
            hint = self.tr("suggested")
            said = f"{said} · {hint}"
        item = QListWidgetItem(said)
        item.setData(_UNIT, unit.id)
        return item

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
        at = self.units.currentRow()
        return None if at < 0 else str(self.units.item(at).data(_UNIT))

    def _chosen(self, _line: int) -> None:
        self._changed()

    def _changed(self) -> None:
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
            return self.tr("The list of units has not come from the hub yet. A note can be saved meanwhile (F4).")
        if self.unit is None:
            return self.tr("Choose the unit that was told.")
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
        for at in range(self.units.count()):
            if self.units.item(at).data(_UNIT) == typed.get("unit"):
                self.units.setCurrentRow(at)

    @override
    def say(self) -> None:
        super().say()
        self.titled(self.tr("Inform + slip"))
        texts = (self.tr("Unit"), self.tr("Officer's name"), self.tr("Rank"), self.tr("Phone"))
        for label, text in zip(self._labels, texts, strict=True):
            label.say(text)
        for field, text in zip((self.search, self.person, self.rank, self.phone), texts, strict=True):
            field.setAccessibleName(text)
        self.search.setPlaceholderText(self.tr("Search station or control room"))
        self.units.setAccessibleName(self.tr("Units found"))
        self.preview.setAccessibleName(self.tr("Preview of the slip"))
        self.save.say(self.tr("Save and print"))
        self.preview.show_words(self.tr("The preview of the slip comes here."))
        self._asked = None
        self._list_units()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up) and self.search.hasFocus():
            step = 1 if event.key() == Qt.Key.Key_Down else -1
            self.units.setCurrentRow(min(max(self.units.currentRow() + step, 0), self.units.count() - 1))
            return
        super().keyPressEvent(event)


class _Picture(QLabel):
    """A page that keeps its shape."""

    def __init__(self) -> None:
        super().__init__()
        self._page: QPixmap | None = None
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setWordWrap(True)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        self.setObjectName("ground")

    def show_png(self, png: bytes) -> None:
        """Show a page."""
        page = QPixmap()
        if page.loadFromData(png):
            self._page = page
            self._fit()

    def show_words(self, words: str) -> None:
        """Show a sentence in its place."""
        self._page = None
        self.setText(display(words))

    def _fit(self) -> None:
        if self._page is None:
            return
        ratio = self.devicePixelRatioF()
        room = QSize(round((self.width() - 16) * ratio), round((self.height() - 16) * ratio))
        shown = self._page.scaled(room, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation)
        shown.setDevicePixelRatio(ratio)
        self.setPixmap(shown)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()
