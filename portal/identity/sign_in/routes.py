"""Pages to sign in and out, and to give fresh proof.

A view on both blueprints serves both realms; a view on one serves that realm alone.
"""

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

from portal.identity.accounts.queries import get_customer
from portal.identity.credentials.queries import find_secrets
from portal.identity.credentials.rules import BLOCKED, WRONG, WRONG_ANSWER, WRONG_PASSWORD
from portal.identity.form_drafts.queries import find_visitors_draft
from portal.identity.form_drafts.rules import SIGN_IN, TYPED
from portal.identity.form_drafts.service import forget_visitors_draft
from portal.identity.mfa.forms import AppCodeForm, CodeForm, PasskeyForm, ProofForm
from portal.identity.mfa.queries import get_factors
from portal.identity.mfa.rules import (
    MISTYPED,
    WRONG_CODE,
    WRONG_PASSKEY,
    WRONG_RECOVERY_CODE,
    Way,
    is_mistyped,
)
from portal.identity.mfa.service import ask_for_passkey
from portal.identity.realms.rules import COLLEAGUES, CUSTOMERS, REALMS, Realm
from portal.identity.remembered_browsers.routes import remember_if_asked
from portal.identity.remembered_browsers.service import recognise
from portal.identity.sessions.rules import Greeted
from portal.identity.sign_in import service
from portal.identity.sign_in.forms import AnswerForm, SignInForm, StaffSignInForm
from portal.identity.sign_in.queries import find_recipient, list_open_ways
from portal.identity.sign_in.rules import BACK, COPIED, UNFINISHED, SignedChallenge, SignIn
from portal.platform.core.display import Display
from portal.platform.core.ids import CustomerId
from portal.platform.core.texts import _
from portal.platform.core.visit import Visit
from portal.platform.web import remembering
from portal.platform.web.access import Access, access, next_path
from portal.platform.web.device import current_device
from portal.platform.web.display import remember_display
from portal.platform.web.forms import Form
from portal.platform.web.identity import (
    current_visit,
    get_visit,
    half_visit,
    kind_of,
    let_in,
    renew,
)
from portal.platform.web.limiting import Pace, limited
from portal.platform.web.runtime import runtime
from portal.platform.web.transaction import reading, unit_of_work

customers = Blueprint(CUSTOMERS.blueprint, __name__)
staff = Blueprint(COLLEAGUES.blueprint, __name__, url_prefix=COLLEAGUES.path)

STEPS = {
    Way.QUESTION: "question",
    Way.AUTHENTICATOR: "authenticator",
    Way.PASSKEY: "passkey",
    Way.MAILED_CODE: "mailed_code",
    Way.RECOVERY_CODE: "recovery_code",
}
"""The view of each second step."""


@customers.route("/sign-in", methods=["GET", "POST"])
@staff.route("/sign-in", methods=["GET", "POST"])
@access(Access.ANYONE)
@limited(Pace.SECRETS, needs="password")
def sign_in() -> ResponseReturnValue:
    """Take the first step: email address and password."""
    realm = _realm()
    if current_visit() is not None:
        return redirect(_way_on(realm), 303)
    form = SignInForm(begins_with=_typed()) if realm.remembers_browsers else StaffSignInForm()
    if form.is_valid_post():
        typed = form.email.data or "", form.password.data or ""
        came = service.check_password(unit_of_work, runtime().hasher, realm, *typed)
        if came.token:
            step = url_for(f".{STEPS[came.ways[0]]}", next=request.args.get("next"))
            _forget_typed()
            answer = let_in(redirect(step, 303), realm.kind, came.token)
            if isinstance(form, SignInForm):
                session["remember"] = bool(form.remember.data)
            return answer
        wrong = UNFINISHED if came.is_unfinished else WRONG
        form.say("password", BLOCKED if came.proof.blocked else wrong)
    return _greet(form) if isinstance(form, SignInForm) else _draw_first(realm, form)


@customers.route("/sign-in/authenticator", methods=["GET", "POST"])
@staff.route("/sign-in/authenticator", methods=["GET", "POST"])
@access(Access.ANYONE)
@limited(Pace.SECRETS, needs="code")
def authenticator() -> ResponseReturnValue:
    """Take the second step: the code that an authenticator app shows."""
    return _take_code(Way.AUTHENTICATOR)


@customers.route("/sign-in/recovery-code", methods=["GET", "POST"])
@staff.route("/sign-in/recovery-code", methods=["GET", "POST"])
@access(Access.ANYONE)
@limited(Pace.SECRETS, needs="code")
def recovery_code() -> ResponseReturnValue:
    """Take the second step with a recovery code."""
    return _take_code(Way.RECOVERY_CODE)


@customers.post("/sign-in/passkey/options")
@staff.post("/sign-in/passkey/options")
@access(Access.ANYONE)
@limited(Pace.LOOKING)
def passkey_options() -> ResponseReturnValue:
    """Return the WebAuthn options for signing in with a passkey."""
    visit = current_visit()
    asked = visit.session_id if visit else uuid4()
    session["asked"] = str(asked)
    with unit_of_work() as work:
        options = ask_for_passkey(work, runtime().settings, asked)
    return options, 200, {"Content-Type": "application/json"}


@customers.route("/sign-in/passkey", methods=["GET", "POST"])
@staff.route("/sign-in/passkey", methods=["GET", "POST"])
@access(Access.ANYONE)
@limited(Pace.SECRETS)
def passkey() -> ResponseReturnValue:
    """Sign in with a passkey: as the second step, or alone."""
    realm, half, form = _realm(), _half(), PasskeyForm()
    if form.is_valid_post() and "asked" in session:
        signed = SignedChallenge(UUID(session.pop("asked")), form.answer.data or "")
        given = realm, signed, current_device()
        done = service.check_passkey(unit_of_work, runtime().settings, *given)
        if done.token:
            return _welcome(realm, done)
    if form.is_submitted():
        flash(WRONG_PASSKEY, "warn")
    return _draw(Way.PASSKEY, form, half) if half else _begin_again()


@customers.route("/prove", methods=["GET", "POST"])
@staff.route("/prove", methods=["GET", "POST"])
@access(Access.SIGNED_IN, renews=True)
@limited(Pace.SECRETS, needs="password")
def prove() -> ResponseReturnValue:
    """Ask for fresh proof by password; then lead back."""
    realm, form, visit = _realm(), ProofForm(), get_visit()
    if form.is_valid_post():
        typed = form.password.data or ""
        proof, token = service.prove_again(unit_of_work, runtime().hasher, visit, typed)
        if token:
            return renew(redirect(_way_on(realm), 303), realm.kind, token)
        form.say("password", BLOCKED if proof.blocked else WRONG_PASSWORD)
    with reading() as work:
        email, _ = find_recipient(work, realm, visit.person_id) or ("", "")
        factors = get_factors(work, visit.person_id)
    facts = {"form": form, "email": email, "factors": factors, "passkey": PasskeyForm()}
    facts["visit"] = visit
    return render_template("identity/sign_in/prove.html", realm=realm, **facts)


@customers.post("/prove/passkey")
@staff.post("/prove/passkey")
@access(Access.SIGNED_IN, renews=True)
@limited(Pace.SECRETS)
def prove_by_passkey() -> ResponseReturnValue:
    """Take a passkey as fresh proof."""
    realm, form, visit = _realm(), PasskeyForm(), get_visit()
    if form.is_valid_post():
        answer = form.answer.data or ""
        with unit_of_work() as work:
            token = service.prove_by_passkey(work, runtime().settings, visit, answer)
        if token:
            return renew(redirect(_way_on(realm), 303), realm.kind, token)
    flash(WRONG_PASSKEY, "warn")
    return redirect(url_for(".prove", next=request.args.get("next")), 303)


@customers.get("/signed-out")
@staff.get("/signed-out")
@access(Access.ANYONE)
def signed_out() -> ResponseReturnValue:
    """Tell somebody that their session has ended, and lead back."""
    is_idle = request.args.get("why") == "idle"
    minutes = max(1, runtime().settings.session_idle_seconds // 60)
    facts = {"realm": _realm(), "is_idle": is_idle, "minutes": minutes}
    return render_template("identity/sign_in/signed_out.html", **facts)


def _realm() -> Realm:
    """Return the realm of these pages."""
    return REALMS[kind_of(request.path)]


def _typed() -> dict[str, list[str]] | None:
    """Return the address just confirmed in this browser, to prefill the first page."""
    with reading() as work:
        return find_visitors_draft(work, session.get(TYPED), SIGN_IN)


def _forget_typed() -> None:
    """Throw away what this browser typed before somebody signed in: they have an account."""
    if TYPED in session:
        with unit_of_work() as work:
            forget_visitors_draft(work, session.pop(TYPED))


def _half() -> Visit | None:
    """Return the visit of a half-open session; None if its owner is setting up their sign-in."""
    half = half_visit()
    return None if half is None or half.is_setting_up else half


def _way_on(realm: Realm) -> str:
    return next_path(url_for(realm.home))


def _take_code(way: Way) -> ResponseReturnValue:
    half, form = _half(), AppCodeForm() if way is Way.AUTHENTICATOR else CodeForm()
    if half is None:
        return _begin_again()
    typed = form.code.data or ""
    is_paper = way is Way.RECOVERY_CODE
    if form.is_valid_post() and is_paper and is_mistyped(typed):
        form.say("code", MISTYPED)  # without a try: nothing was compared
    elif form.is_valid_post():
        done = service.check_code(unit_of_work, half, way, typed, current_device())
        if done.token:
            return _welcome(REALMS[half.kind], done)
        wrong = WRONG_RECOVERY_CODE if is_paper else WRONG_CODE
        form.say("code", BLOCKED if done.proof.blocked else wrong)
    return _draw(way, form, half)


def _draw(way: Way, form: Form, half: Visit) -> ResponseReturnValue:
    """Draw a second step, if it is open to this person."""
    realm = REALMS[half.kind]
    with reading() as work:
        ways = list_open_ways(work, realm, half.person_id)
        secrets = find_secrets(work, half.person_id) if way is Way.QUESTION else None
    if isinstance(form, AnswerForm) and secrets is not None:
        form.answer.label.text = secrets.question
    if way not in ways:
        return _begin_again()
    facts = {"form": form, "steps": STEPS, "ways": ways, "passkey": PasskeyForm()}
    return render_template(f"identity/sign_in/{STEPS[way]}.html", realm=realm, **facts)


def _draw_first(realm: Realm, form: Form, name: str = "") -> str:
    facts = {"realm": realm, "form": form, "remembered_name": name, "passkey": PasskeyForm()}
    return render_template("identity/sign_in/sign_in.html", **facts)


def _begin_again() -> ResponseReturnValue:
    return redirect(url_for(".sign_in", next=request.args.get("next")), 303)


def _welcome(realm: Realm, done: SignIn) -> ResponseReturnValue:
    """Set the session's cookie, and remember the browser if asked to."""
    asked_for = bool(session.get("remember", remembering.token()))
    answer = let_in(redirect(_way_on(realm), 303), realm.kind, done.token)
    if done.is_back:
        flash(BACK, "ok")
    if done.proof.owner_id is None or not realm.remembers_browsers:
        return answer
    customer_id = CustomerId(done.proof.owner_id)
    with reading() as work:
        chosen = get_customer(work, customer_id).details.display
    if chosen:
        remember_display(answer, Display.read(chosen))
    return remember_if_asked(answer, customer_id, asked_for=asked_for)


# ------------------------------------------------------------------------------ customers alone


@customers.route("/sign-in/question", methods=["GET", "POST"])
@access(Access.ANYONE)
@limited(Pace.SECRETS, needs="answer")
def question() -> ResponseReturnValue:
    """Take the second step: the answer to the security question."""
    half, form = _half(), AnswerForm()
    if half is None:
        return _begin_again()
    if form.is_valid_post():
        typed = form.answer.data or ""
        done = service.check_answer(unit_of_work, runtime().hasher, half, typed, current_device())
        if done.token:
            return _welcome(CUSTOMERS, done)
        form.say("answer", BLOCKED if done.proof.blocked else WRONG_ANSWER)
    return _draw(Way.QUESTION, form, half)


@customers.route("/sign-in/email-code", methods=["GET", "POST"])
@access(Access.ANYONE)
@limited(Pace.SECRETS, needs="code")
def mailed_code() -> ResponseReturnValue:
    """Take the second step: a code sent by email."""
    return _take_code(Way.MAILED_CODE)


@customers.post("/sign-in/email-code/send")
@access(Access.ANYONE)
@limited(Pace.SECRETS)
def send_code() -> ResponseReturnValue:
    """Email a code to the address on file."""
    half = _half()
    if half is None:
        return _begin_again()
    with unit_of_work() as work:
        is_sent = service.send_code(work, half)
    sent, enough = (
        _("Check your email. We’ve sent you a code."),
        _("We can’t send another code yet."),
    )
    words = sent if is_sent else enough
    flash(words, "ok" if is_sent else "warn")
    return redirect(url_for(".mailed_code", next=request.args.get("next")), 303)


def _greet(form: SignInForm) -> ResponseReturnValue:
    """Draw the first page, by name in a remembered browser, whose token is replaced."""
    shown = remembering.token()
    name, fresh = "", None
    if shown and request.method != "HEAD":  # whoever asks so may not keep what is answered
        with unit_of_work() as work:
            tab = remembering.may_be_second_tab()
            name, fresh = recognise(work, shown, may_be_second_tab=tab)
        if fresh.outcome is Greeted.STOLEN:
            flash(COPIED, "warn")
    if name and not form.is_submitted():
        form.remember.data = True
    answer = make_response(_draw_first(CUSTOMERS, form, name))
    if fresh and fresh.token:
        remembering.set_cookie(answer, fresh.token)
    elif fresh and not name:
        remembering.drop_cookie(answer)
    return answer
