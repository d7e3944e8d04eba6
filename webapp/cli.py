"""Commands: ``flask --app webapp ...``. Each calls the services that the pages call."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click
from flask import Flask, current_app
from flask.cli import AppGroup

from webapp import demo, jobs, migrate, serve
from webapp.accounts import second_factor
from webapp.accounts import services as accounts
from webapp.accounts.queries import by_email, how_many
from webapp.accounts.tables import ROLE_NAMES
from webapp.backup import commands as backups
from webapp.errors import Refused
from webapp.learning.content.check import check_course
from webapp.learning.services import courses as course_service
from webapp.learning.services import hearing
from webapp.practice import tasks as practice_tasks
from webapp.practice.services import analysing

_NICE = 10  # pages go before recordings

courses = AppGroup("courses", help="Courses as files.")
data = AppGroup("database", help="The database.")
data.add_command(backups.backup)
data.add_command(backups.restore)


def start(app: Flask) -> None:
    """Offer the commands."""
    app.cli.add_command(courses)
    app.cli.add_command(data)
    app.cli.add_command(work)
    app.cli.add_command(work_on_recording)
    app.cli.add_command(people_to_look_around)
    app.cli.add_command(serve_here)
    app.cli.add_command(first_administrator)
    app.cli.add_command(reset_second_factor)


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


@courses.command("load")
@click.argument("slugs", nargs=-1)
def load(slugs: tuple[str, ...]) -> None:
    """Load courses as they are now. One with faults stays as it was before."""
    folder: Path = current_app.extensions["settings"].courses
    wrong = 0
    for path in sorted(path.parent for path in folder.glob("*/course.yml")):
        if slugs and path.name not in slugs:
            continue
        with jobs.session_of(current_app) as session:
            version, faults = course_service.load(session, path)
            session.commit()
        for fault in faults:
            click.echo(f"{fault.path.relative_to(folder)}:{fault.line}: {fault.message}")
        wrong += len(faults)
        if version is not None:
            click.echo(f"{path.name}: version {version.version} is the present one.")
    sys.exit(1 if wrong else 0)


@click.command("worker")
def work() -> None:
    """Do the work that pages leave behind, until stopped."""
    hearing.warm_up()
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    jobs.serve(app)


@click.command(practice_tasks.COMMAND, hidden=True)
@click.argument("number", type=int)
@click.argument("lease")
def work_on_recording(number: int, lease: str) -> None:
    """Work on one recording that the worker has taken: it starts this process for each."""
    from fidelity.memory import keep_level

    keep_level()
    os.nice(_NICE)
    analysing.run(current_app.extensions["sessions"], number, lease)


@click.command("demo-people")
@click.option("--recordings/--no-recordings", default=True, help="With three recordings of one of them.")
@click.option("--cohort/--no-cohort", default=True, help="With a cohort of twelve over six months, and its trainer.")
def people_to_look_around(recordings: bool, cohort: bool) -> None:
    """Put made-up people of every role into an empty database, with what they did, and print how to sign in."""
    with jobs.session_of(current_app) as session:
        try:
            people = demo.seed(session)
            if recordings:
                demo.recordings(session, people, current_app.extensions["settings"].courses)
            if cohort:
                people += demo.twelve(session, people, current_app.extensions["settings"].courses)
            session.commit()
        except Refused as error:
            click.echo(str(error), err=True)
            sys.exit(1)
        for person in people:
            click.echo(f"{ROLE_NAMES[person.role]:<15} {person.email:<22} {demo.PASSWORD}")


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen at.")
@click.option("--port", default=5000, show_default=True, help="Port to listen at.")
def serve_here(host: str, port: int) -> None:
    """Run the platform: web server and worker, until stopped."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    serve.prepare(app)
    _somebody_to_begin_with(app)
    with serve.worker_beside():
        click.echo(f"Changetalk is at http://{host}:{port}/ . Stop it with Ctrl-C.")
        serve.web(app, host=host, port=port)


def _somebody_to_begin_with(app: Flask) -> None:
    """On the very first start, ask who the administrator is."""
    with jobs.session_of(app) as session:
        if how_many(session):
            return
        if not sys.stdin.isatty():
            click.echo("Nobody can sign in yet. Add the first administrator: flask --app webapp first-administrator")
            return
    click.echo("Nobody can sign in yet. Who is the first administrator?")
    click.get_current_context().invoke(
        first_administrator,
        authority=click.prompt("Name of the council or trust"),
        name=click.prompt("Your name"),
        email=click.prompt("Your e-mail address"),
        password=click.prompt("A password", hide_input=True, confirmation_prompt=True),
    )


@click.command("first-administrator")
@click.option("--authority", prompt="Name of the council or trust", help="The council or trust.")
@click.option("--name", prompt="Your name", help="The administrator's name.")
@click.option("--email", prompt="Your e-mail address", help="Her address, with which she signs in.")
@click.password_option(help="Her password; asked for where it is left out.")
def first_administrator(authority: str, name: str, email: str, password: str) -> None:
    """Add the first person, who can then add everybody else."""
    with jobs.session_of(current_app) as session:
        try:
            accounts.first_administrator(session, name=name, email=email, password=password, authority_name=authority)
            session.commit()
        except Refused as error:
            click.echo(str(error), err=True)
            sys.exit(1)
    click.echo(f"{email} can sign in.")


@click.command("reset-second-factor")
@click.argument("email")
def reset_second_factor(email: str) -> None:
    """Remove somebody's second factor: the way back in for the only administrator there is."""
    with jobs.session_of(current_app) as session:
        person = by_email(session, email)
        if person is None:
            click.echo(f"There is nobody with the address {email}.", err=True)
            sys.exit(1)
        try:
            second_factor.reset(session, None, person)
            session.commit()
        except Refused as error:
            click.echo(str(error), err=True)
            sys.exit(1)
    click.echo(f"{email} signs in with the password alone, and sets up a new second factor.")


@data.command("upgrade")
def upgrade() -> None:
    """Bring the database up to this version."""
    try:
        migrate.upgrade(current_app.extensions["engine"])
    except Refused as error:
        click.echo(str(error), err=True)
        sys.exit(1)
    click.echo("The database is up to date.")
