"""Forms of the customer records room: shape only."""

from portal.desk.customer_records.rules import LookReason, LookWords, RecordRequest
from portal.platform.core.texts import _
from portal.platform.web.fields import Choices, carried_text, offer, pick, radios
from portal.platform.web.forms import Form

LONGEST_WORD, LONGEST_TOLD = 60, 600


class ChoosePartForm(Form):
    """Choose what to open, and why."""

    record_part = pick(
        _("What do you need to see?"),
        {},
        empty=_("Choose a part of the record"),
        choose=_("Choose what you need to see"),
    )
    look_reason = radios(_("Why?"), {}, choose=_("Choose why you need to see it"))

    def offer(self, parts: Choices, reasons: Choices) -> None:
        """Give the parts of a record, and the reasons that a colleague may have."""
        offer(self.record_part, parts)
        offer(self.look_reason, reasons)

    def wanted(self, reference: str) -> RecordRequest:
        """Return what was chosen, for the case at hand."""
        return RecordRequest(self.record_part.data, LookReason(self.look_reason.data), reference)


class OpenRecordForm(Form):
    """Open what was chosen, having read what the customer will read."""

    record_part = carried_text(LONGEST_WORD)
    look_reason = carried_text(LONGEST_WORD)
    case_at_hand = carried_text(LONGEST_WORD)
    told_title = carried_text(LONGEST_TOLD)
    told_text = carried_text(LONGEST_TOLD)

    def fill(self, wanted: RecordRequest, told: LookWords) -> None:
        """Take along what was chosen, and what is told of it."""
        self.record_part.data, self.look_reason.data = wanted.part, wanted.reason.value
        self.case_at_hand.data = wanted.reference
        self.told_title.data, self.told_text.data = told.title, told.text

    def wanted(self) -> RecordRequest:
        """Return what was chosen; raises `ValueError` for no such reason."""
        reason = LookReason(self.look_reason.data or "")
        return RecordRequest(self.record_part.data or "", reason, self.case_at_hand.data or "")

    def told(self) -> LookWords:
        """Return what the colleague has read."""
        return LookWords(self.told_title.data or "", self.told_text.data or "")
