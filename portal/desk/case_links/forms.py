"""Forms of the case links room: shape only."""

from portal.platform.core.texts import _
from portal.platform.web.fields import email_line, line
from portal.platform.web.forms import Form


class FindMessageForm(Form):
    """Ask for a link to a message that was sent without an account."""

    reference = line(_("Reference"), 40, needed=_("Enter your reference, like PC-7K4Q-92W"))
    email = email_line(_("Email address"), needed=_("Enter the email address you gave us"))
