"""Pages of the feedback form and of a customer's own messages."""

from contextlib import suppress
from datetime import date

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import OperationalError

from portal.consent.marketing.routes import OFF
from portal.desk.case_records.rules import (
    KEPT_AFTER_CLOSING,
    OWN_FORM,
    TOPICS,
    AlreadySentError,
    Topic,
)
from portal.desk.cases import queries, service
from portal.desk.cases.forms import AddMessageForm, ContactForm
from portal.desk.cases.rules import Case, Message
from portal.governance.deadlines.rules import reckon_answer
from portal.identity.accounts.queries import get_customer
from portal.platform.core.clock import london_day, spell_day, spell_length
from portal.platform.core.ids import CustomerId
from portal.platform.core.texts import _
from portal.platform.core.visit import CUSTOMER
from portal.platform.core.work import Work
from portal.platform.web.access import Access, access
from portal.platform.web.identity import current_customer_id, current_visit
from portal.platform.web.limiting import Pace, limited
from portal.platform.web.transaction import reading, retry_after, unit_of_work

bp = Blueprint("cases", __name__)

ADDED = _("We’ve added it to your message. We’ll answer by {day}.")
ADDED_WITHOUT_DAY = _(
    "We’ve added it to your message. The month to answer starts when you show us who you are."
)

LINKED = _(
    "If there’s an account with your address, we’ve emailed you a link to your marketing choices."
)


@bp.route("/contact", methods=["GET", "POST"])
@access(Access.ANYONE, keeps=("name", "email", "topic", "service", "message"))
@limited(Pace.EMAILS, needs="email")
def contact() -> ResponseReturnValue:
    """Take a message from anybody."""
    form = ContactForm()
    if form.is_valid_post():
        return take_in(form.content())
    name, address = find_sender()
    if not form.is_submitted():
        form.prepare(name, address)
    others = {topic: TOPICS[topic] for topic in OWN_FORM}
    page = "desk/cases/contact.html"
    return render_template(page, form=form, address=address, others=others)


@bp.get("/contact/sent")
@access(Access.ANYONE)
def sent() -> ResponseReturnValue:
    """Show the reference and what happens next; the same for everybody."""
    kept = spell_length(KEPT_AFTER_CLOSING)
    return render_template("desk/cases/sent.html", reference=session.get("reference"), kept=kept)


@bp.get("/cases")
@access(Access.CUSTOMER)
def mine() -> ResponseReturnValue:
    """List the customer's own messages, page by page."""
    after, before = request.args.get("after", ""), request.args.get("before", "")
    with reading() as work:
        found = queries.list_own_page(work, current_customer_id(), after, before)
    kept = spell_length(KEPT_AFTER_CLOSING)
    return render_template("desk/cases/mine.html", page=found, after=after, kept=kept)


@bp.route("/cases/<reference>", methods=["GET", "POST"])
@access(Access.CUSTOMER, keeps=("message",))
def show(reference: str) -> ResponseReturnValue:
    """Show one message and its entries, oldest first; take the customer's addition."""
    form, me = AddMessageForm(), current_customer_id()
    if form.is_valid_post():
        with unit_of_work() as work:
            due_on = service.add_answer(work, me, reference, form.message.data or "")
        flash(spell_added(due_on), "ok")
        return redirect(url_for(".show", reference=reference), 303)
    return _show(reference, form)


@bp.get("/cases/<reference>/in-full")
@access(Access.CUSTOMER, fresh=True)
def in_full(reference: str) -> ResponseReturnValue:
    """Show one message with its billing account numbers unmasked."""
    return _show(reference, AddMessageForm(), in_full=True)


def _show(reference: str, form: AddMessageForm, *, in_full: bool = False) -> ResponseReturnValue:
    with reading() as work:
        found = queries.get_own_case(work, current_customer_id(), reference, in_full=in_full)
        thread = read_thread(work, found)
    if found.is_news:
        with suppress(OperationalError), unit_of_work() as work:  # it is told as new once more
            service.note_seen(work, current_customer_id(), reference, found.version)
    return render_template("desk/cases/show.html", form=form, **thread)


def read_thread(work: Work, found: Case) -> dict[str, object]:
    """Return what a page shows its sender of a message: oldest first, with the reasons of its day.

    The same for whoever signed in and whoever came by a link.
    """
    told = (one.as_told() for one in reversed(found.entries))
    segments = queries.get_segments(work, found)
    return {
        "case": found,
        "entries": [one for one in told if one is not None],
        "reasons": reckon_answer(found.kind, segments, work.nation).reasons,
        "waits_for_identity": segments.waits_for_identity,
        "is_paused": segments.is_paused,
        "is_late": found.is_late(london_day(work.now)),
        "kept": spell_length(KEPT_AFTER_CLOSING),
    }


def spell_added(due_on: date | None) -> str:
    """Say that something was added, and by when we answer; None: nobody knows who they are."""
    return ADDED.format(day=spell_day(due_on)) if due_on is not None else ADDED_WITHOUT_DAY


def _sent(reference: str | None, topic: Topic, *, is_known: bool) -> ResponseReturnValue:
    """Redirect to the confirmation; the same for every address."""
    if topic == Topic.MARKETING and is_known:
        flash(OFF, "ok")
    if reference is None:
        return redirect(url_for("marketing.edit" if is_known else "marketing.asked"), 303)
    if topic == Topic.MARKETING and not is_known:
        flash(LINKED, "ok")
    session["reference"] = reference
    return redirect(url_for("cases.sent"), 303)


def take_in(message: Message) -> ResponseReturnValue:
    """Save a message, and go where its sender reads what happens next.

    A copy sent twice at once gets the reference of the first.
    """
    me = find_my_id()
    reference = retry_after(AlreadySentError, service.take_message, message, me)
    return _sent(reference, message.topic, is_known=me is not None)


def find_sender() -> tuple[str, str]:
    """Return the name and address of whoever is signed in; nothing of anybody else."""
    me = find_my_id()
    if me is None:
        return "", ""
    with reading() as work:
        details = get_customer(work, me).details
    return details.full_name, details.email


def find_my_id() -> CustomerId | None:
    """Return the customer who is signed in; None for anybody else."""
    visit = current_visit()
    return CustomerId(visit.person_id) if visit and visit.kind == CUSTOMER else None
