"""What the cancellation room writes to people."""

from portal.mail.letter import Letter


def registration_cancelled(to: str, given_name: str, service: str) -> Letter:
    """Confirm that one registration is cancelled."""
    return Letter(
        kind="cancellation:registration-cancelled",
        to=to,
        subject=f"Your registration is cancelled: {service}",
        greeting=f"Hello {given_name},",
        paragraphs=(
            f"You are no longer registered for {service}. We have deleted that registration.",
            "Your account and your other registrations are as they were.",
        ),
        action_label="See my registrations",
        action_path="/registrations",
        closing=("If you did not ask for this, write to us straight away.",),
    )


def account_erased(to: str, given_name: str) -> Letter:
    """Say good-bye; the last letter there will be."""
    return Letter(
        kind="cancellation:account-erased",
        to=to,
        subject="Your account is deleted",
        greeting=f"Hello {given_name},",
        paragraphs=(
            "As you asked, we have cancelled your registrations and deleted your details.",
            "We have also destroyed the key that they were locked with.",
            "So old copies of our database cannot be read either.",
            "This is the last letter we send you. We have forgotten the address it went to.",
        ),
        closing=("Any contract you have for a service goes on as it is.",),
    )
