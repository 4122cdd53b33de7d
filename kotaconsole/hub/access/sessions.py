"""Sessions: tokens that rotate, kept as hashes only.

A refresh token is used once. Its successors are derived from it (HMAC under the family's salt), so that the same
one shown again within the grace gives the very same tokens although none of them is stored: a lost answer must not
sign anyone out. Later reuse means that a token was copied: the whole family ends.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, delete, func, insert, select, update

from kotaconsole.domain.clock import Instant
from kotaconsole.hub.access.people import Posting, posting_at
from kotaconsole.hub.audit import chain
from kotaconsole.hub.bearer import Bearer
from kotaconsole.hub.ids import new_id
from kotaconsole.hub.problems import Refused
from kotaconsole.hub.settings import Limits
from kotaconsole.hub.storage import counters
from kotaconsole.hub.storage.tables import epochs, facts, families, postings, seats, tokens, users, workstations
from kotaconsole.hub.storage.upsert import upsert
from kotaconsole.hub.storage.writer import Transaction
from kotaconsole.wire.bodies import Desk, Operator, Session, Workstation

__all__ = [
    "Ended", "Issued", "Live", "digest", "end", "ended_families", "had_session", "live_tokens", "refresh",
    "sign_in", "supervisor_about", "sweep",
]  # fmt: skip

DESK: Final = "K"
SOURCE: Final = "S"
"""First letters of the codes of workstations."""
_ROTATIONS: Final = ("access", "refresh")
_ACCESS_KEPT_S: Final = 25 * 3600
"""Seconds for which access tokens that ran out are kept: they tell who was signed in lately, and a site may ask that of
a whole day (`supervisor-away`)."""
_REFRESH_KEPT_S: Final = 7 * 24 * 3600
"""Seconds for which refresh tokens that ran out are kept: showing a used one ends its family."""


@dataclass(frozen=True, slots=True)
class Live:
    """An access token that is known: whose, until when, and whether its family was ended."""

    bearer: Bearer
    expires_at: Instant
    revoked: bool = False


@dataclass(frozen=True, slots=True)
class Issued:
    """What sign-in and refresh give: the answer, and the hash under which the access token is looked up."""

    session: Session
    access_hash: bytes
    live: Live


@dataclass(frozen=True, slots=True)
class Ended:
    """A family that was ended because a token of it was used where or when it could not be."""

    family: str


def digest(token: str) -> bytes:
    """The form in which tokens are stored and looked up."""
    return hashlib.sha256(token.encode("utf-8", "replace")).digest()


def sign_in(
    tx: Transaction, checked: Any, workstation: Workstation, limits: Limits, stronger: str | None = None
) -> Issued | None:
    """Begin a family for a person whose password was right.

    Args:
        tx: the transaction.
        workstation: where the person sits.
        limits: lives of the tokens.
        checked: the row of `users` the password was checked against.
        stronger: a new form of the same password, where the stored one was made with too little work.

    Returns:
        None when the person's password was changed or the person shut out meanwhile: nothing was done.

    Raises:
        Refused: `not-allowed`: the workstation was shut out.
    """
    user = tx.connection.execute(select(users).where(users.c.id == checked.id)).first()
    if user is None or user.disabled or user.password_hash != checked.password_hash:
        return None
    desk = _seated(tx, user, workstation)
    if stronger is not None:
        tx.connection.execute(update(users).where(users.c.id == user.id).values(password_hash=stronger))
    family = new_id(tx.now)
    tx.connection.execute(
        insert(families).values(
            id=family, user_id=user.id, workstation_id=workstation.id, salt=secrets.token_bytes(32),
            created_at=int(tx.now),
        )
    )  # fmt: skip
    chain.write(tx, who=user.id, desk=desk, what="signed in")
    bearer = Bearer(_operator(user), workstation.id, desk, workstation.version, family)
    pair = (secrets.token_urlsafe(32), secrets.token_urlsafe(32))
    _store(tx, family, pair, limits)
    return _issued(tx, bearer, pair, tx.now.plus(seconds=limits.access_s))


def refresh(tx: Transaction, token: str, workstation_id: str, limits: Limits) -> Issued | Ended:
    """Rotate a refresh token, or end its family.

    Raises:
        Refused: `token-expired` (unknown or old), `session-revoked` (ended earlier).
    """
    row = _family_of(tx.connection, token)
    if row is None or (row.used_at is None and row.expires_at <= tx.now):
        raise Refused("token-expired", "the refresh token is unknown or old")
    if row.revoked_at is not None or row.disabled:
        raise Refused("session-revoked", "this session was ended")
    late = row.used_at is not None and tx.now.seconds_since(Instant(row.used_at)) > limits.grace_s
    if late or workstation_id != row.workstation_id:
        return end(tx, row.family, row.user_id, "refresh token used again")
    bearer = Bearer(_operator(row, row.user_id), workstation_id, row.desk, row.version, row.family)
    access, successor = (_derived(row.salt, token, use) for use in _ROTATIONS)
    if row.used_at is None:
        tx.connection.execute(update(tokens).where(tokens.c.hash == digest(token)).values(used_at=int(tx.now)))
        _store(tx, row.family, (access, successor), limits)
        expires = tx.now.plus(seconds=limits.access_s)
    else:
        expires = Instant(row.used_at).plus(seconds=limits.access_s)
    return _issued(tx, bearer, (access, successor), expires)


def end(tx: Transaction, family: str, user_id: str, why: str) -> Ended:
    """Revoke a family: none of its tokens works again."""
    tx.connection.execute(update(families).where(families.c.id == family).values(revoked_at=int(tx.now)))
    chain.write(tx, who=user_id, what=f"session ended: {why}")
    return Ended(family)


def ended_families(connection: Connection, now: Instant) -> frozenset[str]:
    """Families that were ended while an access token of theirs could still be shown."""
    query = (
        select(families.c.id)
        .join(tokens, tokens.c.family == families.c.id)
        .where(tokens.c.kind == "access", tokens.c.expires_at > int(now), families.c.revoked_at.is_not(None))
        .distinct()
    )
    return frozenset(connection.execute(query).scalars())


def sweep(tx: Transaction) -> None:
    """Throw away tokens that ran out so long ago that nothing asks for them."""
    for kind, kept_s in zip(_ROTATIONS, (_ACCESS_KEPT_S, _REFRESH_KEPT_S), strict=True):
        before = int(tx.now.plus(seconds=-kept_s))
        tx.connection.execute(delete(tokens).where(tokens.c.expires_at < before, tokens.c.kind == kind))


def live_tokens(connection: Connection, now: Instant) -> dict[bytes, Live]:
    """Every access token that has not run out, for a hub that starts."""
    query = (
        select(tokens.c.hash, tokens.c.expires_at, families.c.id.label("family"), families.c.revoked_at,
               families.c.workstation_id, users, workstations.c.desk, workstations.c.version)
        .join(families, tokens.c.family == families.c.id)
        .join(users, families.c.user_id == users.c.id)
        .join(workstations, families.c.workstation_id == workstations.c.id)
        .where(tokens.c.kind == "access", tokens.c.expires_at > int(now))
    )  # fmt: skip
    found = {}
    for row in connection.execute(query):
        bearer = Bearer(_operator(row), row.workstation_id, row.desk, row.version, row.family)
        ended = row.revoked_at is not None or row.disabled
        found[row.hash] = Live(bearer, Instant(row.expires_at), ended)
    return found


def had_session(connection: Connection, user_id: str, workstation_id: str) -> bool:
    """Whether a person ever signed in at a workstation."""
    query = select(seats.c.since).where(seats.c.user_id == user_id, seats.c.workstation_id == workstation_id)
    return connection.execute(query).first() is not None


def supervisor_about(connection: Connection, unit: str, now: Instant, away_s: float) -> bool:
    """Whether a session of a supervisor of a unit was alive within the last so many seconds, or may have been.

    A session ends when its person signs out, when it is revoked, or when its last access token runs out. Before the
    hub began, nobody can say who was there.
    """
    since = int(now.plus(seconds=-away_s))
    if _began(connection) > since:
        return True
    here = select(postings.c.user_id).where(postings.c.role == "supervisor", postings.c.unit == unit)
    query = (
        select(families.c.user_id, families.c.revoked_at, func.max(tokens.c.expires_at).label("expires_at"))
        .join(tokens, tokens.c.family == families.c.id)
        .where(tokens.c.kind == "access", tokens.c.expires_at > since, families.c.user_id.in_(here))
        .group_by(families.c.id, families.c.user_id, families.c.revoked_at)
    )
    for row in connection.execute(query):
        ended = row.expires_at if row.revoked_at is None else min(row.expires_at, row.revoked_at)
        # a person who is moved is signed out in the same moment: what counts is what they were until then
        posting = posting_at(connection, row.user_id, Instant(min(ended - 1, int(now))))
        if ended > since and posting == Posting("supervisor", unit):
            return True
    return False


def _began(connection: Connection) -> int:
    """When the first epoch of this hub began."""
    present = connection.execute(select(facts.c.value).where(facts.c.name == "epoch_began")).scalar_one()
    first = connection.execute(select(func.min(epochs.c.began_at))).scalar()
    return int(Instant.parse(present)) if first is None else int(first)


def _seated(tx: Transaction, user: Any, workstation: Workstation) -> str:
    known = tx.connection.execute(select(workstations).where(workstations.c.id == workstation.id)).first()
    if known is not None and known.revoked_at is not None:
        raise Refused("not-allowed", "this workstation was shut out: ask the administrator")
    told: dict[str, Any] = {"name": workstation.name, "version": workstation.version}
    desk = _desk(tx.connection, user, None if known is None else str(known.desk))
    if known is None:
        row = {"id": workstation.id, "desk": desk, "first_seen": int(tx.now), **told}
        tx.connection.execute(insert(workstations).values(row))
    else:
        change = update(workstations).where(workstations.c.id == workstation.id)
        tx.connection.execute(change.values(desk=desk, **told))
    seat = {"user_id": user.id, "workstation_id": workstation.id, "since": int(tx.now)}
    tx.connection.execute(upsert(seats).values(seat).on_conflict_do_nothing())
    return desk


def _desk(connection: Connection, user: Any, known: str | None) -> str:
    """The code of a workstation: K for a desk, for ever; S for a platform's machine, which is no desk.

    A machine that a platform used first becomes a desk when a person sits down at it.
    """
    if user.role == "source":
        return known or f"{SOURCE}{counters.take(connection, 'source-desk')}"
    if known is None or known.startswith(SOURCE):
        return f"{DESK}{counters.take(connection, 'desk')}"
    return known


def _family_of(connection: Connection, token: str) -> Any:
    query = (
        select(tokens, families.c.user_id, families.c.workstation_id, families.c.salt, families.c.revoked_at,
               users.c.name, users.c.role, users.c.unit, users.c.disabled, workstations.c.desk, workstations.c.version)
        .join(families, tokens.c.family == families.c.id)
        .join(users, families.c.user_id == users.c.id)
        .join(workstations, families.c.workstation_id == workstations.c.id)
        .where(tokens.c.hash == digest(token), tokens.c.kind == "refresh")
    )  # fmt: skip
    return connection.execute(query).first()


def _store(tx: Transaction, family: str, pair: tuple[str, str], limits: Limits) -> None:
    for kind, token, life in zip(_ROTATIONS, pair, (limits.access_s, limits.refresh_s), strict=True):
        row = {"hash": digest(token), "family": family, "kind": kind, "expires_at": int(tx.now.plus(seconds=life))}
        tx.connection.execute(insert(tokens).values(row))


def _issued(tx: Transaction, bearer: Bearer, pair: tuple[str, str], expires: Instant) -> Issued:
    session = Session(
        access_token=pair[0], expires_in=max(1, int(expires.seconds_since(tx.now))), refresh_token=pair[1],
        operator=bearer.operator, workstation=Desk(bearer.workstation_id, bearer.desk), server_time=tx.now,
    )  # fmt: skip
    return Issued(session, digest(pair[0]), Live(bearer, expires))


def _operator(row: Any, user_id: str | None = None) -> Operator:
    return Operator(id=user_id or row.id, name=row.name, role=row.role, unit=row.unit)


def _derived(salt: bytes, token: str, use: str) -> str:
    raw = hmac.new(salt, f"{use}:{token}".encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")
