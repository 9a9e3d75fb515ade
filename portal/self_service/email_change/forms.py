"""Forms of the email change room: shape only."""

from portal.platform.web.fields import email_line, password
from portal.platform.web.forms import Form


class EmailForm(Form):
    """Another email address."""

    email = email_line("New email address", needed="Enter your new email address")


class ConfirmEmailForm(Form):
    """Confirm an address, as whoever asked for it and is not signed in here."""

    password = password("Your password", needed="Enter the password of your account")
