"""Email addresses: one parser, and a spelling for each purpose.

`parse_email` gives what is kept, shown and written to: the part before the @ as typed, because
only its server knows whether case or `ß` matters there (RFC 5321, 2.4). `spell_email` gives what
is looked up and hashed, in which addresses that are hardly told apart by people are one; nothing
is ever sent to it. `spell_mailbox` gives what tells apart the mailboxes of two addresses that are
looked up alike. `envelope_email` gives what a mail server is told.
"""

from email_validator import EmailNotValidError, ValidatedEmail, validate_email

from portal.platform.core.texts import _

LONGEST_EMAIL = 254
WRONG_EMAIL = _("Enter an email address in the correct format, like name@example.com")
"""What people read when an address is none."""


def parse_email(text: str) -> str:
    """Return an address as it is kept and written to; raises `ValueError`.

    One address and nothing else: no name beside it, no list, no `mailto:`. The part before the @
    is as typed, in NFC; the domain is in lower case, in the letters of its owner.
    """
    return _read(text).normalized


def fold_email(text: str) -> str:
    """Return the spelling of an address that is looked up; raises `ValueError`."""
    return _read(text).normalized.casefold()


def spell_email(text: str) -> str:
    """Return the spelling that an address is looked up by.

    Text that is no valid address gets a spelling as well: lower case.
    """
    try:
        return fold_email(text)
    except ValueError:
        return text.casefold()


def is_same_mailbox(one: str, other: str) -> bool:
    """Tell whether two addresses, as they are kept, are taken for one mailbox.

    Case does not matter, because no server that anybody knows of tells mailboxes apart by it;
    `weiß@` and `weiss@` are two, although they are looked up by one spelling.
    """
    return spell_mailbox(one) == spell_mailbox(other)


def spell_mailbox(text: str) -> str:
    """Return the spelling of an address that tells mailboxes apart; what is none has one too."""
    try:
        return parse_email(text).lower()
    except ValueError:
        return text.lower()


def envelope_email(text: str) -> str:
    """Return how a mail server is told an address: its domain in ASCII; raises `ValueError`.

    The part before the @ has no other form. Where it is not ASCII, the server must know SMTPUTF8
    (RFC 6531), which `needs_smtputf8` tells.
    """
    found = _read(text)
    return f"{found.local_part}@{found.ascii_domain}"


def needs_smtputf8(text: str) -> bool:
    """Tell whether an address can be written to only through a server that knows SMTPUTF8."""
    return not text.rpartition("@")[0].isascii()


def _read(text: str) -> ValidatedEmail:
    try:
        return validate_email(text, check_deliverability=False)
    except EmailNotValidError as error:
        raise ValueError("Not an email address") from error
