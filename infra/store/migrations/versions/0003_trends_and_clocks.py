"""Clocks of the counties, counts by when they became known, trends as episodes"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables. Read models are folded anew after every upgrade (``infra.store.schema``)."""
    op.drop_table("first_days")
    op.drop_table("trends")
    op.create_table(
        "county_clocks",
        sa.Column("county", sa.String(length=6), nullable=False),
        sa.Column("day", sa.String(length=10), nullable=True),
        sa.Column("first_day", sa.String(length=10), nullable=True),
        sa.Column("counted", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("county"),
    )
    op.create_table(
        "arrivals",
        sa.Column("region", sa.String(length=9), nullable=False),
        sa.Column("measure", sa.String(length=40), nullable=False),
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("known_on", sa.String(length=10), nullable=False),
        sa.Column("county", sa.String(length=6), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("region", "measure", "day", "known_on"),
    )
    with op.batch_alter_table("arrivals", schema=None) as batch_op:
        batch_op.create_index("ix_arrivals_county_day", ["county", "day"], unique=False)
        batch_op.create_index("ix_arrivals_day", ["day"], unique=False)
    op.create_table(
        "trends",
        sa.Column("trend_id", sa.String(length=32), nullable=False),
        sa.Column("alert_id", sa.String(length=32), nullable=True),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("county", sa.String(length=6), nullable=False),
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("day_number", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("trend_id"),
    )
    with op.batch_alter_table("trends", schema=None) as batch_op:
        batch_op.create_index("ix_trends_alert", ["alert_id"], unique=False)
        batch_op.create_index("ix_trends_county_day", ["county", "day"], unique=False)
        batch_op.create_index("ix_trends_day", ["day_number", "trend_id"], unique=False)
    with op.batch_alter_table("alerts", schema=None) as batch_op:
        batch_op.add_column(sa.Column("first_day", sa.String(length=10), nullable=True))
    with op.batch_alter_table("daily_counts", schema=None) as batch_op:
        batch_op.create_index("ix_daily_counts_county_day", ["county", "day"], unique=False)


def downgrade() -> None:
    """Drop the tables; those of the release before come back empty."""
    with op.batch_alter_table("daily_counts", schema=None) as batch_op:
        batch_op.drop_index("ix_daily_counts_county_day")
    with op.batch_alter_table("alerts", schema=None) as batch_op:
        batch_op.drop_column("first_day")
    for name in ("trends", "arrivals", "county_clocks"):
        op.drop_table(name)
    op.create_table(
        "trends",
        sa.Column("trend_id", sa.String(length=32), nullable=False),
        sa.Column("alert_id", sa.String(length=32), nullable=False),
        sa.Column("state", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("trend_id"),
    )
    with op.batch_alter_table("trends", schema=None) as batch_op:
        batch_op.create_index("ix_trends_alert", ["alert_id"], unique=False)
    op.create_table(
        "first_days",
        sa.Column("county", sa.String(length=6), nullable=False),
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.PrimaryKeyConstraint("county"),
    )
