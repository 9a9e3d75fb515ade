"""Forms of the account recovery room: shape only."""

from portal.identity.credentials.rules import LONGEST_ANSWER
from portal.platform.core.texts import _
from portal.platform.web.fields import email_line, password, secret_line
from portal.platform.web.forms import Form


class ForgottenPasswordForm(Form):
    """Ask for a link to a new password."""

    email = email_line(
        _("Email address"), needed=_("Enter your email address"), autocomplete="username"
    )


class ResetForm(Form):
    """Choose a new password, with the proof asked beside the link."""

    proof = secret_line(_("Answer"), LONGEST_ANSWER, needed=_("Enter your answer"))
    password = password(_("Create a new password"), needed=_("Enter a new password"))
