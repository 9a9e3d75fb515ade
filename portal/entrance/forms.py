"""Forms of the entrance: shape only."""

from portal.account.rules import LONGEST_EMAIL
from portal.credentials.rules import LONGEST_ANSWER
from portal.web.fields import line, password, secret_line, tick_box
from portal.web.forms import Form


class SignInForm(Form):
    """The first step: e-mail address and password."""

    email = line(
        "Email address",
        LONGEST_EMAIL,
        needed="Enter your email address",
        type="email",
        autocomplete="username webauthn",
        spellcheck="false",
    )
    password = password("Password", needed="Enter your password")
    remember = tick_box("Remember me on this device")


class QuestionForm(Form):
    """The second step: the answer to the security question."""

    answer = secret_line("Answer", LONGEST_ANSWER, needed="Enter your answer")
