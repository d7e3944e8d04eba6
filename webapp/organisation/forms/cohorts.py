"""Forms about cohorts."""

from __future__ import annotations

from collections.abc import Iterable

from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, SearchField, SelectMultipleField, ValidationError
from wtforms.validators import InputRequired

from webapp.accounts.tables import Person
from webapp.organisation.forms.fields import Day, OnList, ids, line, one_of
from webapp.organisation.queries.teams import Known
from webapp.organisation.services.cohorts import Details
from webapp.text import tidy


class CohortForm(FlaskForm):
    """A cohort's name, dates and trainers."""

    name = line("Name of the cohort", "Type the cohort's name.", render_kw={"autocomplete": "off"})
    starts_on = Day("First day", validators=[InputRequired("Choose the first day.")])
    ends_on = Day("Last day")
    trainers = SelectMultipleField("Trainers", validate_choice=False, validators=[OnList()])
    seen = HiddenField()

    def offer(self, trainers: Iterable[Person]) -> None:
        """Fill the list of those who may train."""
        self.trainers.choices = [(str(person.id), person.name) for person in trainers]

    def validate_ends_on(self, field: Day) -> None:
        """The last day is not before the first."""
        if field.data and self.starts_on.data and field.data < self.starts_on.data:
            raise ValidationError("The last day is before the first. Change one of them.")

    def told(self) -> Details:
        """What the form says, once it is valid."""
        assert self.starts_on.data is not None
        return Details(
            name=self.name.data or "",
            starts_on=self.starts_on.data,
            ends_on=self.ends_on.data,
            trainers=frozenset(ids(self.trainers.data or ())),
        )


class TeamIntoCohort(FlaskForm):
    """Everybody of a team."""

    team = one_of("Team", validators=[OnList()])

    def offer(self, teams: Iterable[Known]) -> None:
        """Fill the list."""
        self.team.choices = [(str(team.id), team.name) for team in teams]


class PeopleIntoCohort(FlaskForm):
    """People one by one."""

    person = SelectMultipleField("People", validate_choice=False)

    def told(self) -> set[int]:
        """Whom, by id; who they are is not looked at here."""
        return ids(self.person.data or ())


class FindOutside(FlaskForm):
    """Looks for people to add."""

    class Meta:
        """It changes nothing, so it needs no token."""

        csrf = False

    words = SearchField("Name or address", filters=[tidy])


class RemoveCohort(FlaskForm):
    """Whether a cohort with people in it may go."""

    confirmed = BooleanField("Remove it with everybody's place in it")
