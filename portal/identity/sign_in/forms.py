"""Forms of signing in: shape only."""

from portal.identity.credentials.rules import LONGEST_ANSWER
from portal.platform.core.texts import _
from portal.platform.web.fields import email_line, password, secret_line, tick_box
from portal.platform.web.forms import Form


class SignInForm(Form):
    """The first step for customers: e-mail address and password, and whether to be remembered."""

    email = email_line(
        _("Email address"),
        needed=_("Enter your email address"),
        autocomplete="username webauthn",
        is_written_to=False,
    )
    password = password(_("Password"), needed=_("Enter your password"))
    remember = tick_box(_("Remember me on this device"))


class StaffSignInForm(Form):
    """The first step for staff: e-mail address and password."""

    email = email_line(
        _("Work email address"),
        needed=_("Enter your work email address"),
        autocomplete="username webauthn",
        is_written_to=False,
    )
    password = password(_("Password"), needed=_("Enter your password"))


class AnswerForm(Form):
    """The second step: the answer to the security question."""

    answer = secret_line(_("Answer"), LONGEST_ANSWER, needed=_("Enter your answer"))
