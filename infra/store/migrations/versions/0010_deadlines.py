"""Deadlines, duties and requests; plans that officials have handled"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table; the upgrade folds the read models anew."""
    op.create_table(
        "deadlines",
        sa.Column("deadline_id", sa.String(length=32), primary_key=True),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("about", sa.String(length=20), nullable=False),
        sa.Column("about_id", sa.String(length=32), nullable=False),
        sa.Column("county", sa.String(length=6), nullable=False),
        sa.Column("owing", sa.String(length=200), nullable=False),
        sa.Column("outcome", sa.String(length=12), nullable=True),
        sa.Column("lapses_us", sa.BigInteger(), nullable=True),
        sa.Column("next_us", sa.BigInteger(), nullable=True),
        sa.Column("alert_id", sa.String(length=32), nullable=True),
        sa.Column("matter_id", sa.String(length=32), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.LargeBinary(), nullable=False),
    )
    op.create_index("ix_deadlines_next", "deadlines", ["next_us"])
    op.create_index("ix_deadlines_lapses", "deadlines", ["lapses_us", "deadline_id"])
    op.create_index("ix_deadlines_about", "deadlines", ["about_id"])
    op.create_index("ix_deadlines_alert", "deadlines", ["alert_id"])
    op.create_index("ix_deadlines_matter", "deadlines", ["matter_id"])
    op.create_table(
        "duties",
        sa.Column("duty_id", sa.String(length=32), primary_key=True),
        sa.Column("origin", sa.String(length=20), nullable=False),
        sa.Column("origin_id", sa.String(length=32), nullable=False),
        sa.Column("office", sa.String(length=200), nullable=False),
        sa.Column("county", sa.String(length=6), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("assigned_us", sa.BigInteger(), nullable=False),
        sa.Column("deadline_id", sa.String(length=32), nullable=True),
        sa.Column("alert_id", sa.String(length=32), nullable=True),
        sa.Column("matter_id", sa.String(length=32), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.LargeBinary(), nullable=False),
    )
    op.create_index("ix_duties_origin", "duties", ["origin_id"])
    op.create_index("ix_duties_alert", "duties", ["alert_id"])
    op.create_index("ix_duties_assigned", "duties", ["assigned_us", "duty_id"])
    op.create_table(
        "requests",
        sa.Column("request_id", sa.String(length=32), primary_key=True),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("direction", sa.String(length=24), nullable=False),
        sa.Column("asker", sa.String(length=200), nullable=False),
        sa.Column("asked", sa.String(length=200), nullable=False),
        sa.Column("county", sa.String(length=6), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("made_us", sa.BigInteger(), nullable=True),
        sa.Column("deadline_id", sa.String(length=32), nullable=True),
        sa.Column("alert_id", sa.String(length=32), nullable=True),
        sa.Column("matter_id", sa.String(length=32), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.LargeBinary(), nullable=False),
    )
    op.create_index("ix_requests_made", "requests", ["made_us", "request_id"])
    op.add_column("plans", sa.Column("handled", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("plans", sa.Column("redrafted", sa.Integer(), nullable=False, server_default="0"))
    op.create_index("ix_plans_status", "plans", ["status"])


def downgrade() -> None:
    """Drop the tables and columns."""
    op.drop_index("ix_plans_status", "plans")
    op.drop_column("plans", "redrafted")
    op.drop_column("plans", "handled")
    op.drop_table("requests")
    op.drop_table("duties")
    op.drop_table("deadlines")
