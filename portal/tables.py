"""Every table, gathered for migrations and tests."""

from portal.account import models as account
from portal.audit import models as audit
from portal.cancellation import models as cancellation
from portal.casefiles import models as casefiles
from portal.catalogue import models as catalogue
from portal.credentials import models as credentials
from portal.drafts import models as drafts
from portal.factors import models as factors
from portal.holds import models as holds
from portal.kernel.database import Base
from portal.links import models as links
from portal.listings import models as listings
from portal.mail import models as mail
from portal.mailbox import models as mailbox
from portal.marks import models as marks
from portal.preferences import models as preferences
from portal.profile import models as profile
from portal.retention import models as retention
from portal.sessions import models as sessions
from portal.sharing import models as sharing
from portal.staff import models as staff
from portal.vault import doomed, installation
from portal.vault.models import KeyringBase
from portal.webhooks import models as webhooks

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
    marks,
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
