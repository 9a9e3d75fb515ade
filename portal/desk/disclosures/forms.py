"""Forms of the disclosures room: shape only."""

from datetime import date
from uuid import uuid4

from wtforms import ValidationError

from portal.desk.disclosures.rules import (
    KINDS,
    LONGEST_DOCUMENT,
    LONGEST_NAME,
    LONGEST_POWER,
    LONGEST_SILENCE,
    LONGEST_WHAT,
    DisclosureKind,
    NewDisclosure,
)
from portal.governance.legal_holds.rules import read_day
from portal.platform.core.clock import spell_day
from portal.platform.core.texts import _
from portal.platform.web.field_checks import Parses
from portal.platform.web.fields import line, radios, text, unseen
from portal.platform.web.forms import Form

NOW, LATER = "now", "later"


class DiscloseForm(Form):
    """Enter what is to be given to whom, by which power, and when its person may be told."""

    kind = radios(_("Who’s asking for it?"), KINDS, choose=_("Choose who’s asking for it"))
    recipient_name = line(
        _("Name of who’s asking"),
        LONGEST_NAME,
        called=_("the name of who’s asking"),
        needed=_("Enter the name of who’s asking"),
    )
    power = line(
        _("Which law or agreement lets them have it?"),
        LONGEST_POWER,
        called=_("the law or agreement"),
        needed=_("Enter the law or agreement"),
    )
    what = text(
        _("What do they get?"),
        LONGEST_WHAT,
        called=_("what they get"),
        needed=_("Enter what they get"),
    )
    document = line(
        _("Reference of their written request"),
        LONGEST_DOCUMENT,
        called=_("the reference of their request"),
        needed=_("Enter the reference of their written request"),
    )
    told = radios(
        _("May the customer be told?"),
        {NOW: _("Yes, now"), LATER: _("Not until a later day")},
        choose=_("Choose whether the customer may be told"),
    )
    told_from = line(
        _("From which day may the customer be told?"),
        40,
        called=_("the day"),
        check=Parses(read_day, _("Enter the day like this: 1 March 2027")),
    )

    once = unseen()

    def start(self) -> None:
        """Give a page that was just opened its number: sent twice, it makes one entry."""
        if not self.once.data:
            self.once.data = str(uuid4())

    def fits(self, today: date) -> bool:
        """Tell whether the day fits; else say beside the field what to do."""
        if self.told.data == LATER:
            day = read_day(self.told_from.data) if self.told_from.data else None
            if day is None:
                self.say("told_from", _("Enter the day from which the customer may be told"))
            elif not today < day <= today + LONGEST_SILENCE:
                self.say("told_from", _("Enter a day after today, within five years"))
        return not self.errors

    def validate_told_from(self, field: object) -> None:
        """Refuse a day beside “now”."""
        del field
        if self.told.data == NOW and self.told_from.data:
            raise ValidationError(_("Leave the day empty, or choose “Not until a later day”"))

    def wanted(self) -> NewDisclosure:
        """Return what was typed."""
        is_later = self.told.data == LATER
        return NewDisclosure(
            kind=DisclosureKind(self.kind.data),
            to=self.recipient_name.data or "",
            power=self.power.data or "",
            what=self.what.data or "",
            document=self.document.data or "",
            told_from=read_day(self.told_from.data or "") if is_later else None,
            once=(self.once.data or "")[:64],
        )


class GivenForm(Form):
    """Note on which day something was given."""

    given_on = line(
        _("On which day was it given?"),
        40,
        called=_("the day"),
        needed=_("Enter the day on which it was given"),
        check=Parses(read_day, _("Enter the day like this: 1 March 2027")),
    )

    def start(self, today: date) -> None:
        """Fill in today on a page that was just opened."""
        if self.is_blank():
            self.given_on.data = spell_day(today)

    def fits(self, agreed_on: date, today: date) -> bool:
        """Tell whether the day fits; else say beside the field what to do."""
        if not agreed_on <= self.wanted() <= today:
            self.say(
                "given_on",
                _("Enter a day from {day} until today", day=spell_day(agreed_on)),
            )
        return not self.errors

    def wanted(self) -> date:
        """Return the day that was typed."""
        return read_day(self.given_on.data or "")
