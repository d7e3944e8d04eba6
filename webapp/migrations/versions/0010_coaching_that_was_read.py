"""When the owner of a recording first opened what a trainer sent"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from webapp import database

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """When the owner of a recording first opened what a trainer sent; what is there already counts as opened"""
    with op.batch_alter_table("coaching") as table:
        table.add_column(sa.Column("read_at", database.Moment(timezone=True), nullable=True))
    op.execute("UPDATE coaching SET read_at = sent_at")


def downgrade() -> None:
    """Undo it."""
    with op.batch_alter_table("coaching") as table:
        table.drop_column("read_at")
