"""The register of all personal data, in the order in which they are erased.

Rows that refer to a customer are erased before the customer. `operations` passes this register to
the services that list, count, export or erase all of it.
"""

from portal.consent.directories import held as directories
from portal.consent.listed_people import held as listed_people
from portal.consent.marketing import held as marketing
from portal.consent.sharing import held as sharing
from portal.consent.surveys import held as surveys
from portal.consent.webhooks import held as webhooks
from portal.desk.cases import held as cases
from portal.desk.corrections import held as corrections
from portal.desk.disclosures import held as disclosures
from portal.erasure.cancellation import held as cancellation
from portal.erasure.connector_erasures import held as connector_erasures
from portal.governance.legal_holds import held as legal_holds
from portal.identity.accounts import held as accounts
from portal.identity.contact_index import held as contact_index
from portal.identity.profile_changes import held as profile_changes
from portal.identity.sign_in import held as sign_in
from portal.messaging.email import held as email
from portal.platform.core.holdings import Register
from portal.self_service.email_change import held as email_change

HELD: Register = (
    *cases.HELD,
    *corrections.HELD,
    *disclosures.HELD,
    *sharing.HELD,
    *marketing.HELD,
    *directories.HELD,
    *listed_people.HELD,
    *surveys.HELD,
    *profile_changes.HELD,
    *email_change.HELD,
    *webhooks.HELD,
    *contact_index.HELD,
    *email.HELD,
    *sign_in.HELD,
    *accounts.HELD,
    *legal_holds.HELD,
    *cancellation.HELD,
    *connector_erasures.HELD,
)

ABOUT_NOBODY = {
    "canned_reply": "ready-made replies, and in how many messages each was sent",
    "canned_reply_version": "the words of ready-made replies, which are the company’s",
    "doomed_key": "numbers of keys that are about to be destroyed",
    "erasure_applied": "which erasures this database has seen, by their numbers",
    "installation": "which portal this is",
    "note": "notes of the program about the keyring",
    "person_key": "keys, each under a number",
    "purge_run": "how many records the purge took",
    "secret": "secrets of the program",
}
"""Tables of both databases that say nothing of anybody, and what is in them."""
