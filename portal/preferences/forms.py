"""Forms of the preferences room: shape only."""

from portal.catalogue.rules import Catalogue
from portal.preferences.rules import Agreed, Choices, label_of, offered_choices, read_choices
from portal.web.fields import email_line, offer, tick_boxes
from portal.web.forms import Form, VersionedForm


class ChoicesForm(VersionedForm):
    """A box for each choice; one that is not ticked is a no."""

    choices = tick_boxes("Choices", {})

    def offer(self, catalogue: Catalogue) -> None:
        """Offer what is asked today."""
        asked = sorted(offered_choices(catalogue))
        offer(self.choices, {choice.value: label_of(catalogue, choice) for choice in asked})

    def fill(self, choices: Choices) -> None:
        """Show what is kept today."""
        self.choices.data = [choice.value for choice in choices.agreed]
        self.version.data = str(choices.version)

    def agreed(self) -> Agreed:
        """Return what was ticked."""
        return read_choices(self.choices.data or [])


class AskForm(Form):
    """Ask for a link to one's choices."""

    email = email_line("Email address", needed="Enter your email address")
