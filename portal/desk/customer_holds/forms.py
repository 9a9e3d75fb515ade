"""Forms of the customer holds room: shape only."""

from portal.desk.cases.forms import HoldForm
from portal.governance.legal_holds.rules import NewHold, read_day
from portal.platform.core.addresses import LONGEST_EMAIL
from portal.platform.core.texts import _
from portal.platform.web.fields import line
from portal.platform.web.forms import Form


class SeekForm(Form):
    """Search for a customer."""

    who = line(
        _("Email address or reference"),
        LONGEST_EMAIL,
        needed=_("Enter an email address or reference"),
        autocomplete="off",
        spellcheck="false",
    )


class HoldCustomerForm(HoldForm):
    """Place a legal hold on a customer."""

    on = None  # so WTForms leaves a field out

    def wanted(self) -> NewHold:
        """Return the hold that was typed."""
        return NewHold(why=self.why.data or "", until=read_day(self.until.data or ""))
