"""Who may come in: sign-in, refresh, sign-out, and the bearer of every other request."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

from sqlalchemy import Connection, select

from kotaconsole.domain.clock import Clock, Instant
from kotaconsole.hub.access import sessions
from kotaconsole.hub.access.passwords import PasswordCheck
from kotaconsole.hub.access.sessions import Bearer, Ended, Issued, Live
from kotaconsole.hub.access.throttle import Throttle
from kotaconsole.hub.problems import Refused
from kotaconsole.hub.settings import Limits
from kotaconsole.hub.storage.readers import Readers
from kotaconsole.hub.storage.tables import users
from kotaconsole.hub.storage.writer import Transaction, Writer
from kotaconsole.wire.bodies import Refresh, Session, SignIn

SWEEP_AT = 5_000
"""Access tokens in memory at which the ones that have run out are thrown away."""


class Auth:
    """Sessions of a running hub, looked up in memory so that a poll costs no query.

    Thread: the event loop's.
    """

    def __init__(self, writer: Writer, readers: Readers, clock: Clock, limits: Limits) -> None:
        self._writer = writer
        self._readers = readers
        self._clock = clock
        self._limits = limits
        self._live: dict[bytes, Live] = {}
        self._passwords = PasswordCheck()
        self._throttle = Throttle(clock)

    def load(self, connection: Connection) -> None:
        """Take over the sessions of the hub's last life."""
        self._live = sessions.live_tokens(connection, self._clock.now())

    def close(self) -> None:
        """End the password thread."""
        self._passwords.close()

    def bearer(self, header: str | None) -> Bearer:
        """Whoever an `Authorization` header stands for.

        Raises:
            Refused: `token-expired` (missing, unknown or old) or `session-revoked`.
        """
        scheme, _, token = (header or "").partition(" ")
        live = self._live.get(sessions.digest(token.strip())) if scheme.lower() == "bearer" else None
        if live is None or live.expires_at <= self._clock.now():
            raise Refused("token-expired", "sign in or refresh first")
        if live.revoked:
            raise Refused("session-revoked", "this session was ended")
        return live.bearer

    async def sign_in(self, asked: SignIn, address: str) -> Session:
        """Check name and password and begin a session.

        Raises:
            Refused: `invalid-credentials`, or `too-many-attempts` with the seconds to wait.
        """
        user, known_desk = await self._readers.run(partial(_user, asked=asked))
        wait = self._throttle.wait_s(asked.username, address)
        if wait > 0 and not known_desk:
            raise Refused("too-many-attempts", "wait before the next try", retry_after=wait)
        if not await self._passwords.fits(asked.password, user.password_hash if user else None):
            self._throttle.missed(asked.username, address)
            raise Refused("invalid-credentials", "name or password is wrong")
        self._throttle.fitted(asked.username, address)

        def job(tx: Transaction) -> Issued:
            issued = sessions.sign_in(tx, user, asked.workstation, self._limits)
            tx.after_commit.append(partial(self._keep, issued))
            return issued

        return (await self._writer.run(job)).session

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

    def _keep(self, outcome: Issued | Ended) -> None:
        if isinstance(outcome, Issued):
            self._live[outcome.access_hash] = outcome.live
            self._sweep(self._clock.now())
            return
        for key, live in self._live.items():
            if live.bearer.family == outcome.family:
                self._live[key] = replace(live, revoked=True)

    def _sweep(self, now: Instant) -> None:
        if len(self._live) > SWEEP_AT:
            self._live = {key: live for key, live in self._live.items() if live.expires_at > now}


def _user(connection: Connection, *, asked: SignIn) -> tuple[Any, bool]:
    user = connection.execute(select(users).where(users.c.username == asked.username)).first()
    if user is None or user.disabled:
        return None, False
    return user, sessions.had_session(connection, user.id, asked.workstation.id)
