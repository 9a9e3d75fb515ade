"""Forms of the preferences room: shape only."""

from portal.catalogue.rules import Catalogue
from portal.preferences.rules import (
    AT,
    BOXES,
    Agreed,
    Choices,
    label_of,
    offered_choices,
    read_choices,
)
from portal.web.fields import email_line, offer, tick_boxes
from portal.web.forms import Form, MergedForm


class ChoicesForm(MergedForm):
    """A box for each choice; one that is not ticked is a no."""

    choices = tick_boxes("Choices", {})

    def offer(self, catalogue: Catalogue) -> None:
        """Offer what is asked today."""
        asked = sorted(offered_choices(catalogue))
        offer(self.choices, {choice.value: label_of(catalogue, choice) for choice in asked})

    def fill(self, choices: Choices, ticked: Agreed | None = None) -> None:
        """Show what is kept today, or with other boxes ticked: it is made from what is kept."""
        shown = choices.agreed if ticked is None else ticked
        self.choices.data = [choice.value for choice in shown]
        words = sorted(choice.value for choice in choices.agreed)
        at = choices.saved_at.isoformat() if choices.saved_at else ""
        self.carry(choices.version, {BOXES: " ".join(words), AT: at})

    def agreed(self) -> Agreed:
        """Return what was ticked."""
        return read_choices(self.choices.data or [])


class AskForm(Form):
    """Ask for a link to one's choices."""

    email = email_line("Email address", needed="Enter your email address")
