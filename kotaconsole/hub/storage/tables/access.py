"""People, workstations, sessions."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, LargeBinary, PrimaryKeyConstraint, String, Table

from kotaconsole.hub.storage.tables.base import metadata

users = Table(
    "users",
    metadata,
    Column("id", String, primary_key=True),
    Column("username", String, nullable=False, unique=True),
    Column("name", String, nullable=False),
    Column("role", String, nullable=False),
    Column("unit", String, nullable=False),
    Column("password_hash", String, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("disabled", Boolean, nullable=False, default=False),
)

workstations = Table(
    "workstations",
    metadata,
    Column("id", String, primary_key=True),
    Column("desk", String, nullable=False, unique=True),
    Column("name", String),
    Column("version", String),
    Column("first_seen", BigInteger, nullable=False),
    Column("revoked_at", BigInteger),
)
"""`revoked_at`: when an administrator shut the workstation out; nobody signs in from it any more."""

seats = Table(
    "seats",
    metadata,
    Column("user_id", String, ForeignKey("users.id"), nullable=False),
    Column("workstation_id", String, ForeignKey("workstations.id"), nullable=False),
    Column("since", BigInteger, nullable=False),
    PrimaryKeyConstraint("user_id", "workstation_id"),
)
"""Who ever had a session on which workstation: a queue written by one person may be carried by another."""

families = Table(
    "families",
    metadata,
    Column("id", String, primary_key=True),
    Column("user_id", String, ForeignKey("users.id"), nullable=False),
    Column("workstation_id", String, ForeignKey("workstations.id"), nullable=False),
    Column("salt", LargeBinary, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("revoked_at", BigInteger),
)
"""One sign-in and all tokens that grew out of it."""

tokens = Table(
    "tokens",
    metadata,
    Column("hash", LargeBinary, primary_key=True),
    Column("family", String, ForeignKey("families.id"), nullable=False),
    Column("kind", String, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Column("used_at", BigInteger),
    Index("tokens_by_expiry", "expires_at"),
)
"""Hashes only: whoever reads this file cannot sign in with it."""

postings = Table(
    "postings",
    metadata,
    Column("user_id", String, ForeignKey("users.id"), nullable=False),
    Column("since", BigInteger, nullable=False),
    Column("role", String),
    Column("unit", String),
    PrimaryKeyConstraint("user_id", "since"),
)
"""Which role and unit a person had since when; both None while the person was shut out.

A command is judged by what its author was when it was entered, which may be long before it arrives.
"""

source_keys = Table(
    "source_keys",
    metadata,
    Column("id", String, primary_key=True),
    Column("user_id", String, ForeignKey("users.id"), nullable=False),
    Column("secret", String, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Index("source_keys_by_user", "user_id"),
)
"""Secrets with which sources sign. Unlike a password, an HMAC can only be checked with the secret itself, so it stands
here readable: this file is encrypted for that reason too, and its backups are as secret as it is."""
