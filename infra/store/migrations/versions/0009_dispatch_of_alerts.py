"""What becomes of alerts on their way to their owners, and silences"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the read models; the upgrade folds them from the log."""
    op.create_table(
        "dispatches",
        sa.Column("alert_id", sa.String(length=32), nullable=False),
        sa.Column("stage", sa.String(length=10), nullable=False),
        sa.Column("group_id", sa.String(length=32), nullable=False),
        sa.Column("absorbed_by", sa.String(length=32), nullable=True),
        sa.Column("newest_us", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("alert_id"),
    )
    op.create_index("ix_dispatches_stage", "dispatches", ["stage", "alert_id"])
    op.create_index("ix_dispatches_group", "dispatches", ["group_id"])
    op.create_index("ix_dispatches_absorbed", "dispatches", ["absorbed_by"])
    op.create_table(
        "silences",
        sa.Column("silence_id", sa.String(length=32), nullable=False),
        sa.Column("until_us", sa.BigInteger(), nullable=False),
        sa.Column("lifted_us", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("silence_id"),
    )
    op.create_index("ix_silences_until", "silences", ["until_us", "silence_id"])


def downgrade() -> None:
    """Drop them."""
    op.drop_table("silences")
    op.drop_table("dispatches")
