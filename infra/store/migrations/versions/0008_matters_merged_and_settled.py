"""Which matter is part of which, which are closed, and which are to be visited when"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns; the upgrade folds the read models anew."""
    op.add_column("matters", sa.Column("status", sa.String(length=10), nullable=False, server_default="open"))
    op.add_column("matters", sa.Column("merged_into", sa.String(length=32), nullable=True))
    op.add_column("matters", sa.Column("revisit_on", sa.String(length=10), nullable=True))
    op.create_index("ix_matters_merged", "matters", ["merged_into"])
    op.create_index("ix_matters_revisit", "matters", ["revisit_on"])
    op.create_index("ix_matter_keys_matter", "matter_keys", ["matter_id"])


def downgrade() -> None:
    """Drop the columns."""
    op.drop_index("ix_matter_keys_matter", "matter_keys")
    op.drop_index("ix_matters_revisit", "matters")
    op.drop_index("ix_matters_merged", "matters")
    op.drop_column("matters", "revisit_on")
    op.drop_column("matters", "merged_into")
    op.drop_column("matters", "status")
