"""Forms of the cases room: shape only."""

from uuid import uuid4

from wtforms import ValidationError

from portal.account.rules import LONGEST_EMAIL, LONGEST_NAME, WRONG_EMAIL, parse_email
from portal.cases.rules import CANCELLABLE, LONGEST_MESSAGE, TOPICS, Message, Step, Topic
from portal.web.fields import line, offer, pick, radios, text, unseen
from portal.web.forms import Form, VersionedForm

ANSWERS = {
    Step.REPLIED: "Answer and close",
    Step.ASKED: "Ask a question",
    Step.NOTED: "Add a private note",
}


class ContactForm(Form):
    """Write to us."""

    name = line("Your name", LONGEST_NAME, needed="Enter your name", autocomplete="name")
    email = line(
        "Email address",
        LONGEST_EMAIL,
        needed="Enter your email address",
        parser=parse_email,
        wrong=WRONG_EMAIL,
        type="email",
        autocomplete="email",
        spellcheck="false",
    )
    topic = pick(
        "What is it about?", TOPICS, needed="Choose what it is about", empty="Choose a topic"
    )
    service = pick("Which service?", CANCELLABLE, empty="None in particular")
    message = text("Your message", LONGEST_MESSAGE, needed="Enter your message")
    once = unseen()

    def validate_service(self, field: object) -> None:
        """Ask for the service where somebody wants to cancel."""
        del field
        if self.topic.data == Topic.CANCEL and not self.service.data:
            raise ValidationError("Choose the service that you want to cancel")

    def prepare(self, name: str = "", email: str = "") -> None:
        """Make a new copy of the form, with what we know already."""
        self.name.data, self.email.data, self.once.data = name, email, str(uuid4())

    def content(self) -> Message:
        """Return what was written."""
        return Message(
            name=self.name.data or "",
            email=parse_email(self.email.data or ""),
            topic=Topic(self.topic.data),
            service=self.service.data or "",
            text=self.message.data or "",
            once=(self.once.data or "")[:64],
        )


class AnswerForm(VersionedForm):
    """Answer a case, ask back, or note something."""

    step = radios("What do you want to do?", ANSWERS, needed="Choose what you want to do")
    message = text("Message", LONGEST_MESSAGE, needed="Enter your message")


class AssignForm(VersionedForm):
    """Give a case to a colleague."""

    colleague = pick("Assigned to", {}, needed="Choose a colleague", empty="Choose a colleague")

    def offer(self, colleagues: dict[str, str]) -> None:
        """Offer who works at the desk today."""
        offer(self.colleague, colleagues)


class AddForm(Form):
    """Add something to one's own message."""

    message = text("Add to your message", LONGEST_MESSAGE, needed="Enter your message")
