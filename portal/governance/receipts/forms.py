"""Forms of the receipts room: shape only."""

from portal.governance.receipts.rules import LONGEST
from portal.platform.core.texts import _
from portal.platform.web.fields import text
from portal.platform.web.forms import Form


class CheckForm(Form):
    """Check a receipt."""

    receipt = text(
        _("Receipt number, or the whole receipt"),
        LONGEST,
        called="receipt",
        needed=_("Enter a receipt number, or paste the whole receipt"),
    )
