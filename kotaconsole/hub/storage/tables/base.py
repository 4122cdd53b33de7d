"""Single values and running numbers of the whole hub; and the one `metadata` of all tables."""

from __future__ import annotations

from typing import Final

from sqlalchemy import BigInteger, Column, MetaData, String, Table

metadata: Final = MetaData()

facts = Table(
    "facts",
    metadata,
    Column("name", String, primary_key=True),
    Column("value", String, nullable=False),
)
"""Single values of the whole hub: epoch, epoch_began, training."""

counters = Table(
    "counters",
    metadata,
    Column("name", String, primary_key=True),
    Column("value", BigInteger, nullable=False),
)
"""Running numbers: the beat, case numbers by year, desk codes."""
