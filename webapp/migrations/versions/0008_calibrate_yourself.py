"""Tries at coding the bundled conversations"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from webapp import database

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Tries at coding the bundled conversations"""
    op.create_table(
        "practice_coding",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("sample", sa.String(length=20), nullable=False),
        sa.Column("codes", sa.JSON(), nullable=False),
        sa.Column("started_at", database.Moment(timezone=True), nullable=False),
        sa.Column("changed_at", database.Moment(timezone=True), nullable=False),
        sa.Column("finished_at", database.Moment(timezone=True), nullable=True),
        sa.Column("n", sa.Integer(), nullable=True),
        sa.Column("alike", sa.Integer(), nullable=True),
        sa.Column("kappa", sa.Double(), nullable=True),
        sa.Column("client_n", sa.Integer(), nullable=True),
        sa.Column("client_alike", sa.Integer(), nullable=True),
        sa.Column("client_kappa", sa.Double(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_practice_coding_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_practice_coding")),
    )
    op.create_index(op.f("ix_practice_coding_person_id"), "practice_coding", ["person_id"])


def downgrade() -> None:
    """Undo it."""
    op.drop_table("practice_coding")
