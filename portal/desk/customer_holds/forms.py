"""Forms of the customer holds room: shape only."""

from portal.desk.cases.forms import HoldForm
from portal.governance.legal_holds.rules import NewHold, read_day


class HoldCustomerForm(HoldForm):
    """Place a legal hold on a customer."""

    on = None  # so WTForms leaves a field out

    def wanted(self) -> NewHold:
        """Return the hold that was typed."""
        return NewHold(why=self.why.data or "", until=read_day(self.until.data or ""))
