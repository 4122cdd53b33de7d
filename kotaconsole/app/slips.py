"""Making, printing and following slips."""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from threading import Event
from typing import Final, cast

from kotaconsole.domain.clock import Clock, Instant
from kotaconsole.domain.commands import Author
from kotaconsole.domain.directory import Directory
from kotaconsole.domain.errors import Bilingual, EnvironmentFault, Language
from kotaconsole.domain.referral import Referral
from kotaconsole.domain.slip import SlipFacts, compose
from kotaconsole.store import NewCommand, Store
from kotaconsole.system.printing import CupsPrinter
from kotaconsole.system.settings import Settings
from kotaconsole.system.slip_page import Format, Paper, SlipPress
from kotaconsole.ui.desk import PrintResult, SlipOrder

log = logging.getLogger(__name__)

NO_NUMBER_YET: Final = "—"
FOLLOW_EVERY_S: Final = 0.5
FOLLOW_FOR_S: Final = 120.0
"""How long a job is followed; one that is still under way then stays "sent to the printer, not confirmed"."""

_PRINTED = Bilingual("The slip {number} was sent to the printer.", "पर्ची {number} प्रिंटर को भेजी गई।")
_GONE = EnvironmentFault(
    "slip-case-gone",
    Bilingual(
        "This case is no longer kept on this desk, so no slip can be made of it. Nothing was changed.",
        "यह प्रकरण अब इस डेस्क पर नहीं है, इसलिए पर्ची नहीं बन सकती। कुछ नहीं बदला।",
    ),
)


@dataclass(frozen=True, slots=True)
class _Job:
    """A print job that is being followed."""

    number: str
    job_id: str
    copies: int
    author: Author


class Slips:
    """Composes, renders, prints.

    Thread: the calls wait for typst, the disk and the printer, so any but the GUI's; jobs are followed on "printer".
    """

    def __init__(
        self, store: Store, settings: Settings, resources: Path, clock: Clock, author: Callable[[], Author],
        as_of: Callable[[], Instant], training: bool,
    ) -> None:  # fmt: skip
        self._store, self._settings, self._resources, self._clock = store, settings, resources, clock
        self._author, self._as_of, self._training = author, as_of, training
        self._printer = CupsPrinter()
        self._follower = ThreadPoolExecutor(1, thread_name_prefix="printer")
        self._stopping = Event()

    @cached_property
    def _press(self) -> SlipPress:
        """Made when the first slip is asked for: reading the fonts takes a tenth of a second."""
        return SlipPress(self._resources)

    def preview(self, order: SlipOrder) -> bytes:
        """The slip as a PNG, its number left blank."""
        told = ", ".join(filter(None, (order.inform.person, order.inform.rank))) or None
        return self._render(order.referral_id, NO_NUMBER_YET, order.inform.unit, told, 1, order.language, "png")

    def inform_with_slip(self, order: SlipOrder) -> str:
        """Take a number, then queue the inform; a number whose inform could not be saved ends as void, visibly."""
        author = self._author()
        slip = self._store.commands.reserve_slip(
            order.referral_id, form="station", unit=order.inform.unit, desk=author.desk or "K0", author=author
        )
        inform = NewCommand("inform", order.referral_id, order.inform, author, order.seen)
        self._store.commands.queue_many((inform,))
        return slip.number

    def print_slip(self, referral_id: str, number: str, language: Language) -> PrintResult:
        """Print a slip that has a number; what became of it is recorded in the case either way."""
        author = self._author()
        slip = next((one for one in self._store.queries.slips(referral_id) if one.number == number), None)
        if slip is None:
            return PrintResult(ok=False, sentence=_GONE.sentence, technical=_GONE.code)
        copy = self._copies(referral_id, number) + 1
        try:
            page = self._render(referral_id, number, slip.unit, None, copy, language, "pdf")
            printing = self._settings.printing
            job = self._printer.submit(page, queue=printing.queue, slip_number=number, paper=printing.paper)
        except EnvironmentFault as fault:
            if slip.status == "reserved":
                self._store.commands.slip_status(number, "failed", copies=0, author=author)
            return PrintResult(ok=False, sentence=fault.sentence, technical=f"{fault.code} {fault.technical}".strip())
        self._store.commands.slip_status(number, "spooled", copies=copy, author=author)
        self._follower.submit(self._follow, _Job(number, job, copy, author))
        said = Bilingual(_PRINTED.en.format(number=number), _PRINTED.hi.format(number=number))
        return PrintResult(ok=True, sentence=said)

    def stop(self) -> None:
        """Stop following; what was not confirmed stays "sent to the printer"."""
        self._stopping.set()
        self._follower.shutdown(wait=True, cancel_futures=True)

    def _copies(self, referral_id: str, number: str) -> int:
        view = self._store.queries.case(referral_id, self._clock.now())
        made = view.case.slips if view and view.case else ()
        return max((slip.copies for slip in made if slip.number == number), default=0)

    def _render(
        self, referral_id: str, number: str, unit: str, told: str | None, copy: int, language: Language, fmt: Format
    ) -> bytes:
        now = self._clock.now()
        case = self._case(referral_id, now)
        centre = self._settings.centre
        facts = SlipFacts(
            number=number, unit=unit, as_of=self._as_of(), centre=centre.name, callback=centre.callback or None,
            copy=copy, told=told, training=self._training,
        )  # fmt: skip
        directory = self._store.queries.directory() or Directory(revision=0, intake_unit=case.unit)
        slip = compose(case, directory, facts, now)
        return self._press.render(slip, paper=cast("Paper", self._settings.printing.paper), fmt=fmt, lang=language)

    def _case(self, referral_id: str, now: Instant) -> Referral:
        view = self._store.queries.case(referral_id, now)
        if view is None or view.case is None:
            raise _GONE
        return view.case

    def _follow(self, job: _Job) -> None:
        end = self._clock.monotonic() + FOLLOW_FOR_S
        while self._clock.monotonic() < end and not self._stopping.wait(FOLLOW_EVERY_S):
            try:
                state = self._printer.job_state(job.job_id)
                if state in ("completed", "failed", "gone"):
                    status = "completed" if state == "completed" else "failed"
                    if state != "gone":
                        self._store.commands.slip_status(job.number, status, copies=job.copies, author=job.author)
                    return
            except EnvironmentFault as fault:
                # the queue may come back; until it has said so nothing is "completed"
                log.warning("a print job could not be looked up: %s", fault.code)
