"""Adding people to a hub's file; the API itself administers nobody."""

from __future__ import annotations

import re
from typing import Final

from sqlalchemy import Engine, insert, select

from kotaconsole.domain.clock import Instant
from kotaconsole.domain.directory import Directory
from kotaconsole.domain.errors import Bilingual, EnvironmentFault
from kotaconsole.hub.access.passwords import MAX_LENGTH, MIN_LENGTH, hash_password
from kotaconsole.hub.audit import chain
from kotaconsole.hub.ids import new_id
from kotaconsole.hub.storage.tables import users
from kotaconsole.hub.storage.writer import Transaction

ROLES: Final = ("source", "operator", "supervisor", "auditor", "admin")
_USERNAME: Final = re.compile(r"[A-Za-z0-9._@-]{1,64}", re.ASCII)


def add_user(  # noqa: PLR0913 - what a person is
    engine: Engine, directory: Directory, now: Instant, *, username: str, name: str, role: str, unit: str, password: str
) -> str:
    """Add a person and give back their id.

    Raises:
        EnvironmentFault: a value cannot be used, or the name is taken; nothing was added.
    """
    if _USERNAME.fullmatch(username) is None:
        raise _fault("hub-user-name", "The sign-in name has 1 to 64 of A-Z a-z 0-9 . _ @ -.",
                     "साइन-इन नाम में 1 से 64 अक्षर हों: A-Z a-z 0-9 . _ @ -")  # fmt: skip
    if role not in ROLES:
        raise _fault(
            "hub-user-role", f"The role is one of {', '.join(ROLES)}.", f"भूमिका इनमें से एक हो: {', '.join(ROLES)}।"
        )
    if directory.unit(unit) is None:
        raise _fault(
            "hub-user-unit", f"The directory has no unit {unit!r}.", f"निर्देशिका में {unit!r} नाम की कोई इकाई नहीं है।"
        )
    if not MIN_LENGTH <= len(password) <= MAX_LENGTH:
        raise _fault("hub-user-password", f"The password needs at least {MIN_LENGTH} characters.",
                     f"पासवर्ड में कम से कम {MIN_LENGTH} अक्षर हों।")  # fmt: skip
    stored = hash_password(password)
    with engine.begin() as connection:
        if connection.execute(select(users.c.id).where(users.c.username == username)).first() is not None:
            raise _fault("hub-user-exists", "This sign-in name exists already.", "यह साइन-इन नाम पहले से है।")
        user_id = new_id(now)
        row = {
            "id": user_id, "username": username, "name": name or username, "role": role, "unit": unit,
            "password_hash": stored, "created_at": int(now), "disabled": False,
        }  # fmt: skip
        connection.execute(insert(users).values(row))
        chain.write(
            Transaction(connection, now), who="command line", what=f"user added: {role}", content=user_id.encode()
        )
    return user_id


def _fault(code: str, en: str, hi: str) -> EnvironmentFault:
    return EnvironmentFault(
        code, Bilingual(en=f"{en} Nobody was added; everything else is as it was.",
                        hi=f"{hi} कोई जोड़ा नहीं गया; बाकी सब वैसा ही है।")
    )  # fmt: skip
