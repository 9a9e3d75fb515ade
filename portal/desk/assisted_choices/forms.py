"""Forms of the assisted choices room: shape only."""

from portal.consent.marketing.forms import ChoicesForm
from portal.consent.marketing.rules import ChoiceSource
from portal.desk.assisted_choices.rules import MANAGER, REQUESTERS, WAYS, AssistedRequest, Requester
from portal.identity.accounts.rules import LONGEST_NAME, Customer
from portal.platform.core.texts import _
from portal.platform.web.fields import name_line, radios, tick_box
from portal.platform.web.forms import MergedForm


class AssistedChoicesForm(ChoicesForm):
    """The customer's own boxes, and who asked for the change."""

    caller = radios(_("Who’s asking?"), REQUESTERS, choose=_("Choose who’s asking"))
    how = radios(_("How did they ask?"), WAYS, choose=_("Choose how they asked"))
    was_read = tick_box(_("I have read this to them"), called=_("read this to them"))

    def request(self) -> AssistedRequest:
        """Return who asked, how, and whether the words were read out."""
        return AssistedRequest(
            Requester(self.caller.data), ChoiceSource(self.how.data), bool(self.was_read.data)
        )


class ManagerForm(MergedForm):
    """Set a business's account manager."""

    manager = name_line(_("Account manager"), LONGEST_NAME, needed=None, autocomplete="off")

    def fill(self, customer: Customer) -> None:
        """Fill in the present account manager."""
        self.manager.data = customer.details.account_manager
        self._carry(customer)

    def meet(self, customer: Customer) -> None:
        """Show the saved account manager, when a colleague saved another meanwhile."""
        kept = customer.details.account_manager or "nobody"
        self._carry(customer)
        self.say(
            "manager",
            _(
                "Account manager: a colleague has saved {name}. Save again to replace that",
                name=kept,
            ),
        )

    def _carry(self, customer: Customer) -> None:
        self.carry(customer.version, {MANAGER: customer.details.account_manager})
