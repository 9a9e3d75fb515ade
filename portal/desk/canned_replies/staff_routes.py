"""Pages on which the privacy officer writes the replies that colleagues put into their answers."""

from typing import Any
from uuid import UUID, uuid4

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal.desk.canned_replies import queries, service
from portal.desk.canned_replies.forms import AddCannedReplyForm, CannedReplyForm
from portal.desk.canned_replies.rules import (
    FIELDS,
    NewReply,
    ReplyField,
    RetiredReplyError,
    fill,
)
from portal.desk.case_records.rules import TOPICS
from portal.identity.accounts.rules import SERVICES, Service
from portal.identity.staff_accounts.rules import Task
from portal.platform.core.clock import london_day, spell_day
from portal.platform.core.errors import StaleError
from portal.platform.core.texts import _
from portal.platform.core.working_days import add_months
from portal.platform.web.access import Access, access
from portal.platform.web.forms import ButtonForm
from portal.platform.web.identity import current_staff_id
from portal.platform.web.outcome import say_outcome
from portal.platform.web.runtime import runtime
from portal.platform.web.transaction import reading, unit_of_work

bp = Blueprint("canned_replies_desk", __name__, url_prefix="/staff/replies")

TYPED = "reply_title", "reply_topics", "reply_text", "version"
PUBLISHED = _("Published. Colleagues can put it into their answers.")
RETIRED, RETIRED_BEFORE = _("Retired. It isn’t offered any more."), _("It was already retired.")
STALE = _(
    "A colleague published another version while you were writing. Open it in another tab to see,"
    " then publish yours again"
)
PAGE = "desk/canned_replies_desk/change.html"
MADE_UP = {
    ReplyField.NAME: "Rowan Marsh",
    ReplyField.REFERENCE: "PC-7K4Q-92W",
    ReplyField.SERVICE: SERVICES[Service.BROADBAND],
}


@bp.get("")
@access(Access.STAFF, may=Task.EDIT_REPLIES)
def show() -> ResponseReturnValue:
    """List the replies by kind of request, the most used first, and the retired ones."""
    with reading() as work:
        there = queries.list_replies(work)
    now = [one for one in there if one.retired_at is None]
    general = [one for one in now if one.version.is_for_all]
    offered = {
        topic: [one for one in now if topic in one.version.topics and one not in general]
        for topic in TOPICS
    }
    facts = {"there": there, "topics": TOPICS, "general": general, "offered": offered}
    facts["retired"] = [one for one in there if one.retired_at]
    return render_template("desk/canned_replies_desk/show.html", **facts)


@bp.route("/new", methods=["GET", "POST"])
@access(Access.STAFF, may=Task.EDIT_REPLIES, keeps=(*TYPED, "new_id"))
def add() -> ResponseReturnValue:
    """Write a reply, look at it as a customer will get it, and publish it."""
    form = AddCannedReplyForm()
    wanted = form.read_new()
    if wanted is not None and "publish" in request.form:
        try:
            with unit_of_work() as work:
                service.add_reply(work, current_staff_id(), form.read_id(), wanted)
        except StaleError:
            return _done(is_new=False)
        return _done()
    if form.is_blank():
        form.new_id.data = str(uuid4())
    facts = {"form": form, "fields": FIELDS, **_preview(wanted)}
    return render_template("desk/canned_replies_desk/add.html", **facts)


@bp.route("/<uuid:reply_id>", methods=["GET", "POST"])
@access(Access.STAFF, may=Task.EDIT_REPLIES, keeps=TYPED)
def change(reply_id: UUID) -> ResponseReturnValue:
    """Write another version, look at it, and publish it; the earlier ones stand beside."""
    form = CannedReplyForm()
    with reading() as work:
        now, versions = queries.get_reply(work, reply_id), queries.list_versions(work, reply_id)
    facts = {"form": form, "now": now, "versions": versions, "fields": FIELDS, "topics": TOPICS}
    if now.retired_at:
        page = render_template(PAGE, **facts, **_preview(now.version))
        return page, 409 if form.is_submitted() else 200
    wanted = form.read_new()
    if wanted is not None and "publish" in request.form:
        if _publish(reply_id, wanted, form.read_version()):
            return _done()
        form.say("reply_title", STALE)
        form.version.data = str(now.version.number)
    elif form.is_blank():
        form.fill_in(now.version)
        form.version.data = str(now.version.number)
    return render_template(PAGE, **facts, **_preview(wanted))


@bp.post("/<uuid:reply_id>/retire")
@access(Access.STAFF, may=Task.EDIT_REPLIES)
def retire(reply_id: UUID) -> ResponseReturnValue:
    """Offer a reply no more, for good."""
    if ButtonForm().is_valid_post():
        with unit_of_work() as work:
            is_new = service.retire_reply(work, current_staff_id(), reply_id)
        say_outcome(RETIRED, is_new=is_new, otherwise=RETIRED_BEFORE)
    return redirect(url_for(".change", reply_id=reply_id), 303)


def _publish(reply_id: UUID, wanted: NewReply, version: int) -> bool:
    """Publish another version; tell whether no colleague was quicker."""
    try:
        with unit_of_work() as work:
            service.change_reply(work, current_staff_id(), reply_id, wanted, version)
    except StaleError:
        return False
    except RetiredReplyError:
        raise StaleError from None  # nothing more is published: the words come back to be copied
    return True


def _done(*, is_new: bool = True) -> ResponseReturnValue:
    say_outcome(PUBLISHED, is_new=is_new, otherwise=_("That was already published."))
    return redirect(url_for(".show"), 303)


def _preview(wanted: NewReply | None) -> dict[str, Any]:
    """Return a reply as a customer reads it, with made-up values in its fields."""
    if wanted is None:
        return {"preview": ()}
    moment = runtime().clock()
    today = london_day(moment)
    days = {
        ReplyField.RECEIVED_DAY: spell_day(today),
        ReplyField.DUE_DAY: spell_day(add_months(today, 1)),
    }
    said = fill(wanted.text, {**MADE_UP, **days})
    return {"preview": ({"step": "replied", "at": moment, "text": said},)}
