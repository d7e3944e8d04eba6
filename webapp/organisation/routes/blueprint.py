"""The pages of people and places, as one group."""

from __future__ import annotations

from typing import cast

from flask import Blueprint, Response, flash, redirect, url_for
from flask_wtf import FlaskForm

from webapp.organisation.services.unfit import Unfit

organisation = Blueprint("organisation", __name__)


def to(endpoint: str, **values: object) -> Response:
    """Send the browser on to a page of this domain."""
    return cast(Response, redirect(url_for(f"organisation.{endpoint}", **values)))  # type: ignore[arg-type]


def show(form: FlaskForm, error: Unfit) -> None:
    """Say what a service found wrong at the field it is about."""
    (form[error.field].errors if error.field in form else form.form_errors).append(str(error))


def careful(message: object) -> None:
    """Say on the next page what did not happen."""
    flash(str(message), "careful")
