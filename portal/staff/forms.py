"""Forms of the staff room: shape only."""

from portal.credentials.rules import LONGEST_ANSWER
from portal.web.fields import line, password, secret_line
from portal.web.forms import Form


class StaffSignInForm(Form):
    """The first step: e-mail address and password."""

    email = line(
        "Work email address",
        254,
        needed="Enter your work email address",
        type="email",
        autocomplete="username",
        spellcheck="false",
    )
    password = password("Password", needed="Enter your password")


class StaffQuestionForm(Form):
    """The second step: the answer to the security question."""

    answer = secret_line("Answer", LONGEST_ANSWER, needed="Enter your answer")
