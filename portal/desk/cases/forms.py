"""Forms of the cases room: shape only."""

from datetime import date
from uuid import uuid4

from wtforms import Field, ValidationError

from portal.desk.canned_replies.forms import ComposerForm, refuse_unfilled
from portal.desk.canned_replies.rules import CannedReply, Values
from portal.desk.case_records.rules import (
    CANCELLABLE,
    OUTCOMES,
    OWN_FORM,
    TOPICS,
    CaseOutcome,
    Topic,
    list_outcomes,
)
from portal.desk.cases.rules import LONGEST_MESSAGE, Case, Message, Step
from portal.governance.deadlines.rules import RequestKind
from portal.governance.legal_holds.rules import (
    LONGEST_HOLD,
    LONGEST_REASON,
    SHORTEST_REASON,
    Holdable,
    NewHold,
    read_day,
)
from portal.identity.accounts.rules import LONGEST_NAME
from portal.platform.core.addresses import LONGEST_EMAIL, parse_email
from portal.platform.core.ids import CustomerId
from portal.platform.core.texts import _
from portal.platform.web.field_checks import Parses
from portal.platform.web.fields import (
    email_line,
    line,
    name_line,
    offer,
    pick,
    radios,
    text,
    unseen,
)
from portal.platform.web.forms import Form, VersionedForm

ANSWERS = {
    Step.REPLIED: _("Answer and close"),
    Step.ASKED: _("Ask a question"),
    Step.NOTED: _("Add a private note"),
}

HOLDABLE = {
    Holdable.CASE: _("This case"),
    Holdable.CUSTOMER: _("Everything about this customer"),
}


class ContactForm(Form):
    """Send us a message."""

    name = name_line(_("Your name"), LONGEST_NAME, needed=_("Enter your name"), autocomplete="name")
    email = email_line(_("Email address"), needed=_("Enter your email address"))
    topic = pick(
        _("What is it about?"),
        {one: TOPICS[one] for one in Topic if one not in (*OWN_FORM, Topic.NUMBER)},
        empty=_("Choose a topic"),
        choose=_("Choose what it is about"),
    )
    service = pick(
        _("Which service?"),
        CANCELLABLE,
        empty=_("None in particular"),
        choose=_("Choose the registration you want to cancel"),
        needed=False,
    )
    message = text(_("Your message"), LONGEST_MESSAGE)
    once = unseen()

    def validate_service(self, field: object) -> None:
        """Require the service if the message asks to cancel."""
        del field
        if self.topic.data == Topic.CANCEL and not self.service.data:
            raise ValidationError(_("Choose the registration you want to cancel"))

    def validate_message(self, field: object) -> None:
        """Require a message, unless it only asks us to stop marketing."""
        del field
        if self.topic.data != Topic.MARKETING and not self.message.data:
            raise ValidationError(_("Enter your message"))

    def prepare(self, name: str = "", email: str = "") -> None:
        """Prefill a new copy of the form with what we know; what was kept of a draft stays."""
        if self.is_blank():
            self.name.data, self.email.data = name, email
        self.once.data = str(uuid4())

    def content(self) -> Message:
        """Return the message that was typed."""
        return Message(
            name=self.name.data or "",
            email=parse_email(self.email.data or ""),
            topic=Topic(self.topic.data),
            service=self.service.data or "",
            text=self.message.data or "",
            once=(self.once.data or "")[:64],
        )


class ReplyForm(ComposerForm):
    """Answer a case, ask a question, or add a note."""

    step = radios(_("What do you want to do?"), ANSWERS, choose=_("Choose what you want to do"))
    message = text(_("Message"), LONGEST_MESSAGE, needed=_("Enter your message"))
    outcome = pick(
        _("How did it end?"),
        {},
        empty=_("Choose how it ended"),
        choose=_("Choose how it ended"),
        needed=False,
    )

    def offer(self, kind: RequestKind) -> None:
        """Offer how a case of a kind can end; what has no other usual end is chosen already."""
        fitting = list_outcomes(kind)
        offer(self.outcome, {one: OUTCOMES[one] for one in fitting})
        if self.is_blank() and fitting[0] is CaseOutcome.ANSWERED:
            self.outcome.data = fitting[0]

    def validate_outcome(self, field: object) -> None:
        """Require how it ended of an answer that closes it."""
        del field
        if self.step.data == Step.REPLIED and not self.outcome.data:
            raise ValidationError(_("Choose how it ended"))

    def read_outcome(self) -> CaseOutcome | None:
        """Return how it ended; None for what closes nothing."""
        return CaseOutcome(self.outcome.data) if self.outcome.data else None

    def start(self, found: Case, offered: list[CannedReply], values: Values) -> None:
        """Be of a case as it is now, with a ready-made reply if one is named."""
        self.version.data = str(found.version)
        self.offer(found.kind)
        self.insert(offered, values)
        if not self.step.data and self.is_put_in:
            self.step.data = Step.REPLIED

    def validate_message(self, field: Field) -> None:
        """Refuse unfilled fields in what the customer reads."""
        if self.step.data != Step.NOTED:
            refuse_unfilled(field)


class AssignForm(VersionedForm):
    """Give a case to a colleague."""

    colleague = pick(
        _("Assigned to"), {}, empty=_("Choose a colleague"), choose=_("Choose a colleague")
    )

    def offer(self, colleagues: dict[str, str]) -> None:
        """Offer the colleagues who work at the desk today."""
        offer(self.colleague, colleagues)


class SeekForm(Form):
    """Search for a customer."""

    who = line(
        _("Email address or reference"),
        LONGEST_EMAIL,
        needed=_("Enter an email address or reference"),
        autocomplete="off",
        spellcheck="false",
    )

    def say_nobody(self) -> None:
        """Say that there is no such customer."""
        self.say(
            "who",
            _("No customer has this email address or reference. Check that you entered all of it"),
        )


class AddMessageForm(Form):
    """Add something to one's own message."""

    message = text(
        _("Add to your message"),
        LONGEST_MESSAGE,
        called=_("your message"),
        needed=_("Enter your message"),
    )


class HoldForm(VersionedForm):
    """Place a legal hold."""

    on = radios(
        _("What must not be deleted?"), HOLDABLE, choose=_("Choose what must not be deleted")
    )
    why = text(_("Why?"), LONGEST_REASON, called=_("the reason"), needed=_("Enter the reason"))
    until = line(
        _("Until which day?"),
        40,
        called=_("the last day of the hold"),
        needed=_("Enter the last day of the hold"),
        check=Parses(read_day, _("Enter the last day of the hold like this: 1 March 2027")),
    )

    def __init__(self, *, customer: bool, today: date) -> None:
        super().__init__()
        self._today = today
        if not customer:
            self.on.choices = self.on.choices[:1]
            self.on.data = Holdable.CASE

    def validate_why(self, field: object) -> None:
        """Require more than a word: somebody will have to judge it years from now."""
        del field
        if len(self.why.data or "") < SHORTEST_REASON:
            raise ValidationError(
                _("Say more about the reason, so that someone can understand it years from now")
            )

    def validate_until(self, field: object) -> None:
        """Require a future day within the longest hold."""
        del field
        try:
            day = read_day(self.until.data or "")
        except ValueError:
            return  # said already
        if not self._today < day <= self._today + LONGEST_HOLD:
            raise ValidationError(_("The last day of the hold must be within the next six years"))

    def new_hold(self, customer_id: CustomerId | None) -> NewHold:
        """Return the hold that was typed."""
        is_customer = self.on.data == Holdable.CUSTOMER
        return NewHold(
            why=self.why.data or "",
            until=read_day(self.until.data or ""),
            customer_id=customer_id if is_customer else None,
        )
