"""Forms of the wishes room: shape only."""

from wtforms import ValidationError

from portal.web.fields import text
from portal.web.forms import VersionedForm
from portal.wishes.rules import LONGEST_REASON, SHORTEST_REASON


class SkipForm(VersionedForm):
    """Ask a second colleague to go on without the customer."""

    reason = text("Why can the customer not confirm it?", LONGEST_REASON, needed="Enter the reason")

    def validate_reason(self, field: object) -> None:
        """Ask for more than a word: somebody else must be able to judge it."""
        del field
        if len(self.reason.data or "") < SHORTEST_REASON:
            raise ValidationError("Say a little more, so that your colleague can judge it")
