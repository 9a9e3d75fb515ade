"""Pages of marketing choices: signed in, and by link."""

from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal.consent.marketing import queries, service
from portal.consent.marketing.forms import ChoicesForm, ChoicesLinkForm
from portal.consent.marketing.rules import (
    BOXES,
    NO_MORE,
    NO_MORE_LABEL,
    NO_MORE_WHY,
    REFUSALS,
    Agreed,
    Choice,
    ChoiceSource,
    RefusedCompaniesError,
    SavedChoices,
    choices_of,
    count_offered,
    label_of,
    marketing_of,
    offered_choices,
    read_choices,
    settle_form,
    title_of,
    unticked,
)
from portal.consent.purposes.queries import get_catalogue, list_versions
from portal.consent.purposes.rules import (
    CHANNELS,
    SHARED,
    YES,
    Catalogue,
)
from portal.identity.accounts.queries import get_manager
from portal.messaging.email.undelivered import find_is_delayed
from portal.platform.core.errors import NotFoundError, StaleError
from portal.platform.core.ids import CustomerId
from portal.platform.core.merging import MadeFrom
from portal.platform.core.texts import _, join
from portal.platform.core.work import Work
from portal.platform.web.access import Access, access
from portal.platform.web.forms import CARRIED, ButtonForm
from portal.platform.web.identity import current_customer_id, current_visit
from portal.platform.web.limiting import Pace, limited
from portal.platform.web.outcome import SAME, say_outcome
from portal.platform.web.runtime import runtime
from portal.platform.web.transaction import reading, unit_of_work

bp = Blueprint("marketing", __name__)

SHOWN, KEPT = 3, 500
WORDS: dict[str, Any] = {
    "channels": CHANNELS,
    "yes": YES,
    "no_more": (NO_MORE, NO_MORE_LABEL, NO_MORE_WHY),
}
SETTLED: dict[str, Any] = {"conflict": (), "reworded": (), "is_no_kept": False}
"""What a page shows where there is nothing to ask."""
REFUSED = _(
    "“No more companies from now on” is on. Select “Ask me about companies again” or untick {names}"
)
OFF_NOW = _("What you unticked is off now")
"""Said where the noes of a page are kept and something beside them is not."""
SAVED = _("We’ve saved your choices.")
NOTED = _("Nothing has changed. We’ve recorded a no for every box you left empty.")
STOP = _("If {title} already has your details, here’s how to make it stop using them: {stop}.")
NOW_THEN = _("{label}: {now} now, would be {then}")
MORE = _("more companies from now on")
OTHERS = _("We also kept what was changed somewhere else: {titles}.")
OFF = _("All marketing is off. Post that’s already printed may arrive for up to 28 days.")


@bp.route("/preferences", methods=["GET", "POST"])
@access(Access.CUSTOMER, keeps=("choices", "shown", "wording", *CARRIED))
def edit() -> ResponseReturnValue:
    """Show and save choices; a form made from older choices shows both and asks."""
    return _choose(
        current_customer_id(), ChoiceSource.WEBSITE, "consent/marketing/edit.html", url_for(".edit")
    )


@bp.route("/choices", methods=["GET", "POST"])
@access(Access.ANYONE)
@limited(Pace.EMAILS, needs="email")
def ask() -> ResponseReturnValue:
    """Email a link to one's choices, without signing in."""
    form = ChoicesLinkForm()
    is_signed_in = current_visit() is not None
    if not is_signed_in and form.is_valid_post():
        with unit_of_work() as work:
            service.ask_for_link(work, form.email.data or "")
        return redirect(url_for(".asked"), 303)
    return render_template("consent/marketing/ask.html", form=form, is_signed_in=is_signed_in)


@bp.get("/choices/sent")
@access(Access.ANYONE)
def asked() -> ResponseReturnValue:
    """Say what happens next; the same for every address."""
    with reading() as work:
        is_delayed = find_is_delayed(work)
    return render_template("consent/marketing/asked.html", is_delayed=is_delayed)


@bp.route("/choices/<token>", methods=["GET", "POST"])
@access(Access.ANYONE)
@limited(Pace.LOOKING)
def by_link(token: str) -> ResponseReturnValue:
    """Show and save the choices that a link opens; it opens nothing else."""
    with reading() as work:
        owner = queries.find_chooser(work, token)
    if owner is None:
        return render_template("consent/marketing/by_link.html", form=None, is_closed=False), 410
    here = url_for(".by_link", token=token)
    if owner.is_closed:
        return _refuse(owner.id, here)
    try:
        return _choose(owner.id, ChoiceSource.LINK, "consent/marketing/by_link.html", here)
    except NotFoundError:  # the account was closed meanwhile
        return _refuse(owner.id, here)


@bp.route("/preferences/off", methods=["GET", "POST"])
@access(Access.CUSTOMER)
def off() -> ResponseReturnValue:
    """Turn everything off."""
    form = ButtonForm()
    if form.is_valid_post():
        with unit_of_work() as work:
            service.turn_all_off(work, current_customer_id())
        flash(OFF, "ok")
        return redirect(url_for(".edit"), 303)
    return render_template("consent/marketing/off.html", form=form)


@bp.get("/preferences/history")
@access(Access.CUSTOMER)
def history() -> ResponseReturnValue:
    """Show the history of choices, in the words shown at the time."""
    me = current_customer_id()
    with reading() as work:
        changes = queries.list_changes(work, me, KEPT)
        catalogue, choices = get_catalogue(work), queries.get_choices(work, me)
    on = sorted((choices.agreed & offered_choices(catalogue)) - REFUSALS)
    today = [(label_of(catalogue, one), choices.made[one]) for one in on]
    facts = {"changes": changes, "today": today, "refuses_more": NO_MORE in choices.agreed}
    return render_template("consent/marketing/history.html", **facts)


@bp.get("/preferences/history/receipt")
@access(Access.CUSTOMER)
def receipt() -> ResponseReturnValue:
    """Give the customer a signed consent receipt of their choices."""
    settings = runtime().settings
    check_at = f"{settings.address}{url_for('receipts.check')}"
    with reading() as work:
        text = service.issue_consent(work, current_customer_id(), settings.brand_name, check_at)
    answer = Response(text, mimetype="application/json")
    answer.headers["Content-Disposition"] = "attachment; filename=consent-receipt.json"
    return answer


def _heed_signal(me: CustomerId) -> bool:
    """If the browser sends Sec-GPC: 1, turn sharing off; return whether it does."""
    if request.headers.get("Sec-GPC") != "1":
        return False
    with reading() as work:
        is_shared = queries.find_is_shared(work, me)
    if is_shared:
        with unit_of_work() as work:
            service.heed_signal(work, me)
    return True


def _refuse(me: CustomerId, here: str) -> ResponseReturnValue:
    """Take refusals only, from a customer whose account is closed; it stays closed.

    A page made before that may send a yes as well, which is not taken; its refusals are.
    """
    form, noes = ButtonForm(), frozenset[Choice]()
    sent = read_choices(request.form.getlist("choices"))
    is_yes = bool(sent - REFUSALS)
    if form.is_valid_post():
        noes = _keep_no(me, sent)
        if not is_yes:
            return redirect(here, 303)
    with reading() as work:
        catalogue = get_catalogue(work)
        facts = {
            "is_refused": queries.find_refuses_all(work, me),
            "refused": queries.list_refused_labels(work, me),
            "noes": [MORE if one in REFUSALS else label_of(catalogue, one) for one in sorted(noes)],
        }
    facts |= {"is_closed": True, "is_yes": is_yes}
    return render_template(
        "consent/marketing/by_link.html", form=form, **facts
    ), 409 if is_yes else 200


def _keep_no(me: CustomerId, sent: Agreed) -> Agreed:
    """Save and return the refusals of a form that came by link; the button alone refuses all."""
    form = ChoicesForm()
    with unit_of_work() as work:
        catalogue = get_catalogue(work)
        form.offer(catalogue)
        made_from = form.read_made_from()
        noes = _find_noes(catalogue, sent, made_from)
        if sent or made_from.values:
            service.refuse(work, me, noes)
        else:
            service.turn_all_off(work, me, ChoiceSource.LINK)
    return noes


def _find_noes(catalogue: Catalogue, sent: Agreed, made_from: MadeFrom) -> Agreed:
    """Return what a form refuses: choices it showed that came unticked, and newly ticked refusals.

    If the form also has a yes, which is not taken, only what was on when it was made counts.
    """
    offered, then = offered_choices(catalogue), read_choices(made_from.words(BOXES) or ())
    noes = marketing_of(unticked(sent, made_from, offered))
    return ((noes & then) if sent - REFUSALS else noes) | ((sent - then) & REFUSALS & offered)


def _choose(me: CustomerId, via: ChoiceSource, template: str, here: str) -> ResponseReturnValue:
    """Show somebody's choices in a page, and save what is sent from it."""
    is_signalled = _heed_signal(me)
    with reading() as work:
        catalogue, choices = get_catalogue(work), queries.get_choices(work, me)
        facts: dict[str, Any] = {"choices": choices, "is_signalled": is_signalled}
        facts |= {"is_closed": False}
        facts |= SETTLED | _look_up(work, me, catalogue)
    form, status = ChoicesForm(), 200
    form.offer(catalogue)
    held = choices_of(catalogue, SHARED) if is_signalled else frozenset[Choice]()
    typed = form.agreed() - held
    if form.is_valid_post():
        kept = _keep_form(form, me, held, via)
        if kept is not None and not (kept.to_confirm or kept.refusal):
            tell_kept(SAVED, kept, catalogue)
            return redirect(_next(via, here, kept.changes, catalogue), 303)
        facts |= look_again(form, me, typed, kept)
        status = 200 if form.errors else 409
    elif form.is_blank():
        form.fill(choices)
    form.draw(facts["catalogue"], facts["choices"], held)
    return render_template(template, form=form, **facts), status


def _keep_form(
    form: ChoicesForm, me: CustomerId, held: Agreed, via: ChoiceSource
) -> SavedChoices | None:
    """Keep what a form says, or its noes; None where nothing was kept. Says what is refused.

    Raises `NotFoundError` for a yes of an account that was closed meanwhile; its noes are kept.
    """
    kept = None
    try:
        with unit_of_work() as work:
            kept = service.save_form(work, me, form.agreed(), form.read_made_from(), via, held)
    except RefusedCompaniesError as refusal:
        form.say("choices", tell_refused(refusal))
    except StaleError:
        pass
    if kept is not None and isinstance(kept.refusal, NotFoundError):
        raise kept.refusal
    if kept is not None and isinstance(kept.refusal, RefusedCompaniesError):
        form.say("choices", f"{tell_refused(kept.refusal)}. {OFF_NOW}")
    return kept


def tell_refused(refusal: RefusedCompaniesError) -> str:
    """Say which companies a page would turn on though no more are wanted."""
    return REFUSED.format(names=", ".join(refusal.names))


def look_again(
    form: ChoicesForm, me: CustomerId, typed: Agreed, kept: SavedChoices | None = None
) -> dict[str, Any]:
    """Show a form again, made from the choices as saved now, with what was typed merged in.

    Returns what the page shows: the form, what must be confirmed in today's words, and whether
    refusals were saved already.
    """
    with reading() as work:
        saved, versions = queries.get_choices(work, me), list_versions(work)
    catalogue = versions[0]
    settled = settle_form(saved, typed, form.read_made_from(), versions)
    form.offer(catalogue)
    form.fill(saved, settled.agreed)
    clashes = [(one, one in typed) for one in sorted(settled.clashes)]
    return {
        "choices": saved,
        "catalogue": catalogue,
        "offered": count_offered(catalogue),
        "conflict": [_label_change(catalogue, *one) for one in clashes],
        "reworded": [label_of(catalogue, one) for one in sorted(settled.reworded)],
        "is_no_kept": kept is not None,
    }


def _label_change(catalogue: Catalogue, choice: Choice, is_on: bool) -> str:  # noqa: FBT001  # a choice is a yes or a no
    off, on = (_("not chosen"), _("chosen")) if choice in REFUSALS else (_("off"), _("on"))
    now, then = (off, on) if is_on else (on, off)
    return NOW_THEN.format(label=label_of(catalogue, choice), now=now, then=then)


def tell_kept(saved: str, kept: SavedChoices, catalogue: Catalogue) -> None:
    """Flash that choices are saved, and what others had changed meanwhile."""
    titles = [title_of(catalogue, choice, is_on=is_on) for choice, is_on in kept.followed]
    others = [OTHERS.format(titles=join(titles, "; "))] if titles else []
    said = join([saved if kept.changes else NOTED if kept.is_new else SAME, *others], " ")
    say_outcome(said, is_new=bool(kept.changes), otherwise=said)


def _look_up(work: Work, me: CustomerId, catalogue: Catalogue) -> dict[str, Any]:
    """Return what a page of choices shows besides the choices."""
    history = queries.list_changes(work, me, SHOWN)
    facts = {"history": history, "manager": get_manager(work, me)}
    return {"catalogue": catalogue, "offered": count_offered(catalogue), **facts, **WORDS}


def _next(
    via: ChoiceSource, here: str, done: list[tuple[Choice, bool]], catalogue: Catalogue
) -> str:
    """Return where to go on: to the list of recipients if a company was stopped.

    A customer who came by a link sees no such list, and reads how to make each company stop.
    """
    shared = choices_of(catalogue, SHARED)
    stopped = [choice.purpose for choice, is_on in done if choice in shared and not is_on]
    if stopped and via is ChoiceSource.WEBSITE:
        return url_for("sharing.show")
    for purpose in filter(None, map(catalogue.find, stopped)):
        if purpose.stop:
            flash(STOP.format(title=purpose.title, stop=purpose.stop), "info")
    return here
