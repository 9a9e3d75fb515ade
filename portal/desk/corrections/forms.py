"""Forms of corrections: shape only."""

from collections.abc import Mapping
from uuid import uuid4

from wtforms import Field, ValidationError

from portal.desk.canned_replies.forms import refuse_unfilled
from portal.desk.corrections.rules import (
    LONGEST_OTHERS,
    LONGEST_REASON,
    LONGEST_VALUE,
    OUTCOMES,
    Correction,
    CorrectionOutcome,
)
from portal.platform.core.texts import _
from portal.platform.web.fields import line, offer, pick_one, radios, text, tick_boxes, unseen
from portal.platform.web.forms import Form, VersionedForm


class CorrectForm(Form):
    """Ask for something to be corrected."""

    value_before = text(
        _("What does it say now?"),
        LONGEST_VALUE,
        called=_("what it says now"),
        needed=_("Enter what it says now"),
    )
    value_after = text(
        _("What should it say?"),
        LONGEST_VALUE,
        called=_("what it should say"),
        needed=_("Enter what it should say"),
    )
    once = unseen()

    def start(self) -> None:
        """Give a page that was just opened its number: sent twice, it makes one message."""
        self.once.data = str(uuid4())

    def validate_value_after(self, field: object) -> None:
        """Refuse what changes nothing."""
        del field
        if self.value_after.data == self.value_before.data:
            raise ValidationError(_("What it should say must be different from what it says now"))


class DecideForm(VersionedForm):
    """Decide on a correction, and note who else was told."""

    outcome = radios(_("What did you decide?"), OUTCOMES, choose=_("Choose what you decided"))
    refusal = text(
        _("Why does it stay as it is?"), LONGEST_REASON, called=_("why it stays as it is")
    )
    informed = tick_boxes(
        _("Who else had the old details?"),
        {},
        wrong=_("Choose who else had the old details from the list"),
    )
    informed_others = line(_("Anyone else you told"), LONGEST_OTHERS, called=_("who else you told"))

    def validate_refusal(self, field: Field) -> None:
        """Refuse unfilled fields in what the customer reads."""
        refuse_unfilled(field)

    def offer(self, recipients: Mapping[str, str]) -> None:
        """Offer who may have the old value."""
        offer(self.informed, recipients)

    def fits(self) -> bool:
        """Tell whether a refusal has its reason; else say beside the field what to do."""
        if self.outcome.data == CorrectionOutcome.REFUSED and not self.refusal.data:
            self.say("refusal", _("Enter why it stays as it is. The customer reads it"))
        return not self.errors

    def decided(self, asked: Correction) -> Correction:
        """Return what was decided on what was asked for."""
        others = (self.informed_others.data or "").strip()
        is_done = self.outcome.data == CorrectionOutcome.CORRECTED
        return Correction(
            category=asked.category,
            before=asked.before,
            after=asked.after,
            outcome=CorrectionOutcome(self.outcome.data),
            why="" if is_done else (self.refusal.data or ""),
            told=(*(self.informed.data or ()), *([others] if others else [])) if is_done else (),
        )


class WriteForm(DecideForm):
    """Decide on a correction that came by another form: what was wrong is typed, too."""

    READ_FIRST = ("category", "value_before", "value_after")

    category = pick_one(_("What is it about?"), choose=_("Choose what it is about"))
    value_before = text(
        _("What did it say?"),
        LONGEST_VALUE,
        called=_("what it said"),
        needed=_("Enter what it said"),
    )
    value_after = text(
        _("What should it say?"),
        LONGEST_VALUE,
        called=_("what it should say"),
        needed=_("Enter what it should say"),
    )

    def asked(self, names: Mapping[str, str]) -> Correction:
        """Return what was asked for, as a colleague typed it."""
        return Correction(
            category=names.get(self.category.data, ""),
            before=self.value_before.data or "",
            after=self.value_after.data or "",
        )
