"""Personal data of the outbox: the emails to them."""

from collections.abc import Iterable

from sqlalchemy import select

from portal.messaging.email import undelivered
from portal.messaging.email.kinds import KINDS
from portal.messaging.email.models import EmailState, OutboxEmail
from portal.messaging.email.outbox import forget_person
from portal.messaging.email.transport import FILES_KEPT
from portal.platform.core.holdings import (
    NO_LONGER_THAN_NEEDED,
    Fate,
    HeldFor,
    Holding,
    Item,
    LawfulBasis,
    Rule,
)
from portal.platform.core.ids import CustomerId
from portal.platform.core.recipients import RecipientKind
from portal.platform.core.rows import count_of, spans_of
from portal.platform.core.texts import _
from portal.platform.core.work import Work


def list_emails(work: Work, customer_id: CustomerId) -> Iterable[Item]:
    """List which emails wait, went or failed, and when; the words of one go when it is sent."""
    said = {EmailState.SENT: _("Sent"), EmailState.FAILED: _("Could not be delivered")}
    rows = work.session.execute(
        select(
            OutboxEmail.state,
            OutboxEmail.kind,
            OutboxEmail.sent_at,
            undelivered.ended_at().label("ended_at"),
        )
        .where(OutboxEmail.person_id == customer_id)
        .order_by(OutboxEmail.created_at)
    )
    return [
        Item(
            said.get(EmailState(row.state), _("Not sent yet")),
            KINDS.get(row.kind, row.kind),
            row.sent_at,
            "letters",
            row.ended_at if row.state in said else None,
        )
        for row in rows
    ]


HELD = (
    Holding(
        category=_("Emails we’ve sent you"),
        slug="emails",
        part=HeldFor.ANSWERS,
        spans=spans_of((OutboxEmail.person_id, OutboxEmail.created_at)),
        purpose=_("To deliver them, and to know that they were sent"),
        source=_("Us"),
        recipients=_("The company that carries our emails"),
        basis=LawfulBasis.CONTRACT,
        gets=(RecipientKind.EMAIL_CARRIER,),
        rules=(
            Rule(
                "letters",
                _("A record that we sent an email"),
                _("it was sent, or after we gave up"),
                NO_LONGER_THAN_NEEDED,
                undelivered.KEPT_AFTER_SENDING,
                undelivered.count_ended,
                undelivered.forget_ended,
                undelivered.is_past,
            ),
            Rule(
                "letter-words", _("The words of an email"), _("it is sent"), NO_LONGER_THAN_NEEDED
            ),
            Rule(
                "letter-files",
                _("The file we save an email in, instead of sending it"),
                _("it was written"),
                NO_LONGER_THAN_NEEDED,
                FILES_KEPT,
                only_in_files=True,
            ),
            Rule(
                "undelivered-words",
                _("The words of an email that couldn’t be delivered"),
                _("we gave up"),
                NO_LONGER_THAN_NEEDED,
                undelivered.WORDS_KEPT,
                undelivered.count_old_words,
                undelivered.forget_old_words,
            ),
        ),
        fate=Fate.DELETED,
        tables=frozenset({"letter"}),
        list_items=list_emails,
        count=count_of(OutboxEmail.person_id),
        erase=forget_person,
    ),
)
