"""Forms of the callers room: shape only."""

from portal.callers.rules import CALLERS, WAYS, Asked, Caller
from portal.preferences.forms import ChoicesForm
from portal.preferences.rules import Via
from portal.web.fields import radios, tick_box


class CallerForm(ChoicesForm):
    """The customer's own boxes, and who asked for what is ticked."""

    caller = radios("Who asks for it?", CALLERS, needed="Choose who asks for it")
    how = radios("How did they ask?", WAYS, needed="Choose how they asked")
    was_read = tick_box("I have read this to them")

    def asked(self) -> Asked:
        """Return who asked, and how."""
        return Asked(Caller(self.caller.data), Via(self.how.data), bool(self.was_read.data))
