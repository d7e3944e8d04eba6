"""Figures of agreement as they are kept for a day"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from webapp import database

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Figures of agreement as they are kept for a day"""
    op.create_table(
        "agreement_report",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("trainer_id", sa.Integer(), nullable=False),
        sa.Column("pair", sa.String(length=40), nullable=False),
        sa.Column("period", sa.String(length=10), nullable=False),
        sa.Column("asked_at", database.Moment(timezone=True), nullable=False),
        sa.Column("stamp", sa.String(length=64), nullable=False),
        sa.Column("told", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["trainer_id"], ["person.id"], name=op.f("fk_agreement_report_trainer_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreement_report")),
        sa.UniqueConstraint("trainer_id", "pair", "period", name=op.f("uq_agreement_report_trainer_id_pair_period")),
    )
    op.create_index(op.f("ix_agreement_report_asked_at"), "agreement_report", ["asked_at"])


def downgrade() -> None:
    """Undo it."""
    op.drop_table("agreement_report")
