"""Administering people in a hub's file, also while the hub runs; the API itself administers nobody.

Every change goes into the audit chain and raises `REVISION`, by which a running hub notices within seconds that
another process ended somebody's sessions.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, Engine, insert, select, update

from kotaconsole.domain.clock import Instant
from kotaconsole.domain.directory import Directory
from kotaconsole.domain.errors import Bilingual, EnvironmentFault
from kotaconsole.hub.access.passwords import MIN_LENGTH, broken_rule, hash_password
from kotaconsole.hub.audit import chain
from kotaconsole.hub.audit.words import COMMAND_LINE
from kotaconsole.hub.ids import new_id
from kotaconsole.hub.storage import counters
from kotaconsole.hub.storage.tables import families, postings, users
from kotaconsole.hub.storage.writer import Transaction

ROLES: Final = ("source", "operator", "supervisor", "auditor", "admin")
REVISION: Final = "access"
"""The counter that every change made here raises."""
_USERNAME: Final = re.compile(r"[A-Za-z0-9._@-]{1,64}", re.ASCII)
_LEFT: Final = Bilingual(en="Nothing was changed.", hi="कुछ भी बदला नहीं गया।")
_MOVE_FIRST: Final = Bilingual(
    en="Nothing was changed. First move this person with 'kotaconsole hub user move'.",
    hi="कुछ भी बदला नहीं गया। पहले 'kotaconsole hub user move' से इस व्यक्ति को स्थानांतरित करें।",
)
_NOT_ADDED: Final = Bilingual(
    en="Nobody was added; everything else is as it was.", hi="कोई जोड़ा नहीं गया; बाकी सब वैसा ही है।"
)


@dataclass(frozen=True, slots=True)
class Posting:
    """What a person was at a moment."""

    role: str
    unit: str


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody in the hub's file, without anything secret."""

    id: str
    username: str
    name: str
    role: str
    unit: str
    created_at: Instant
    disabled: bool


def posting_at(connection: Connection, user_id: str, at: Instant) -> Posting | None:
    """Role and unit of a person at a moment; None for nobody, or while they were shut out.

    Before the first posting the first one counts: a desk whose clock is slow must not make its commands homeless.
    """
    mine = select(postings.c.role, postings.c.unit).where(postings.c.user_id == user_id)
    row = connection.execute(mine.where(postings.c.since <= int(at)).order_by(postings.c.since.desc()).limit(1)).first()
    if row is None:
        row = connection.execute(mine.order_by(postings.c.since).limit(1)).first()
    return None if row is None or row.role is None else Posting(row.role, row.unit)


def list_users(connection: Connection) -> tuple[Person, ...]:
    """Everybody, by sign-in name."""
    return tuple(
        Person(row.id, row.username, row.name, row.role, row.unit, Instant(row.created_at), bool(row.disabled))
        for row in connection.execute(select(users).order_by(users.c.username))
    )


def add_user(  # noqa: PLR0913 - what a person is
    engine: Engine, directory: Directory, now: Instant, *, username: str, name: str, role: str, unit: str, password: str
) -> str:
    """Add a person and give back their id.

    Raises:
        EnvironmentFault: a value cannot be used, or the name is taken; nothing was added.
    """
    if _USERNAME.fullmatch(username) is None:
        raise fault("hub-user-name", "The sign-in name has 1 to 64 of A-Z a-z 0-9 . _ @ -.",
                    "साइन-इन नाम में 1 से 64 अक्षर हों: A-Z a-z 0-9 . _ @ -", _NOT_ADDED)  # fmt: skip
    _check_post(directory, role, unit, _NOT_ADDED)
    _check_password(password, (username, name), _NOT_ADDED)
    stored = hash_password(password)
    with changing(engine, now) as tx:
        if tx.connection.execute(select(users.c.id).where(users.c.username == username)).first() is not None:
            raise fault("hub-user-exists", "This sign-in name exists already.", "यह साइन-इन नाम पहले से है।", _NOT_ADDED)
        user_id = new_id(now)
        row = {
            "id": user_id, "username": username, "name": name or username, "role": role, "unit": unit,
            "password_hash": stored, "created_at": int(now), "disabled": False,
        }  # fmt: skip
        tx.connection.execute(insert(users).values(row))
        _post(tx, user_id, role, unit)
        chain.write(tx, who=COMMAND_LINE, what=f"user added: {role}", content=user_id.encode())
    return user_id


def set_password(engine: Engine, now: Instant, *, username: str, password: str) -> None:
    """Give a person a new password; all their sessions end, because the old one may be known to others.

    Raises:
        EnvironmentFault: nobody has this name, or the password cannot be used; nothing was changed.
    """
    _check_password(password, (username,), _LEFT)
    stored = hash_password(password)
    with changing(engine, now) as tx:
        user = _known(tx.connection, username)
        _check_password(password, (user.username, user.name), _LEFT)
        tx.connection.execute(update(users).where(users.c.id == user.id).values(password_hash=stored))
        end_sessions(tx, user.id)
        chain.write(tx, who=COMMAND_LINE, what="password set", content=user.id.encode())


def disable_user(engine: Engine, now: Instant, *, username: str) -> None:
    """Shut a person out: no sign-in any more, every session ends, and their keys no longer sign.

    Raises:
        EnvironmentFault: nobody has this name.
    """
    with changing(engine, now) as tx:
        user = _known(tx.connection, username)
        tx.connection.execute(update(users).where(users.c.id == user.id).values(disabled=True))
        if not user.disabled:
            _post(tx, user.id, None, None)
        end_sessions(tx, user.id)
        chain.write(tx, who=COMMAND_LINE, what="user disabled", content=user.id.encode())


def enable_user(engine: Engine, directory: Directory, now: Instant, *, username: str) -> None:
    """Let a person in again, as what they were.

    Raises:
        EnvironmentFault: nobody has this name, or their unit has gone meanwhile (`hub-user-unit`).
    """
    with changing(engine, now) as tx:
        user = _known(tx.connection, username)
        _check_post(directory, user.role, user.unit, _MOVE_FIRST)
        tx.connection.execute(update(users).where(users.c.id == user.id).values(disabled=False))
        if user.disabled:
            _post(tx, user.id, user.role, user.unit)
        chain.write(tx, who=COMMAND_LINE, what="user enabled", content=user.id.encode())


def move_user(
    engine: Engine, directory: Directory, now: Instant, *, username: str, role: str | None = None,
    unit: str | None = None,
) -> None:  # fmt: skip
    """Give a person another role or unit from now on; what they entered before is judged by what they were then.

    Their sessions end, so that no console goes on with the feed and the rights of the old post.

    Raises:
        EnvironmentFault: nobody has this name, or role or unit cannot be used; nothing was changed.
    """
    with changing(engine, now) as tx:
        user = _known(tx.connection, username)
        role, unit = role or user.role, unit or user.unit
        _check_post(directory, role, unit, _LEFT)
        if (role, unit) == (user.role, user.unit):
            return
        tx.connection.execute(update(users).where(users.c.id == user.id).values(role=role, unit=unit))
        if not user.disabled:
            _post(tx, user.id, role, unit)
        end_sessions(tx, user.id)
        chain.write(tx, who=COMMAND_LINE, what=f"user moved: {role} of {unit}", content=user.id.encode())


@contextmanager
def changing(engine: Engine, now: Instant) -> Iterator[Transaction]:
    """One change by the command line, which a running hub will notice."""
    with engine.begin() as connection:
        yield Transaction(connection, now)
        counters.take(connection, REVISION)


def end_sessions(tx: Transaction, user_id: str, *, but: str | None = None) -> None:
    """Revoke all of a person's families, except the one that is named."""
    live = update(families).where(families.c.user_id == user_id, families.c.revoked_at.is_(None))
    if but is not None:
        live = live.where(families.c.id != but)
    tx.connection.execute(live.values(revoked_at=int(tx.now)))


def fault(code: str, en: str, hi: str, safe: Bilingual = _LEFT) -> EnvironmentFault:
    """A refusal for the command line: what is wrong, and what stayed as it was."""
    return EnvironmentFault(code, Bilingual(en=f"{en} {safe.en}", hi=f"{hi} {safe.hi}"))


def _post(tx: Transaction, user_id: str, role: str | None, unit: str | None) -> None:
    newest = select(postings.c.since).where(postings.c.user_id == user_id).order_by(postings.c.since.desc()).limit(1)
    last = tx.connection.execute(newest).scalar()
    # always after the one before, even where the clock was set back: the newest posting is the one that holds
    since = int(tx.now) if last is None else max(int(tx.now), int(last) + 1)
    tx.connection.execute(insert(postings).values(user_id=user_id, since=since, role=role, unit=unit))


def _known(connection: Connection, username: str) -> Any:
    user = connection.execute(select(users).where(users.c.username == username)).first()
    if user is None:
        raise fault("hub-user-unknown", "Nobody has this sign-in name.", "यह साइन-इन नाम किसी का नहीं है।")
    return user


def _check_post(directory: Directory, role: str, unit: str, safe: Bilingual) -> None:
    if role not in ROLES:
        known = ", ".join(ROLES)
        raise fault("hub-user-role", f"The role is one of {known}.", f"भूमिका इनमें से एक हो: {known}।", safe)
    if directory.unit(unit) is None:
        raise fault("hub-user-unit", f"The directory has no unit {unit!r}.",
                    f"निर्देशिका में {unit!r} नाम की कोई इकाई नहीं है।", safe)  # fmt: skip


def _check_password(password: str, names: tuple[str, ...], safe: Bilingual) -> None:
    if broken_rule(password, names) is not None:
        raise fault("hub-user-password",
                    f"The password needs at least {MIN_LENGTH} characters and must not be the name.",
                    f"पासवर्ड में कम से कम {MIN_LENGTH} अक्षर हों, और वह नाम न हो।", safe)  # fmt: skip
