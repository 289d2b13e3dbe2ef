"""Relations and troubles of the exposure graph, and what was found in it"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "exposure_relations",
        sa.Column("dispute_id", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("known_on", sa.String(length=10), nullable=False),
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("county", sa.String(length=6), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("start_kind", sa.String(length=12), nullable=False),
        sa.Column("start_code", sa.String(length=200), nullable=False),
        sa.Column("start_name", sa.Text(), nullable=False),
        sa.Column("end_kind", sa.String(length=12), nullable=False),
        sa.Column("end_code", sa.String(length=200), nullable=False),
        sa.Column("end_name", sa.Text(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("dispute_id", "number"),
    )
    op.create_index("ix_exposure_relations_known", "exposure_relations", ["known_on"])
    op.create_table(
        "exposure_troubles",
        sa.Column("dispute_id", sa.String(length=32), nullable=False),
        sa.Column("known_on", sa.String(length=10), nullable=False),
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("county", sa.String(length=6), nullable=False),
        sa.Column("type", sa.String(length=40), nullable=False),
        sa.Column("category", sa.String(length=20), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("about_kind", sa.String(length=12), nullable=False),
        sa.Column("about_code", sa.String(length=200), nullable=False),
        sa.Column("about_name", sa.Text(), nullable=False),
        sa.Column("project_code", sa.String(length=200), nullable=True),
        sa.Column("project_name", sa.Text(), nullable=True),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("claimants", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("dispute_id"),
    )
    op.create_index("ix_exposure_troubles_known", "exposure_troubles", ["known_on"])
    op.create_table(
        "exposures",
        sa.Column("finding_id", sa.String(length=32), nullable=False),
        sa.Column("alert_id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("county", sa.String(length=6), nullable=False),
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("finding_id"),
    )
    op.create_index("ix_exposures_alert", "exposures", ["alert_id"])


def downgrade() -> None:
    """Drop the tables."""
    for name in ("exposures", "exposure_troubles", "exposure_relations"):
        op.drop_table(name)
