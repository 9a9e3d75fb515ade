"""Forms of the recovery room: shape only."""

from wtforms import ValidationError

from portal.credentials.rules import LONGEST_ANSWER
from portal.recovery.rules import LONGEST_NOTE, SHORTEST_NOTE
from portal.web.fields import email_line, offer, password, pick, secret_line, text, tick_box
from portal.web.forms import Form, VersionedForm


class AskForm(Form):
    """Ask for a link to a new password."""

    email = email_line("Email address", needed="Enter your email address", autocomplete="username")


class ResetForm(Form):
    """Choose a new password, with what is asked beside the link."""

    proof = secret_line("Answer", LONGEST_ANSWER, needed="Enter your answer")
    password = password("Create a new password", needed="Enter a new password")


class BeginAnewForm(Form):
    """Choose password and question anew."""

    password = password("Create a new password", needed="Enter a new password")
    question = pick("Security question", {}, needed="Choose a question", empty="Choose a question")
    answer = secret_line("Your answer", LONGEST_ANSWER, needed="Enter your answer")

    def offer(self, questions: dict[str, str]) -> None:
        """Offer the questions of this installation."""
        offer(self.question, questions)


class LetInForm(VersionedForm):
    """Say how it is known who somebody is, and let them back in."""

    note = text("How do you know who it is?", LONGEST_NOTE, needed="Say how you know who it is")
    confirm = tick_box(
        "I have made sure that this is the owner of the account",
        needed="Tick the box once you have made sure",
    )

    def validate_note(self, field: object) -> None:
        """Ask for more than a word: somebody may have to judge it later."""
        del field
        if len(self.note.data or "") < SHORTEST_NOTE:
            raise ValidationError("Say a little more, so that a colleague can judge it later")
