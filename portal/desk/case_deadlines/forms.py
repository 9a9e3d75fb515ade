"""Forms of the last day to answer a case: shape only."""

from wtforms import Field, ValidationError

from portal.desk.canned_replies.forms import refuse_unfilled
from portal.desk.case_deadlines.rules import LONGEST_WORDS, PROOFS, IdentityProof
from portal.platform.core.texts import _
from portal.platform.web.fields import radios, text
from portal.platform.web.forms import VersionedForm


class AskIdentityForm(VersionedForm):
    """Ask somebody to show who they are."""

    to_show = text(
        _("What do they have to show, and how?"),
        LONGEST_WORDS,
        called=_("what they have to show"),
        needed=_("Enter what they have to show, and how"),
    )

    def validate_to_show(self, field: Field) -> None:
        """Refuse unfilled fields in what the customer reads."""
        refuse_unfilled(field)


class NoteIdentityForm(VersionedForm):
    """Note how somebody showed who they are."""

    shown_by = radios(
        _("How did they show who they are?"),
        PROOFS,
        choose=_("Choose how they showed who they are"),
    )
    shown_words = text(_("What did you check?"), LONGEST_WORDS, called=_("what you checked"))

    def validate_shown_words(self, field: object) -> None:
        """Require that another way is described."""
        del field
        if self.shown_by.data == IdentityProof.OTHER and not self.shown_words.data:
            raise ValidationError(_("Enter what you checked"))


class ExtendForm(VersionedForm):
    """Take longer to answer."""

    longer_because = text(
        _("Why does it take longer?"),
        LONGEST_WORDS,
        called=_("why it takes longer"),
        needed=_("Enter why it takes longer"),
    )

    def validate_longer_because(self, field: Field) -> None:
        """Refuse unfilled fields in what the customer reads."""
        refuse_unfilled(field)
