"""Form of a request that came another way: shape only."""

from dataclasses import replace
from datetime import datetime

from wtforms import ValidationError

from portal.desk.case_records.rules import (
    CHANNELS,
    REQUESTERS,
    TOPICS,
    RequestChannel,
    RequesterKind,
    Topic,
)
from portal.desk.cases.forms import ContactForm
from portal.desk.cases.rules import Message
from portal.desk.entered_requests.rules import find_moment, may_have_come
from portal.governance.legal_holds.rules import read_day
from portal.platform.core.clock import london_day
from portal.platform.core.texts import _
from portal.platform.web.field_checks import Parses
from portal.platform.web.fields import line, pick, radios


class EnterRequestForm(ContactForm):
    """Enter a request for whoever made it."""

    READ_FIRST = ("came_by", "came_on", "name", "email", "asked_by")

    topic = pick(
        _("What is it about?"),
        {one: words for one, words in TOPICS.items() if one is not Topic.NUMBER},
        empty=_("Choose a topic"),
        choose=_("Choose what it is about"),
    )
    came_by = radios(_("How did it come?"), CHANNELS, choose=_("Choose how it came"))
    came_on = line(
        _("On which day did it come?"),
        40,
        called=_("the day it came"),
        needed=_("Enter the day it came"),
        check=Parses(read_day, _("Enter the day it came like this: 1 March 2027")),
    )
    asked_by = pick(
        _("Who is asking?"),
        REQUESTERS,
        empty=_("The person themselves"),
        choose=_("Choose who is asking"),
        needed=False,
    )

    def __init__(self, now: datetime) -> None:
        super().__init__()
        self._now = now

    def validate_came_on(self, field: object) -> None:
        """Require a day that is past, within a year."""
        del field
        try:
            day = read_day(self.came_on.data or "")
        except ValueError:
            return  # said already
        if not may_have_come(day, london_day(self._now)):
            raise ValidationError(_("The day it came must be within the last year, up to today"))

    def validate_message(self, field: object) -> None:
        """Require what they asked, whatever it is about."""
        del field
        if not self.message.data:
            raise ValidationError(_("Enter what they asked"))

    def content(self) -> Message:
        """Return what was typed, as a message that came on its day."""
        return replace(
            super().content(),
            received_at=find_moment(read_day(self.came_on.data or ""), self._now),
            channel=RequestChannel(self.came_by.data),
            requester=RequesterKind(self.asked_by.data) if self.asked_by.data else None,
        )
