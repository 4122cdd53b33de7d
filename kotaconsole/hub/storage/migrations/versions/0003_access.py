"""What lock-outs, revocation and sources need: postings, the keys of sources, workstations shut out."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("workstations", sa.Column("revoked_at", sa.BigInteger(), nullable=True))
    op.create_table(
        "postings",
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("role", sa.String(), nullable=True),
        sa.Column("unit", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"]),
        sa.PrimaryKeyConstraint("user_id", "since"),
    )
    # until now nobody could be moved: what a person is, they have been from the beginning
    op.execute("INSERT INTO postings (user_id, since, role, unit) SELECT id, created_at, role, unit FROM users")
    op.create_table(
        "source_keys",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("secret", sa.String(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("source_keys_by_user", "source_keys", ["user_id"], unique=False)
