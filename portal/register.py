"""Everything that is held about people, in the order in which it is erased.

What refers to a customer goes before the customer; the top of the house hands this down to
whoever has to look at all of it.
"""

from portal.account import held as account
from portal.cancellation import held as cancellation
from portal.cases import held as cases
from portal.holds import held as holds
from portal.kernel.holdings import Register
from portal.listings import held as listings
from portal.mail import held as mail
from portal.mailbox import held as mailbox
from portal.marks import held as marks
from portal.preferences import held as preferences
from portal.profile import held as profile
from portal.sharing import held as sharing
from portal.webhooks import held as webhooks

HELD: Register = (
    *cases.HELD,
    *sharing.HELD,
    *preferences.HELD,
    *listings.HELD,
    *profile.HELD,
    *mailbox.HELD,
    *webhooks.HELD,
    *marks.HELD,
    *mail.HELD,
    *account.HELD,
    *holds.HELD,
    *cancellation.HELD,
)
