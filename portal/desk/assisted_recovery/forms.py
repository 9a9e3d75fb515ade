"""Forms of the assisted recovery room: shape only."""

from wtforms import ValidationError

from portal.desk.assisted_recovery.rules import LONGEST_NOTE, SHORTEST_NOTE
from portal.platform.core.texts import _
from portal.platform.web.fields import text, tick_box
from portal.platform.web.forms import VersionedForm


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

    def validate_note(self, field: object) -> None:
        """Require more than a word: somebody may have to judge it later."""
        del field
        if len(self.note.data or "") < SHORTEST_NOTE:
            raise ValidationError(
                _("Say more about how you know who it is, so that a colleague can check it")
            )
