"""The hub's client: each call of the Referral API as one method, each answer checked before anybody sees it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any, Final, TypeVar
from urllib.parse import quote

from kotaconsole.api import faults
from kotaconsole.api.tokens import NotSignedIn, Tokens
from kotaconsole.api.transport import Reply, Transport
from kotaconsole.domain.changes import FeedPage, SnapshotPage, Timeline
from kotaconsole.domain.errors import ContractBreach, ServerRefusal
from kotaconsole.domain.outbox import Answer
from kotaconsole.domain.referral import Referral, Stub
from kotaconsole.wire import codec, pages
from kotaconsole.wire.auditing import AuditHead
from kotaconsole.wire.bodies import (
    CommandAnswer,
    Me,
    Meta,
    Presence,
    PresenceAnswer,
    Problem,
    Refresh,
    Session,
    SignIn,
    Workstation,
)
from kotaconsole.wire.directories import Handed, read_directory

T = TypeVar("T")
MAX_WAIT_S: Final = 300.0
"""The longest `Retry-After` a hub may ask for; longer ones are taken as this."""
_JSON: Final = "application/json"
_PROBLEM: Final = "application/problem+json"


class HubClient:
    """One way to the hub.

    Thread: one client per thread; `abort` may be called on any. The tokens are shared.
    """

    def __init__(
        self, base_url: str, *, tokens: Tokens | None = None, workstation_id: str = "", ca_file: Path | None = None,
        connect_timeout: float = 3.05, read_timeout: float = 10.0,
    ) -> None:  # fmt: skip
        """Times in seconds; `tokens` and `workstation_id` are needed for everything but meta and sign-in.

        Raises:
            EnvironmentFault: `hub-address`, `hub-ca-file`.
        """
        self._transport = Transport(base_url, ca_file=ca_file, connect_timeout=connect_timeout)
        self._tokens = tokens or Tokens()
        self._workstation_id = workstation_id
        self._read_timeout = read_timeout

    # ------------------------------------------------------------------------------------------------------- session

    def meta(self) -> Meta:
        """What the hub says of itself before any sign-in."""
        return _shaped(self._ask("GET", "/v1/meta", token=None), Meta)

    def sign_in(self, username: str, password: str, workstation: Workstation) -> Session:
        """Sign in and use the session from here on.

        Raises:
            ServerRefusal: `invalid-credentials`, `too-many-attempts`.
        """
        body = codec.encode(SignIn(username, password, workstation))
        session = _shaped(self._ask("POST", "/v1/sessions", body=body, token=None), Session)
        self._tokens.take(session)
        return session

    def refresh(self, refresh_token: str, workstation_id: str) -> Session:
        """New tokens for an old refresh token."""
        body = codec.encode(Refresh(refresh_token, workstation_id))
        return _shaped(self._ask("POST", "/v1/sessions/refresh", body=body, token=None), Session)

    def sign_out(self) -> None:
        """End the session at the hub, and here in any case."""
        token = self._tokens.access
        try:
            if token is not None:
                self._ask("DELETE", "/v1/sessions/current", token=token)
        finally:
            self._tokens.drop()

    def me(self) -> Me:
        """Who the token belongs to."""
        return _shaped(self._signed("GET", "/v1/me"), Me)

    # ------------------------------------------------------------------------------------------------------- reading

    def directory(self, etag: str | None = None) -> Handed | None:
        """The directory, as much of it as can be read; None when it is the same as under `etag`.

        Raises:
            ContractBreach: it cannot be used.
        """
        reply = self._signed("GET", "/v1/directory", headers={"If-None-Match": etag} if etag else {})
        return None if reply.status == 304 else read_directory(reply.body, reply.headers.get("etag", ""))

    def snapshot(self, unit: str, page_token: str | None = None) -> SnapshotPage:
        """One page of a feed's cases."""
        query = {} if page_token is None else {"page_token": page_token}
        return pages.read_snapshot(self._signed("GET", f"/v1/feeds/{_part(unit)}/snapshot", query=query).body)

    def changes(self, unit: str, *, epoch: str, after: int, limit: int, wait: float) -> FeedPage:
        """Events after a cursor; waits up to `wait` seconds for one.

        Raises:
            ContractBreach: the page is refused whole.
            ServerRefusal: `cursor-expired`, `epoch-changed`.
        """
        query = {"epoch": epoch, "after": after, "limit": limit, "wait": f"{wait:g}"}
        # the hub keeps quiet for `wait` seconds; five more prove that it is the hub that is late, not the events
        reply = self._signed("GET", f"/v1/feeds/{_part(unit)}/changes", query=query, read_timeout=wait + 5.0)
        return pages.read_changes(reply.body, epoch=epoch, after=after)

    def referral(self, referral_id: str) -> Referral | Stub:
        """One case."""
        return pages.read_case(self._signed("GET", f"/v1/referrals/{_part(referral_id)}").body)

    def timeline(self, referral_id: str, *, after_version: int = 0, limit: int = 200) -> Timeline:
        """Events of one case after a version."""
        query = {"after_version": after_version, "limit": limit}
        return pages.read_timeline(self._signed("GET", f"/v1/referrals/{_part(referral_id)}/events", query=query).body)

    def audit_head(self, n: int | None = None) -> AuditHead:
        """How far the hub's audit log goes, or its record `n`.

        Raises:
            ServerRefusal: `not-found`: the log does not go that far, or the hub keeps none.
        """
        query = {} if n is None else {"n": n}
        return _shaped(self._signed("GET", "/v1/audit/head", query=query), AuditHead)

    # ------------------------------------------------------------------------------------------------------- writing

    def send_command(self, command_id: str, body: bytes, *, replay_of: str | None = None) -> Answer:
        """Offer one command, exactly these bytes. A problem is an answer too; only a 401 is healed on the way.

        `replay_of` is the older epoch under which it was entered: the hub may have had it and lost it.

        Raises:
            NotSignedIn: there is no working session.
            EnvironmentFault: nobody, or something that is no hub, answered.
            ContractBreach: what came back is no answer to this command.
        """
        try:
            headers = {} if replay_of is None else {"Replay-Of-Epoch": replay_of}
            reply = self._signed("PUT", f"/v1/commands/{_part(command_id)}", body=body, headers=headers)
        except NotSignedIn:
            raise  # the hub has said nothing about this command
        except ServerRefusal as no:
            # a 401 is about the bearer, never about the command, whatever its document says
            terminal = no.terminal and no.status != 401
            return Answer(
                applied=False, terminal=terminal, problem=no.code, detail=no.detail, retry_after=no.retry_after
            )
        answer = _shaped(reply, CommandAnswer)
        if answer.referral_id != codec.decode(body, _Sent).referral_id:
            raise ContractBreach("the answer is to another command")
        return Answer(applied=True, version=answer.version, event_ids=answer.event_ids)

    def presence(self, workstation_id: str, presence: Presence) -> PresenceAnswer:
        """Tell the hub that somebody listens here."""
        path = f"/v1/workstations/{_part(workstation_id)}/presence"
        return _shaped(self._signed("PUT", path, body=codec.encode(presence)), PresenceAnswer)

    # -------------------------------------------------------------------------------------------------------- inside

    def abort(self) -> None:
        """End a call under way at once; later ones raise `hub-unreachable`. Thread: any."""
        self._transport.abort()

    @property
    def aborted(self) -> bool:
        """Whether `abort` was called."""
        return self._transport.aborted

    def close(self) -> None:
        """Close the connection."""
        self._transport.close()

    def _signed(self, method: str, path: str, **how: Any) -> Reply:
        """Ask with the token; with an old one, renew it once and ask again."""
        token = self._tokens.access or self._tokens.renew(None, self._renew)
        try:
            return self._ask_with(token, method, path, **how)
        except ServerRefusal as refusal:
            if refusal.code != "token-expired":
                raise
        return self._ask_with(self._tokens.renew(token, self._renew), method, path, **how)

    def _ask_with(self, token: str, method: str, path: str, **how: Any) -> Reply:
        """Ask with this token, which is given up when its session was ended: only a sign-in helps then."""
        try:
            return self._ask(method, path, token=token, **how)
        except ServerRefusal as refusal:
            if refusal.code == "session-revoked":
                self._tokens.ended(token)
            raise

    def _renew(self, refresh_token: str) -> Session:
        return self.refresh(refresh_token, self._workstation_id)

    def _ask(
        self, method: str, path: str, *, token: str | None, headers: Mapping[str, str] | None = None,
        query: Mapping[str, Any] | None = None, body: bytes | None = None, read_timeout: float | None = None,
    ) -> Reply:  # fmt: skip
        sent = dict(headers or {})
        if token is not None:
            sent["Authorization"] = f"Bearer {token}"
        if body is not None:
            sent["Content-Type"] = _JSON
        reply = self._transport.send(
            method, path, headers=sent, body=body, query=query, read_timeout=read_timeout or self._read_timeout
        )
        return _sorted(reply)


@dataclass(frozen=True, slots=True)
class _Sent:
    referral_id: str


def _sorted(reply: Reply) -> Reply:
    """Let a good answer through; everything else becomes the error it is, by its code and never by status alone."""
    if 200 <= reply.status < 300 or reply.status == 304:
        if reply.kind not in (_JSON, "") or (reply.status in (200, 201) and reply.kind == ""):
            raise faults.not_a_hub(f"{reply.status} with another media type")
        return reply
    if reply.kind == _PROBLEM:
        raise _refusal(reply)
    if reply.status in (502, 503, 504):
        raise faults.unreachable(f"{reply.status} from something in front of the hub")
    raise faults.not_a_hub(f"{reply.status} without a problem document")


def _refusal(reply: Reply) -> ServerRefusal:
    problem = codec.decode(reply.body, Problem)
    return ServerRefusal(
        problem.code, terminal=problem.terminal, status=reply.status, detail=problem.detail,
        retry_after=_wait(reply.headers.get("retry-after"), reply.headers.get("date")),
    )  # fmt: skip


def _wait(asked: str | None, sent_at: str | None) -> float | None:
    """Seconds a `Retry-After` asks for, as a number or as a moment (RFC 9110, section 10.2.3).

    A moment is counted from the answer's own `Date`: the clocks of desk and hub need not agree.
    """
    text = (asked or "").strip()
    if text.isascii() and text.isdigit():
        return min(float(text), MAX_WAIT_S)
    until = _moment(text)
    if until is None:
        return None
    now = _moment(sent_at or "") or datetime.now(UTC)
    return min(max((until - now).total_seconds(), 0.0), MAX_WAIT_S)


def _moment(header: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(header)
    except (ValueError, TypeError, OverflowError):
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _part(name: str) -> str:
    """One part of a path, whatever characters the other side gave it."""
    return quote(name, safe="")


def _shaped(reply: Reply, shape: type[T]) -> T:
    return codec.decode(reply.body, shape)
