"""What the log of what was done says of anybody, for the register of processing."""

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
        category=_("A log of what was done"),
        part=HeldFor.OPENNESS,
        purpose=_("To show who saw and changed what, and that nothing has been changed since"),
        source=_("Us, as it is done"),
        recipients=_("Nobody"),
        rules=(
            Rule(
                "audit",
                _("What was done and when, with numbers in place of names"),
                _("this service is closed down"),
                NO_LONGER_THAN_NEEDED,
            ),
        ),
        tables=frozenset({"audit_entry", "audit_gap", "audit_link", "audit_waiting"}),
        basis=LawfulBasis.LEGAL_OBLIGATION,
        people=(People.CUSTOMERS, People.STAFF),
    ),
)
