"""What is written to customers whose browser greets them."""

from portal.messaging.email.message import Email


def copied_cookie(to: str, given_name: str) -> Email:
    """Tell a customer that what a remembered browser keeps was seen in two places."""
    return Email(
        kind="entrance:copied-cookie",
        to=to,
        is_confirmed=True,
        subject="We no longer remember your devices",
        name=given_name,
        paragraphs=(
            (
                "One of your browsers kept a note that lets us greet you by name. An old copy of it"
                " was shown to us, so somebody may have copied it."
            ),
            (
                "The note opens nothing: nobody could see or change anything with it. To be"
                " safe, we have deleted it for all your devices."
            ),
        ),
        action_label="See where I am signed in",
        action_path="/security",
        closing=("You can tick “Remember me” again when you next sign in.",),
    )
