"""Forms of the account room: shape only."""

from collections.abc import Iterable

from portal.identity.accounts.rules import (
    KINDS,
    LONGEST_NAME,
    SERVICES,
    CustomerKind,
    Details,
    Service,
)
from portal.identity.credentials.forms import NewSecretsForm
from portal.platform.core.addresses import parse_email
from portal.platform.core.texts import _
from portal.platform.web.fields import (
    email_line,
    name_line,
    password,
    radios,
    tick_boxes,
    unseen,
)
from portal.platform.web.forms import Form


class ConfirmRegistrationForm(Form):
    """Confirm an address, as whoever filled in the form."""

    password = password(_("The password you chose"), needed=_("Enter the password you chose"))


class AboutYouForm(Form):
    """The first page of registering: personal details and services."""

    given_name = name_line(
        _("First name"), LONGEST_NAME, needed=_("Enter your first name"), autocomplete="given-name"
    )
    family_name = name_line(_("Last name"), LONGEST_NAME, needed=None, autocomplete="family-name")
    email = email_line(_("Email address"), needed=_("Enter your email address"))
    kind = radios(
        _("How do you use our services?"), KINDS, choose=_("Choose how you use our services")
    )
    services = tick_boxes(
        _("Which services do you use?"),
        SERVICES,
        called="service",
        needed=_("Choose at least one service"),
        wrong=_("Choose a service that is on this page"),
    )

    def details(self) -> Details:
        """Return the details that were typed."""
        return Details(
            given_name=self.given_name.data or "",
            family_name=self.family_name.data or "",
            email=parse_email(self.email.data or ""),
            kind=CustomerKind(self.kind.data),
        )

    def chosen_services(self) -> frozenset[Service]:
        """Return the services that were ticked."""
        return frozenset(Service(name) for name in self.services.data or [])


class SignInDetailsForm(NewSecretsForm):
    """Become a customer of the portal, second page: how one will sign in.

    It says for whom it was made and which secrets it told that they are kept: another tab may have
    begun with somebody else since, and what was typed last counts.
    """

    made_for = unseen()
    kept = unseen()

    def carry(self, email: str, kept: Iterable[str]) -> None:
        """Take along for whom it is, and of which secrets it says that they are kept."""
        self.made_for.data, self.kept.data = email, " ".join(sorted(kept))
