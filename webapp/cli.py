"""Commands: ``flask --app webapp ...``. Each calls the services that the pages call."""

from __future__ import annotations

import sys
from pathlib import Path

import click
from flask import Flask, current_app
from flask.cli import AppGroup

from webapp import migrate
from webapp.learning.content.check import check_course

courses = AppGroup("courses", help="Courses as files.")
data = AppGroup("database", help="The database.")


def start(app: Flask) -> None:
    """Offer the commands."""
    app.cli.add_command(courses)
    app.cli.add_command(data)


@courses.command("check")
@click.argument("slugs", nargs=-1)
def check(slugs: tuple[str, ...]) -> None:
    """Read courses and say what is wrong with them: file, line, and what would be right."""
    folder: Path = current_app.extensions["settings"].courses
    found = sorted(path.parent for path in folder.glob("*/course.yml") if not slugs or path.parent.name in slugs)
    missing = set(slugs) - {path.name for path in found}
    for slug in sorted(missing):
        click.echo(f"There is no course {slug} in {folder}.", err=True)
    wrong = len(missing)
    for path in found:
        files, faults = check_course(path)
        for fault in faults:
            click.echo(f"{fault.path.relative_to(folder)}:{fault.line}: {fault.message}")
        if files is not None:
            exercises = sum(len(m.exercises) for m in files.modules)
            click.echo(f"{path.name}: {len(files.modules)} modules, {exercises} exercises, nothing wrong.")
        wrong += len(faults)
    sys.exit(1 if wrong else 0)


@data.command("upgrade")
def upgrade() -> None:
    """Bring the database up to this version."""
    migrate.upgrade(current_app.extensions["engine"])
    click.echo("The database is up to date.")
