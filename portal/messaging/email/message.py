"""What an email is: words and at most one link; how it looks is decided elsewhere."""

from __future__ import annotations

from dataclasses import dataclass, replace

from portal.platform.core.texts import _
from portal.platform.core.visit import Device

NOT_YOU = _("Not you? Send us a message straight away: someone may be using your account.")
OTHERS_OUT = _("We’ve signed you out everywhere except where this was done.")
LEAVING = _(
    "You asked us to delete your account. Signing in brings it back: we won’t delete it then."
)
"""What several rooms say."""


def say_where(device: Device, when: str) -> str:
    """Say where somebody signed in, and when."""
    if not device.place:
        return _("It was {device}, on {when}.", device=device.name, when=when)
    said = {"device": device.name, "place": device.place, "when": when}
    return _("It was {device} in {place}, on {when}.", **said)


@dataclass(frozen=True, slots=True, kw_only=True)
class Email:
    """An email to one person.

    `to` is one address, as its owner writes it. Until its owner has proved to us that it is
    theirs (`is_confirmed`), anybody may have typed it: then no word that a stranger typed goes
    there, the name neither, since it would travel in our name. `action_path` is a path on the
    portal, made a full address when the email is sent.

    It is kept as it is until it is sent, perhaps by an instance of the release before: a field that
    this does not know would stop it.

    Raises `ValueError` for a name in an email to an address that nobody has confirmed.
    """

    kind: str
    to: str
    is_confirmed: bool
    subject: str
    name: str = ""
    paragraphs: tuple[str, ...]
    reference: str | None = None
    extract: str = ""
    """What is copied out of it: a code, or a receipt that goes along as a file too."""
    action_label: str | None = None
    action_path: str | None = None
    closing: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.name and not self.is_confirmed:
            raise ValueError("A name in an email to an address that nobody has confirmed")

    def warn(self, *, is_leaving: bool) -> Email:
        """Return it with what signing in does, to somebody who asked us to delete their account."""
        return replace(self, paragraphs=(*self.paragraphs, LEAVING)) if is_leaving else self

    @property
    def greeting(self) -> str:
        """Greet by name where there is one."""
        return _("Hello {name},", name=self.name) if self.name else _("Hello,")
