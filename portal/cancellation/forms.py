"""Forms of the cancellation room: shape only."""

from portal.cancellation.rules import WHENS, When
from portal.web.fields import radios, tick_box
from portal.web.forms import Form


class CancelForm(Form):
    """The last step before one registration goes."""

    confirm = tick_box(
        "I understand that this cannot be undone", needed="Tick the box to say that you understand"
    )


class LeaveForm(Form):
    """The last step before everything goes."""

    when = radios("When shall we delete everything?", WHENS, needed="Choose when", first=When.LATER)
    confirm = tick_box(
        "I understand that my account closes at once",
        needed="Tick the box to say that you understand",
    )

    def chosen(self) -> When:
        """Return when everything is to be deleted."""
        return When(self.when.data)
