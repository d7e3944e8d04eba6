"""Forms about levels: a level with its rules, a sign-off, and taking one back."""

from __future__ import annotations

import re

from flask import request
from flask_wtf import FlaskForm
from wtforms import HiddenField, StringField, TextAreaField

from webapp.levels.services.levels import LONGEST_NAME, LONGEST_PURPOSE
from webapp.levels.services.rules import JUDGES, MOST, Kind, Rule
from webapp.levels.services.sign_offs import LONGEST
from webapp.organisation.services.unfit import Unfit

_DIGITS = 4  # of a number that makes sense
_NUMBERED = re.compile(r"rule-(\d{1,3})-kind")
_NEW = {
    Kind.COACHED: 3, Kind.HAND_CODED: 2, Kind.RATED: 2, Kind.SUPERVISED: 3, Kind.MODULES: 1,
}  # fmt: skip  # how often, of a rule that is added


class LevelForm(FlaskForm):
    """A level's name, purpose and rules. Rules stand in ``rule-0-kind``, ``rule-0-n`` and so on."""

    name = StringField("Name of the level", render_kw={"maxlength": LONGEST_NAME, "autocomplete": "off"})
    purpose = TextAreaField("What it is for", render_kw={"rows": 3, "maxlength": LONGEST_PURPOSE})
    seen, do = HiddenField(), HiddenField()

    def rules(self) -> list[Rule]:
        """The rules as they were sent, with what the button added or took out; what makes no sense is -1."""
        places = sorted(int(found[1]) for name in request.form if (found := _NUMBERED.fullmatch(name)))[: MOST + 1]
        do = self.do.data or ""
        rules = [_sent(place) for place in places if do != f"drop-{place}"]
        kind = do.removeprefix("add-")
        if do.startswith("add-") and kind in JUDGES:
            rules.append(Rule(kind=kind, judged_by=JUDGES[Kind(kind)], n=_NEW[Kind(kind)]))
        return rules


class SignForm(FlaskForm):
    """Why somebody is signed off. Exceptions stand in ``exception-0`` and so on, by the place of their rule."""

    reason = TextAreaField("Why you sign", render_kw={"rows": 4, "maxlength": LONGEST})
    seen = HiddenField()

    def exceptions(self) -> dict[int, str]:
        """What was written, by the place of the rule."""
        return {place: request.form.get(f"exception-{place}", "") for place in range(MOST)}


class RevokeForm(FlaskForm):
    """Why a sign-off is taken back."""

    reason = TextAreaField("Why you revoke it", render_kw={"rows": 4, "maxlength": LONGEST})


def wrong(error: Exception) -> dict[str, str]:
    """What is wrong, by the field it is about; that of the page as a whole has none."""
    return {error.field if isinstance(error, Unfit) else "": str(error)}


def _sent(place: int) -> Rule:
    def text(field: str) -> str:
        return request.form.get(f"rule-{place}-{field}", "").strip()

    return Rule(
        kind=text("kind"),
        judged_by=text("judged_by"),
        n=_number(text("n")),
        months=_number(text("months")) if text("months") else 0,
        name=text("name"),
        mark=text("mark"),
        least=_number(text("least")),
        modules=tuple(request.form.getlist(f"rule-{place}-modules")),
    )


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and text.isascii() and len(text) <= _DIGITS else -1
