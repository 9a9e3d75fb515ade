"""Pages to sign in and out, and to prove once more who one is."""

from uuid import UUID, uuid4

from flask import (
    Blueprint,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from portal.identity.accounts.queries import get_customer
from portal.identity.credentials.queries import find_secrets
from portal.identity.credentials.rules import BLOCKED, WRONG, WRONG_ANSWER, WRONG_PASSWORD
from portal.identity.mfa.forms import CodeForm, PasskeyForm, ProofForm
from portal.identity.mfa.queries import get_factors
from portal.identity.mfa.rules import WRONG_CODE, WRONG_PASSKEY, Way
from portal.identity.mfa.service import ask_for_passkey
from portal.identity.sessions.rules import Greeted
from portal.identity.sessions.service import forget_browser
from portal.identity.sign_in import service
from portal.identity.sign_in.forms import AnswerForm, SignInForm
from portal.identity.sign_in.rules import COPIED, SignIn
from portal.platform.core.ids import CustomerId
from portal.platform.core.visit import CUSTOMER, Visit
from portal.platform.web import remembering
from portal.platform.web.access import Access, access, next_path
from portal.platform.web.device import current_device
from portal.platform.web.forms import Form
from portal.platform.web.identity import (
    current_customer_id,
    current_visit,
    half_visit,
    let_in,
    renew,
)
from portal.platform.web.limiting import Pace, limited
from portal.platform.web.runtime import runtime
from portal.platform.web.transaction import reading, unit_of_work

bp = Blueprint("sign_in", __name__)

BACK = "Your account is back, and nothing will be deleted. All marketing is off."
STEPS = {
    Way.QUESTION: ".question",
    Way.AUTHENTICATOR: ".authenticator",
    Way.PASSKEY: ".passkey",
    Way.MAILED_CODE: ".mailed_code",
    Way.RECOVERY_CODE: ".recovery_code",
}


@bp.route("/sign-in", methods=["GET", "POST"])
@access(Access.ANYONE)
@limited(Pace.SECRETS, needs="password")
def sign_in() -> ResponseReturnValue:
    """Take the first step: e-mail address and password."""
    if current_visit() is not None:
        return redirect(next_path(url_for("dashboard.show")), 303)
    form = SignInForm()
    if form.is_valid_post():
        typed = form.email.data or "", form.password.data or ""
        came = service.check_password(unit_of_work, runtime().hasher, *typed)
        if came.token:
            step = url_for(STEPS[came.ways[0]], next=request.args.get("next"))
            answer = let_in(redirect(step, 303), CUSTOMER, came.token)
            session["remember"] = bool(form.remember.data)
            return answer
        form.say("password", BLOCKED if came.proof.blocked else WRONG)
    return _greet(form)


@bp.route("/sign-in/question", methods=["GET", "POST"])
@access(Access.ANYONE)
@limited(Pace.SECRETS, needs="answer")
def question() -> ResponseReturnValue:
    """Take the second step: the answer to the security question."""
    half, form = half_visit(), AnswerForm()
    if half is None:
        return _begin_again()
    if form.is_valid_post():
        typed = form.answer.data or ""
        done = service.check_answer(unit_of_work, runtime().hasher, half, typed, current_device())
        if done.token:
            return _welcome(done)
        form.say("answer", BLOCKED if done.proof.blocked else WRONG_ANSWER)
    with reading() as work:
        secrets, ways = find_secrets(work, half.person_id), get_factors(work, half.person_id).ways
    form.answer.label.text = secrets.question if secrets else "Answer"
    return _draw(Way.QUESTION, form, ways)


@bp.route("/sign-in/authenticator", methods=["GET", "POST"])
@access(Access.ANYONE)
@limited(Pace.SECRETS, needs="code")
def authenticator() -> ResponseReturnValue:
    """Take the second step: the code that an authenticator app shows."""
    return _take_code(Way.AUTHENTICATOR)


@bp.route("/sign-in/recovery-code", methods=["GET", "POST"])
@access(Access.ANYONE)
@limited(Pace.SECRETS, needs="code")
def recovery_code() -> ResponseReturnValue:
    """Take the second step: one of the codes on paper."""
    return _take_code(Way.RECOVERY_CODE)


@bp.route("/sign-in/email-code", methods=["GET", "POST"])
@access(Access.ANYONE)
@limited(Pace.SECRETS, needs="code")
def mailed_code() -> ResponseReturnValue:
    """Take the second step: the code that an email brought."""
    return _take_code(Way.MAILED_CODE)


@bp.post("/sign-in/email-code/send")
@access(Access.ANYONE)
@limited(Pace.SECRETS)
def send_code() -> ResponseReturnValue:
    """Write a code to the address on file."""
    half = half_visit()
    if half is None:
        return _begin_again()
    with unit_of_work() as work:
        is_sent = service.send_code(work, half)
    words = "We have sent you a code." if is_sent else "We cannot send another code just now."
    flash(words, "ok" if is_sent else "warn")
    return redirect(url_for(".mailed_code", next=request.args.get("next")), 303)


@bp.post("/sign-in/passkey/options")
@access(Access.ANYONE)
@limited(Pace.LOOKING)
def passkey_options() -> ResponseReturnValue:
    """Say to a browser what a passkey is to sign."""
    visit = current_visit()
    asked = visit.session_id if visit else uuid4()
    session["asked"] = str(asked)
    with unit_of_work() as work:
        options = ask_for_passkey(work, runtime().settings, asked)
    return options, 200, {"Content-Type": "application/json"}


@bp.route("/sign-in/passkey", methods=["GET", "POST"])
@access(Access.ANYONE)
@limited(Pace.SECRETS)
def passkey() -> ResponseReturnValue:
    """Let somebody in by a passkey: as the second step, or alone."""
    half, form = half_visit(), PasskeyForm()
    if form.is_valid_post() and "asked" in session:
        asked = UUID(session.pop("asked"))
        typed = form.answer.data or ""
        done = service.check_passkey(
            unit_of_work, runtime().settings, asked, typed, current_device()
        )
        if done.token:
            return _welcome(done)
    if form.is_submitted():
        flash(WRONG_PASSKEY, "warn")
    return _step(Way.PASSKEY, form, half) if half else _begin_again()


@bp.route("/prove", methods=["GET", "POST"])
@access(Access.CUSTOMER)
@limited(Pace.SECRETS, needs="password")
def prove() -> ResponseReturnValue:
    """Ask once more who it is, before something precious; then lead back to it."""
    form, visit = ProofForm(), current_visit()
    if visit is not None and form.is_valid_post():
        typed = form.password.data or ""
        proof, token = service.prove_again(unit_of_work, runtime().hasher, visit, typed)
        if token:
            return renew(redirect(next_path(url_for("dashboard.show")), 303), CUSTOMER, token)
        form.say("password", BLOCKED if proof.blocked else WRONG_PASSWORD)
    with reading() as work:
        email = get_customer(work, current_customer_id()).details.email
        factors = get_factors(work, current_customer_id())
    return render_template(
        "identity/sign_in/prove.html",
        form=form,
        email=email,
        factors=factors,
        passkey=PasskeyForm(),
    )


@bp.post("/prove/passkey")
@access(Access.CUSTOMER)
@limited(Pace.SECRETS)
def prove_by_passkey() -> ResponseReturnValue:
    """Take a passkey as fresh proof."""
    form, visit = PasskeyForm(), current_visit()
    if visit is not None and form.is_valid_post():
        answer = form.answer.data or ""
        with unit_of_work() as work:
            token = service.prove_by_passkey(work, runtime().settings, visit, answer)
        if token:
            return renew(redirect(next_path(url_for("dashboard.show")), 303), CUSTOMER, token)
    flash(WRONG_PASSKEY, "warn")
    return redirect(url_for(".prove", next=request.args.get("next")), 303)


@bp.get("/signed-out")
@access(Access.ANYONE)
def signed_out() -> ResponseReturnValue:
    """Say that the session has ended, and lead back."""
    is_idle = request.args.get("why") == "idle"
    minutes = max(1, runtime().settings.session_idle_seconds // 60)
    return render_template("identity/sign_in/signed_out.html", is_idle=is_idle, minutes=minutes)


def _take_code(way: Way) -> ResponseReturnValue:
    half, form = half_visit(), CodeForm()
    if half is None:
        return _begin_again()
    if form.is_valid_post():
        done = service.check_code(unit_of_work, half, way, form.code.data or "", current_device())
        if done.token:
            return _welcome(done)
        form.say("code", BLOCKED if done.proof.blocked else WRONG_CODE)
    return _step(way, form, half)


def _step(way: Way, form: Form, half: Visit) -> ResponseReturnValue:
    with reading() as work:
        ways = get_factors(work, half.person_id).ways
    return _draw(way, form, ways)


def _draw(way: Way, form: Form, ways: tuple[Way, ...]) -> ResponseReturnValue:
    """Draw a second step, if it is open to whoever gave the right password."""
    if way not in ways:
        return _begin_again()
    facts = {"form": form, "steps": STEPS, "ways": ways, "passkey": PasskeyForm()}
    return render_template(f"identity/sign_in/{STEPS[way].lstrip('.')}.html", **facts)


def _begin_again() -> ResponseReturnValue:
    return redirect(url_for(".sign_in", next=request.args.get("next")), 303)


def _greet(form: SignInForm) -> ResponseReturnValue:
    """Draw the first page, by name for a browser that is remembered; its token is replaced."""
    shown = remembering.token()
    name, fresh = "", None
    if shown and request.method != "HEAD":  # whoever asks so may not keep what is answered
        with unit_of_work() as work:
            tab = remembering.may_be_second_tab()
            name, fresh = service.recognise(work, shown, may_be_second_tab=tab)
        if fresh.outcome is Greeted.STOLEN:
            flash(COPIED, "warn")
    if name and not form.is_submitted():
        form.remember.data = True
    facts = {"form": form, "remembered_name": name, "passkey": PasskeyForm()}
    answer = make_response(render_template("identity/sign_in/sign_in.html", **facts))
    if fresh and fresh.token:
        remembering.set_cookie(answer, fresh.token)
    elif fresh and not name:
        remembering.drop_cookie(answer)
    return answer


def _welcome(done: SignIn) -> ResponseReturnValue:
    """Open the session in the browser, and remember the browser if that is wished."""
    asked_for = bool(session.get("remember", remembering.token()))
    answer = redirect(next_path(url_for("dashboard.show")), 303)
    let_in(answer, CUSTOMER, done.token)
    if done.is_back:
        flash(BACK, "ok")
    owner_id = done.proof.owner_id
    return _remember(answer, CustomerId(owner_id), asked_for=asked_for) if owner_id else answer


def _remember(answer: Response, customer_id: CustomerId, *, asked_for: bool) -> Response:
    """Renew the browser's token if it is to be remembered; forget it everywhere if not."""
    shown = remembering.token()
    if not asked_for and not shown:
        return answer
    with unit_of_work() as work:
        if asked_for:
            new = service.remember(work, customer_id, shown, current_device())
            return remembering.set_cookie(answer, new)
        forget_browser(work, shown or "")
    return remembering.drop_cookie(answer)
