"""Forms of how a case ends: shape only."""

from portal.desk.case_outcomes.rules import LONGEST_WHY
from portal.desk.case_records.rules import OUTCOMES, WITHOUT_ANSWER
from portal.platform.core.texts import _
from portal.platform.web.fields import radios, text
from portal.platform.web.forms import VersionedForm


class CloseCaseForm(VersionedForm):
    """Close a case without an answer."""

    ended = radios(
        _("Why is no answer needed?"),
        {one: OUTCOMES[one] for one in WITHOUT_ANSWER},
        choose=_("Choose why no answer is needed"),
    )


class ReopenForm(VersionedForm):
    """Open a closed case again."""

    reopened_because = text(
        _("What is still to do?"),
        LONGEST_WHY,
        called=_("what is still to do"),
        needed=_("Enter what is still to do"),
    )
