"""Emails of the registrations room."""

from portal.messaging.email.message import Email
from portal.platform.core.texts import _

WRITE = _("Not you? Send us a message straight away.")


def service_registered(to: str, given_name: str, service: str) -> Email:
    """Tell a customer that another service is registered."""
    return Email(
        kind="account:service-registered",
        to=to,
        is_confirmed=True,
        name=given_name,
        subject=_("You’re registered for {service}", service=service),
        paragraphs=(
            _("We’ve registered {service} on your account.", service=service),
            _("Your other registrations and your marketing choices haven’t changed."),
            _("You can cancel this registration at any time."),
        ),
        action_label=_("See your registrations"),
        action_path="/registrations",
        closing=(WRITE,),
    )


def registration_cancelled(to: str, given_name: str, service: str) -> Email:
    """Confirm that one registration is cancelled."""
    return Email(
        kind="cancellation:registration-cancelled",
        to=to,
        is_confirmed=True,
        subject=_("Your registration is cancelled: {service}", service=service),
        name=given_name,
        paragraphs=(
            _(
                "You’re no longer registered for {service}. We’ve deleted that registration.",
                service=service,
            ),
            _("Your account and your other registrations haven’t changed."),
            _("If you cancelled it by mistake, you can register again."),
        ),
        action_label=_("See your registrations"),
        action_path="/registrations",
        closing=(WRITE,),
    )
