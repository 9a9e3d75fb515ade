"""What is true of any secret: passwords, answers, and tries at them."""

import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from zxcvbn import zxcvbn

SHORTEST_PASSWORD = 15
"""Code points; NIST SP 800-63B-4 for a password that is not one of two kinds of proof."""
LONGEST_PASSWORD = 1024
LONGEST_ANSWER = 200
FEWEST_GUESSES = 10**8
"""Below this many guesses a password falls to an online list; zxcvbn's estimate."""
ZXCVBN_READS = 72
SHORTEST_OWN_WORD = 4

TRIES = 6
FIRST_PAUSE = timedelta(minutes=15)
LONGEST_PAUSE = timedelta(hours=2)
TRIES_FORGOTTEN_AFTER = timedelta(hours=24)

QUESTIONS = {
    "first-toy": "What did you call your favourite toy as a child?",
    "first-concert": "Which band or singer did you first see on stage?",
    "kitchen-smell": "Which dish reminds you most of your childhood?",
    "lost-place": "In which place did you once get lost?",
    "first-boss": "What was the first name of your first boss?",
    "teacher": "Which teacher did you like best?",
    "hidden-place": "Where did you hide things when you were little?",
}
"""Hard to look up and easy to remember; an operator can replace them."""


WRONG = "The email address or the password is not right"
WRONG_PASSWORD = "That is not your password"  # noqa: S105  # words, not a secret
WRONG_ANSWER = "That is not the answer we have"
BLOCKED = "There were too many tries. Wait 15 minutes, then try again"
"""What people read when a try was refused; it never says which part was wrong."""


class Weakness(StrEnum):
    """Why a password is refused."""

    SHORT = "short"
    LONG = "long"
    OWN = "own"
    COMMON = "common"


class Guarded(StrEnum):
    """What tries are counted for."""

    CUSTOMER_PASSWORD = "customer-password"  # noqa: S105  # a name, not a secret
    CUSTOMER_ANSWER = "customer-answer"
    CUSTOMER_CODE = "customer-code"
    CUSTOMER_MAILING = "customer-mailing"
    """Letters that somebody can have us send: codes, links to a new password."""
    STAFF_PASSWORD = "staff-password"  # noqa: S105  # a name, not a secret
    STAFF_ANSWER = "staff-answer"
    STAFF_CODE = "staff-code"


@dataclass(frozen=True, slots=True)
class Secrets:
    """What someone signs in with: hashes, and the question as it was worded. Never printed."""

    password_hash: str
    question: str
    answer_hash: str
    password_set_at: datetime

    def __repr__(self) -> str:
        return "Secrets(…)"

    def words(self) -> dict[str, str]:
        """Return them as a document to seal."""
        return {
            "password_hash": self.password_hash,
            "question": self.question,
            "answer_hash": self.answer_hash,
            "password_set_at": self.password_set_at.isoformat(),
        }

    @classmethod
    def from_words(cls, words: dict[str, str]) -> "Secrets":
        """Make them of their document."""
        return cls(
            words["password_hash"],
            words["question"],
            words["answer_hash"],
            datetime.fromisoformat(words["password_set_at"]),
        )


@dataclass(frozen=True, slots=True)
class Try:
    """One counted try: whether it may be looked at, and until when not."""

    allowed: bool
    blocked_until: datetime | None


@dataclass(frozen=True, slots=True)
class Proof:
    """What came of one try: whose it was, whether it was right, or not even looked at."""

    owner_id: UUID | None
    right: bool
    blocked: bool
    outdated: bool = False


def normalise_password(password: str) -> str:
    """Return the one spelling of a password that is hashed (NFKC; spaces kept)."""
    return unicodedata.normalize("NFKC", password)


def normalise_answer(answer: str) -> str:
    """Return what is compared of an answer: no case, accents, spaces or punctuation."""
    spread = answer
    for _ in range(2):  # folding case can bring forth what spreads again
        spread = unicodedata.normalize("NFKD", spread).casefold()
    kept = [sign for sign in spread if unicodedata.category(sign)[0] in "LN"]
    return unicodedata.normalize("NFKC", "".join(kept)).casefold()


def find_weakness(password: str, own_words: tuple[str, ...]) -> Weakness | None:
    """Return why a password is refused, or None; `own_words` are the person's details."""
    spelled = normalise_password(password)
    if len(spelled) < SHORTEST_PASSWORD:
        return Weakness.SHORT
    if len(spelled) > LONGEST_PASSWORD:
        return Weakness.LONG
    rest = spelled.casefold()
    own = [word.casefold() for word in own_words if len(word) >= SHORTEST_OWN_WORD]
    for word in own:
        rest = rest.replace(word, "")
    if len(rest) < SHORTEST_PASSWORD // 2:
        return Weakness.OWN
    guesses = zxcvbn(spelled[:ZXCVBN_READS], user_inputs=own)["guesses"]
    return Weakness.COMMON if guesses < FEWEST_GUESSES else None


def is_answer_guessable(answer: str, question: str, others: tuple[str, ...]) -> bool:
    """Tell whether an answer says nothing: empty, the question itself, the name, the password."""
    plain = normalise_answer(answer)
    asked = normalise_answer(question)
    return not plain or plain in asked or plain in {normalise_answer(other) for other in others}
