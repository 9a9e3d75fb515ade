"""Form of a request that came another way: shape only."""

from dataclasses import replace
from datetime import date, datetime

from portal.desk.case_records.rules import (
    CHANNELS,
    REQUESTERS,
    TOPICS,
    RequestChannel,
    RequesterKind,
    Topic,
)
from portal.desk.cases.forms import ContactForm
from portal.desk.cases.rules import LONGEST_MESSAGE, Message
from portal.desk.entered_requests.rules import find_moment, may_have_come
from portal.governance.legal_holds.rules import read_day
from portal.identity.accounts.rules import LONGEST_NAME
from portal.platform.core.texts import _
from portal.platform.web.field_checks import Parses
from portal.platform.web.fields import line, name_line, pick, radios, text


class EnterRequestForm(ContactForm):
    """Enter a request for whoever made it."""

    READ_FIRST = ("came_by", "came_on", "name", "email", "asked_by", "topic", "service")

    name = name_line(
        _("Their name"), LONGEST_NAME, needed=_("Enter their name"), autocomplete="off"
    )
    topic = pick(
        _("What is it about?"),
        {one: words for one, words in TOPICS.items() if one is not Topic.NUMBER},
        empty=_("Choose a topic"),
        choose=_("Choose what it is about"),
    )
    message = text(
        _("What did they ask?"),
        LONGEST_MESSAGE,
        called=_("what they asked"),
        needed=_("Enter what they asked"),
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

    def validate_message(self, field: object) -> None:
        """Say no more than the field itself: it is needed whatever the request is about."""

    def is_possible(self, today: date) -> bool:
        """Tell whether it can have come on its day; where it cannot, that is said beside it."""
        if may_have_come(read_day(self.came_on.data or ""), today):
            return True
        self.say("came_on", _("The day it came must be within the last year, up to today"))
        return False

    def entered(self, now: datetime) -> Message:
        """Return what was typed, as a message that came on its day."""
        return replace(
            self.content(),
            received_at=find_moment(read_day(self.came_on.data or ""), now),
            channel=RequestChannel(self.came_by.data),
            requester=RequesterKind(self.asked_by.data) if self.asked_by.data else None,
        )
