"""Emails of the security room: every change is told."""

from portal.messaging.email.message import NOT_YOU, OTHERS_OUT, Email
from portal.platform.core.texts import _


def password_changed(to: str, given_name: str) -> Email:
    """Tell that the password was changed."""
    lines = (_("The password for your account was changed."), OTHERS_OUT)
    return _told("password-changed", to, given_name, _("Your password was changed"), lines)


def question_changed(to: str, given_name: str) -> Email:
    """Tell that the security question was changed."""
    lines = (_("The security question for your account, or its answer, was changed."), OTHERS_OUT)
    return _told("question-changed", to, given_name, _("Your security question was changed"), lines)


def authenticator_added(to: str, given_name: str) -> Email:
    """Tell that an authenticator app was set up."""
    lines = (
        _("An authenticator app was set up for your account."),
        _("From now on we’ll ask for its code, and no longer for your security question."),
        OTHERS_OUT,
    )
    return _told("authenticator-added", to, given_name, _("An authenticator app was set up"), lines)


def authenticator_removed(to: str, given_name: str, *, is_question_back: bool) -> Email:
    """Tell that the authenticator app was taken away."""
    lines = (_("The authenticator app was removed from your account."), *_back(is_question_back))
    subject = _("Your authenticator app was removed")
    return _told("authenticator-removed", to, given_name, subject, lines)


def passkey_added(to: str, given_name: str) -> Email:
    """Tell that a passkey was added."""
    lines = (
        _("A passkey was added to your account. Whoever has it can sign in without a password."),
        _("We’ll no longer ask for your security question."),
        OTHERS_OUT,
    )
    return _told("passkey-added", to, given_name, _("A passkey was added"), lines)


def passkey_removed(to: str, given_name: str, *, is_question_back: bool) -> Email:
    """Tell that a passkey was taken away."""
    lines = (_("A passkey was removed from your account."), *_back(is_question_back))
    return _told("passkey-removed", to, given_name, _("A passkey was removed"), lines)


def codes_made(to: str, given_name: str) -> Email:
    """Tell that there are new recovery codes."""
    lines = (
        _("New recovery codes were made for your account. The old ones no longer work."),
        OTHERS_OUT,
    )
    return _told("codes-made", to, given_name, _("You have new recovery codes"), lines)


def sign_in_reported(to: str, given_name: str, when: str) -> Email:
    """Say what was done about a sign-in that a customer does not recognise."""
    return Email(
        kind="security:sign-in-reported",
        to=to,
        is_confirmed=True,
        subject=_("You reported a sign-in you don’t recognise"),
        name=given_name,
        paragraphs=(
            _("You told us you don’t recognise the sign-in of {when}.", when=when),
            _("We’ve ended it, and signed you out everywhere except where you told us."),
            _("We’ve also stopped remembering your devices. Our staff will look into it."),
            _("Your old password no longer works. Choose a new one to use your account again."),
        ),
        action_label=_("Choose a new password"),
        action_path="/forgotten",
        closing=(_("If it wasn’t you who told us, you must still choose a new password."),),
    )


def _told(kind: str, to: str, given_name: str, subject: str, lines: tuple[str, ...]) -> Email:
    return Email(
        kind=f"security:{kind}",
        to=to,
        is_confirmed=True,
        subject=subject,
        name=given_name,
        paragraphs=lines,
        action_label=_("See how you sign in"),
        action_path="/security",
        closing=(NOT_YOU,),
    )


def _back(is_question_back: bool) -> tuple[str, ...]:  # noqa: FBT001  # said by name above
    again = _("From now on we’ll ask for your security question again.")
    return (again, OTHERS_OUT) if is_question_back else (OTHERS_OUT,)
