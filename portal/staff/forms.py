"""Forms of the staff room: shape only."""

from portal.web.fields import line, password
from portal.web.forms import Form


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
