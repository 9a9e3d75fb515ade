"""Forms of the security room: shape only."""

from portal.account.rules import LONGEST_EMAIL, WRONG_EMAIL, parse_email
from portal.credentials.rules import LONGEST_ANSWER
from portal.factors.rules import LONGEST_ANSWER as LONGEST_PASSKEY_ANSWER
from portal.factors.rules import LONGEST_PASSKEY_NAME
from portal.web.fields import line, offer, password, pick, secret_line, unseen_text
from portal.web.forms import Form

LONGEST_CODE = 60


class PasswordForm(Form):
    """Choose a new password."""

    password = password("New password", needed="Enter a new password")


class QuestionForm(Form):
    """Choose a security question and its answer."""

    question = pick("Security question", {}, needed="Choose a question", empty="Choose a question")
    answer = secret_line("Your answer", LONGEST_ANSWER, needed="Enter your answer")

    def offer(self, questions: dict[str, str]) -> None:
        """Offer the questions of this installation."""
        offer(self.question, questions)


class AuthenticatorForm(Form):
    """The first code of a new authenticator app."""

    code = secret_line("Code from your app", LONGEST_CODE, needed="Enter the code from your app")


class PasskeyForm(Form):
    """Make a passkey: its name, and what the browser answers."""

    name = line("Name", LONGEST_PASSKEY_NAME, autocomplete="off")
    answer = unseen_text(LONGEST_PASSKEY_ANSWER)


class EmailForm(Form):
    """Another email address."""

    email = line(
        "New email address",
        LONGEST_EMAIL,
        needed="Enter your new email address",
        parser=parse_email,
        wrong=WRONG_EMAIL,
        type="email",
        autocomplete="email",
        spellcheck="false",
    )
