"""Forms of the display settings room: shape only."""

from portal.platform.core.display import Display
from portal.platform.core.texts import _
from portal.platform.web.fields import radios
from portal.platform.web.forms import Form

AS_IS = "as-is"
"""What stands for nothing chosen: a radio button without a value is none."""


class DisplayForm(Form):
    """Choose how pages look."""

    text = radios(
        _("Text size"),
        {AS_IS: _("Normal"), "large-text": _("Large"), "largest-text": _("Largest")},
        choose=_("Choose a text size"),
    )
    theme = radios(
        _("Colours"),
        {AS_IS: _("As on my device"), "light": _("Light"), "dark": _("Dark")},
        choose=_("Choose light or dark colours"),
    )
    contrast = radios(
        _("Contrast"),
        {AS_IS: _("As on my device"), "high-contrast": _("High")},
        choose=_("Choose a contrast"),
    )

    def fill(self, display: Display) -> None:
        """Show what is chosen today."""
        self.text.data = display.text or AS_IS
        self.theme.data = display.theme or AS_IS
        self.contrast.data = display.contrast or AS_IS

    def chosen(self) -> Display:
        """Return what was chosen."""
        return Display.read(f"{self.text.data}.{self.theme.data}.{self.contrast.data}")
