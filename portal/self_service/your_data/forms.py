"""Forms of the page of somebody's data: shape only."""

from portal.platform.web.fields import line
from portal.platform.web.forms import Form


class FindForm(Form):
    """Look for words in one's own data."""

    words = line("Find in your data", 100, called="what to find", needed="Enter what to find")
