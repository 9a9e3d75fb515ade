"""Forms about colleagues: shape only."""

from portal.identity.staff_accounts.rules import ROLES
from portal.platform.core.texts import _
from portal.platform.web.fields import email_line, name_line, offer, password, pick, radios
from portal.platform.web.forms import Form

LONGEST_NAME = 100
QUEUE = "queue"
"""What is chosen in place of a colleague: the queue."""


class JoinForm(Form):
    """Choose a password by invitation."""

    password = password(_("Create a password"), needed=_("Enter a password"))


class AddColleagueForm(Form):
    """Create a staff account."""

    name = name_line(_("Name"), LONGEST_NAME, needed=_("Enter the name"), autocomplete="off")
    email = email_line(
        _("Work email address"), needed=_("Enter the work email address"), autocomplete="off"
    )
    role = radios(_("What they do"), ROLES, choose=_("Choose what they do"))


class RoleForm(Form):
    """Change a colleague's role."""

    role = radios(_("What they do"), ROLES, choose=_("Choose what they do"))


class CloseForm(Form):
    """Close the account of a colleague who leaves."""

    to = pick(
        _("Who takes over any open cases?"),
        {},
        empty=_("Choose a colleague or the queue"),
        choose=_("Choose who takes over their open cases"),
    )

    def offer(self, colleagues: dict[str, str]) -> None:
        """Offer the queue, and the colleagues who stay."""
        offer(self.to, {QUEUE: _("Nobody yet: back in the queue"), **colleagues})
