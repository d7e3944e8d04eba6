"""How cohorts move in each measure"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """How cohorts move in each measure"""
    op.create_table(
        "cohort_course",
        sa.Column("cohort_id", sa.Integer(), nullable=False),
        sa.Column("trainer_id", sa.Integer(), nullable=False),
        sa.Column("stamp", sa.String(length=64), nullable=False),
        sa.Column("told", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["cohort_id"], ["cohort.id"], name=op.f("fk_cohort_course_cohort_id_cohort"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["trainer_id"], ["person.id"], name=op.f("fk_cohort_course_trainer_id_person")),
        sa.PrimaryKeyConstraint("cohort_id", "trainer_id", name=op.f("pk_cohort_course")),
    )
    op.create_index(op.f("ix_cohort_course_trainer_id"), "cohort_course", ["trainer_id"])


def downgrade() -> None:
    """Undo it."""
    op.drop_table("cohort_course")
