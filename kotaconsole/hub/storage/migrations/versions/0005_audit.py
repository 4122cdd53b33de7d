"""Audit, retention and erasing.

Salts move out of the chain into a table of their own, so that the chain can refuse every change: a case's salts are
erased with the case, its audit rows never.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

GUARDS = (
    """CREATE TRIGGER audit_never_changes BEFORE UPDATE ON audit
        BEGIN SELECT RAISE(ABORT, 'the audit log is never changed'); END""",
    """CREATE TRIGGER audit_never_shrinks BEFORE DELETE ON audit
        BEGIN SELECT RAISE(ABORT, 'nothing is taken out of the audit log'); END""",
    # also keeps INSERT OR REPLACE out, which deletes without asking the trigger above
    """CREATE TRIGGER audit_only_grows BEFORE INSERT ON audit
        WHEN NEW.n IS NOT (SELECT COALESCE(MAX(n), 0) + 1 FROM audit)
        BEGIN SELECT RAISE(ABORT, 'the audit log only grows at its end'); END""",
)


def upgrade() -> None:
    op.create_table(
        "audit_salts",
        sa.Column("n", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=True),
        sa.Column("command_id", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("n"),
    )
    op.create_table(
        "pruned",
        sa.Column("referral_id", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("referral_id"),
    )
    op.execute("INSERT INTO audit_salts (n, salt) SELECT n, salt FROM audit")
    # rows up to here were committed to in another way, which the verification has to know
    op.execute("INSERT INTO counters (name, value) SELECT 'audit-before-salts', n FROM audit ORDER BY n DESC LIMIT 1")
    op.execute("ALTER TABLE audit DROP COLUMN salt")
    op.create_index("audit_by_referral", "audit", ["referral_id"], unique=False)
    for guard in GUARDS:
        op.execute(guard)


def downgrade() -> None:
    raise NotImplementedError("a hub's file is never taken back")
