"""Personal data of the email change room: changes of their address."""

from collections.abc import Iterable

from sqlalchemy import ColumnElement, delete, select

from portal.governance.legal_holds.models import person_is_free
from portal.identity.one_time_tokens.service import forget_owner as forget_links
from portal.platform.core.clock import spell_moment
from portal.platform.core.holdings import (
    SECURITY,
    Fate,
    HeldFor,
    Holding,
    Item,
    LawfulBasis,
    Rule,
)
from portal.platform.core.ids import CustomerId
from portal.platform.core.rows import count_of, count_where, delete_where, spans_of
from portal.platform.core.sealing import place
from portal.platform.core.texts import _
from portal.platform.core.work import Work
from portal.self_service.email_change.models import EmailChange, is_past
from portal.self_service.email_change.rules import UNDO_WITHIN


def list_changes(work: Work, customer_id: CustomerId) -> Iterable[Item]:
    """List the changes of address that can still be undone."""
    rows = work.session.scalars(select(EmailChange).where(EmailChange.customer_id == customer_id))
    for row in rows:
        words = work.vault.find(customer_id, place("email_change", row.id), row.sealed)
        if words is not None:
            what = _(
                "{old} to {new}, asked for on {moment}",
                old=words["old"],
                new=words["new"],
                moment=spell_moment(row.asked_at),
            )
            since = row.asked_at
            yield Item(_("Change of address"), what, rule="email-changes", since=since)


def erase_changes(work: Work, customer_id: CustomerId) -> int:
    """Delete every change of address, and the links that would confirm or undo one."""
    theirs = delete(EmailChange).where(EmailChange.customer_id == customer_id)
    gone = work.session.scalars(theirs.returning(EmailChange.id)).all()
    for one in gone:
        forget_links(work, one)
    return len(gone)


def count_old(work: Work) -> int:
    """Count the changes of address that nothing can undo any more."""
    return count_where(work, EmailChange.id, _is_old(work))


def forget_old(work: Work, most: int) -> int:
    """Delete the changes of address that nothing can undo any more; return how many."""
    return delete_where(work, EmailChange.id, _is_old(work), most)


def _is_old(work: Work) -> ColumnElement[bool]:
    return is_past(work.now) & person_is_free(work, EmailChange.customer_id)


HELD = (
    Holding(
        category=_("Changes of your email address"),
        slug="email-changes",
        part=HeldFor.ACCOUNT,
        spans=spans_of((EmailChange.customer_id, EmailChange.asked_at)),
        change_at="/security/email",
        change_label=_("Change your email address"),
        purpose=_("So that you can undo a change you didn’t make"),
        source=_("You"),
        recipients=_("Nobody"),
        basis=LawfulBasis.LEGAL_OBLIGATION,
        rules=(
            Rule(
                "email-changes",
                _("The address before and after"),
                _("you asked for the change"),
                SECURITY,
                2 * UNDO_WITHIN,
                count_old,
                forget_old,
                is_past,
            ),
        ),
        fate=Fate.DELETED,
        tables=frozenset({"email_change"}),
        list_items=list_changes,
        count=count_of(EmailChange.customer_id),
        erase=erase_changes,
    ),
)
