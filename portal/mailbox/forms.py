"""Forms of the mailbox room: shape only."""

from portal.web.fields import email_line
from portal.web.forms import Form


class EmailForm(Form):
    """Another email address."""

    email = email_line("New email address", needed="Enter your new email address")
