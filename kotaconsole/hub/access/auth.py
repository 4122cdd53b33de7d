"""Who may come in: sign-in, refresh, sign-out, and the bearer of every other request."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any, Final

from sqlalchemy import Connection, select

from kotaconsole.domain.clock import Clock, Instant
from kotaconsole.hub import tasks
from kotaconsole.hub.access import sessions
from kotaconsole.hub.access.keys import SourceKey, active_keys
from kotaconsole.hub.access.own_password import Change, change_password
from kotaconsole.hub.access.passwords import Checked, PasswordCheck, broken_rule
from kotaconsole.hub.access.people import REVISION
from kotaconsole.hub.access.sessions import Ended, Issued, Live
from kotaconsole.hub.access.throttle import Throttle
from kotaconsole.hub.audit import chain
from kotaconsole.hub.bearer import Bearer
from kotaconsole.hub.problems import Refused, invalid
from kotaconsole.hub.settings import Limits
from kotaconsole.hub.storage import counters
from kotaconsole.hub.storage.readers import Readers
from kotaconsole.hub.storage.tables import users
from kotaconsole.hub.storage.writer import Transaction, Writer
from kotaconsole.wire.bodies import Refresh, Session, SignIn

log = logging.getLogger(__name__)

SWEEP_AT: Final = 5_000
"""Access tokens in memory at which the ones that have run out are thrown away."""
SWEEP_EVERY_S: Final = 3600.0
"""Seconds between two sweeps of the tokens in the file."""
TRIES: Final = 3
"""How often a sign-in is checked anew because the password was changed while it was being checked."""


class Auth:
    """Sessions of a running hub, looked up in memory so that a poll costs no query.

    Another process, the command line, may end sessions and keys at any time: a task looks for its changes with every
    beat.

    Thread: the event loop's.
    """

    def __init__(self, writer: Writer, readers: Readers, clock: Clock, limits: Limits) -> None:
        self._writer = writer
        self._readers = readers
        self._clock = clock
        self._limits = limits
        self._live: dict[bytes, Live] = {}
        self._keys: tuple[SourceKey, ...] = ()
        self._revision = 0
        self._passwords = PasswordCheck()
        self._throttle = Throttle(clock)
        self._watch: asyncio.Task[None] | None = None

    def load(self, connection: Connection) -> None:
        """Take over the sessions of the hub's last life."""
        self._live = sessions.live_tokens(connection, self._clock.now())
        self._keys = active_keys(connection)
        self._revision = counters.peek(connection, REVISION)

    def start(self) -> None:
        """Begin to look for what the command line changed. The writer must have been started."""
        self._watch = asyncio.create_task(self._watch_for_ever(), name="hub-access")

    async def stop(self) -> None:
        """Stop looking; before the writer is stopped."""
        await tasks.end(self._watch)

    def close(self) -> None:
        """End the password thread."""
        self._passwords.close()

    @property
    def keys(self) -> tuple[SourceKey, ...]:
        """The keys with which sources may sign now."""
        return self._keys

    def bearer(self, header: str | None) -> Bearer:
        """Whoever an `Authorization` header stands for.

        Raises:
            Refused: `token-expired` (missing, unknown or old) or `session-revoked`.
        """
        live = self._known(header)
        if live is None or live.expires_at <= self._clock.now():
            raise Refused("token-expired", "sign in or refresh first")
        if live.revoked:
            raise Refused("session-revoked", "this session was ended")
        return live.bearer

    def still(self, header: str | None) -> None:
        """Whoever waited for an answer may have been shut out meanwhile; a token that merely ran out does not matter.

        Raises:
            Refused: `session-revoked`.
        """
        live = self._known(header)
        if live is not None and live.revoked:
            raise Refused("session-revoked", "this session was ended")

    async def sign_in(self, asked: SignIn, address: str) -> Session:
        """Check name and password and begin a session.

        Raises:
            Refused: `invalid-credentials`, `too-many-attempts` with the seconds to wait, or `not-allowed`: right, but
                from a workstation that was shut out.
        """
        for _ in range(TRIES):
            user, known_desk = await self._readers.run(partial(_user, asked=asked))
            checked = await self._checked(asked, user, address, known_desk=known_desk)
            issued = await self._writer.run(partial(self._begin, user=user, asked=asked, checked=checked))
            if issued is not None:
                return issued.session
        raise Refused("invalid-credentials", "name or password is wrong")

    async def refresh(self, asked: Refresh) -> Session:
        """Rotate tokens.

        Raises:
            Refused: `token-expired` or `session-revoked`.
        """

        def job(tx: Transaction) -> Issued | Ended:
            outcome = sessions.refresh(tx, asked.refresh_token, asked.workstation_id, self._limits)
            tx.after_commit.append(partial(self._keep, outcome))
            return outcome

        outcome = await self._writer.run(job)
        if isinstance(outcome, Ended):
            raise Refused("session-revoked", "this refresh token was used before: the session was ended")
        return outcome.session

    async def sign_out(self, bearer: Bearer) -> None:
        """End the bearer's session everywhere."""

        def job(tx: Transaction) -> None:
            ended = sessions.end(tx, bearer.family, bearer.operator.id, "signed out")
            tx.after_commit.append(partial(self._keep, ended))

        await self._writer.run(job)

    async def change_password(self, bearer: Bearer, old: str, new: str, address: str) -> None:
        """Give the bearer a new password; their other sessions end, this one stays.

        Raises:
            Refused: `invalid` naming `/old` or `/new`, or `too-many-attempts`.
        """
        user = await self._readers.run(partial(_user_by_id, user_id=bearer.operator.id))
        broken = broken_rule(new, (user.username, user.name), old)
        if broken is not None:
            raise invalid("/new", broken)
        # whoever holds a session but not the password is a guesser like any other
        if (wait := self._throttle.wait_s(user.id, address)) > 0:
            raise Refused("too-many-attempts", "wait before the next try", retry_after=wait)
        if not (await self._counted(user.id, address, old, user.password_hash)).fits:
            await self._tell_wrong_old(bearer)
            raise _wrong_old()
        change = Change(bearer, user.password_hash, await self._passwords.make(new))

        def job(tx: Transaction) -> bool:
            tx.after_commit.append(partial(self._end_all, sessions_of=bearer.operator.id, but=bearer.family))
            return change_password(tx, change)

        if not await self._writer.run(job):
            raise _wrong_old()

    async def look(self) -> None:
        """Take over what the command line changed since the last look.

        Raises:
            Refused: `unavailable`: the file cannot be read or written at the moment; the next look finds it again.
        """
        revision = await self._readers.run(partial(counters.peek, name=REVISION))
        if revision != self._revision:
            # by the writer: only so does it come after every token that was issued before
            await self._writer.run(self._taken_over)

    def _known(self, header: str | None) -> Live | None:
        scheme, _, token = (header or "").partition(" ")
        return self._live.get(sessions.digest(token.strip())) if scheme.lower() == "bearer" else None

    async def _checked(self, asked: SignIn, user: Any, address: str, *, known_desk: bool) -> Checked:
        name = asked.username
        wait = self._throttle.wait_s(name, address)
        if wait > 0 and not known_desk:
            raise Refused("too-many-attempts", "wait before the next try", retry_after=wait)
        checked = await self._counted(name, address, asked.password, user.password_hash if user else None)
        if checked.fits:
            return checked
        if wait > 0:
            # a known desk gets in with the right password whatever happened, but it may not guess at full speed
            raise Refused("too-many-attempts", "wait before the next try", retry_after=wait)
        raise Refused("invalid-credentials", "name or password is wrong")

    async def _counted(self, name: str, address: str, password: str, stored: str | None) -> Checked:
        self._throttle.begin(name, address)
        done = self._throttle.dropped
        try:
            checked = await self._passwords.check(password, stored)
            done = self._throttle.fitted if checked.fits else self._throttle.missed
            return checked
        finally:
            done(name, address)

    def _begin(self, tx: Transaction, user: Any, asked: SignIn, checked: Checked) -> Issued | None:
        issued = sessions.sign_in(tx, user, asked.workstation, self._limits, checked.stronger)
        if issued is not None:
            tx.after_commit.append(partial(self._keep, issued))
        return issued

    async def _tell_wrong_old(self, bearer: Bearer) -> None:
        """Write it into the audit log; it stays a refusal where the log cannot be written."""
        told = partial(chain.write, who=bearer.operator.id, desk=bearer.desk, what="password change refused")
        try:
            await self._writer.run(told)
        except Refused as refused:
            log.warning("a refusal was not logged: %s", refused.code)

    def _keep(self, outcome: Issued | Ended) -> None:
        if isinstance(outcome, Issued):
            self._live[outcome.access_hash] = outcome.live
            self._sweep(self._clock.now())
        else:
            self._end(lambda bearer: bearer.family == outcome.family)

    def _end_all(self, *, sessions_of: str, but: str) -> None:
        self._end(lambda bearer: bearer.operator.id == sessions_of and bearer.family != but)

    def _end(self, ended: Callable[[Bearer], bool]) -> None:
        for key, live in self._live.items():
            if ended(live.bearer):
                self._live[key] = replace(live, revoked=True)

    def _sweep(self, now: Instant) -> None:
        if len(self._live) > SWEEP_AT:
            self._live = {key: live for key, live in self._live.items() if live.expires_at > now}

    def _taken_over(self, tx: Transaction) -> None:
        ended = sessions.ended_families(tx.connection, tx.now)
        keys = active_keys(tx.connection)
        revision = counters.peek(tx.connection, REVISION)

        def show() -> None:
            self._end(lambda bearer: bearer.family in ended)
            self._keys = keys
            self._revision = revision

        tx.after_commit.append(show)

    async def _watch_for_ever(self) -> None:
        swept = -SWEEP_EVERY_S
        while True:
            try:
                await self.look()
                if self._clock.monotonic() - swept >= SWEEP_EVERY_S:
                    swept = self._clock.monotonic()
                    await self._writer.run(sessions.sweep)
            except Refused as refused:
                log.warning("changes of people were not read: %s", refused.code)
            except Exception as error:  # noqa: BLE001 - our bug: it is logged, and the next look may succeed
                log.error("changes of people were not read: %s", type(error).__name__)  # noqa: TRY400
            await asyncio.sleep(self._limits.beat_s)


def _user(connection: Connection, *, asked: SignIn) -> tuple[Any, bool]:
    user = connection.execute(select(users).where(users.c.username == asked.username)).first()
    if user is None or user.disabled:
        return None, False
    return user, sessions.had_session(connection, user.id, asked.workstation.id)


def _user_by_id(connection: Connection, *, user_id: str) -> Any:
    return connection.execute(select(users).where(users.c.id == user_id)).one()


def _wrong_old() -> Refused:
    return invalid("/old", "the old password is wrong")
