"""Forms of signing in: shape only."""

from portal.identity.credentials.rules import LONGEST_ANSWER
from portal.platform.web.fields import email_line, password, secret_line, tick_box
from portal.platform.web.forms import Form


class SignInForm(Form):
    """The first step: e-mail address and password."""

    email = email_line(
        "Email address",
        needed="Enter your email address",
        autocomplete="username webauthn",
        is_written_to=False,
    )
    password = password("Password", needed="Enter your password")
    remember = tick_box("Remember me on this device")


class AnswerForm(Form):
    """The second step: the answer to the security question."""

    answer = secret_line("Answer", LONGEST_ANSWER, needed="Enter your answer")
