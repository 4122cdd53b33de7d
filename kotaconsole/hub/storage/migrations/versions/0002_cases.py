"""What the case's whole life needs: transfers, stubs, splits, hints, past epochs."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for column in (
        sa.Column("transfer_to", sa.String(), nullable=True),
        sa.Column("holder_id", sa.String(), nullable=True),
        sa.Column("due_at", sa.BigInteger(), nullable=True),
    ):
        op.add_column("referrals", column)
    op.create_index("referrals_by_transfer", "referrals", ["transfer_to"], unique=False)
    op.create_index("referrals_by_due", "referrals", ["due_at"], unique=False)
    op.add_column("flags", sa.Column("told", sa.LargeBinary(), nullable=True))
    op.add_column("flags", sa.Column("own_id", sa.String(), nullable=True))
    op.create_index("flags_by_own_id", "flags", ["own_id"], unique=False)
    op.create_index("commands_by_referral", "commands", ["referral_id"], unique=False)
    _feeds()
    _accounts()
    op.create_table(
        "epochs",
        sa.Column("epoch", sa.String(), nullable=False),
        sa.Column("began_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("epoch"),
    )


def _feeds() -> None:
    op.create_table(
        "notices",
        sa.Column("event_id", sa.String(), nullable=False),
        sa.Column("referral_id", sa.String(), nullable=False),
        sa.Column("head", sa.LargeBinary(), nullable=False),
        sa.Column("referral", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["referral_id"], ["referrals.id"]),
        sa.PrimaryKeyConstraint("event_id"),
    )
    op.create_index("notices_by_referral", "notices", ["referral_id"], unique=False)
    op.create_table(
        "stubs",
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("referral_id", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("accepted_by", sa.String(), nullable=True),
        sa.Column("closed_at", sa.BigInteger(), nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["referral_id"], ["referrals.id"]),
        sa.PrimaryKeyConstraint("unit", "referral_id"),
    )
    op.create_index("stubs_by_referral", "stubs", ["referral_id"], unique=False)
    op.create_index("stubs_by_closing", "stubs", ["closed_at"], unique=False)
    # an entry of a feed may now stand for a notice too, so it no longer points at the timeline alone
    op.rename_table("feed_events", "feed_events_first")
    op.create_table(
        "feed_events",
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("event_id", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["unit"], ["feeds.unit"]),
        sa.PrimaryKeyConstraint("unit", "seq"),
    )
    op.execute("INSERT INTO feed_events (unit, seq, event_id) SELECT unit, seq, event_id FROM feed_events_first")
    op.drop_table("feed_events_first")
    op.create_index("feed_events_by_event", "feed_events", ["event_id"], unique=False)


def _accounts() -> None:
    op.create_table(
        "flag_keys",
        sa.Column("platform", sa.String(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["platform", "reference"], ["flags.platform", "flags.reference"]),
        sa.PrimaryKeyConstraint("platform", "reference", "kind", "value"),
    )
    op.create_table(
        "kept_bodies",
        sa.Column("platform", sa.String(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["platform", "reference"], ["flags.platform", "flags.reference"]),
        sa.PrimaryKeyConstraint("platform", "reference"),
    )
    op.create_table(
        "split_sides",
        sa.Column("split", sa.String(), nullable=False),
        sa.Column("side", sa.Integer(), nullable=False),
        sa.Column("referral_id", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["referral_id"], ["referrals.id"]),
        sa.PrimaryKeyConstraint("split", "referral_id"),
    )
    op.create_index("split_sides_by_referral", "split_sides", ["referral_id"], unique=False)
    op.create_table(
        "split_keys",
        sa.Column("split", sa.String(), nullable=False),
        sa.Column("side", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("split", "side", "kind", "value"),
    )
    op.create_table(
        "hints",
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.Column("referral_id", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["referral_id"], ["referrals.id"]),
        sa.PrimaryKeyConstraint("kind", "value", "referral_id"),
    )
    op.create_index("hints_by_value", "hints", ["kind", "value", "at"], unique=False)
    op.create_index("hints_by_referral", "hints", ["referral_id"], unique=False)


def downgrade() -> None:
    raise NotImplementedError("a hub's file is never taken back")
