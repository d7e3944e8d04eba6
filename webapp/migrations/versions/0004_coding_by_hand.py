"""Segments and their codings by hand"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from webapp import database

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Segments and their codings by hand"""
    op.create_table(
        "segment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("authority_id", sa.Integer(), nullable=False),
        sa.Column("recording_id", sa.Integer(), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=False),
        sa.Column("made_at", database.Moment(timezone=True), nullable=False),
        sa.Column("chosen", sa.String(length=20), nullable=False),
        sa.Column("start", sa.Double(), nullable=False),
        sa.Column("end", sa.Double(), nullable=False),
        sa.Column("heard", sa.LargeBinary(), nullable=False),
        sa.Column("machine", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["authority_id"], ["authority.id"], name=op.f("fk_segment_authority_id_authority")),
        sa.ForeignKeyConstraint(["made_by_id"], ["person.id"], name=op.f("fk_segment_made_by_id_person")),
        sa.ForeignKeyConstraint(["recording_id"], ["recording.id"], name=op.f("fk_segment_recording_id_recording")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_segment")),
    )
    op.create_index(op.f("ix_segment_authority_id"), "segment", ["authority_id"])
    op.create_index(op.f("ix_segment_recording_id"), "segment", ["recording_id"])
    op.create_table(
        "coding",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("recording_id", sa.Integer(), nullable=False),
        sa.Column("segment_id", sa.Integer(), nullable=False),
        sa.Column("coder_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("assigned_by_id", sa.Integer(), nullable=False),
        sa.Column("assigned_at", database.Moment(timezone=True), nullable=False),
        sa.Column("parses", sa.LargeBinary(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("changed_at", database.Moment(timezone=True), nullable=False),
        sa.Column("finished_at", database.Moment(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["assigned_by_id"], ["person.id"], name=op.f("fk_coding_assigned_by_id_person")),
        sa.ForeignKeyConstraint(["coder_id"], ["person.id"], name=op.f("fk_coding_coder_id_person")),
        sa.ForeignKeyConstraint(["recording_id"], ["recording.id"], name=op.f("fk_coding_recording_id_recording")),
        sa.ForeignKeyConstraint(["segment_id"], ["segment.id"], name=op.f("fk_coding_segment_id_segment")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coding")),
        sa.UniqueConstraint("segment_id", "coder_id", "kind", name=op.f("uq_coding_segment_id_coder_id_kind")),
    )
    op.create_index(op.f("ix_coding_coder_id"), "coding", ["coder_id"])
    op.create_index(op.f("ix_coding_recording_id"), "coding", ["recording_id"])
    op.create_table(
        "coding_measure",
        sa.Column("coding_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("recording_id", sa.Integer(), nullable=False),
        sa.Column("value", sa.Double(), nullable=True),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["coding_id"], ["coding.id"], name=op.f("fk_coding_measure_coding_id_coding")),
        sa.ForeignKeyConstraint(
            ["recording_id"], ["recording.id"], name=op.f("fk_coding_measure_recording_id_recording")
        ),
        sa.PrimaryKeyConstraint("coding_id", "name", name=op.f("pk_coding_measure")),
    )
    op.create_index(op.f("ix_coding_measure_recording_id"), "coding_measure", ["recording_id"])


def downgrade() -> None:
    """Undo it."""
    op.drop_table("coding_measure")
    op.drop_table("coding")
    op.drop_table("segment")
