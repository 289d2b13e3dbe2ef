"""Notices and their messages; the joint conference"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables; the upgrade folds the read models anew."""
    op.create_table(
        "notices",
        sa.Column("notice_id", sa.String(length=32), nullable=False),
        sa.Column("message_id", sa.String(length=32), nullable=True),
        sa.Column("recipient", sa.String(length=200), nullable=False),
        sa.Column("county", sa.String(length=6), nullable=False),
        sa.Column("channel", sa.String(length=40), nullable=False),
        sa.Column("about", sa.String(length=80), nullable=False),
        sa.Column("due_us", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("notice_id"),
    )
    op.create_index("ix_notices_message", "notices", ["message_id"])
    op.create_index("ix_notices_due", "notices", ["due_us", "notice_id"])
    op.create_index("ix_notices_about", "notices", ["about"])
    op.create_table(
        "notice_messages",
        sa.Column("message_id", sa.String(length=32), nullable=False),
        sa.Column("recipient", sa.String(length=200), nullable=False),
        sa.Column("county", sa.String(length=6), nullable=False),
        sa.Column("channel", sa.String(length=40), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("next_us", sa.BigInteger(), nullable=True),
        sa.Column("made_us", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("message_id"),
    )
    op.create_index("ix_notice_messages_next", "notice_messages", ["status", "next_us"])
    op.create_index("ix_notice_messages_made", "notice_messages", ["made_us", "message_id"])
    op.create_table(
        "conferences",
        sa.Column("conference_id", sa.String(length=32), nullable=False),
        sa.Column("held_day", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("conference_id"),
    )
    op.create_index("ix_conferences_held", "conferences", ["held_day", "conference_id"])


def downgrade() -> None:
    """Drop the tables."""
    op.drop_table("conferences")
    op.drop_table("notice_messages")
    op.drop_table("notices")
