"""What is watched: hand-overs, drills, who listened when, and units where nobody did."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, LargeBinary, PrimaryKeyConstraint, String, Table

from kotaconsole.hub.storage.tables.base import metadata

handovers = Table(
    "handovers",
    metadata,
    Column("id", String, primary_key=True),
    Column("unit", String, nullable=False),
    Column("shift_start", BigInteger, nullable=False),
    Column("version", Integer, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Index("handovers_by_unit", "unit", "shift_start"),
)
"""`body` is the hand-over as it travels."""

drills = Table(
    "drills",
    metadata,
    Column("operator_id", String, nullable=False),
    Column("key", String, nullable=False),
    Column("body_hash", LargeBinary, nullable=False),
    Column("answer", LargeBinary, nullable=False),
    Column("at", BigInteger, nullable=False),
    PrimaryKeyConstraint("operator_id", "key"),
)
"""The first answer to each drill that was asked for."""

drill_cases = Table(
    "drill_cases",
    metadata,
    Column("referral_id", String, primary_key=True),
    Column("unit", String, nullable=False),
    Column("ended", Boolean, nullable=False),
    Index("drill_cases_open", "ended"),
)
"""Cases of drills on a live hub, until they are closed."""

presence_changes = Table(
    "presence_changes",
    metadata,
    Column("n", Integer, primary_key=True),
    Column("workstation_id", String, nullable=False),
    Column("unit", String, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("state", String, nullable=False),
    Index("presence_by_unit", "unit", "at"),
    Index("presence_by_workstation", "workstation_id", "n"),
)
"""When a workstation began to be heard, unheard, unproven, deaf, silent or gone; not every ping."""

unattended = Table(
    "unattended",
    metadata,
    Column("unit", String, primary_key=True),
    Column("since", BigInteger, nullable=False),
    Column("run_at", BigInteger),
    Column("failure", String),
)
"""Units where nobody listens now, and what became of the site's command: a restart does not send it again at once."""
