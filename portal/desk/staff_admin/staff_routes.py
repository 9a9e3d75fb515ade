"""Pages of staff administration."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from portal.desk.staff_admin import queries, service
from portal.desk.staff_admin.forms import QUEUE, AddColleagueForm, CloseForm, RoleForm
from portal.identity.staff_accounts.queries import get_colleague, list_at_work
from portal.identity.staff_accounts.rules import (
    LAST_ADMINISTRATOR,
    ROLES,
    AlreadyStaffError,
    Colleague,
    LastAdministratorError,
    NewColleague,
    Role,
    Task,
)
from portal.identity.staff_accounts.service import add_staff
from portal.platform.core.ids import StaffId
from portal.platform.core.texts import _, _n
from portal.platform.web.access import Access, access
from portal.platform.web.forms import ButtonForm
from portal.platform.web.identity import current_staff_id
from portal.platform.web.outcome import say_outcome
from portal.platform.web.transaction import reading, unit_of_work

bp = Blueprint("staff_admin_desk", __name__, url_prefix="/staff/colleagues")

THERE = _("There is, or was, an account with this email address. Enter another one")


@bp.get("")
@access(Access.STAFF, may=Task.LOOK_AFTER_STAFF)
def show() -> ResponseReturnValue:
    """List the colleagues."""
    with reading() as work:
        members = queries.list_members(work)
    facts = {"members": members, "roles": ROLES, "my_id": current_staff_id()}
    return render_template("desk/staff_admin_desk/show.html", **facts)


@bp.route("/add", methods=["GET", "POST"])
@access(Access.STAFF, may=Task.LOOK_AFTER_STAFF, fresh=True, keeps=("name", "email", "role"))
def add() -> ResponseReturnValue:
    """Create a staff account, and send the invitation."""
    form = AddColleagueForm()
    if form.is_valid_post():
        email, role = (form.email.data or "").lower(), Role(form.role.data)
        new = NewColleague(name=form.name.data or "", email=email, role=role)
        try:
            with unit_of_work() as work:
                service.invite(work, add_staff(work, new))
        except AlreadyStaffError:
            form.say("email", THERE)
        else:
            return _done(_("The invitation is on its way. It works once, for 10 minutes."))
    return render_template("desk/staff_admin_desk/add.html", form=form)


@bp.route("/<uuid:staff_id>/role", methods=["GET", "POST"])
@access(Access.STAFF, may=Task.LOOK_AFTER_STAFF, fresh=True, keeps=("role",))
def role(staff_id: UUID) -> ResponseReturnValue:
    """Change a colleague's role."""
    one, form = _get(staff_id), RoleForm()
    if form.is_valid_post():
        try:
            with unit_of_work() as work:
                is_new = service.change_role(work, one.id, Role(form.role.data))
        except LastAdministratorError:
            form.say("role", LAST_ADMINISTRATOR)
        else:
            say_outcome(
                _("We’ve changed the role. It counts from their next click."), is_new=is_new
            )
            return redirect(url_for(".show"), 303)
    if form.is_blank():
        form.role.data = one.role
    return render_template("desk/staff_admin_desk/role.html", form=form, one=one)


@bp.route("/<uuid:staff_id>/invite", methods=["GET", "POST"])
@access(Access.STAFF, may=Task.LOOK_AFTER_STAFF, fresh=True)
def invite(staff_id: UUID) -> ResponseReturnValue:
    """Send a new invitation, after confirmation."""
    one, form = _get(staff_id), ButtonForm()
    if form.is_valid_post():
        with unit_of_work() as work:
            service.invite(work, one.id)
        return _done(_("The invitation is on its way. It works once, for 10 minutes."))
    return render_template("desk/staff_admin_desk/invite.html", form=form, one=one)


@bp.route("/<uuid:staff_id>/close", methods=["GET", "POST"])
@access(Access.STAFF, may=Task.LOOK_AFTER_STAFF, fresh=True, keeps=("to",))
def close(staff_id: UUID) -> ResponseReturnValue:
    """Close the account of a colleague who leaves and reassign their cases, after confirmation."""
    form = CloseForm()
    with reading() as work:
        one = get_colleague(work, staff_id)
        others = {str(each.id): each.name for each in list_at_work(work) if each.id != one.id}
        number = queries.count_open_cases(work, one.id)
    form.offer(others)
    if form.is_blank():
        form.to.data = QUEUE
    if form.is_valid_post():
        to = None if form.to.data == QUEUE else StaffId(UUID(form.to.data))
        try:
            with unit_of_work() as work:
                handed = service.close_account(work, one.id, to)
        except LastAdministratorError:
            form.say("to", LAST_ADMINISTRATOR)
        else:
            return _done(_spell(handed))
    return render_template("desk/staff_admin_desk/close.html", form=form, one=one, number=number)


def _get(staff_id: UUID) -> Colleague:
    with reading() as work:
        return get_colleague(work, staff_id)


def _spell(handed: int) -> str:
    if not handed:
        return _("The account is closed.")
    return _n(
        "The account is closed, and {number} case was handed over.",
        "The account is closed, and {number} cases were handed over.",
        handed,
    )


def _done(words: str) -> ResponseReturnValue:
    flash(words, "ok")
    return redirect(url_for(".show"), 303)
