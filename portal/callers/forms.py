"""Forms of the callers room: shape only."""

from portal.account.rules import LONGEST_NAME, Customer
from portal.callers.rules import CALLERS, WAYS, Asked, Caller
from portal.kernel.names import parse_name, wrong_name
from portal.preferences.forms import ChoicesForm
from portal.preferences.rules import Via
from portal.web.fields import line, radios, tick_box
from portal.web.forms import VersionedForm


class CallerForm(ChoicesForm):
    """The customer's own boxes, and who asked for what is ticked."""

    caller = radios("Who asks for it?", CALLERS, needed="Choose who asks for it")
    how = radios("How did they ask?", WAYS, needed="Choose how they asked")
    was_read = tick_box("I have read this to them")

    def asked(self) -> Asked:
        """Return who asked, and how."""
        return Asked(Caller(self.caller.data), Via(self.how.data), bool(self.was_read.data))


class ManagerForm(VersionedForm):
    """Say who looks after a business."""

    manager = line(
        "Account manager",
        LONGEST_NAME,
        parser=parse_name,
        wrong=wrong_name("Account manager"),
        autocomplete="off",
    )

    def fill(self, customer: Customer) -> None:
        """Show who it is today."""
        self.manager.data = customer.details.account_manager
        self.version.data = str(customer.version)

    def meet(self, customer: Customer) -> None:
        """Say who is kept now, when the details changed while somebody was typing."""
        kept = customer.details.account_manager or "nobody"
        self.version.data = str(customer.version)
        self.say(
            "manager", f"Their details changed meanwhile. Here is kept: {kept}. Save once more"
        )
