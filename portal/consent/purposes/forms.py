"""Forms of the purposes room: shape only."""

from portal.consent.purposes.rules import (
    KINDS,
    LONGEST_NOTE,
    LONGEST_TITLE,
    LONGEST_WHY,
    Purpose,
    PurposeKind,
)
from portal.platform.core.texts import _
from portal.platform.web.fields import line, radios, text, tick_box
from portal.platform.web.forms import VersionedForm


class PurposeForm(VersionedForm):
    """A purpose, and the reason for the new version."""

    title = line(
        _("What is it called?"),
        LONGEST_TITLE,
        called=_("what it is called"),
        needed=_("Say what it is called"),
    )
    why = text(
        _("What is it for?"),
        LONGEST_WHY,
        called=_("what it is for"),
        needed=_("Say what it is for"),
    )
    often = line(_("How often? (optional)"), LONGEST_TITLE, called=_("how often"))
    stop = line(
        _("How can customers make them stop? (for companies)"),
        LONGEST_TITLE * 2,
        called=_("how to make them stop"),
    )
    note = line(
        _("Why are you making this change?"),
        LONGEST_NOTE,
        called=_("why you’re making this change"),
        needed=_("Say why you’re making this change, for the record"),
    )

    def fill(self, one: Purpose) -> None:
        """Fill in the present words."""
        self.title.data, self.why.data = one.title, one.why
        self.often.data, self.stop.data = one.often, one.stop

    def read(self, key: str, kind: PurposeKind, *, is_offered: bool = True) -> Purpose:
        """Return what was typed."""
        return Purpose(
            key,
            kind,
            self.title.data or "",
            self.why.data or "",
            (self.often.data or "").rstrip("."),
            self.stop.data or "",
            is_offered,
        )


class AddCompanyForm(PurposeForm):
    """Add a purpose."""

    READ_FIRST = ("kind",)

    kind = radios(_("What is it about?"), dict(KINDS), choose=_("Choose what it is about"))


class ChangeForm(PurposeForm):
    """Reword a purpose, or stop offering it."""

    retire = tick_box(
        _("Stop asking this. It can’t be undone, and counts as a no from every customer")
    )
