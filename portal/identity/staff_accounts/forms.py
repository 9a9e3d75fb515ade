"""Forms of the staff room: shape only."""

from portal.platform.web.fields import email_line, password
from portal.platform.web.forms import Form


class StaffSignInForm(Form):
    """The first step: e-mail address and password."""

    email = email_line(
        "Work email address",
        needed="Enter your work email address",
        autocomplete="username webauthn",
        is_written_to=False,
    )
    password = password("Password", needed="Enter your password")
