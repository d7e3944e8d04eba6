"""``flask --app webapp database backup`` and ``restore``."""

from __future__ import annotations

import sys
from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext

from webapp import audit, jobs
from webapp.backup.making import make
from webapp.backup.restoring import restore as restore_from
from webapp.errors import Refused
from webapp.settings import KEY_FILE


@click.command("backup")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@with_appcontext
def backup(file: Path) -> None:
    """Write everything that is kept into FILE, which ends with .tar.gz or .zip. The platform may go on running."""
    try:
        told = make(current_app.extensions["engine"], current_app.extensions["settings"], file)
    except Refused as error:
        _stop(error)
    rows, files = sum(told.rows.values()), sum(name.startswith("files/") for name in told.members)
    with jobs.session_of(current_app) as session:
        audit.record(session, "backup.make", actor=None, rows=rows, files=files)
        session.commit()
    size = file.stat().st_size / 2**20
    click.echo(f"{file}: {rows:,} rows and {files:,} files, {size:,.1f} MB.")
    key = "the key" if f"files/{KEY_FILE}" in told.members else "not the key, which is one of your settings,"
    click.echo(f"It holds {key} and all that people wrote: keep it as safely as the platform itself.")


@click.command("restore")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--replace", is_flag=True, help="Lose what is here now, and have the backup instead.")
@with_appcontext
def restore(file: Path, replace: bool) -> None:
    """Make the platform again from FILE. Stop it first; either all of it is restored, or nothing is changed."""
    try:
        told = restore_from(current_app.extensions["engine"], current_app.extensions["settings"], file, replace=replace)
    except Refused as error:
        _stop(error)
    for queue in current_app.extensions["queues"].values():
        queue.flush()  # work that waits is about rows of before; the worker finds what is left
    click.echo(f"Restored as it was at {told.made_at:%Y-%m-%d %H:%M} UTC: {sum(told.rows.values()):,} rows.")


def _stop(error: Refused) -> None:
    click.echo(str(error), err=True)
    sys.exit(1)
