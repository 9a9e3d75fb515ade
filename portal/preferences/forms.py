"""Forms of the preferences room: shape only."""

from portal.preferences.rules import EVERY_CHOICE, Agreed, Choices, read_choices
from portal.web.fields import tick_boxes, unseen
from portal.web.forms import Form


class ChoicesForm(Form):
    """Sixteen boxes; a box that is not ticked is a no."""

    choices = tick_boxes("Marketing", {choice.value: choice.label for choice in EVERY_CHOICE})
    version = unseen()

    def fill(self, choices: Choices) -> None:
        """Show what is kept today."""
        self.choices.data = [choice.value for choice in choices.agreed]
        self.version.data = str(choices.version)

    def agreed(self) -> Agreed:
        """Return what was ticked."""
        return read_choices(self.choices.data or [])

    def read_version(self) -> int | None:
        """Return the version this form was made from; None when it does not say."""
        text = self.version.data or ""
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None  # noqa: PLR2004


class NothingForm(Form):
    """A button that turns everything off."""
