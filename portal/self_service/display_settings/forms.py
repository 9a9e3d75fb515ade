"""Forms of the display settings room: shape only."""

from portal.platform.core.display import Display
from portal.platform.web.fields import radios
from portal.platform.web.forms import Form

AS_IS = "as-is"
"""What stands for nothing chosen: a radio button without a value is none."""


class DisplayForm(Form):
    """Choose how pages look."""

    text = radios(
        "Text size",
        {AS_IS: "Normal", "large-text": "Large", "largest-text": "Largest"},
        choose="Choose a text size",
    )
    theme = radios(
        "Colours",
        {AS_IS: "As on my device", "light": "Light", "dark": "Dark"},
        choose="Choose light or dark colours",
    )
    contrast = radios(
        "Contrast",
        {AS_IS: "As on my device", "high-contrast": "High"},
        choose="Choose a contrast",
    )

    def fill(self, display: Display) -> None:
        """Show what is chosen today."""
        self.text.data = display.text or AS_IS
        self.theme.data = display.theme or AS_IS
        self.contrast.data = display.contrast or AS_IS

    def chosen(self) -> Display:
        """Return what was chosen."""
        return Display.read(f"{self.text.data}.{self.theme.data}.{self.contrast.data}")
