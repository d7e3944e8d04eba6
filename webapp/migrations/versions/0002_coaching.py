"""Coaching and ratings of trainers"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from webapp import database

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Coaching and ratings of trainers"""
    op.create_table(
        "coaching",
        sa.Column("recording_id", sa.Integer(), nullable=False),
        sa.Column("trainer_id", sa.Integer(), nullable=False),
        sa.Column("told", sa.LargeBinary(), nullable=False),
        sa.Column("changed_at", database.Moment(timezone=True), nullable=False),
        sa.Column("sent_at", database.Moment(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["recording_id"], ["recording.id"], name=op.f("fk_coaching_recording_id_recording")),
        sa.ForeignKeyConstraint(["trainer_id"], ["person.id"], name=op.f("fk_coaching_trainer_id_person")),
        sa.PrimaryKeyConstraint("recording_id", "trainer_id", name=op.f("pk_coaching")),
    )
    op.create_index(op.f("ix_coaching_trainer_id"), "coaching", ["trainer_id"])
    op.create_table(
        "rating",
        sa.Column("recording_id", sa.Integer(), nullable=False),
        sa.Column("trainer_id", sa.Integer(), nullable=False),
        sa.Column("scale", sa.String(length=30), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.Column("at", database.Moment(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["recording_id"], ["recording.id"], name=op.f("fk_rating_recording_id_recording")),
        sa.ForeignKeyConstraint(["trainer_id"], ["person.id"], name=op.f("fk_rating_trainer_id_person")),
        sa.PrimaryKeyConstraint("recording_id", "trainer_id", "scale", name=op.f("pk_rating")),
    )
    op.create_index(op.f("ix_rating_trainer_id"), "rating", ["trainer_id"])


def downgrade() -> None:
    """Undo it."""
    op.drop_table("rating")
    op.drop_table("coaching")
