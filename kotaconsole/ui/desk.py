"""The one door between the window and the rest of the console.

The window knows no store, no hub and no sounder: it reads snapshots and asks for actions here. Everything that
may wait (a commit, a printer) is called from `ui.tasks`, never from the GUI thread.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, Protocol

from kotaconsole.domain.changes import Changes
from kotaconsole.domain.clock import Instant
from kotaconsole.domain.commands import Inform, Payload
from kotaconsole.domain.directory import Directory
from kotaconsole.domain.errors import Bilingual, Language
from kotaconsole.domain.link import Notice
from kotaconsole.domain.listing import CaseRow, CaseView
from kotaconsole.domain.outbox import Entry
from kotaconsole.domain.troubles import Unheard
from kotaconsole.ui.choices import Preferences, ThemeName

__all__ = [
    "Desk",
    "LinkState",
    "LinkView",
    "Person",
    "Preferences",
    "PrintResult",
    "ShiftView",
    "SlipOrder",
    "SoundState",
    "SoundView",
    "ThemeName",
    "WatchView",
]

LinkState = Literal["connecting", "live", "degraded", "lost"]
SoundState = Literal["starting", "ok", "lost"]


@dataclass(frozen=True, slots=True)
class Person:
    """Who is signed in, and for which unit; role as the hub gives it."""

    id: str
    name: str
    role: str
    unit: str


@dataclass(frozen=True, slots=True)
class ShiftView:
    """The running shift: its short name and the wall-clock hours (IST) it spans."""

    name: str
    start_hour: int
    end_hour: int


@dataclass(frozen=True, slots=True)
class LinkView:
    """How the desk stands with the hub.

    Attributes:
        state: connecting, live, degraded or lost.
        since: when the link was last known to be good, for "NOT LIVE since".
        last_good: `Desk.monotonic()` of the last answer that proved the hub alive, or None before the first.
        to_send: commands saved here and not at the hub.
        refused: commands the hub refused that nobody has resolved.
        why: what happened, what is safe, what to do.
        notice: something about the hub that a person has to pass on; shown once, until it is put away.
        unsent: why nothing that was saved goes out, although the hub answers.
        signed_out: the sign-in has ended, and `Desk.sign_in` helps.
        no_directory: the list of units came from the hub and cannot be used; None when it can, or has not come.
    """

    state: LinkState
    since: Instant
    last_good: float | None = None
    to_send: int = 0
    refused: int = 0
    why: Bilingual | None = None
    notice: Notice | None = None
    no_directory: Bilingual | None = None
    unsent: Bilingual | None = None
    signed_out: bool = False


@dataclass(frozen=True, slots=True)
class SoundView:
    """Whether an alarm could be heard now."""

    state: SoundState
    why: Bilingual | None = None


@dataclass(frozen=True, slots=True)
class WatchView:
    """What has to be known besides the cases: others who cannot hear, the clock, and the pause.

    Attributes:
        unheard: units nobody listens for and consoles that fell silent, as the hub says.
        clock_s: seconds the hub's clock is ahead of ours where that is too much; 0.0 while they agree.
        calls: something calls that nobody has said to have seen.
        paused_until: end of the pause somebody asked for, by `Desk.now`.
    """

    unheard: tuple[Unheard, ...] = ()
    clock_s: float = 0.0
    calls: bool = False
    paused_until: Instant | None = None


@dataclass(frozen=True, slots=True)
class SlipOrder:
    """A slip that is to be made.

    Attributes:
        inform: who is told, and the unit the slip goes to.
        seen: version of the case the operator was looking at.
        language: which language stands first on the paper.
    """

    referral_id: str
    inform: Inform
    seen: int
    language: Language


@dataclass(frozen=True, slots=True)
class PrintResult:
    """What became of a print job. `sentence` says it whole, good or bad; nothing is lost either way."""

    ok: bool
    sentence: Bilingual
    technical: str = ""


class Desk(Protocol):
    """Everything the window may ask of the console.

    Attributes:
        operator: who is signed in, or was last.
        desk_code: the hub's short code of this workstation, like K2, or None before the hub gave one.
        hub_address: for showing.
        training: the whole hub is in training.
        stale_after_s: age in seconds from which a location counts as stale (a site setting).

    Thread: every method may be called from any thread. The window calls `now`, `monotonic`, `shift`, `link`,
    `sound`, `watch`, `seen`, `pause`, `resume`, `preferences` and `heartbeat` on the GUI thread, so these must not wait
    for anything.
    """

    operator: Person
    desk_code: str | None
    hub_address: str
    training: bool
    stale_after_s: float

    # ------------------------------------------------------------------ at once, never waits
    def now(self) -> Instant:
        """The moment by the hub's clock, as far as its skew is known; ages are counted from it."""
        ...

    def monotonic(self) -> float:
        """Seconds that never run backwards; the clock of `LinkView.last_good`."""
        ...

    def shift(self) -> ShiftView:
        """The shift that is running now."""
        ...

    def link(self) -> LinkView:
        """The latest state of the link."""
        ...

    def sound(self) -> SoundView:
        """The latest state of the sound."""
        ...

    def watch(self) -> WatchView:
        """The latest state of what is told besides."""
        ...

    def seen(self) -> None:
        """This person has seen what calls now: it calls once a minute from here on."""
        ...

    def pause(self) -> None:
        """Hold what sounds now for two minutes; whatever is new sounds all the same."""
        ...

    def resume(self) -> None:
        """End the pause."""
        ...

    def preferences(self) -> Preferences:
        """What this operator chose last time."""
        ...

    def heartbeat(self) -> None:
        """Called every 500 ms on the GUI thread: the window is not frozen."""
        ...

    def subscribe(
        self,
        on_changes: Callable[[Changes], None],
        on_link: Callable[[LinkView], None],
        on_sound: Callable[[SoundView], None],
        on_watch: Callable[[WatchView], None],
    ) -> Callable[[], None]:
        """Ask to be told; the callables may be called on any thread and return at once.

        Returns:
            A callable that ends the subscription; no call is made after it has returned.
        """
        ...

    # ------------------------------------------------------------------ reads, off the GUI thread
    def rows(self) -> tuple[CaseRow, ...]:
        """Every case of the feed that is open, or closed and still kept, in any order."""
        ...

    def rows_of(self, keys: frozenset[str]) -> tuple[CaseRow, ...]:
        """The rows of these cases; one that is not kept any more is left out."""
        ...

    def case(self, key: str) -> CaseView | None:
        """One case with its timeline, or None when nothing is kept of it."""
        ...

    def directory(self) -> Directory | None:
        """The directory as last received."""
        ...

    def refused(self) -> tuple[Entry, ...]:
        """Commands the hub refused and nobody has resolved, oldest first."""
        ...

    def draft(self, key: str) -> str:
        """Half-typed note of a case, or nothing."""
        ...

    # ------------------------------------------------------------------ signing in, off the GUI thread
    def sign_in(self, username: str, password: str) -> None:
        """Go on with a new session, of the same person or another, who is `operator` from then on.

        Nothing is lost by it: list, queue and drafts stay, and what rings goes on ringing.

        Raises:
            EnvironmentFault: nobody was signed in and nothing has changed; the sentence says why.
        """
        ...

    # ------------------------------------------------------------------ writes, off the GUI thread
    def save(self, kind: str, referral_id: str, payload: Payload, seen: int | None) -> Entry:
        """Queue one command. Returns when it would survive a power cut.

        Raises:
            EnvironmentFault: it was not saved; the sentence says why.
        """
        ...

    def save_draft(self, key: str, text: str) -> None:
        """Keep a half-typed note; an empty text forgets it."""
        ...

    def record_reveal(self, referral_id: str, fields: tuple[str, ...]) -> None:
        """Keep a record that masked fields were opened by this operator."""
        ...

    def set_aside(self, command_id: str, reason: str) -> None:
        """Resolve a refused command with a reason; it stays on record."""
        ...

    def save_preferences(self, chosen: Preferences) -> None:
        """Keep what the operator chose."""
        ...

    # ------------------------------------------------------------------ slips, off the GUI thread
    def slip_preview(self, order: SlipOrder) -> bytes:
        """The slip as a PNG, with its number left blank; nothing is written and no number is used up."""
        ...

    def inform_with_slip(self, order: SlipOrder) -> str:
        """Queue the inform and the slip in one commit.

        Returns:
            The slip's number.

        Raises:
            EnvironmentFault: neither was saved.
        """
        ...

    def print_slip(self, referral_id: str, number: str) -> PrintResult:
        """Print a slip that has a number, again if need be; the result is recorded in the case."""
        ...
