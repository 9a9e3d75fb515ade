"""How somebody likes pages to look: text size, theme and contrast."""

from dataclasses import asdict, dataclass
from typing import Self

TEXTS = frozenset({"large-text", "largest-text"})
THEMES = frozenset({"light", "dark"})
CONTRASTS = frozenset({"high-contrast"})


@dataclass(frozen=True, slots=True)
class Display:
    """Text size, theme and contrast; nothing where it is to be as the device has it."""

    text: str = ""
    theme: str = ""
    contrast: str = ""

    @classmethod
    def read(cls, spelled: str | None) -> Self:
        """Make one of its spelling; what nobody can have chosen counts as not chosen."""
        text, theme, contrast, *_ = [*(spelled or "").split("."), "", "", ""]
        return cls(
            text if text in TEXTS else "",
            theme if theme in THEMES else "",
            contrast if contrast in CONTRASTS else "",
        )

    def spell(self) -> str:
        """Spell it for a cookie or a profile; nothing where nothing is chosen."""
        chosen = f"{self.text}.{self.theme}.{self.contrast}"
        return chosen if chosen.strip(".") else ""

    def attributes(self) -> dict[str, str]:
        """Return what the page's first element says of it, for the style sheet."""
        return {f"data-{name}": value for name, value in asdict(self).items() if value}
