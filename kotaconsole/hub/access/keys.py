"""Keys with which sources sign what they send. A source may have several, so that one can follow another."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import Final

from sqlalchemy import Connection, Engine, delete, insert, select

from kotaconsole.domain.clock import Instant
from kotaconsole.hub.access.people import changing, fault
from kotaconsole.hub.audit import chain
from kotaconsole.hub.audit.words import COMMAND_LINE
from kotaconsole.hub.ids import new_id
from kotaconsole.hub.storage.tables import source_keys, users

SECRET_BYTES: Final = 32
"""As much as SHA-256 gives; RFC 2104 asks for a key no shorter than its output."""
LEAST_SECRET: Final = 32
MOST_SECRET: Final = 1024
"""Characters of a secret that a platform chose."""
MOST_KEYS: Final = 8
"""Keys of one source at once: every signature is compared with every key."""


@dataclass(frozen=True, slots=True)
class SourceKey:
    """One key, with its secret, which no text of it shows."""

    id: str
    user_id: str
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class KnownKey:
    """One key without its secret, for a list."""

    id: str
    username: str
    created_at: Instant


def active_keys(connection: Connection) -> tuple[SourceKey, ...]:
    """Keys of the sources that are not shut out."""
    query = (
        select(source_keys)
        .join(users, source_keys.c.user_id == users.c.id)
        .where(users.c.role == "source", users.c.disabled.is_(False))
        .order_by(source_keys.c.created_at, source_keys.c.id)
    )
    return tuple(SourceKey(row.id, row.user_id, row.secret) for row in connection.execute(query))


def list_source_keys(connection: Connection) -> tuple[KnownKey, ...]:
    """All keys, by source and age."""
    query = (
        select(source_keys.c.id, source_keys.c.created_at, users.c.username)
        .join(users, source_keys.c.user_id == users.c.id)
        .order_by(users.c.username, source_keys.c.created_at)
    )
    return tuple(KnownKey(row.id, row.username, Instant(row.created_at)) for row in connection.execute(query))


def add_source_key(engine: Engine, now: Instant, *, username: str, secret: str | None = None) -> tuple[str, str]:
    """Give a source one more key; its older ones go on working until they are dropped.

    Args:
        engine: the hub's file.
        now: the hub's time.
        username: the source.
        secret: the platform's own choice; without it one is made. Its UTF-8 bytes are the key of the HMAC.

    Returns:
        The key's id, for dropping it later, and the secret, to be shown once.

    Raises:
        EnvironmentFault: nobody has this name, it is no source, the secret is too short or long, or there are too
            many keys.
    """
    if secret is not None and not LEAST_SECRET <= len(secret) <= MOST_SECRET:
        raise fault("hub-key-secret", f"A secret has {LEAST_SECRET} to {MOST_SECRET} characters.",
                    f"गोपनीय कुंजी में {LEAST_SECRET} से {MOST_SECRET} अक्षर हों।")  # fmt: skip
    chosen = secret or secrets.token_hex(SECRET_BYTES)
    with changing(engine, now) as tx:
        user = tx.connection.execute(select(users).where(users.c.username == username)).first()
        if user is None or user.role != "source":
            raise fault("hub-key-source", "No source has this sign-in name.", "इस साइन-इन नाम का कोई स्रोत नहीं है।")
        mine = tx.connection.execute(select(source_keys.c.id).where(source_keys.c.user_id == user.id)).all()
        if len(mine) >= MOST_KEYS:
            raise fault("hub-key-many", f"A source has at most {MOST_KEYS} keys: drop an old one first.",
                        f"एक स्रोत की अधिकतम {MOST_KEYS} कुंजियाँ होती हैं: पहले कोई पुरानी हटाएँ।")  # fmt: skip
        key_id = new_id(now)
        row = {"id": key_id, "user_id": user.id, "secret": chosen, "created_at": int(now)}
        tx.connection.execute(insert(source_keys).values(row))
        chain.write(tx, who=COMMAND_LINE, what="source key added", content=f"{user.id} {key_id}".encode())
    return key_id, chosen


def drop_source_key(engine: Engine, now: Instant, *, key_id: str) -> None:
    """Take a key away: what it signed is refused from then on, within seconds also by a running hub.

    Raises:
        EnvironmentFault: there is no such key.
    """
    with changing(engine, now) as tx:
        if tx.connection.execute(delete(source_keys).where(source_keys.c.id == key_id)).rowcount != 1:
            raise fault("hub-key-unknown", "There is no such key.", "ऐसी कोई कुंजी नहीं है।")
        chain.write(tx, who=COMMAND_LINE, what="source key dropped", content=key_id.encode())
