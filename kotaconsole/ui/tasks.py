"""Work that may wait, kept off the GUI thread, with its result brought back to it.

Writes have a thread of their own and keep their order, so that a slow printer or a long query never stands
before a note.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal, TypeVar

from PySide6.QtCore import QObject, Signal, Slot

from kotaconsole.domain.errors import Bilingual, ContractBreach, EnvironmentFault, ServerRefusal

if TYPE_CHECKING:
    from concurrent.futures import Future, ThreadPoolExecutor

T = TypeVar("T")
Lane = Literal["write", "read", "slow"]
_ENDS: Final[dict[Lane, tuple[bool, bool]]] = {"write": (True, True), "read": (False, True), "slow": (False, False)}
"""How a lane ends, in this order: whether what waits is still done, and whether what runs is waited for."""

_OURS = Bilingual(
    "Something went wrong inside the console. What was saved before is safe. Try again; if it stays, call the"
    " administrator.",
    "कंसोल के भीतर कोई गड़बड़ी हुई। पहले से सुरक्षित किया गया सब कुछ सुरक्षित है। दोबारा प्रयास करें; न हो तो व्यवस्थापक को बताएँ।",
)
_REFUSED = Bilingual(
    "The hub refused this. Nothing saved on this desk is lost. Look at the case again and decide.",
    "हब ने इसे अस्वीकार किया। इस डेस्क पर सुरक्षित कुछ भी नहीं खोया है। प्रकरण दोबारा देखकर निर्णय लें।",
)


@dataclass(frozen=True, slots=True)
class Trouble:
    """A failure in words, with the technical part kept apart; never personal data.

    Attributes:
        ours: nobody foresaw it: a bug of the console.
    """

    sentence: Bilingual
    technical: str = ""
    ours: bool = False


def trouble_of(error: BaseException) -> Trouble:
    """The sentence for an error. An unforeseen one is named by its type alone: its text may hold case data."""
    if isinstance(error, EnvironmentFault):
        return Trouble(error.sentence, f"{error.code} {error.technical}".strip())
    if isinstance(error, ServerRefusal):
        return Trouble(_REFUSED, f"{error.status} {error.code}")
    if isinstance(error, ContractBreach):
        return Trouble(_OURS, "contract breach")
    return Trouble(_OURS, _where(error), ours=True)


def _where(error: BaseException) -> str:
    trace = error.__traceback__
    place = ""
    while trace is not None:
        place = f"{trace.tb_frame.f_globals.get('__name__', '?')}:{trace.tb_lineno}"
        trace = trace.tb_next
    return f"{type(error).__name__} at {place}"


@dataclass(frozen=True, slots=True)
class _Done:
    value: Any
    error: BaseException | None
    then: Callable[[Any], None]
    otherwise: Callable[[Trouble], None]


class Tasks(QObject):
    """Runs callables on named threads and hands results back on the GUI thread.

    Signals:
        failed(Trouble): a task without a handler of its own failed.

    Thread: made and called on the GUI thread; `then` and `otherwise` are called on it.
    """

    failed = Signal(object)
    _finished = Signal(object)

    def __init__(self, parent: QObject | None = None, *, on_bug: Callable[[BaseException], None] | None = None) -> None:
        """Threads start with their first task.

        Args:
            parent: Qt owner.
            on_bug: told of unforeseen errors, on the worker thread, for the log.
        """
        super().__init__(parent)
        self._on_bug = on_bug
        self._lanes: dict[Lane, ThreadPoolExecutor] = {}
        self._closed = False
        self._under_way = 0

    @property
    def idle(self) -> bool:
        """Whether nothing is under way and every result was handed over."""
        return self._under_way == 0

    def run(
        self,
        lane: Lane,
        work: Callable[[], T],
        then: Callable[[T], None],
        otherwise: Callable[[Trouble], None] | None = None,
    ) -> None:
        """Do the work on the lane's thread, then call `then` with its result on the GUI thread."""
        if self._closed:
            return
        failed = otherwise or self.failed.emit
        self._under_way += 1

        def finished(future: Future[T]) -> None:
            if future.cancelled():  # `close` dropped it
                return
            error = future.exception()
            if error is not None and self._on_bug is not None and trouble_of(error).ours:
                self._on_bug(error)
            if not self._closed:
                self._finished.emit(_Done(None if error else future.result(), error, then, failed))

        self._lane(lane).submit(work).add_done_callback(finished)

    def _lane(self, lane: Lane) -> ThreadPoolExecutor:
        if lane not in self._lanes:
            # imported with the first task, which comes after the first paint: 15 ms that no window has to wait for
            from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415

            from PySide6.QtCore import Qt  # noqa: PLC0415

            if not self._lanes:
                self._finished.connect(self._deliver, Qt.ConnectionType.QueuedConnection)
            self._lanes[lane] = ThreadPoolExecutor(1, thread_name_prefix=f"ui-{lane}")
        return self._lanes[lane]

    @Slot(object)
    def _deliver(self, done: _Done) -> None:
        self._under_way -= 1
        if self._closed:
            return
        if done.error is None:
            done.then(done.value)
        else:
            done.otherwise(trouble_of(done.error))

    def close(self) -> None:
        """Finish the writes, drop the rest, deliver nothing more."""
        self._closed = True
        for lane, (finish, wait) in _ENDS.items():
            if lane in self._lanes:
                self._lanes[lane].shutdown(wait=wait, cancel_futures=not finish)
