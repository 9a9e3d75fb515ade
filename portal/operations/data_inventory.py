"""Everything that is held about people, in the order in which it is erased.

What refers to a customer goes before the customer; the top of the house hands this down to
whoever has to look at all of it.
"""

from portal.consent.directories import held as listings
from portal.consent.marketing import held as preferences
from portal.consent.sharing import held as sharing
from portal.consent.webhooks import held as webhooks
from portal.desk.cases import held as cases
from portal.erasure.cancellation import held as cancellation
from portal.governance.legal_holds import held as holds
from portal.identity.accounts import held as account
from portal.identity.contact_index import held as contact_index
from portal.messaging.email import held as mail
from portal.platform.core.holdings import Register
from portal.self_service.email_change import held as mailbox
from portal.self_service.profile import held as profile

HELD: Register = (
    *cases.HELD,
    *sharing.HELD,
    *preferences.HELD,
    *listings.HELD,
    *profile.HELD,
    *mailbox.HELD,
    *webhooks.HELD,
    *contact_index.HELD,
    *mail.HELD,
    *account.HELD,
    *holds.HELD,
    *cancellation.HELD,
)
