"""Forms of the case links room: shape only."""

from portal.platform.web.fields import email_line, line
from portal.platform.web.forms import Form


class FindMessageForm(Form):
    """Ask for a link to a message that was sent without an account."""

    reference = line("Reference", 40, needed="Enter your reference, like PC-7K4Q-92W")
    email = email_line("Email address", needed="Enter the email address you gave us")
