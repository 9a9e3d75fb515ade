"""Emails about a look at a customer's record without a message of theirs."""

from portal.messaging.email.message import Email
from portal.platform.core.texts import _


def record_was_opened(
    to: str, given_name: str, title: str, text: str, *, is_leaving: bool
) -> Email:
    """Tell a customer at once of a look that nothing of theirs asked for.

    Whoever is leaving can ask without signing in, which would bring the account back.
    """
    ask = (
        _("Don’t recognise this? Send us a message from this address, without signing in.")
        if is_leaving
        else _(
            "Don’t recognise this? Use the link and select “Ask about this”. Someone else will"
            " answer."
        )
    )
    return Email(
        kind="records:record-opened",
        to=to,
        is_confirmed=True,
        subject=_("Someone here looked at your data"),
        name=given_name,
        paragraphs=(
            _("{title}. {text}", title=title, text=text),
            _("We’re telling you because it wasn’t to answer a message from you."),
        ),
        action_label=_("Send us a message") if is_leaving else _("See who has seen your data"),
        action_path="/contact" if is_leaving else "/your-data/looked",
        closing=(ask,),
    )


def colleague_opened(to: str, name: str, title: str, text: str) -> Email:
    """Report such a look to a privacy officer: by whom, and what the customer reads of it."""
    return Email(
        kind="records:colleague-opened",
        to=to,
        is_confirmed=True,
        subject=_("A colleague opened a customer’s record"),
        paragraphs=(
            _(
                "{name} opened a customer’s record, and not to answer a message from them.",
                name=name,
            ),
            _("The customer reads: {title}. {text}", title=title, text=text),
        ),
        action_label=_("Sign in"),
        action_path="/staff",
        closing=(
            _("You get this because you’re a privacy officer."),
            _("If you can’t see why {name} needed to, ask them.", name=name),
        ),
    )
