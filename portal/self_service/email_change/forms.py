"""Forms of the email change room: shape only."""

from portal.platform.core.texts import _
from portal.platform.web.fields import email_line, password
from portal.platform.web.forms import Form


class EmailForm(Form):
    """Another email address."""

    email = email_line(_("New email address"), needed=_("Enter your new email address"))


class ConfirmEmailForm(Form):
    """Confirm an address, as whoever asked for it and is not signed in here."""

    password = password(_("Your password"), needed=_("Enter the password of your account"))
