"""Forms of the account recovery room: shape only."""

from portal.identity.credentials.rules import LONGEST_ANSWER
from portal.platform.web.fields import email_line, password, secret_line
from portal.platform.web.forms import Form


class ForgottenPasswordForm(Form):
    """Ask for a link to a new password."""

    email = email_line("Email address", needed="Enter your email address", autocomplete="username")


class ResetForm(Form):
    """Choose a new password, with the proof asked beside the link."""

    proof = secret_line("Answer", LONGEST_ANSWER, needed="Enter your answer")
    password = password("Create a new password", needed="Enter a new password")
