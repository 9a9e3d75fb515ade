"""Forms of the assisted recovery room: shape only."""

from wtforms import ValidationError

from portal.desk.assisted_recovery.rules import LONGEST_NOTE, SHORTEST_NOTE
from portal.platform.core.texts import _
from portal.platform.web.fields import carried_text, text, tick_box
from portal.platform.web.forms import VersionedForm, read_number


class LetInForm(VersionedForm):
    """Note how the identity was verified, and send the link."""

    note = text(
        _("How do you know who it is?"),
        LONGEST_NOTE,
        called=_("how you know who it is"),
        needed=_("Say how you know who it is"),
    )
    confirm = tick_box(
        _("I’ve checked that this is the owner of the account"),
        called=_("checked"),
        needed=_("Tick the box once you’ve checked that this is the owner"),
    )

    customer_version = carried_text(12)

    def read_seen(self) -> int:
        """Return the version of the customer whom the page showed; -1 for anything else."""
        return read_number(self.customer_version.data)

    def validate_note(self, field: object) -> None:
        """Require more than a word: somebody may have to judge it later."""
        del field
        if len(self.note.data or "") < SHORTEST_NOTE:
            raise ValidationError(
                _("Say more about how you know who it is, so that a colleague can check it")
            )
