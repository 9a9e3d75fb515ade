"""What the registrations room writes to people."""

from portal.messaging.email.message import Email


def service_registered(to: str, given_name: str, service: str) -> Email:
    """Tell a customer that another service is registered."""
    return Email(
        kind="account:service-registered",
        to=to,
        is_confirmed=True,
        name=given_name,
        subject=f"You're registered for {service}",
        paragraphs=(
            f"We've registered {service} on your account.",
            "Your other registrations and your marketing choices are as they were.",
            "You can cancel it at any time.",
        ),
        action_label="See my registrations",
        action_path="/registrations",
        closing=("If it was not you, write to us straight away.",),
    )


def registration_cancelled(to: str, given_name: str, service: str) -> Email:
    """Confirm that one registration is cancelled."""
    return Email(
        kind="cancellation:registration-cancelled",
        to=to,
        is_confirmed=True,
        subject=f"Your registration is cancelled: {service}",
        name=given_name,
        paragraphs=(
            f"You are no longer registered for {service}. We have deleted that registration.",
            "Your account and your other registrations are as they were.",
            "If you cancelled it by mistake, you can register it again.",
        ),
        action_label="See my registrations",
        action_path="/registrations",
        closing=("If you did not ask for this, write to us straight away.",),
    )
