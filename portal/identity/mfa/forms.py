"""Forms of second steps, for customers and staff alike: shape only."""

from portal.identity.mfa.rules import (
    LONGEST_ANSWER,
    LONGEST_CODE,
    LONGEST_PASSKEY_NAME,
    MALFORMED_CODE,
    read_app_code,
)
from portal.platform.core.texts import _
from portal.platform.web.field_checks import Parses
from portal.platform.web.fields import line, password, secret_line, unseen_text
from portal.platform.web.forms import Form


class CodeForm(Form):
    """The second step: a code of any kind."""

    code = secret_line(_("Code"), LONGEST_CODE, needed=_("Enter the code"))


class AppCodeForm(CodeForm):
    """The second step: the code that an authenticator app shows."""

    code = secret_line(
        _("Code"),
        LONGEST_CODE,
        needed=_("Enter the code"),
        check=Parses(read_app_code, MALFORMED_CODE),
    )


class PasskeyForm(Form):
    """The browser's answer with a passkey; hidden from people."""

    answer = unseen_text(LONGEST_ANSWER)


class ProofForm(Form):
    """Fresh proof: the password once more."""

    password = password(_("Password"), needed=_("Enter your password"))


class NewPasswordForm(Form):
    """Choose a new password."""

    password = password(_("New password"), needed=_("Enter a new password"))


class FirstCodeForm(Form):
    """The first code of a new authenticator app."""

    code = secret_line(
        _("Code from your app"),
        LONGEST_CODE,
        needed=_("Enter the code from your app"),
        check=Parses(read_app_code, MALFORMED_CODE),
    )


class NewPasskeyForm(Form):
    """Make a passkey: its name, and the browser's answer."""

    name = line(_("Name"), LONGEST_PASSKEY_NAME, autocomplete="off")
    answer = unseen_text(LONGEST_ANSWER)
