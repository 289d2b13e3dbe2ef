"""What was learnt of names by which event and day, and joins that a person is asked about"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables; the upgrade folds the read models anew."""
    op.add_column("known_names", sa.Column("united", sa.String(length=40), nullable=True))
    op.create_index("ix_known_names_united", "known_names", ["united"])
    op.create_table(
        "learnt_names",
        sa.Column("target", sa.String(length=40), nullable=False),
        sa.Column("dispute_id", sa.String(length=32), nullable=False),
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("county", sa.String(length=6), nullable=False),
        sa.Column("state", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("target", "dispute_id"),
    )
    op.create_index("ix_learnt_names_day", "learnt_names", ["day"])
    op.create_table(
        "proposals",
        sa.Column("proposal_id", sa.String(length=32), nullable=False),
        sa.Column("matter_id", sa.String(length=32), nullable=False),
        sa.Column("other_id", sa.String(length=32), nullable=True),
        sa.Column("dispute_id", sa.String(length=32), nullable=False),
        sa.Column("county", sa.String(length=6), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("strength", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("proposal_id"),
    )
    op.create_index("ix_proposals_matter", "proposals", ["matter_id"])
    op.create_index("ix_proposals_other", "proposals", ["other_id"])
    op.create_index("ix_proposals_status", "proposals", ["status", "strength", "proposal_id"])


def downgrade() -> None:
    """Drop the tables."""
    for name in ("proposals", "learnt_names"):
        op.drop_table(name)
    op.drop_index("ix_known_names_united", "known_names")
    op.drop_column("known_names", "united")
