"""Rules of passwords, answers, and tries at them."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from portal.platform.core.guessing import (
    count_guesses,
    drop_fillers,
    is_common_answer,
    is_common_password,
    is_decorated,
    split_facts,
)
from portal.platform.core.texts import _

SHORTEST_PASSWORD = 15
"""Code points, for a password that is the only strong proof (NIST SP 800-63B-4, 3.1.1.2)."""
SHORTEST_WITH_FACTOR = 8
"""The same for somebody who has set up a second step."""
LONGEST_PASSWORD = 1024
LONGEST_ANSWER = 200
FEWEST_GUESSES = 10**10
"""Below this many guesses, by zxcvbn's estimate, a password is built of what is common."""
FEWEST_WITH_FACTOR = 10**8
"""The same for somebody who has set up a second step: out of reach of guessing online."""
SHORTEST_OWN_WORD = 4
OUR_WORDS = ("privacy", "portal")
FEWEST_LETTERS = 2
FEWEST_DIGITS = 4
SHORTEST_PART = 4
"""Letters from which on an answer is no longer by chance in the question or the password."""

TRIES = 6
FIRST_PAUSE = timedelta(minutes=15)
LONGEST_PAUSE = timedelta(hours=2)
LINK_PAUSE = timedelta(minutes=10)
"""No longer than a link works: a stranger who asks for many leaves the owner a good one."""
TRIES_FORGOTTEN_AFTER = timedelta(hours=24)

QUESTIONS = {
    "first-toy": _("What did you call your favourite toy as a child?"),
    "first-concert": _("Which band or singer did you first see on stage?"),
    "kitchen-smell": _("Which dish reminds you most of your childhood?"),
    "lost-place": _("In which place did you once get lost?"),
    "first-boss": _("What was the last name of your first boss?"),
    "teacher": _("Which teacher did you like best?"),
    "hidden-place": _("Where did you hide things when you were little?"),
}
"""Hard to look up, easy to remember, the same for life; an operator can replace them."""

WRONG = _("The email address or the password isn’t right. Check both and try again")
WRONG_PASSWORD = _("That isn’t your password. Check it and try again")  # words
SAME_PASSWORD = _("That’s the password you have now. Choose a different one")  # words
WRONG_ANSWER = _("That isn’t the answer we have. Check it and try again")
BLOCKED = _(
    "Too many attempts. Wait 15 minutes and try again. If that doesn’t work, wait up to two hours"
)
"""What people read when a try was refused; it never says which part was wrong."""


class Weakness(StrEnum):
    """Why a password is refused."""

    SHORT = "short"
    LONG = "long"
    OWN = "own"
    COMMON = "common"
    BREACHED = "breached"


WEAK = {
    Weakness.SHORT: (
        _("Password must be {shortest} characters or more. A few unrelated words work well")
    ),
    Weakness.LONG: _("Password must be 1,024 characters or fewer"),
    Weakness.OWN: _("Choose a password that isn’t made of your name, your details or our name"),
    Weakness.COMMON: _("This password is too easy to guess. Use a few unrelated words"),
    Weakness.BREACHED: _("This password has been in a data leak somewhere. Choose another one"),
}
"""What people read beside a password that is refused."""


class Guessable(StrEnum):
    """Why an answer is refused; the value is the error shown beside the field."""

    SHORT = _("Answer must have at least two letters, or four digits")
    SAME = _("Choose an answer that isn’t the same letter repeated")
    QUESTION = _("Choose an answer that isn’t part of the question")
    OWN = _("Choose an answer that isn’t your name, your email address or our name")
    PASSWORD = _("Choose an answer that isn’t part of your password")  # words
    COMMON = _("That answer is too common. Be more specific, or choose another question")


class Guarded(StrEnum):
    """What is counted by name: tries at a kind of secret, or requested emails of a kind."""

    CUSTOMER_PASSWORD = "customer-password"  # noqa: S105  # a name, not a secret
    CUSTOMER_ANSWER = "customer-answer"
    CUSTOMER_CODE = "customer-code"
    CUSTOMER_PROOF = "customer-proof"
    """The password once more, of somebody signed in: no stranger can use these tries up."""
    CUSTOMER_MAILING = "customer-mailing"
    """Emails that somebody who has given a password can have us send."""
    CUSTOMER_LINK = "customer-link"
    """Links to a new password: whoever knows an address can have us send them."""
    CUSTOMER_CHOICES = "customer-choices"
    """Links to one's choices: the same."""
    REGISTRATION_MAIL = "registration-mail"
    """Emails to an address that somebody registers with."""
    REGISTRATION_PASSWORD = "registration-password"  # noqa: S105  # a name, not a secret
    """The password of a registration, beside a link that only the owner of its address has."""
    MESSAGE_MAIL = "message-mail"
    """Emails that a message has come in, to the address that was typed with it."""
    NEW_ADDRESS_MAIL = "new-address-mail"
    """Emails to an address that a customer wants to change to and that had enough: by asker."""
    ANY_MAIL = "any-mail"
    """Every email that anybody can have us send by typing an address, to one address."""
    SPARE_LINK = "spare-link"
    """Links to a new password beyond that: others cannot use them all up."""
    STAFF_PASSWORD = "staff-password"  # noqa: S105  # a name, not a secret
    STAFF_CODE = "staff-code"
    STAFF_PROOF = "staff-proof"


MOST_MAILS = 12
MAILS_WITHIN = timedelta(hours=1)
"""How many emails of all kinds together anybody can have us send to one address, and how soon."""
SPARE = {Guarded.SPARE_LINK: LINK_PAUSE, Guarded.NEW_ADDRESS_MAIL: MAILS_WITHIN}
"""What one of may be sent beyond that, and after what time another."""
LINKS = (Guarded.CUSTOMER_LINK, Guarded.CUSTOMER_CHOICES)
"""What anybody who knows an address can have us send."""


@dataclass(frozen=True, slots=True)
class Secrets:
    """Hashes of password and answer, and the question as it was worded. Never printed."""

    password_hash: str
    question: str
    answer_hash: str
    password_set_at: datetime
    password_is_short: bool = False
    """Chosen beside a second step: too short to be the only strong proof."""
    password_is_disowned: bool = False
    """Its owner has said that somebody else was in: it lets nobody in until another is chosen."""

    def __repr__(self) -> str:
        return "Secrets(…)"

    def renew(self, password_hash: str, password: str, now: datetime) -> "Secrets":
        """Return them with another password, which is not marked as disowned or void."""
        return replace(
            self,
            password_hash=password_hash,
            password_set_at=now,
            password_is_short=is_short(password),
            password_is_disowned=False,
        )

    def words(self) -> dict[str, str]:
        """Return them as a document to seal."""
        return {
            "password_hash": self.password_hash,
            "question": self.question,
            "answer_hash": self.answer_hash,
            "password_set_at": self.password_set_at.isoformat(),
            "password_is_short": "yes" if self.password_is_short else "",
            "password_is_disowned": "yes" if self.password_is_disowned else "",
        }

    @classmethod
    def from_words(cls, words: dict[str, str]) -> "Secrets":
        """Read them from their document."""
        return cls(
            words["password_hash"],
            words["question"],
            words["answer_hash"],
            datetime.fromisoformat(words["password_set_at"]),
            bool(words.get("password_is_short")),
            bool(words.get("password_is_disowned")),
        )


@dataclass(frozen=True, slots=True)
class Try:
    """One counted try: whether it may be compared, and if not, until when."""

    allowed: bool
    blocked_until: datetime | None


@dataclass(frozen=True, slots=True)
class Verification:
    """The result of one try: whose secret it was, and whether it was right, wrong or blocked."""

    owner_id: UUID | None
    right: bool
    blocked: bool
    outdated: bool = False
    compared: str = field(default="", repr=False)
    """The hash that was compared; by now another one may be kept."""


def normalise_password(password: str) -> str:
    """Return a password as it is hashed (NFKC; spaces kept)."""
    return unicodedata.normalize("NFKC", password)


def is_short(password: str) -> bool:
    """Tell whether a password is so short that it needs a second step beside it."""
    return len(normalise_password(password)) < SHORTEST_PASSWORD


def normalise_answer(answer: str) -> str:
    """Return an answer as it is compared: without case, accents, spaces and punctuation."""
    spread = answer
    for _round in range(2):  # folding case can bring forth what spreads again
        spread = unicodedata.normalize("NFKD", spread).casefold()
    kept = [sign for sign in spread if unicodedata.category(sign)[0] in "LN"]
    return unicodedata.normalize("NFKC", "".join(kept)).casefold()


def find_password_fault(
    password: str,
    own_words: tuple[str, ...],
    is_breached: Callable[[str], bool],
    *,
    shortest: int = SHORTEST_PASSWORD,
) -> str | None:
    """Return the error to show beside a new password, or None; for every room.

    `own_words` are the person's details and the brand; `is_breached` may call a service, so never
    inside a transaction. ASVS 5.0, 6.2.
    """
    weakness = find_weakness(password, own_words, shortest=shortest)
    if weakness is None and is_breached(normalise_password(password)):
        weakness = Weakness.BREACHED
    return WEAK[weakness].format(shortest=shortest) if weakness else None


def find_weakness(
    password: str, own_words: tuple[str, ...], *, shortest: int = SHORTEST_PASSWORD
) -> Weakness | None:
    """Return why a password is refused, or None; `own_words` are the person's, as typed."""
    spelled = normalise_password(password)
    if len(spelled) < shortest:
        return Weakness.SHORT
    if len(spelled) > LONGEST_PASSWORD:
        return Weakness.LONG
    folded = spelled.casefold()
    own = split_facts((*own_words, *OUR_WORDS))
    if _is_made_of(re.sub(r"[\W_]", "", folded), own, shortest // 2):
        return Weakness.OWN
    if is_common_password(spelled) or is_decorated(spelled, own):
        return Weakness.COMMON
    fewest = FEWEST_GUESSES if shortest >= SHORTEST_PASSWORD else FEWEST_WITH_FACTOR
    return Weakness.COMMON if count_guesses(spelled, own) < fewest else None


def find_answer_fault(
    answer: str, question: str, facts: tuple[str, ...], password: str
) -> Guessable | None:
    """Return why an answer is too easy to guess, or None; `facts` are the person's details."""
    plain = normalise_answer(answer)
    words = _split_words(answer)
    if _weigh(plain) < (FEWEST_DIGITS if plain.isdigit() else FEWEST_LETTERS):
        return Guessable.SHORT
    if len(plain) > 1 and len(set(plain)) == 1:
        return Guessable.SAME
    if _is_part(plain, question) or set(drop_fillers(words)) <= set(_split_words(question)):
        return Guessable.QUESTION
    if plain in {normalise_answer(word) for word in split_facts(facts)}:
        return Guessable.OWN
    secret = normalise_answer(password)
    if _is_part(plain, password) or (len(secret) >= SHORTEST_PART and secret in plain):
        return Guessable.PASSWORD
    return Guessable.COMMON if is_common_answer(words) else None


def _is_part(plain: str, text: str) -> bool:
    """Tell whether an answer is a word of a text, or a part of it too long to be a coincidence."""
    words = _split_words(text)
    return plain in words or (len(plain) >= SHORTEST_PART and plain in "".join(words))


def _is_made_of(plain: str, own: list[str], fewest: int) -> bool:
    """Tell whether a password consists mostly of a person's own words."""
    rest = plain
    for word in own:
        rest = rest.replace(word, "") if len(word) >= SHORTEST_OWN_WORD else rest
    return rest != plain and len(rest) < fewest


def _split_words(text: str) -> list[str]:
    return [plain for word in text.split() if (plain := normalise_answer(word))]


def _weigh(plain: str) -> int:
    """Count letters; a character that stands for a whole syllable or word counts two."""
    return sum(1 + (unicodedata.east_asian_width(sign) == "W") for sign in plain)
