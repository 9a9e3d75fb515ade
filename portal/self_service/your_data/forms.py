"""Forms of the page of somebody's data: shape only."""

from portal.platform.core.texts import _
from portal.platform.web.fields import line
from portal.platform.web.forms import Form


class FindForm(Form):
    """Look for words in one's own data."""

    words = line(
        _("Find in your data"), 100, called=_("what to find"), needed=_("Enter what to find")
    )
