"""Levels and who was signed off"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from webapp import database

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Levels and who was signed off"""
    op.create_table(
        "level",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("authority_id", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("made_at", database.Moment(timezone=True), nullable=False),
        sa.Column("put_aside_at", database.Moment(timezone=True), nullable=True),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("sorts_as", sa.String(length=240), nullable=False),
        sa.ForeignKeyConstraint(["authority_id"], ["authority.id"], name=op.f("fk_level_authority_id_authority")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_level")),
        sa.UniqueConstraint("authority_id", "name", name=op.f("uq_level_authority_id_name")),
    )
    op.create_index(op.f("ix_level_authority_id"), "level", ["authority_id"])
    op.create_table(
        "level_version",
        sa.Column("level_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("rules", sa.JSON(), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=False),
        sa.Column("made_at", database.Moment(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["level_id"], ["level.id"], name=op.f("fk_level_version_level_id_level")),
        sa.ForeignKeyConstraint(["made_by_id"], ["person.id"], name=op.f("fk_level_version_made_by_id_person")),
        sa.PrimaryKeyConstraint("level_id", "version", name=op.f("pk_level_version")),
    )
    op.create_table(
        "sign_off",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("authority_id", sa.Integer(), nullable=False),
        sa.Column("level_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("trainer_id", sa.Integer(), nullable=False),
        sa.Column("level_name", sa.String(length=120), nullable=False),
        sa.Column("person_name", sa.String(length=120), nullable=False),
        sa.Column("trainer_name", sa.String(length=120), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("signed_at", database.Moment(timezone=True), nullable=False),
        sa.Column("stood", sa.JSON(), nullable=False),
        sa.Column("told", sa.LargeBinary(), nullable=False),
        sa.Column("revoked_at", database.Moment(timezone=True), nullable=True),
        sa.Column("revoked_by_id", sa.Integer(), nullable=True),
        sa.Column("revoked_told", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["authority_id"], ["authority.id"], name=op.f("fk_sign_off_authority_id_authority")),
        sa.ForeignKeyConstraint(["level_id"], ["level.id"], name=op.f("fk_sign_off_level_id_level")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_sign_off_person_id_person")),
        sa.ForeignKeyConstraint(["revoked_by_id"], ["person.id"], name=op.f("fk_sign_off_revoked_by_id_person")),
        sa.ForeignKeyConstraint(["trainer_id"], ["person.id"], name=op.f("fk_sign_off_trainer_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_off")),
        sa.UniqueConstraint("code", name=op.f("uq_sign_off_code")),
    )
    op.create_index(op.f("ix_sign_off_authority_id"), "sign_off", ["authority_id"])
    op.create_index(op.f("ix_sign_off_level_id"), "sign_off", ["level_id"])
    op.create_index(op.f("ix_sign_off_person_id_level_id"), "sign_off", ["person_id", "level_id"])
    op.create_index(op.f("ix_sign_off_trainer_id"), "sign_off", ["trainer_id"])


def downgrade() -> None:
    """Undo it."""
    op.drop_table("sign_off")
    op.drop_table("level_version")
    op.drop_table("level")
