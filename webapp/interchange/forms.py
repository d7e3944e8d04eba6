"""Forms for completions and access tokens."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from flask_wtf import FlaskForm
from wtforms import SelectField

from webapp import clock
from webapp.interchange.services.completions import Offered, Wanted
from webapp.organisation.forms.fields import Day, OnList, line


class FindCompletions(FlaskForm):
    """What narrows the completions. It comes with the address."""

    class Meta:
        """It changes nothing, so it needs no token."""

        csrf = False

    team = SelectField("Team", validate_choice=False, validators=[OnList()], default="")
    cohort = SelectField("Cohort", validate_choice=False, validators=[OnList()], default="")
    course = SelectField("Course", validate_choice=False, validators=[OnList()], default="")
    start = Day("From")
    end = Day("To")

    def offer(self, offered: Offered) -> None:
        """Fill the lists."""
        self.team.choices = [("", "All"), *((str(number), name) for number, name in offered.teams)]
        self.cohort.choices = [("", "All"), *((str(number), name) for number, name in offered.cohorts)]
        self.course.choices = [("", "All"), *offered.courses]

    def wanted(self) -> Wanted:
        """What is looked for: whole days, as they pass where people are."""
        return Wanted(
            team_id=int(self.team.data) if self.team.data else None,
            cohort_id=int(self.cohort.data) if self.cohort.data else None,
            course=self.course.data,
            start=_midnight(self.start.data) if self.start.data else None,
            end=_midnight(self.end.data + timedelta(days=1)) if self.end.data else None,
        )

    def address(self) -> dict[str, str]:
        """What an address needs to find the same again."""
        return {field.name: str(field.data) for field in self if field.data}


class TokenForm(FlaskForm):
    """A new access token."""

    name = line("What is it for?", "Say which program will use it.", longest=80)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), clock.HERE)
