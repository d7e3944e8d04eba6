"""Who may open which page: one map, and what is not on it is open to nobody.

A page that is open to somebody says nothing yet about the objects on it: services fetch those with the person
who asks, and find nothing that is not hers to see.
"""

from __future__ import annotations

from flask import Flask, Response, flash, redirect, request, url_for

from webapp.accounts import session
from webapp.accounts.tables import STAFF, Role
from webapp.errors import answer

PUBLIC = frozenset({"public"})
SIGNED_IN = frozenset(Role)
HALF = frozenset({session.HALF})  # password given, second factor still to come
BARE = frozenset({session.BARE})  # signed in, but to set up a second factor before anything else
TOKEN = frozenset({"token"})  # a program; its access token is asked for in interchange/routes/api.py
TRAINERS = frozenset({Role.TRAINER, Role.ADMINISTRATOR})
ONLY_TRAINERS = frozenset({Role.TRAINER})  # what hangs on recordings that practitioners opened to their trainers
ADMINISTRATORS = frozenset({Role.ADMINISTRATOR})

PERMISSIONS: dict[str, frozenset[str]] = {
    "static": PUBLIC,
    "bootstrap.static": PUBLIC,
    "charts.plotly": PUBLIC,
    "charts.timeline": PUBLIC,
    "pages.health": PUBLIC,
    "pages.accessibility": PUBLIC,
    "pages.privacy": PUBLIC,
    "accounts.sign_in": PUBLIC,
    "accounts.code": HALF,
    "accounts.single_sign_on_leave": PUBLIC,
    "accounts.single_sign_on_back": PUBLIC,
    "accounts.sign_out": SIGNED_IN | BARE,
    "accounts.welcome": PUBLIC,
    "accounts.forgotten_password": PUBLIC,
    "accounts.new_password": PUBLIC,
    "accounts.account": SIGNED_IN,
    "accounts.change_password": SIGNED_IN,
    "accounts.second_factor_on": SIGNED_IN | BARE,
    "accounts.second_factor_off": SIGNED_IN,
    "accounts.recovery_codes": SIGNED_IN,
    "accounts.sign_out_everywhere": SIGNED_IN,
    "calibrate.choose": SIGNED_IN,
    "calibrate.begin": SIGNED_IN,
    "calibrate.sound": SIGNED_IN,
    "calibrate.attempt": SIGNED_IN,
    "calibrate.code": SIGNED_IN,
    "exchange.files": TRAINERS,
    "exchange.download": TRAINERS,
    "exchange.bring": TRAINERS,
    "learning.home": SIGNED_IN,
    "learning.reminders": SIGNED_IN,
    "learning.course_files": TRAINERS,
    "learning.preview": TRAINERS,
    "learning.use_files": ADMINISTRATORS,
    "learning.preview_module": TRAINERS,
    "learning.review": SIGNED_IN,
    "learning.review_one": SIGNED_IN,
    "learning.answer_review": SIGNED_IN,
    "learning.skills": SIGNED_IN,
    "learning.codes": SIGNED_IN,
    "learning.course": SIGNED_IN,
    "learning.module": SIGNED_IN,
    "learning.step": SIGNED_IN,
    "learning.done": SIGNED_IN,
    "learning.answer": SIGNED_IN,
    "learning.state_of_try": SIGNED_IN,
    "learning.check": SIGNED_IN,
    "learning.begin_check": SIGNED_IN,
    "learning.question": SIGNED_IN,
    "learning.answer_question": SIGNED_IN,
    "learning.certificate": PUBLIC,
    "learning.certificate_file": SIGNED_IN,
    "interchange.completions": TRAINERS,
    "interchange.export_completions": TRAINERS,
    "interchange.connections": ADMINISTRATORS,
    "interchange.make_token": ADMINISTRATORS,
    "interchange.revoke_token": ADMINISTRATORS,
    "interchange.try_now": ADMINISTRATORS,
    "interchange.openapi": PUBLIC,
    "api.completions": TOKEN,
    "practice.recordings_list": SIGNED_IN,
    "practice.new": SIGNED_IN,
    "practice.bring": SIGNED_IN,
    "practice.arrived": SIGNED_IN,
    "practice.piece": SIGNED_IN,
    "practice.finish": SIGNED_IN,
    "practice.whole_file": SIGNED_IN,
    "practice.start_over": SIGNED_IN,
    "practice.recording": SIGNED_IN,
    "practice.progress": SIGNED_IN,
    "practice.cancel": SIGNED_IN,
    "practice.retry": SIGNED_IN,
    "practice.sound": SIGNED_IN,
    "practice.masks": SIGNED_IN,
    "practice.find_names": SIGNED_IN,
    "practice.cover": SIGNED_IN,
    "practice.put_right": SIGNED_IN,
    "practice.put_right_turn": SIGNED_IN,
    "practice.put_right_now": SIGNED_IN,
    "practice.put_right_history": SIGNED_IN,
    "practice.correct": SIGNED_IN,
    "practice.take_back": SIGNED_IN,
    "practice.sharing": SIGNED_IN,
    "practice.withdraw_share": SIGNED_IN,
    "practice.comments": SIGNED_IN,
    "practice.add_comment": SIGNED_IN,
    "practice.remove_comment": SIGNED_IN,
    "practice.delete": SIGNED_IN,
    "practice.opened": SIGNED_IN,
    "practice.export": SIGNED_IN,
    "practice.ask_export": SIGNED_IN,
    "practice.export_again": SIGNED_IN,
    "practice.export_file": SIGNED_IN,
    "practice.retention": ADMINISTRATORS,
    "practice.feedback_page": SIGNED_IN,
    "practice.teaching": SIGNED_IN,
    "practice.choose_moment": SIGNED_IN,
    "practice.give_moment": SIGNED_IN,
    "practice.refuse_moment": SIGNED_IN,
    "practice.withdraw_moment": SIGNED_IN,
    "practice.own_view": SIGNED_IN,
    "practice.goal": SIGNED_IN,
    "practice.choose_goal": SIGNED_IN,
    "practice.rest_goal": SIGNED_IN,
    "practice.trend": SIGNED_IN,
    "practice.trend_file": SIGNED_IN,
    "practice.plan": SIGNED_IN,
    "coaching.queue": TRAINERS,
    "coaching.mine": TRAINERS,
    "coaching.recording": TRAINERS,
    "coaching.write": TRAINERS,
    "coaching.settle": TRAINERS,
    "coding.mine": TRAINERS,
    "coding.choose": TRAINERS,
    "coding.assign": TRAINERS,
    "coding.result": TRAINERS,
    "coding.reopen": TRAINERS,
    "coding.settle": TRAINERS,
    "coding.keep_settled": TRAINERS,
    "coding.workbench": TRAINERS,
    "coding.keep": TRAINERS,
    "coding.write": TRAINERS,
    "coding.finish": TRAINERS,
    "agreement.overview": ONLY_TRAINERS,
    "agreement.tables": ONLY_TRAINERS,
    "agreement.over_time": ONLY_TRAINERS,
    "agreement.utterances": ONLY_TRAINERS,
    "agreement.ready": ONLY_TRAINERS,
    "agreement.export": ONLY_TRAINERS,
    "cohorts.board": TRAINERS,
    "cohorts.dates": TRAINERS,
    "cohorts.export": TRAINERS,
    "cohorts.remove_date": TRAINERS,
    "cohorts.skill": TRAINERS,
    "cohorts.skills": TRAINERS,
    "cohorts.skills_export": TRAINERS,
    "cohorts.skills_ready": TRAINERS,
    "cohorts.summary": TRAINERS,
    "levels.levels": TRAINERS,
    "levels.rules": SIGNED_IN,
    "levels.mine": SIGNED_IN,
    "levels.add": ADMINISTRATORS,
    "levels.edit": ADMINISTRATORS,
    "levels.aside": ADMINISTRATORS,
    "levels.cohort": TRAINERS,
    "levels.person": TRAINERS,
    "levels.sign_off": SIGNED_IN,
    "levels.revoke": TRAINERS,
    "levels.certificate": PUBLIC,
    "levels.certificate_file": SIGNED_IN,
    "cohorts.hard": TRAINERS,
    "supervision.home": TRAINERS,
    "supervision.cohort": TRAINERS,
    "supervision.export": TRAINERS,
    "supervision.new_pack": TRAINERS,
    "supervision.pack": TRAINERS,
    "supervision.add_moments": TRAINERS,
    "supervision.change_place": TRAINERS,
    "supervision.delete_pack": TRAINERS,
    "supervision.printed": TRAINERS,
    "supervision.pdf": TRAINERS,
    "supervision.present": TRAINERS,
    "supervision.record": TRAINERS,
    "supervision.held": TRAINERS,
    "supervision.cancel": TRAINERS,
    "supervision.mine": SIGNED_IN,
    "organisation.activate": ADMINISTRATORS,
    "organisation.add_cohort": ADMINISTRATORS,
    "organisation.add_person": ADMINISTRATORS,
    "organisation.add_team_to_cohort": ADMINISTRATORS,
    "organisation.add_to_cohort": ADMINISTRATORS,
    "organisation.audit_trail": ADMINISTRATORS,
    "organisation.cohort": TRAINERS,
    "organisation.cohorts": TRAINERS,
    "organisation.deactivate": ADMINISTRATORS,
    "organisation.edit_cohort": ADMINISTRATORS,
    "organisation.export_audit_trail": ADMINISTRATORS,
    "organisation.import_call_off": ADMINISTRATORS,
    "organisation.import_confirm": ADMINISTRATORS,
    "organisation.import_example": ADMINISTRATORS,
    "organisation.import_people": ADMINISTRATORS,
    "organisation.import_preview": ADMINISTRATORS,
    "organisation.invite": ADMINISTRATORS,
    "organisation.people": ADMINISTRATORS,
    "organisation.person": ADMINISTRATORS,
    "organisation.remove_cohort": ADMINISTRATORS,
    "organisation.remove_team": ADMINISTRATORS,
    "organisation.reset_second_factor": ADMINISTRATORS,
    "organisation.take_out_of_cohort": ADMINISTRATORS,
    "organisation.team": ADMINISTRATORS,
    "organisation.teams": ADMINISTRATORS,
}


def start(app: Flask) -> None:
    """Ask the map before every request."""

    @app.before_request
    def _ask() -> Response | None:
        if request.endpoint is None:
            return None  # no such address, or not in this way: the router's own answer
        allowed = PERMISSIONS.get(request.endpoint, frozenset())
        if allowed in (PUBLIC, TOKEN):
            return None
        who = session.standing()
        if who in allowed:
            return None
        if who in SIGNED_IN:
            return _lead("learning.home") if allowed == HALF else answer(403)
        if request.path.startswith("/api/"):
            return answer(401, "Sign in, or give an access token.")
        if who == session.HALF:
            return _lead("accounts.code")
        if who == session.BARE:
            return _lead("accounts.second_factor_on")
        if allowed == HALF:
            flash("Please start again with your password: the page for the code stays open for ten minutes.")
            return _lead("accounts.sign_in")
        return _lead("accounts.sign_in", next=request.full_path.rstrip("?") if request.method == "GET" else None)


def _lead(endpoint: str, **values: str | None) -> Response:
    return redirect(url_for(endpoint, **values))  # type: ignore[arg-type, return-value]


__all__ = [
    "ADMINISTRATORS",
    "BARE",
    "HALF",
    "PERMISSIONS",
    "PUBLIC",
    "SIGNED_IN",
    "STAFF",
    "TOKEN",
    "TRAINERS",
    "start",
]
