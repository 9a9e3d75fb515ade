"""What can come of handing an email to a mail server, and why; never in the server's own words.

A server may quote the address in what it says, so of its answer only the code is kept.
"""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from portal.platform.core.texts import _

FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=1), timedelta(hours=1)
"""After an email was refused for now; twice as long each time."""
REFUSED_FOR = timedelta(days=7)
"""How long an email may be refused for now until it is given up."""
UNANSWERED_PAUSE = timedelta(hours=1)
"""After the first try of an email that may have arrived, since the server did not say."""
UNREADABLE_PAUSE = timedelta(hours=1)
"""How long an email that cannot be opened is left alone."""


class DeliveryResult(StrEnum):
    """What came of it."""

    TAKEN = "taken"
    AWAY = "away"
    """The server cannot be used, by us or at all: nothing is the matter with the email."""
    LATER = "later"
    """This email is refused for now, or the server breaks off at it."""
    OURS = "ours"
    """We could not make it: that is no fault of the email."""
    NEVER = "never"
    """This email is refused for good."""


class FailureReason(StrEnum):
    """Why an email was not delivered."""

    NOT_REACHED = "not-reached"
    NO_TLS = "no-tls"
    SIGN_IN = "sign-in-refused"
    SENDER = "sender-refused"
    BUSY = "busy"
    BROKE_OFF = "broke-off"
    """It hung up, or fell silent, when it was to take this email."""
    UNANSWERED = "unanswered"
    """It has all of this email, and did not say whether it takes it."""
    NO_ADDRESS = "no-such-address"
    FULL = "mailbox-full"
    UNWANTED = "policy"
    TOO_LARGE = "too-large"
    REFUSED = "refused"
    NO_UTF8 = "needs-smtputf8"
    NOT_ONE = "not-one-address"
    FAULT = "fault"
    UNREADABLE = "unreadable"
    ERASED = "erased"
    RESTORED = "copy-restored"


TOLD = {
    FailureReason.NOT_REACHED: _("the mail server does not answer"),
    FailureReason.NO_TLS: _("the mail server offers no TLS that we trust"),
    FailureReason.SIGN_IN: _("the mail server does not let us sign in"),
    FailureReason.SENDER: _("the mail server does not let us send"),
    FailureReason.BUSY: _("the mail server isn’t accepting emails at the moment"),
    FailureReason.BROKE_OFF: _(
        "the mail server ended the connection before it had the whole email"
    ),
    FailureReason.UNANSWERED: _(
        "the mail server never confirmed it, so it may have arrived all the same"
    ),
    FailureReason.NO_ADDRESS: _("the address does not exist"),
    FailureReason.FULL: _("the mailbox is full"),
    FailureReason.UNWANTED: _("the mail server does not accept emails from us"),
    FailureReason.TOO_LARGE: _("the mail server says it is too large"),
    FailureReason.REFUSED: _("the mail server refused it"),
    FailureReason.NO_UTF8: _(
        "the mail server does not know addresses with letters like é before the @"
    ),
    FailureReason.NOT_ONE: _("the saved address isn’t a single email address"),
    FailureReason.FAULT: _("the portal couldn’t create the email"),
    FailureReason.UNREADABLE: _("the portal can’t open it"),
    FailureReason.ERASED: _("the account or message it was about has been deleted"),
    FailureReason.RESTORED: _("a backup from before it was sent was restored"),
}
"""The end of a sentence: not delivered, because …"""


SERVERS_STATE = frozenset(
    {
        FailureReason.NOT_REACHED,
        FailureReason.NO_TLS,
        FailureReason.SIGN_IN,
        FailureReason.SENDER,
        FailureReason.BUSY,
    }
)
"""What is the matter with the mail server, or with us at it, and with no email."""


UNCLEAR = frozenset({FailureReason.BROKE_OFF, FailureReason.UNANSWERED})
"""What one email may do to a server, and a server may do to all emails."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one try. `code` is the server's answer (RFC 5321, 4.2); 0 without one."""

    verdict: DeliveryResult
    reason: FailureReason | None = None
    code: int = 0


TAKEN = Outcome(DeliveryResult.TAKEN)


def next_pause(tries: int) -> timedelta:
    """Return how long an email waits that was refused for now so often: 1, 2, 4 … 60 minutes."""
    return min(FIRST_PAUSE * (1 << min(max(tries - 1, 0), 10)), LONGEST_PAUSE)


def pause_unanswered(since_first: timedelta) -> timedelta:
    """Return how long an email waits that may have arrived: whoever has it, has it again each time.

    It is tried again 1, 3, 9, 27 and 81 hours after the first time.
    """
    return max(UNANSWERED_PAUSE, since_first * 2)
