"""Forms of the requests to cancel room: shape only."""

from wtforms import ValidationError

from portal.desk.cancellation_requests.rules import LONGEST_REASON, SHORTEST_REASON
from portal.erasure.cancellation.forms import CancelForm, WhenForm
from portal.platform.core.texts import _
from portal.platform.web.fields import carried_text, password, text
from portal.platform.web.forms import VersionedForm

NEEDED = _("Enter your password")


class CancelByLinkForm(CancelForm):
    """Confirm the cancellation of one registration, by link."""

    READ_FIRST = ("when", "password")

    password = password(_("Your password"), needed=NEEDED)


class LeaveByLinkForm(WhenForm):
    """Confirm the deletion of the account, by link."""

    READ_FIRST = ("when", "password")

    password = password(_("Your password"), needed=NEEDED)


class AgreeForm(VersionedForm):
    """Approve what the page says as the second colleague."""

    shown_effect = carried_text(120)


class SkipForm(VersionedForm):
    """Ask a second colleague to approve a cancellation without the customer's confirmation."""

    reason = text(
        _("Why can’t the customer confirm it?"),
        LONGEST_REASON,
        called=_("why the customer can’t confirm it"),
        needed=_("Say why the customer can’t confirm it"),
    )

    def validate_reason(self, field: object) -> None:
        """Require more than a word: somebody else must be able to judge it."""
        del field
        if len(self.reason.data or "") < SHORTEST_REASON:
            raise ValidationError(
                _("Say more about why the customer can’t confirm it. A colleague has to decide")
            )
