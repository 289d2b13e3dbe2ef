"""Where the draft plan of an alert stands with whoever signs it"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; the upgrade folds the read models from the log."""
    op.add_column("dispatches", sa.Column("plan_stage", sa.String(length=10), nullable=True))


def downgrade() -> None:
    """Drop it."""
    op.drop_column("dispatches", "plan_stage")
