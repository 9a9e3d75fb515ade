"""Every table, gathered for migrations and tests."""

from portal.consent.directories import models as listings
from portal.consent.marketing import models as preferences
from portal.consent.purposes import models as catalogue
from portal.consent.sharing import models as sharing
from portal.consent.webhooks import models as webhooks
from portal.desk.case_records import models as casefiles
from portal.erasure.cancellation import models as cancellation
from portal.governance.audit import models as audit
from portal.governance.legal_holds import models as holds
from portal.governance.retention import models as retention
from portal.identity.accounts import models as account
from portal.identity.contact_index import models as contact_index
from portal.identity.credentials import models as credentials
from portal.identity.form_drafts import models as drafts
from portal.identity.mfa import models as factors
from portal.identity.one_time_tokens import models as links
from portal.identity.sessions import models as sessions
from portal.identity.staff_accounts import models as staff
from portal.messaging.email import models as mail
from portal.platform.core.database import Base
from portal.platform.encryption import doomed, installation
from portal.platform.encryption.models import KeyringBase
from portal.self_service.email_change import models as mailbox
from portal.self_service.profile import models as profile

MODULES = (
    account,
    audit,
    cancellation,
    casefiles,
    catalogue,
    credentials,
    doomed,
    drafts,
    factors,
    holds,
    installation,
    links,
    listings,
    mail,
    contact_index,
    preferences,
    profile,
    retention,
    mailbox,
    sessions,
    sharing,
    staff,
    webhooks,
)
__all__ = ["MODULES", "Base", "KeyringBase"]
