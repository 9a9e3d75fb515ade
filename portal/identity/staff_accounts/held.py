"""What is processed about our staff, for the register of processing."""

from portal.platform.core.holdings import (
    NO_LONGER_THAN_NEEDED,
    HeldFor,
    LawfulBasis,
    People,
    Processing,
    Rule,
)
from portal.platform.core.texts import _

PROCESSED = (
    Processing(
        category=_("Accounts of our staff"),
        part=HeldFor.STAFF,
        purpose=_("So that only our staff can use the desk, and we know who did what"),
        source=_("Our staff, and whoever invites them"),
        recipients=_("Nobody"),
        rules=(
            Rule(
                "staff",
                _("Name, work email address and role"),
                _("this service is closed down"),
                NO_LONGER_THAN_NEEDED,
            ),
            Rule(
                "saved-view",
                _("Views of the list of messages that they saved under a name"),
                _("they delete the view, or leave the desk"),
                NO_LONGER_THAN_NEEDED,
            ),
        ),
        tables=frozenset(
            {"catalogue_version", "saved_view", "staff_member", "survey", "survey_version"}
        ),
        basis=LawfulBasis.LEGITIMATE_INTERESTS,
        interest=_("To answer for who saw and changed customers’ data"),
        people=(People.STAFF,),
    ),
)
