"""Why somebody gets an email: the line at its foot, true for whoever it is to."""

from portal.messaging.email.message import Email
from portal.platform.core.texts import _

ACCOUNT = _("You got this email because you have an account in the {brand} Privacy Centre.")
TYPED = _(
    "You got this email because someone, probably you, typed this address in the {brand}"
    " Privacy Centre."
)
WROTE = _(
    "You got this email because someone, probably you, sent {brand} a message and gave this address"
    " for the answer."
)
FORMER = _(
    "You got this email because an account in the {brand} Privacy Centre had this address until"
    " now."
)
LAST = _(
    "This is our last email to you, because your account in the {brand} Privacy Centre is deleted."
)
STAFF = _("You got this email because you have an account at the {brand} privacy desk.")
INVITED = _(
    "You got this email because a colleague set up your account at the {brand} privacy desk."
)
BY_KIND = {
    "cancellation:account-erased": LAST,
    "mailbox:email-changed": FORMER,
    "mailbox:email-was-undone": FORMER,
    "records:colleague-opened": STAFF,
    "staff:invitation": INVITED,
}
BY_FAMILY = {"cases": WROTE, "staff": STAFF}


def find_reason(email: Email, brand: str) -> str:
    """Return why somebody gets an email.

    Where nobody has confirmed the address, anybody may have typed it.
    """
    family = email.kind.partition(":")[0]
    otherwise = ACCOUNT if email.is_confirmed else TYPED
    return BY_KIND.get(email.kind, BY_FAMILY.get(family, otherwise)).format(brand=brand)
