"""Emails of the cases room: to addresses that anybody may have typed."""

from portal.desk.cases.rules import Step
from portal.messaging.email.message import Email
from portal.platform.core.masking import mask_account_numbers
from portal.platform.core.texts import _, join

AGAIN = "/contact"
"""Where somebody goes on whom no page shows the message."""
BY_LINK = _(
    "The link works once, for 14 days. You don’t need an account. If you have one with this"
    " address, we’ll ask you to sign in."
)


def acknowledgement(to: str, reference: str, due: str, path: str, *, is_link: bool) -> Email:
    """Acknowledge a message; its link works once, where there is no account.

    `due` is the last day to answer; empty where that is over, because we entered it too late.
    """
    return Email(
        kind="cases:acknowledgement",
        to=to,
        is_confirmed=False,
        subject=_("We’ve got your message ({reference})", reference=reference),
        paragraphs=(
            _("We’ve got your message. Someone here will read it and answer you."),
            _("We’ll answer by {day}.", day=due) if due else _("We’ll answer as soon as we can."),
        ),
        reference=reference,
        action_label=_("See your message"),
        action_path=path,
        closing=(
            *([BY_LINK] if is_link else []),
            _("Didn’t send us a message? Ignore this email."),
        ),
    )


def reply(  # noqa: PLR0913  # six facts
    to: str, reference: str, text: str, path: str, step: Step, *, is_link: bool
) -> Email:
    """Send what a colleague wrote; its link works once, where there is no account."""
    kind, title, label, ending = BY_STEP[step]
    words = mask_account_numbers(text).split("\n")
    return Email(
        kind=kind,
        to=to,
        is_confirmed=False,
        subject=join((title, f"({reference})"), " "),
        paragraphs=tuple(part for part in words if part.strip()),
        reference=reference,
        action_label=label,
        action_path=path,
        closing=(ending, *([BY_LINK] * is_link)),
    )


def reply_without_words(to: str, reference: str) -> Email:
    """Tell an address that is another customer's by now that a message from before was answered."""
    return Email(
        kind="cases:reply",
        to=to,
        is_confirmed=False,
        subject=_("We replied to a message ({reference})", reference=reference),
        paragraphs=(
            _("Someone sent us a message from this email address some time ago."),
            _("An account uses this address now, so our reply isn’t in this email."),
            _("Did you send it? Send us a message, and give us the reference."),
        ),
        reference=reference,
        action_label=_("Send us a message"),
        action_path=AGAIN,
        closing=(_("Didn’t send us a message? Ignore this email."),),
    )


TO_ANSWER = _("Use the link to answer us.")
BY_STEP = {
    Step.REPLIED: (
        "cases:reply",
        _("We replied to your message"),
        _("See your message"),
        _("We’ve closed your message. Need something else? Use the link to add to your message."),
    ),
    Step.ASKED: (
        "cases:question",
        _("We have a question about your message"),
        _("Answer our question"),
        TO_ANSWER,
    ),
    Step.IDENTITY_ASKED: (
        "cases:identity",
        _("Show us who you are"),
        _("Answer us"),
        TO_ANSWER,
    ),
    Step.EXTENDED: (
        "cases:extended",
        _("We need longer to answer your message"),
        _("See your message"),
        _("You can complain to the Information Commissioner at ico.org.uk/make-a-complaint"),
    ),
}
"""Of each thing that a colleague writes: the kind of the email, its subject, button, last words."""
