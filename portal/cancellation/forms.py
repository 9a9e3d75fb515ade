"""Forms of the cancellation room: shape only."""

from portal.web.fields import password, tick_box
from portal.web.forms import Form


class CancelForm(Form):
    """The last step: proof that it is you, and that you understand."""

    password = password("Your password", needed="Enter your password")
    confirm = tick_box(
        "I understand that this cannot be undone", needed="Tick the box to say that you understand"
    )
