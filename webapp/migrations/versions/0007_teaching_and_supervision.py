"""Moments shared for teaching, and group supervision"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from webapp import database

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Moments shared for teaching, and group supervision"""
    op.create_table(
        "teaching_moment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("recording_id", sa.Integer(), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("first", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.Column("skill", sa.String(length=30), nullable=False),
        sa.Column("shows", sa.String(length=20), nullable=False),
        sa.Column("consented", sa.Boolean(), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=True),
        sa.Column("at", database.Moment(timezone=True), nullable=False),
        sa.Column("changed_at", database.Moment(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["recording_id"], ["recording.id"], name=op.f("fk_teaching_moment_recording_id_recording")
        ),
        sa.ForeignKeyConstraint(["asked_by_id"], ["person.id"], name=op.f("fk_teaching_moment_asked_by_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_teaching_moment")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_teaching_moment_asked_by_id"), "teaching_moment", ["asked_by_id"])
    op.create_index(op.f("ix_teaching_moment_recording_id"), "teaching_moment", ["recording_id"])
    op.create_index(op.f("ix_teaching_moment_state"), "teaching_moment", ["state"])
    op.create_table(
        "supervision_pack",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("cohort_id", sa.Integer(), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("made_at", database.Moment(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["cohort_id"], ["cohort.id"], name=op.f("fk_supervision_pack_cohort_id_cohort"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["made_by_id"], ["person.id"], name=op.f("fk_supervision_pack_made_by_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_supervision_pack")),
    )
    op.create_index(op.f("ix_supervision_pack_cohort_id_made_by_id"), "supervision_pack", ["cohort_id", "made_by_id"])
    op.create_index(op.f("ix_supervision_pack_made_by_id"), "supervision_pack", ["made_by_id"])
    op.create_table(
        "supervision_place",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("pack_id", sa.Integer(), nullable=False),
        sa.Column("moment_id", sa.Integer(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("covered", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["pack_id"],
            ["supervision_pack.id"],
            name=op.f("fk_supervision_place_pack_id_supervision_pack"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["moment_id"],
            ["teaching_moment.id"],
            name=op.f("fk_supervision_place_moment_id_teaching_moment"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_supervision_place")),
    )
    op.create_index(op.f("ix_supervision_place_moment_id"), "supervision_place", ["moment_id"])
    op.create_index(op.f("ix_supervision_place_pack_id"), "supervision_place", ["pack_id"])
    op.create_table(
        "supervision_prompt",
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("moment_id", sa.Integer(), nullable=False),
        sa.Column("recording_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("text", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["place_id"],
            ["supervision_place.id"],
            name=op.f("fk_supervision_prompt_place_id_supervision_place"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["moment_id"],
            ["teaching_moment.id"],
            name=op.f("fk_supervision_prompt_moment_id_teaching_moment"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["recording_id"], ["recording.id"], name=op.f("fk_supervision_prompt_recording_id_recording")
        ),
        sa.PrimaryKeyConstraint("place_id", name=op.f("pk_supervision_prompt")),
    )
    op.create_index(op.f("ix_supervision_prompt_moment_id"), "supervision_prompt", ["moment_id"])
    op.create_index(op.f("ix_supervision_prompt_recording_id"), "supervision_prompt", ["recording_id"])
    op.create_table(
        "supervision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("cohort_id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=True),
        sa.Column("pack_id", sa.Integer(), nullable=True),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("note", sa.LargeBinary(), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=False),
        sa.Column("made_at", database.Moment(timezone=True), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("cancelled_at", database.Moment(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["cohort_id"], ["cohort.id"], name=op.f("fk_supervision_cohort_id_cohort")),
        sa.ForeignKeyConstraint(
            ["team_id"], ["team.id"], name=op.f("fk_supervision_team_id_team"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["pack_id"],
            ["supervision_pack.id"],
            name=op.f("fk_supervision_pack_id_supervision_pack"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(["made_by_id"], ["person.id"], name=op.f("fk_supervision_made_by_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_supervision")),
    )
    op.create_index(op.f("ix_supervision_cohort_id_held_on"), "supervision", ["cohort_id", "held_on"])
    op.create_table(
        "supervision_attendance",
        sa.Column("supervision_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("discipline", sa.String(length=60), nullable=False),
        sa.ForeignKeyConstraint(
            ["supervision_id"], ["supervision.id"], name=op.f("fk_supervision_attendance_supervision_id_supervision")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_supervision_attendance_person_id_person")),
        sa.PrimaryKeyConstraint("supervision_id", "person_id", name=op.f("pk_supervision_attendance")),
    )
    op.create_index(op.f("ix_supervision_attendance_person_id"), "supervision_attendance", ["person_id"])
    op.create_table(
        "supervision_guests",
        sa.Column("supervision_id", sa.Integer(), nullable=False),
        sa.Column("discipline", sa.String(length=60), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["supervision_id"], ["supervision.id"], name=op.f("fk_supervision_guests_supervision_id_supervision")
        ),
        sa.PrimaryKeyConstraint("supervision_id", "discipline", name=op.f("pk_supervision_guests")),
    )


def downgrade() -> None:
    """Undo it."""
    op.drop_table("supervision_guests")
    op.drop_table("supervision_attendance")
    op.drop_table("supervision")
    op.drop_table("supervision_prompt")
    op.drop_table("supervision_place")
    op.drop_table("supervision_pack")
    op.drop_table("teaching_moment")
