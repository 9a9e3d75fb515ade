"""Forms of the mailbox room: shape only."""

from portal.account.rules import LONGEST_EMAIL, WRONG_EMAIL, parse_email
from portal.web.fields import line
from portal.web.forms import Form


class EmailForm(Form):
    """Another email address."""

    email = line(
        "New email address",
        LONGEST_EMAIL,
        needed="Enter your new email address",
        parser=parse_email,
        wrong=WRONG_EMAIL,
        type="email",
        autocomplete="email",
        spellcheck="false",
    )
