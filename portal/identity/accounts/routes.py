"""Pages for registering."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from portal.identity.accounts import queries, service
from portal.identity.accounts.forms import AboutYouForm, ConfirmRegistrationForm, SignInDetailsForm
from portal.identity.accounts.rules import (
    WRONG_REGISTRATION,
    AlreadyRegisteredError,
    Application,
    Waiting,
)
from portal.identity.credentials.rules import BLOCKED
from portal.identity.form_drafts.queries import find_visitors_draft
from portal.identity.form_drafts.rules import REGISTER, SIGN_IN, TYPED
from portal.identity.form_drafts.service import forget_visitors_draft, keep_visitors_draft
from portal.messaging.email.undelivered import find_is_delayed
from portal.platform.core.texts import _
from portal.platform.web.access import Access, access
from portal.platform.web.forms import Form, returned
from portal.platform.web.identity import current_visit
from portal.platform.web.limiting import Pace, limited
from portal.platform.web.runtime import runtime
from portal.platform.web.transaction import reading, unit_of_work

bp = Blueprint("accounts", __name__)

Fields = dict[str, list[str]]
SECRETS = frozenset({"password", "answer"})
"""What is kept from one round to the next and never printed."""
OF_SECOND = SECRETS | {"question"}
OTHERS = _(
    "The details on this page were changed in another tab. Check them, and then choose how you’ll"
    " sign in."
)

CONFIRMED = _("Your email address is confirmed. You can sign in now.")
CONFIRMED_BESIDE = _(
    "The email address is confirmed. You’re still signed in to another account: sign out first to"
    " sign in to the new one."
)
"""What people read once it is done."""


@bp.route("/register", methods=["GET", "POST"])
@access(Access.ANYONE)
@limited(Pace.LOOKING, needs="email")
def register() -> ResponseReturnValue:
    """Take personal details: the first of two pages."""
    typed = _find_typed()
    form = AboutYouForm(begins_with=typed)
    is_signed_in = current_visit() is not None
    if not is_signed_in and form.is_valid_post():
        about = _words_of(form)
        is_same = about["email"] == typed.get("email")
        secrets = {name: typed[name] for name in OF_SECOND & typed.keys() if is_same}
        _keep_typed(REGISTER, {**about, **secrets})
        return redirect(url_for(".sign_in_details"), 303)
    facts = {"form": form, "is_signed_in": is_signed_in, "is_kept": bool(typed)}
    return render_template("identity/accounts/register.html", **facts)


@bp.route("/register/signing-in", methods=["GET", "POST"])
@access(Access.ANYONE)
@limited(Pace.EMAILS, needs="made_for")
def sign_in_details() -> ResponseReturnValue:
    """Take password and question, and the registration: the second page."""
    typed, questions = _find_typed(), runtime().questions
    about = AboutYouForm(formdata=MultiDict(typed), meta={"csrf": False})
    if current_visit() is not None or not about.validate():
        return redirect(url_for(".register"), 303)
    form = SignInDetailsForm(**_with_kept(typed))
    if form.is_submitted() and form.made_for.data != about.email.data:
        flash(OTHERS, "warn")
        return redirect(url_for(".register"), 303)
    form.offer(questions)
    details = about.details()
    facts = (*details.guessable_details(), runtime().settings.brand_name)
    if form.is_safe_post(questions, facts, runtime().breaches.know):
        application = Application(
            details=details,
            password=form.password.data or "",
            question=questions[form.question.data],
            answer=form.answer.data or "",
            services=about.chosen_services(),
        )
        service.register(unit_of_work, runtime().hasher, application)
        _keep_typed(REGISTER, _words_of(about))
        return redirect(url_for(".sent"), 303)
    return _draw_second(form, about, typed)


@bp.post("/register/start-again")
@access(Access.ANYONE)
@limited(Pace.LOOKING)
def start_again() -> ResponseReturnValue:
    """Delete what was typed so far."""
    with unit_of_work() as work:
        forget_visitors_draft(work, session.pop(TYPED, None))
    return redirect(url_for(".register"), 303)


@bp.get("/register/sent")
@access(Access.ANYONE)
def sent() -> ResponseReturnValue:
    """Say what happens next; the same for every address."""
    (email,) = _find_typed().get("email", [""])
    with reading() as work:
        is_delayed = find_is_delayed(work)
    return render_template("identity/accounts/sent.html", is_delayed=is_delayed, email=email)


@bp.route("/register/confirm/<token>", methods=["GET", "POST"])
@access(Access.ANYONE)
@limited(Pace.SECRETS, needs="password")
def confirm(token: str) -> ResponseReturnValue:
    """Confirm an address; a GET only looks, so that a mail scanner's visit does nothing."""
    form, link = ConfirmRegistrationForm(), _find_link(token)
    if form.is_valid_post():
        typed = form.password.data or ""
        try:
            came = service.confirm(unit_of_work, runtime().hasher, token, typed)
        except AlreadyRegisteredError:
            return _confirming(form, None, is_taken=True), 409
        if came.customer_id and link:
            return _lead_to_sign_in(link.details.email)
        if came.is_alive:
            form.say("password", BLOCKED if came.blocked else WRONG_REGISTRATION)
        link = _find_link(token)
    return _confirming(form, link), 200 if link else 410


def _find_link(token: str) -> Waiting | None:
    with reading() as work:
        return queries.find_link(work, token)


def _lead_to_sign_in(email: str) -> ResponseReturnValue:
    """Say that it is done, and have the page to sign in begin with the address."""
    if _find_typed().get("email", [email]) == [email]:  # else somebody else is registering here
        _keep_typed(SIGN_IN, {"email": [email]})
    if current_visit() is None:
        flash(CONFIRMED, "ok")
    else:
        flash(CONFIRMED_BESIDE, "ok")
    return redirect(url_for("sign_in.sign_in"), 303)


def _confirming(
    form: ConfirmRegistrationForm, link: Waiting | None, *, is_taken: bool = False
) -> str:
    email = link.details.email if link else ""
    return render_template(
        "identity/accounts/confirm.html", form=form, email=email, is_taken=is_taken
    )


def _draw_second(form: SignInDetailsForm, about: AboutYouForm, typed: Fields) -> str:
    """Draw the second page, once what is right of a round has been kept."""
    if form.is_submitted():
        typed = {**_words_of(about), **_words_of(form)}
        _keep_typed(REGISTER, typed)
    kept = SECRETS & typed.keys() if returned() is None else frozenset()
    email = about.email.data or ""
    form.carry(email, kept)
    given = {"form": form, "email": email, "kept": kept}
    return render_template("identity/accounts/sign_in_details.html", **given)


def _find_typed() -> Fields:
    """Return what this browser has typed into the registration so far."""
    with reading() as work:
        return find_visitors_draft(work, session.get(TYPED), REGISTER) or {}


def _keep_typed(path: str, typed: Fields) -> None:
    with unit_of_work() as work:
        session[TYPED] = keep_visitors_draft(work, session.get(TYPED), path, typed)


def _words_of(form: Form) -> Fields:
    """Return what was typed into the fields of a form that have no error."""
    unseen = {"csrf_token", "made_for", "kept"}
    fields = (one for one in form if one.short_name not in unseen and not one.errors)
    return {one.short_name: values for one in fields if (values := _values_of(one.data))}


def _with_kept(typed: Fields) -> dict[str, Any]:
    """Return the second page's fields, with the kept value for a secret that was left empty."""
    if request.method != "POST":
        return {"begins_with": typed}
    sent, told = request.form.copy(), request.form.get("kept", "").split()
    answers_same = sent.get("question") == "".join(typed.get("question", []))
    for name in SECRETS & typed.keys() & {*told}:
        if not sent.get(name) and (name != "answer" or answers_same):
            sent.setlist(name, typed[name])
    return {"formdata": sent}


def _values_of(data: object) -> list[str]:
    return [str(one) for one in (data if isinstance(data, list) else [data]) if one]
