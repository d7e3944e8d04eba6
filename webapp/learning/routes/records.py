"""Certificates, and seeing that one is real."""

from __future__ import annotations

from flask import Response, make_response, render_template

from webapp import database
from webapp.accounts.session import acting
from webapp.extensions import limiter
from webapp.learning.routes import learning
from webapp.learning.services import certificate_pdf, records


@learning.get("/certificates/<code>")
@limiter.limit("60 per minute")
def certificate(code: str) -> str:
    """A certificate, for anyone who has its code: what it says, and nothing else about its owner."""
    return render_template("learning/certificate.html", certificate=records.by_code(database.session(), code))


@learning.get("/certificates/<code>/pdf")
def certificate_file(code: str) -> Response:
    """Somebody's own certificate as PDF."""
    found = records.own_by_code(database.session(), acting(), code)
    response = make_response(certificate_pdf.drawn(found, address=records.address(found)))
    response.mimetype = "application/pdf"
    response.headers["Content-Disposition"] = f'attachment; filename="certificate-{found.code}.pdf"'
    return response
