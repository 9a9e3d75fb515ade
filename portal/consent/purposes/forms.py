"""Forms of the purposes room: shape only."""

from portal.consent.purposes.rules import (
    KINDS,
    LONGEST_NOTE,
    LONGEST_SAFEGUARD,
    LONGEST_TITLE,
    LONGEST_WHY,
    SHARED,
    Purpose,
    PurposeKind,
)
from portal.platform.core.countries import UNITED_KINGDOM, list_countries
from portal.platform.core.texts import _
from portal.platform.web.fields import line, pick, radios, text, tick_box
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
    country = pick(
        _("Which country is it in? (for companies)"),
        list_countries(),
        empty=_("Choose a country"),
        choose=_("Choose a country from the list"),
        needed=False,
    )
    safeguard = line(
        _("What protects customers’ data there? (for companies outside the UK)"),
        LONGEST_SAFEGUARD,
        called=_("what protects customers’ data there"),
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
        self.country.data, self.safeguard.data = one.country, one.safeguard

    def fits(self, kind: PurposeKind) -> bool:
        """Tell whether it says of a company where it is; else say beside the field what to do."""
        country = self.country.data or ""
        if kind in SHARED and not country:
            self.say("country", _("Choose the country the company is in"))
        elif kind in SHARED and country != UNITED_KINGDOM and not self.safeguard.data:
            self.say("safeguard", _("Say what protects customers’ data in that country"))
        return not self.errors

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
            (self.country.data or "") if kind in SHARED else "",
            (self.safeguard.data or "") if kind in SHARED else "",
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
