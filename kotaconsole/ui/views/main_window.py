"""The operator's window: strip, banners, list, case, note line; and the keys that act anywhere in it."""

from __future__ import annotations

from functools import partial
from typing import Final

from PySide6.QtCore import QEvent, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QCloseEvent, QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QMainWindow, QSplitter, QVBoxLayout, QWidget
from typing_extensions import override

from kotaconsole.domain.directory import Directory
from kotaconsole.domain.errors import Bilingual
from kotaconsole.domain.link import Notice
from kotaconsole.domain.listing import CaseRow, CaseView
from kotaconsole.ui.actions import BY_LETTER, Action
from kotaconsole.ui.context import Context
from kotaconsole.ui.desk import LinkView, SoundView, WatchView
from kotaconsole.ui.keys import Chord, Letter, chord_of
from kotaconsole.ui.tasks import Trouble
from kotaconsole.ui.text import short_number
from kotaconsole.ui.views.again import SignInAgain
from kotaconsole.ui.views.banner import PAUSE_KEY, SEEN_KEY, SIGN_IN_KEY, Banners
from kotaconsole.ui.views.border import Border
from kotaconsole.ui.views.case_list import CaseList
from kotaconsole.ui.views.case_pane import CasePane
from kotaconsole.ui.views.doing import Doing
from kotaconsole.ui.views.feed import Feed
from kotaconsole.ui.views.note_line import NoteLine
from kotaconsole.ui.views.notice_bar import NoticeBar
from kotaconsole.ui.views.status_strip import StatusStrip

HEARTBEAT_MS: Final = 500
_LEFT: Final = Bilingual(
    "Case %1 has left this desk: another unit has it now. Nothing is needed from you.",
    "प्रकरण %1 इस डेस्क से जा चुका है: अब वह दूसरी यूनिट के पास है। आपको कुछ नहीं करना।",
)
_AGES_MS: Final = 60_000
_FUNCTION_KEYS: Final = (Action.REVEAL, Action.NOTE, Action.INFORM, Action.PRINT, Action.OUTCOME, Action.CONTACT)


class MainWindow(QMainWindow):
    """The whole desk in one window.

    Signals:
        closed(): the window was closed; half-typed notes are on their way to disk.

    Thread: GUI.
    """

    closed = Signal()

    def __init__(self, context: Context) -> None:
        """Make the window; nothing is read before `start`."""
        super().__init__()
        self._context = context
        self._noticed: Notice | None = None
        self._again: SignInAgain | None = None
        self.strip, self.banners, self.notices = StatusStrip(context), Banners(context), NoticeBar(context)
        self.cases, self.pane, self.note = CaseList(context), CasePane(context), NoteLine(context)
        self.feed = Feed(context, self)
        self.doing = Doing(context, self, self.cases, self.pane, self.note)
        self._arrange()
        self._border = Border(context, self)
        self._connect()
        self._shortcuts()
        self._timers()
        self._say()

    def _arrange(self) -> None:
        self._split = QSplitter(Qt.Orientation.Horizontal)
        self._split.setHandleWidth(1)
        self._split.setChildrenCollapsible(False)
        self._split.addWidget(self.cases)
        self._split.addWidget(self.pane)
        self._split.setStretchFactor(0, 59)
        self._split.setStretchFactor(1, 41)
        self.cases.setMinimumWidth(420)
        self.pane.setMinimumWidth(400)
        whole = QWidget()
        whole.setObjectName("page")
        box = QVBoxLayout(whole)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        for part in (self.strip, self.banners, self.notices):
            box.addWidget(part)
        box.addWidget(self._split, 1)
        box.addWidget(self.note)
        self.setCentralWidget(whole)
        self.setMinimumSize(1024, 600)
        self.resize(1280, 720)
        self._split.setSizes([755, 525])

    def _connect(self) -> None:
        self.strip.language_asked.connect(partial(self._context.change, Chord.LANGUAGE))
        self.strip.theme_asked.connect(partial(self._context.change, Chord.THEME))
        self._context.theme.changed.connect(self.strip.said_again)
        self.cases.chosen.connect(self.feed.show)
        self.cases.refused_asked.connect(self.doing.show_refused)
        self.cases.table.acknowledge.connect(partial(self.doing.do, Action.ACKNOWLEDGE))
        self.cases.table.letter.connect(self._letter)
        self.pane.asked.connect(self.doing.do)
        self.note.left.connect(self.cases.table.setFocus)
        self.note.failed.connect(self.notices.show_trouble)
        self.doing.trouble.connect(self.notices.show_trouble)
        self._context.tasks.failed.connect(self.notices.show_trouble)
        self.feed.filled.connect(self._on_filled)
        self.feed.merged.connect(self._on_merged)
        self.feed.case.connect(self._on_case)
        self.feed.directory.connect(self._on_directory)
        self.feed.refused.connect(self._on_refused)
        self.feed.bridge.link.connect(self._on_link)
        self.feed.bridge.sound.connect(self._on_sound)
        self.feed.bridge.watch.connect(self._on_watch)
        self.banners.seen.connect(self._context.desk.seen)
        self.banners.resumed.connect(self._context.desk.resume)
        self.banners.sign_in_asked.connect(self._sign_in)

    def _shortcuts(self) -> None:
        for action in _FUNCTION_KEYS:
            QShortcut(QKeySequence(action.value), self).activated.connect(partial(self.doing.do, action))
        QShortcut(QKeySequence("F1"), self).activated.connect(self.doing.show_help)
        QShortcut(QKeySequence("F2"), self).activated.connect(self._search)
        QShortcut(QKeySequence("F12"), self).activated.connect(self.doing.show_refused)
        QShortcut(QKeySequence(SEEN_KEY), self).activated.connect(self._context.desk.seen)
        QShortcut(QKeySequence(PAUSE_KEY), self).activated.connect(self._pause)
        QShortcut(QKeySequence(SIGN_IN_KEY), self).activated.connect(self._sign_in)

    def _timers(self) -> None:
        for period, call in ((HEARTBEAT_MS, self._beat), (1000, self._tick), (_AGES_MS, self._look_again)):
            timer = QTimer(self)
            timer.setInterval(period)
            timer.timeout.connect(call)
            timer.start()

    # ------------------------------------------------------------------------------------------ life
    def start(self) -> None:
        """Begin to listen and read everything once."""
        self._on_link(self._context.desk.link())
        self._on_sound(self._context.desk.sound())
        self._on_watch(self._context.desk.watch())
        self.feed.start()
        self.cases.table.setFocus()

    @override
    def closeEvent(self, event: QCloseEvent) -> None:
        self.note.keep_now()
        for sheet in self.doing.open_sheets:
            sheet.close()
        self.feed.stop()
        super().closeEvent(event)
        self.closed.emit()

    @Slot()
    def _beat(self) -> None:
        self._context.desk.heartbeat()

    @Slot()
    def _tick(self) -> None:
        self.strip.tick()
        self.banners.tick()
        self.cases.tick()
        self.pane.tick()
        self._count()

    @Slot()
    def _look_again(self) -> None:
        known = (row for row in self.cases.model.all_rows() if row.state != "closed" and not row.stale_place)
        self.feed.reread(frozenset(row.key for row in known if row.reach != "none"))

    # ------------------------------------------------------------------------------------------ news
    def _on_filled(self, rows: tuple[CaseRow, ...]) -> None:
        self.cases.fill(rows)
        self._count()

    def _on_merged(self, keys: frozenset[str], rows: tuple[CaseRow, ...]) -> None:
        self.cases.merge(keys, rows)
        self._count()
        self.doing.refused_changed()  # the tray says what the case looks like now

    def _on_case(self, view: CaseView | None) -> None:
        before = self.pane.view
        self.pane.show_case(view)
        if view is None and before is not None:
            self.note.gone()
            number = short_number(before.row.number)
            left = Bilingual(_LEFT.en.replace("%1", number), _LEFT.hi.replace("%1", number))
            self.notices.show_trouble(Trouble(left))
        if view is not None:
            self.note.show_case(view)
            self.doing.follow(view)

    def _on_directory(self, directory: Directory | None) -> None:
        self.doing.directory = directory
        self.strip.show_directory(directory)
        self.banners.show_directory(directory)
        self.pane.show_directory(directory)

    def _on_refused(self, count: int) -> None:
        self.cases.set_refused(count)
        self.doing.refused_changed()

    def _on_link(self, view: LinkView) -> None:
        self.strip.show_link(view)
        self.banners.show_link(view)
        if view.notice is not None and view.notice != self._noticed:
            self._noticed = view.notice
            self.notices.show_trouble(Trouble(view.notice.sentence, view.notice.technical))

    def _on_sound(self, view: SoundView) -> None:
        self.strip.show_sound(view)
        self.banners.show_sound(view)
        self._border.show_border(self.banners.sound_lost)

    def _on_watch(self, view: WatchView) -> None:
        self.banners.show_watch(view)

    def _pause(self) -> None:
        desk = self._context.desk
        if desk.watch().paused_until is None:
            desk.pause()
        else:
            desk.resume()

    def _sign_in(self) -> None:
        """Offer the sign-in over the list, once nobody is signed in any more."""
        if not self._context.desk.link().signed_out:
            return
        if self._again is None:
            self._again = SignInAgain(self._context, self)
            self._again.signed_in.connect(self._on_signed_in)
        self._again.offer()

    def _on_signed_in(self) -> None:
        self._context.as_preferred()
        self.feed.read_all()  # which says in the strip who works here now

    def _count(self) -> None:
        self.strip.show_counts(*self.cases.counts())

    # ------------------------------------------------------------------------------------------ keys
    def _letter(self, letter: Letter) -> None:
        if letter in BY_LETTER:
            self.doing.do(BY_LETTER[letter])
        elif letter is Letter.SEARCH:
            self._search()
        elif letter is Letter.HELP:
            self.doing.show_help()

    def _search(self) -> None:
        self.cases.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.cases.search.selectAll()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        chord = chord_of(event)
        if chord is not None:
            self._context.change(chord)
        elif event.key() == Qt.Key.Key_Escape:
            self.cases.search.clear()
            self.cases.table.setFocus()
        else:
            super().keyPressEvent(event)

    # ------------------------------------------------------------------------------------------ words
    def _say(self) -> None:
        self.setWindowTitle(self.tr("Kota Console"))

    @override
    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self._say()
        super().changeEvent(event)
