"""Forms of requests that need more than a message: shape only."""

from typing import ClassVar
from uuid import uuid4

from wtforms import Field

from portal.desk.case_records.rules import Topic
from portal.desk.cases.rules import LONGEST_MESSAGE, Message
from portal.desk.requests.rules import (
    LONGEST_ANSWER,
    OBJECTS_TO,
    RESTRICT_BECAUSE,
    TAKE_TO,
    WAS_NOT_ME,
)
from portal.identity.accounts.rules import LONGEST_NAME
from portal.platform.core.addresses import parse_email
from portal.platform.core.texts import _
from portal.platform.web.fields import email_line, line, name_line, radios, text, unseen
from portal.platform.web.forms import Form


class RequestForm(Form):
    """Send us a request; each kind adds its questions, and `ASKS` names them in order."""

    ASKS: ClassVar[tuple[str, ...]] = ()
    HINTS: ClassVar[dict[str, str]] = {}

    name = name_line(_("Your name"), LONGEST_NAME, needed=_("Enter your name"), autocomplete="name")
    email = email_line(_("Email address"), needed=_("Enter your email address"))
    message = text(_("Your message"), LONGEST_MESSAGE, needed=_("Enter your message"))
    once = unseen()

    def __init_subclass__(cls) -> None:
        """Sum up errors as the page shows the fields: its own questions before the message."""
        super().__init_subclass__()
        cls.READ_FIRST = "name", "email", *cls.ASKS

    @property
    def questions(self) -> list[Field]:
        """The fields that only this kind of request has, in order."""
        return [self[name] for name in self.ASKS]

    def prepare(self, name: str = "", email: str = "") -> None:
        """Prefill a new copy of the form with what we know; what was kept of a draft stays."""
        if self.is_blank():
            self.name.data, self.email.data = name, email
        self.once.data = str(uuid4())

    def content(self, topic: Topic) -> Message:
        """Return the message that was typed, with what was answered before it."""
        return Message(
            name=self.name.data or "",
            email=parse_email(self.email.data or ""),
            topic=topic,
            service="",
            text="\n\n".join([*self._answers(), self.message.data or ""]),
            once=(self.once.data or "")[:64],
        )

    def _answers(self) -> list[str]:
        given = [(one.label.text, _spell(one)) for one in self.questions]
        return [f"{question}\n{answer}" for question, answer in given if answer]


def _spell(field: Field) -> str:
    choices = {one.value: one.label for one in getattr(field, "choices", ())}
    return str(choices.get(field.data, field.data or ""))


class ObjectionForm(RequestForm):
    """Object to a use of one's details."""

    ASKS = ("objects_to",)
    objects_to = radios(
        _("What do you object to?"), OBJECTS_TO, choose=_("Choose what you object to")
    )


class RestrictionForm(RequestForm):
    """Have one's details kept, and not used."""

    ASKS = ("restrict_because",)
    restrict_because = radios(
        _("Why should we stop using them?"),
        RESTRICT_BECAUSE,
        choose=_("Choose why we should stop using them"),
    )


class PortabilityForm(RequestForm):
    """Take one's details along."""

    ASKS = ("take_to",)
    take_to = radios(
        _("Who should we send them to?"), TAKE_TO, choose=_("Choose who we should send them to")
    )


class ComplaintForm(RequestForm):
    """Complain about the use of one's details."""

    ASKS = ("put_right",)
    HINTS: ClassVar[dict[str, str]] = {"put_right": _("You can leave this blank")}
    put_right = line(
        _("What should we do to put it right?"),
        LONGEST_ANSWER,
        called=_("what we should do to put it right"),
    )


class NuisanceForm(RequestForm):
    """Report calls or texts that one does not want."""

    ASKS = ("came_when", "came_from")
    HINTS: ClassVar[dict[str, str]] = {
        "came_when": _("For example, every weekday at about 7pm"),
        "came_from": _("As your phone showed it. You can leave this blank"),
    }
    came_when = line(
        _("When did they come?"),
        LONGEST_ANSWER,
        called=_("when they came"),
        needed=_("Enter when they came"),
    )
    came_from = line(
        _("Which number did they come from?"),
        LONGEST_ANSWER,
        called=_("which number they came from"),
    )


class NotMeForm(RequestForm):
    """Say that somebody else did something."""

    ASKS = ("was_not_me",)
    was_not_me = radios(_("What happened?"), WAS_NOT_ME, choose=_("Choose what happened"))


FORM_OF: dict[Topic, type[RequestForm]] = {
    Topic.OBJECTION: ObjectionForm,
    Topic.RESTRICTION: RestrictionForm,
    Topic.PORTABILITY: PortabilityForm,
    Topic.COMPLAINT: ComplaintForm,
    Topic.NUISANCE: NuisanceForm,
    Topic.NOT_ME: NotMeForm,
}
ASKED = tuple(name for form in FORM_OF.values() for name in form.ASKS)
"""Every question that any of them asks: what a draft keeps besides name, address and message."""
