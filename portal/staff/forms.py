"""Forms of the staff room: shape only."""

from portal.factors.rules import LONGEST_ANSWER as LONGEST_PASSKEY_ANSWER
from portal.factors.rules import LONGEST_PASSKEY_NAME
from portal.web.fields import line, password, secret_line, unseen_text
from portal.web.forms import Form

LONGEST_CODE = 60


class StaffSignInForm(Form):
    """The first step: e-mail address and password."""

    email = line(
        "Work email address",
        254,
        needed="Enter your work email address",
        type="email",
        autocomplete="username webauthn",
        spellcheck="false",
    )
    password = password("Password", needed="Enter your password")


class StaffCodeForm(Form):
    """The second step: a code of an app or of a sheet of paper."""

    code = secret_line("Code", LONGEST_CODE, needed="Enter the code")


class StaffPasskeyForm(Form):
    """What a browser answers with a passkey; people never see it."""

    answer = unseen_text(LONGEST_PASSKEY_ANSWER)


class StaffProofForm(Form):
    """Fresh proof: the password once more."""

    password = password("Password", needed="Enter your password")


class NewPasswordForm(Form):
    """Choose a new password."""

    password = password("New password", needed="Enter a new password")


class FirstCodeForm(Form):
    """The first code of a new authenticator app."""

    code = secret_line("Code from your app", LONGEST_CODE, needed="Enter the code from your app")


class NewPasskeyForm(Form):
    """Make a passkey: its name, and what the browser answers."""

    name = line("Name", LONGEST_PASSKEY_NAME, autocomplete="off")
    answer = unseen_text(LONGEST_PASSKEY_ANSWER)
