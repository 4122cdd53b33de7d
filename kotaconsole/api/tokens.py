"""Who is signed in, shared by all clients of a desk."""

from __future__ import annotations

import threading
from collections.abc import Callable

from kotaconsole.domain.errors import ServerRefusal
from kotaconsole.wire.bodies import Operator, Session


class NotSignedIn(ServerRefusal):
    """There is no working session. It says nothing about the request that met it, which waits."""

    def __init__(self, code: str, *, retry_after: float | None = None) -> None:
        super().__init__(code, terminal=False, status=401, retry_after=retry_after)


class Tokens:
    """The session's tokens. However many threads meet an old one at once, it is renewed once.

    Begun with the session of a sign-in, or with a refresh token kept from an earlier run, or with nothing.
    `on_session` hears of each new session, to keep its refresh token, and of None when the session has ended.

    Thread: any; `on_session` is called on the thread that met the change.
    """

    def __init__(
        self, session: Session | None = None, *, refresh_token: str | None = None,
        on_session: Callable[[Session | None], None] | None = None,
    ) -> None:  # fmt: skip
        self._lock = threading.Lock()
        self._renewing = threading.Lock()
        self._session = session
        self._refresh = session.refresh_token if session else refresh_token
        self._on_session = on_session

    @property
    def access(self) -> str | None:
        """The access token, or None when there is none yet."""
        with self._lock:
            return self._session.access_token if self._session else None

    @property
    def refresh_token(self) -> str | None:
        """What a new access token is asked with."""
        with self._lock:
            return self._refresh

    @property
    def operator(self) -> Operator | None:
        """Who is signed in."""
        with self._lock:
            return self._session.operator if self._session else None

    @property
    def signed_in(self) -> bool:
        """Whether there is anything to sign requests with."""
        with self._lock:
            return self._session is not None or self._refresh is not None

    def take(self, session: Session) -> None:
        """Use a new session from here on."""
        with self._lock:
            self._session, self._refresh = session, session.refresh_token
        if self._on_session:
            self._on_session(session)

    def drop(self) -> None:
        """The session has ended; commands wait for the next one."""
        with self._lock:
            self._session = self._refresh = None
        if self._on_session:
            self._on_session(None)

    def renew(self, used: str | None, ask: Callable[[str], Session]) -> str:
        """A working access token in place of the one that was refused.

        Args:
            used: the refused one; when another thread has renewed it meanwhile, nothing is asked.
            ask: asks the hub with a refresh token.

        Raises:
            NotSignedIn: nobody is signed in, or the session was ended.
            EnvironmentFault: the hub cannot be asked.
        """
        with self._renewing:
            with self._lock:
                now, refresh = (self._session.access_token if self._session else None), self._refresh
            if now is not None and now != used:
                return now
            if refresh is None:
                raise NotSignedIn("token-expired")
            try:
                session = ask(refresh)
            except ServerRefusal as no:
                if no.status == 401 or no.terminal:
                    self._forget(refresh)
                raise NotSignedIn(no.code, retry_after=no.retry_after) from no
            self.take(session)
            return session.access_token

    def ended(self, used: str) -> None:
        """The hub has ended the session of this token: neither it nor its refresh token is offered any more."""
        if self.access == used:
            self.drop()

    def _forget(self, refresh: str) -> None:
        if self.refresh_token == refresh:
            self.drop()
