"""Every table, imported for migrations and tests."""

from portal.consent.directories import models as directories
from portal.consent.listed_people import models as listed_people
from portal.consent.marketing import models as marketing
from portal.consent.purposes import models as purposes
from portal.consent.sharing import models as sharing
from portal.consent.surveys import models as surveys
from portal.consent.webhooks import models as webhooks
from portal.desk.canned_replies import models as canned_replies
from portal.desk.case_records import models as case_records
from portal.desk.disclosures import models as disclosures
from portal.desk.queue import models as queue
from portal.erasure.cancellation import models as cancellation
from portal.governance.audit import models as audit
from portal.governance.legal_holds import models as legal_holds
from portal.governance.retention import models as retention
from portal.identity.accounts import models as accounts
from portal.identity.contact_index import models as contact_index
from portal.identity.credentials import models as credentials
from portal.identity.form_drafts import models as form_drafts
from portal.identity.mfa import models as mfa
from portal.identity.one_time_tokens import models as one_time_tokens
from portal.identity.profile_changes import models as profile_changes
from portal.identity.sessions import models as sessions
from portal.identity.staff_accounts import models as staff_accounts
from portal.messaging.email import models as email
from portal.platform.core.database import Base
from portal.platform.encryption import doomed, installation
from portal.platform.encryption.models import KeyringBase
from portal.self_service.email_change import models as email_change

MODULES = (
    accounts,
    audit,
    cancellation,
    canned_replies,
    case_records,
    disclosures,
    queue,
    purposes,
    credentials,
    doomed,
    form_drafts,
    mfa,
    legal_holds,
    installation,
    one_time_tokens,
    directories,
    email,
    contact_index,
    listed_people,
    marketing,
    profile_changes,
    retention,
    email_change,
    sessions,
    sharing,
    surveys,
    staff_accounts,
    webhooks,
)
__all__ = ["MODULES", "Base", "KeyringBase"]
