"""Forms of the preferences room: shape only."""

from portal.preferences.rules import EVERY_CHOICE, Agreed, Choices, read_choices
from portal.web.fields import tick_boxes
from portal.web.forms import VersionedForm


class ChoicesForm(VersionedForm):
    """Sixteen boxes; a box that is not ticked is a no."""

    choices = tick_boxes("Marketing", {choice.value: choice.label for choice in EVERY_CHOICE})

    def fill(self, choices: Choices) -> None:
        """Show what is kept today."""
        self.choices.data = [choice.value for choice in choices.agreed]
        self.version.data = str(choices.version)

    def agreed(self) -> Agreed:
        """Return what was ticked."""
        return read_choices(self.choices.data or [])

    def known_version(self) -> int | None:
        """Return the version this form was made from; None when it does not say."""
        version = self.read_version()
        return version if version >= 0 else None
