"""How one's own measures move from recording to recording, as a page and as a file; and a plan for practising."""

from __future__ import annotations

from flask import Response, render_template

from webapp import csv_file, database
from webapp.accounts.session import acting
from webapp.practice.routes.blueprint import practice
from webapp.practice.services import plan as plans
from webapp.practice.services import trend as trends


@practice.get("/recordings/trend")
def trend() -> str:
    """Each measure across her recordings, with what happened in between."""
    found = trends.of(database.session(), acting())
    return render_template(
        "practice/trend.html", trend=found, drawn=trends.drawn, ranged=trends.range_in_words, kinds=trends.KIND_NAMES
    )


@practice.get("/recordings/trend.csv")
def trend_file() -> Response:
    """The same numbers for a spreadsheet."""
    rows = trends.rows(database.session(), acting())
    return csv_file.download(csv_file.as_csv(trends.HEADS, rows), "my-recordings.csv")


@practice.get("/practice-plan")
def plan() -> str:
    """At most five things that would help now."""
    return render_template("practice/plan.html", plan=plans.of(database.session(), acting()))
