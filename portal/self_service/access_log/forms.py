"""The form to ask about a look: shape only."""

from uuid import uuid4

from portal.desk.cases.rules import LONGEST_MESSAGE
from portal.platform.core.texts import _
from portal.platform.web.fields import text, unseen
from portal.platform.web.forms import Form


class AskForm(Form):
    """Ask why a colleague looked."""

    message = text(
        _("What would you like to know?"),
        LONGEST_MESSAGE,
        called=_("what you’d like to know"),
        needed=_("Enter what you’d like to know"),
    )
    once = unseen()

    def start(self) -> None:
        """Give a page that was just opened its number: sent twice, it makes one message."""
        self.once.data = str(uuid4())
