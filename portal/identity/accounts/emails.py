"""What the account room writes to people."""

from portal.messaging.email.message import Email


def confirm_address(to: str, path: str) -> Email:
    """Ask to confirm the address."""
    return Email(
        kind="account:confirm-address",
        to=to,
        is_confirmed=False,
        subject="Confirm your email address",
        paragraphs=(
            "Thank you for registering. One step is left: confirm that this address is yours.",
            "You’ll need the password you chose when you registered.",
            "The link works once, for 24 hours.",
        ),
        action_label="Confirm my email address",
        action_path=path,
        closing=(
            "If you didn’t register, ignore this email. Nobody can use your address without it.",
            "What was typed is deleted after 24 hours.",
        ),
    )


def already_registered(to: str) -> Email:
    """Tell the owner of an address that somebody tried to register with it again."""
    return Email(
        kind="account:already-registered",
        to=to,
        is_confirmed=False,
        subject="You already have an account",
        paragraphs=(
            "Somebody, probably you, tried to register with this address.",
            "There is an account for it already, so we have made no second one.",
            "You can sign in as you always do.",
        ),
        action_label="Sign in",
        action_path="/sign-in",
        closing=("If it was not you, you need do nothing. Your account is unchanged.",),
    )


def address_is_no_use(to: str) -> Email:
    """Tell the owner of an address that no account can have it."""
    return Email(
        kind="account:address-is-no-use",
        to=to,
        is_confirmed=False,
        subject="Please register with another email address",
        paragraphs=(
            "Someone, probably you, tried to register with this address.",
            "Our system can’t tell it apart from another one: to it, ß and ss are the same.",
            "So no account can have this address. You can register with any other.",
        ),
        action_label="Create an account",
        action_path="/register",
        closing=("If it wasn’t you, you don’t need to do anything.",),
    )


def account_is_back(to: str, given_name: str) -> Email:
    """Say that an account that was to be deleted stays."""
    return Email(
        kind="account:account-is-back",
        to=to,
        is_confirmed=True,
        subject="Your account is back",
        name=given_name,
        paragraphs=(
            "You signed in, so we will not delete your account. Your details are as they were.",
            "All marketing is off. You can choose again at any time.",
        ),
        action_label="See my choices",
        action_path="/preferences",
        closing=("If it was not you who signed in, write to us straight away.",),
    )
