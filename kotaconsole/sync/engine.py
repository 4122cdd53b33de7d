"""The loop between desk and hub: the only place that owns its threads.

"sync" decides and never waits for the network; requests run on "sync-http" threads, so that a hub that hangs in one
of them holds up nothing else; "poll" holds the long question open.
"""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final

from kotaconsole.api.client import HubClient
from kotaconsole.api.tokens import Tokens
from kotaconsole.domain import link
from kotaconsole.domain.changes import Changes
from kotaconsole.domain.clock import Clock
from kotaconsole.domain.errors import ContractBreach, KotaError
from kotaconsole.domain.link import LinkView
from kotaconsole.domain.outbox import Entry
from kotaconsole.domain.troubles import Unheard
from kotaconsole.store import Store
from kotaconsole.sync.errands import Errands
from kotaconsole.sync.linkage import Linkage
from kotaconsole.sync.pull import Pull
from kotaconsole.sync.push import Push
from kotaconsole.sync.schedule import Schedule
from kotaconsole.sync.values import Heard, Sent, SyncSettings
from kotaconsole.sync.witness import Witness
from kotaconsole.wire.bodies import Workstation

TICK_S: Final = 1.0
"""The age of the link is looked at so often."""
JOIN_S: Final = 5.0
"""A thread that has been told to stop is waited for so long; a connection being made takes at most 3 s."""
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Word:
    """A message to the loop: wake, back, presence, directory, audit, meta, check or stop."""

    say: str


@dataclass(frozen=True, slots=True)
class _Need:
    """The timeline of a case is wanted whole."""

    referral_id: str


_Message = _Word | _Need | Sent


def _nobody_cares(_unheard: tuple[Unheard, ...]) -> None:
    pass


class Engine:
    """Keeps this desk and the hub in step until it is stopped.

    Thread: all methods may be called on any; `on_link` and `on_unheard` (what the hub says of other desks) are called
    on the sync's own threads and must be quick.
    """

    def __init__(  # noqa: PLR0913 - the composition root hands in all it needs, by name
        self, store: Store, client_factory: Callable[[], HubClient], tokens: Tokens, clock: Clock,
        workstation: Workstation, settings: SyncSettings, on_link: Callable[[LinkView], None], *,
        unit: str, heard: Callable[[], Heard] = Heard,
        on_unheard: Callable[[tuple[Unheard, ...]], None] = _nobody_cares,
    ) -> None:  # fmt: skip
        self._store = store
        self._clients = _Clients(client_factory)
        self._tokens = tokens
        self._clock = clock
        self._settings = settings
        self._unit = unit
        self._inbox: queue.SimpleQueue[_Message] = queue.SimpleQueue()
        self._stopping = threading.Event()
        self._poll_wake = threading.Event()
        self._link = Linkage(clock, on_link, lambda: self._tell("back"), store.queries.to_send())
        self._push = Push(
            store, unit, self._begin, clock.monotonic, most=settings.senders, unsent=self._link.unsent
        )  # fmt: skip
        self._errands = Errands(store, tokens, workstation, unit, self._link, heard, on_unheard)
        self._witness = Witness(store, self._link.notice)
        self._schedule = Schedule()
        self._pool = ThreadPoolExecutor(settings.senders + 1, thread_name_prefix="sync-http")
        self._loop_thread = threading.Thread(target=self._loop, name="sync", daemon=True)
        self._poll_thread: threading.Thread | None = None
        self._poll_client: HubClient | None = None
        self._poll_alive_at = 0.0
        self._wanted: set[str] = set()
        self._leave: Callable[[], None] = lambda: None

    @property
    def link(self) -> LinkView:
        """The link as it stands."""
        return self._link.view

    def start(self) -> None:
        """Begin to poll and to send."""
        self._leave = self._store.subscribe(self._changed)
        self._loop_thread.start()
        self._start_poll()
        times = self._settings
        for seconds, word in (
            (times.presence, "presence"), (times.check, "check"), (times.resend, "wake"),
            (times.directory, "directory"), (times.audit, "audit"), (times.meta, "meta"),
        ):  # fmt: skip
            self._schedule.every(seconds, _saying(self._tell, word), word)
        self._schedule.start()
        for word in ("presence", "directory", "audit"):
            self._tell(word)

    def stop(self) -> None:
        """End all threads: the scheduler, then the sync; calls under way are cut. Asking again does nothing.

        What was saved stays queued; what was sent and not answered is sent again at the next start.
        """
        self._schedule.stop()
        self._leave()
        self._stopping.set()
        self._poll_wake.set()
        self._clients.abort()
        self._tell("stop")
        for thread in (self._loop_thread, self._poll_thread):
            if thread is not None and thread.ident is not None and thread is not threading.current_thread():
                thread.join(JOIN_S)
        self._pool.shutdown(wait=True, cancel_futures=True)
        self._clients.close()

    def wake(self) -> None:
        """Something was queued, or somebody has signed in: look at once."""
        self._tell("wake")
        self._poll_wake.set()

    def need(self, referral_id: str) -> None:
        """Fetch what is missing of a case's timeline; its arrival is told by the store's changes."""
        self._inbox.put(_Need(referral_id))

    def sign_out(self) -> None:
        """Stop, then end the session at the hub as far as it can be reached, and here in any case.

        The queue is not touched: whoever signs in next carries it on.
        """
        self.stop()
        client = self._clients.extra()
        try:
            client.sign_out()
        except KotaError as problem:
            _log.info("the hub was not told of the sign-out: %s", problem)
        finally:
            client.close()

    # --------------------------------------------------------------------------------------------------- thread "sync"

    def _loop(self) -> None:
        while not self._stopping.is_set():
            try:
                self._turn()
            except KotaError as problem:
                _log.warning("the sync could not go on: %s", problem)
                self._stopping.wait(TICK_S)
            except Exception:  # noqa: BLE001 - our own mistake: logged with its trace, and the work goes on
                _log.exception("the sync made a mistake and goes on")
                self._stopping.wait(TICK_S)

    def _turn(self) -> None:
        delay = self._push.turn()
        self._link.tick(self._store.queries.to_send())
        try:
            message = self._inbox.get(timeout=TICK_S if delay is None else min(delay, TICK_S))
        except queue.Empty:
            return
        self._take(message)

    def _take(self, message: _Message) -> None:
        if isinstance(message, Sent):
            self._push.done(message)
        elif isinstance(message, _Need):
            self._fetch_timeline(message.referral_id)
        elif message.say == "back":
            self._push.link_is_back()
        elif message.say == "presence":
            self._run("presence", self._errands.presence)
        elif message.say == "directory":
            self._run("directory", self._errands.directory)
        elif message.say == "audit":
            self._run("audit", self._witness.look)
        elif message.say == "meta":
            self._run("meta", self._errands.meta)
        elif message.say == "check":
            self._check_poll()

    def _fetch_timeline(self, referral_id: str) -> None:
        self._run(f"timeline {referral_id}", lambda client: self._errands.timeline(client, referral_id))

    def _run(self, name: str, errand: Callable[[HubClient], None]) -> None:
        """Do an errand on a thread for requests, unless the same one is under way."""
        if name in self._wanted:
            return
        self._wanted.add(name)

        def job() -> None:
            try:
                errand(self._clients.mine())
            except KotaError as problem:
                _log.info("an errand was not done: %s", problem)
            except Exception:  # noqa: BLE001 - our own mistake: logged with its trace, and the work goes on
                _log.exception("an errand went wrong")
            finally:
                self._wanted.discard(name)

        self._submit(job)

    def _begin(self, entry: Entry) -> None:
        def job() -> None:
            try:
                answer = self._clients.mine().send_command(
                    entry.command_id, entry.body, replay_of=self._push.replay_of(entry)
                )
                sent = Sent(entry, answer=answer)
            except KotaError as problem:
                sent = Sent(entry, problem=problem)
            except Exception:  # noqa: BLE001 - our own mistake: logged with its trace, and the work goes on
                _log.exception("sending went wrong")
                sent = Sent(entry, problem=ContractBreach("our own mistake"))
            self._inbox.put(sent)

        self._submit(job)

    def _submit(self, job: Callable[[], None]) -> None:
        if not self._stopping.is_set():
            self._pool.submit(job)

    def _check_poll(self) -> None:
        """Begin the poll anew when its thread has died, and cut a question that hangs beyond every limit."""
        thread, client = self._poll_thread, self._poll_client
        if thread is None or not thread.is_alive():
            _log.warning("the poll had ended and is begun anew")
            self._start_poll()
        elif client is not None and self._clock.monotonic() - self._poll_alive_at > self._settings.hung:
            _log.warning("the poll hangs and is cut")
            client.abort()

    # --------------------------------------------------------------------------------------------------- thread "poll"

    def _start_poll(self) -> None:
        if self._stopping.is_set():
            return
        self._poll_alive_at = self._clock.monotonic()
        self._poll_thread = threading.Thread(target=self._poll, name="poll", daemon=True)
        self._poll_thread.start()

    def _poll(self) -> None:
        client = self._poll_client = self._clients.extra()
        pull = Pull(self._store, client, self._unit, self._link, self._settings, rest=self._stopping.wait)
        while not (self._stopping.is_set() or client.aborted):
            self._poll_alive_at = self._clock.monotonic()
            try:
                delay = pull.step()
            except KotaError as problem:
                _log.warning("a poll failed: %s", problem)
                delay = TICK_S
            except Exception:  # noqa: BLE001 - our own mistake: logged with its trace, and the work goes on
                _log.exception("a poll made a mistake")
                self._link.bad(link.OUR_MISTAKE, grave=False)
                delay = TICK_S
            if delay:
                self._poll_wake.wait(delay)
                self._poll_wake.clear()
        client.close()

    # ------------------------------------------------------------------------------------------------------- elsewhere

    def _changed(self, changes: Changes) -> None:
        if changes.outbox:
            self._tell("wake")

    def _tell(self, word: str) -> None:
        self._inbox.put(_Word(word))


class _Clients:
    """One client per thread that asks for one, and the means to cut and close them all."""

    def __init__(self, factory: Callable[[], HubClient]) -> None:
        self._factory = factory
        self._mine = threading.local()
        self._lock = threading.Lock()
        self._all: list[HubClient] = []
        self._aborted = False

    def mine(self) -> HubClient:
        """This thread's client."""
        client: HubClient | None = getattr(self._mine, "client", None)
        if client is None:
            client = self._mine.client = self.extra()
        return client

    def extra(self) -> HubClient:
        """A new client."""
        client = self._factory()
        with self._lock:
            self._all.append(client)
            aborted = self._aborted
        if aborted:
            client.abort()
        return client

    def abort(self) -> None:
        """Cut all calls under way; clients made later are cut from the beginning."""
        with self._lock:
            self._aborted = True
            clients = tuple(self._all)
        for client in clients:
            client.abort()

    def close(self) -> None:
        """Close all connections, and let new clients work again."""
        with self._lock:
            clients, self._all, self._aborted = tuple(self._all), [], False
        for client in clients:
            client.close()


def _saying(tell: Callable[[str], None], word: str) -> Callable[[], None]:
    return lambda: tell(word)
