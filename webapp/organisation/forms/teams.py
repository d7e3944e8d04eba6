"""The form of a team."""

from __future__ import annotations

from flask_wtf import FlaskForm

from webapp.organisation.forms.fields import line


class TeamForm(FlaskForm):
    """A team's name."""

    name = line("Name of the team", "Type the team's name.", render_kw={"autocomplete": "off"})
