"""Forms about people."""

from __future__ import annotations

from collections.abc import Iterable

from flask_wtf import FlaskForm
from wtforms import HiddenField, SearchField
from wtforms.validators import InputRequired

from webapp.accounts.tables import DISCIPLINES, ROLE_NAMES, Role
from webapp.organisation.forms.fields import Address, OnList, line, one_of
from webapp.organisation.queries.people import NO_TEAM, STATE_NAMES, Wanted
from webapp.organisation.queries.teams import Known
from webapp.organisation.services.people import Details
from webapp.text import tidy


class PersonForm(FlaskForm):
    """Who somebody is and where she works."""

    name = line("Name", "Type the person's name.", render_kw={"autocomplete": "off"})
    email = line(
        "E-mail address",
        "Type the person's e-mail address.",
        254,
        validators=[Address()],
        render_kw={"autocomplete": "off", "type": "email"},
    )
    team = one_of("Team", validators=[OnList()])
    discipline = one_of("Discipline", validators=[InputRequired("Choose a discipline."), OnList()])
    role = one_of("Role", validators=[OnList()])
    seen = HiddenField()

    def offer(self, teams: Iterable[Known], discipline: str = "") -> None:
        """Fill the lists. A ``discipline`` that she has and that is not on ours stays on offer."""
        known = DISCIPLINES if discipline in ("", *DISCIPLINES) else (*DISCIPLINES, discipline)
        first = [] if discipline else [("", "Choose one")]
        self.team.choices = [("", "No team"), *((str(team.id), team.name) for team in teams)]
        self.discipline.choices = first + [(name, name) for name in known]
        self.role.choices = [(role.value, name) for role, name in ROLE_NAMES.items()]

    def told(self) -> Details:
        """What the form says, once it is valid."""
        return Details(
            name=self.name.data or "",
            email=(self.email.data or "").lower(),
            discipline=self.discipline.data,
            role=Role(self.role.data),
            team_id=int(self.team.data) if self.team.data else None,
        )


class FindPeople(FlaskForm):
    """What narrows the list of people. It comes with the address, and what makes no sense narrows nothing."""

    class Meta:
        """It changes nothing, so it needs no token."""

        csrf = False

    words = SearchField("Name or address", filters=[tidy])
    team = one_of("Team")
    role = one_of("Role")
    discipline = one_of("Discipline")
    state = one_of("State")

    def offer(self, teams: Iterable[Known]) -> None:
        """Fill the lists."""
        self.team.choices = [("", "Any"), *((str(team.id), team.name) for team in teams), (str(NO_TEAM), "No team")]
        self.role.choices = [("", "Any"), *((role.value, name) for role, name in ROLE_NAMES.items())]
        self.discipline.choices = [("", "Any"), *((name, name) for name in DISCIPLINES)]
        self.state.choices = [("", "Any"), *((state.value, name) for state, name in STATE_NAMES.items())]
        for field in (self.team, self.role, self.discipline, self.state):
            if field.data not in {value for value, _ in field.choices}:
                field.data = ""

    def wanted(self) -> Wanted:
        """What is looked for."""
        return Wanted(
            words=(self.words.data or "")[:120],
            team_id=int(self.team.data) if self.team.data else None,
            role=self.role.data,
            discipline=self.discipline.data,
            state=self.state.data,
        )

    def address(self) -> dict[str, str]:
        """What an address needs to find the same again."""
        return {field.name: field.data for field in self if field.data}
