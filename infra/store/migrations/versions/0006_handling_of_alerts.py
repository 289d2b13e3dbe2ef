"""How alerts were closed, and which await an acknowledgement"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns; the upgrade folds the read models anew."""
    op.add_column("alerts", sa.Column("outcome", sa.String(length=20), nullable=True))
    op.add_column("alerts", sa.Column("asked", sa.Integer(), nullable=True))
    op.create_index("ix_alerts_asked", "alerts", ["asked"])
    op.create_index("ix_alerts_outcome", "alerts", ["outcome"])


def downgrade() -> None:
    """Drop the columns."""
    op.drop_index("ix_alerts_asked", "alerts")
    op.drop_index("ix_alerts_outcome", "alerts")
    op.drop_column("alerts", "outcome")
    op.drop_column("alerts", "asked")
