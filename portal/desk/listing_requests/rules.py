"""How somebody proves that a number is theirs, how long that counts, and what they read of it."""

import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from portal.consent.listed_people.rules import RULE, ListedEntry, ListedWords, spell_number
from portal.platform.core.holdings import Processing, Register
from portal.platform.core.ids import CaseId
from portal.platform.core.texts import _, join

NUMBER, WAY = "listed_number", "proof_way"
"""What a message keeps besides its words: the number in E.164, and the way of proving it."""


class ProofWay(StrEnum):
    """A way to show that a number is one's own."""

    CALL = "call"
    POST = "post"


WAYS = {
    ProofWay.CALL: _("Call the number and tell me a code"),
    ProofWay.POST: _("Post me a code, to the address in the directory"),
}
"""What the person chooses."""
CODE_LASTS = {ProofWay.CALL: timedelta(days=1), ProofWay.POST: timedelta(days=14)}
MOST_MISSES = 5
"""After so many wrong tries a code no longer works."""
CODE_DIGITS = 8
SHOWN_FOR = timedelta(minutes=30)
"""How long an entry is shown after the code: as long as a session without use."""
OPENED = "directory_entries"
"""Where the cookie of forms carries the tokens that show entries, by reference."""
MOST_OPEN = 5
"""Entries that one browser has open at the same time."""
WRONG_CODE = _(
    "The reference or the code isn’t right, or the code has expired. Check both. If it doesn’t"
    " work, ask us for a new code"
)
MADE = {
    ProofWay.CALL: _("Made a code to tell them on the phone."),
    ProofWay.POST: _("Made a code to post, and saw the name and address of the entry."),
}
"""What the desk notes in the case."""
NO_ADDRESS = _("Looked for an address to post a code to. There is none.")
NEXT_LIST = _("The next list we give to whoever makes the directories won’t have it.")
SHOWN_BY_CODE = _("We show what it says only to someone who enters a code for the number.")
TOLD_NOW = _("We’re now telling the systems that fill our directories.")


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberRequest:
    """What somebody typed to ask about a number, in E.164. Never printed."""

    name: str
    email: str
    number: str
    way: ProofWay
    once: str

    def __repr__(self) -> str:
        return f"NumberRequest({self.way})"

    @property
    def text(self) -> str:
        """The words of the message that it becomes."""
        return "\n".join(
            (
                _("I want to see what your directories say about my number."),
                _("Number: {number}", number=spell_number(self.number)),
                _("To show that it’s mine: {way}", way=WAYS[self.way]),
            )
        )


@dataclass(frozen=True, slots=True)
class Asked:
    """What a colleague may know of a request before anything is proved."""

    number: str
    way: ProofWay

    @property
    def shown(self) -> str:
        """The number as people read it."""
        return spell_number(self.number)


@dataclass(frozen=True, slots=True)
class MadeCode:
    """A code that was just made; `to` is the entry whose address it is posted to. Never printed.

    Without a code there was no address to post it to.
    """

    code: str = field(default="", repr=False)
    ends_at: datetime | None = None
    to: ListedEntry | None = None

    @property
    def shown(self) -> str:
        """The code as it is read out and printed."""
        half = CODE_DIGITS // 2
        return f"{self.code[:half]} {self.code[half:]}"


@dataclass(frozen=True, slots=True)
class OpenedEntry:
    """What somebody is shown who proved a number: its entry, if there is one. Never printed."""

    case_id: CaseId
    reference: str
    number: str
    entry: ListedEntry | None
    is_left_out: bool

    def __repr__(self) -> str:
        return f"OpenedEntry({self.reference})"

    @property
    def shown(self) -> str:
        """The number as people read it."""
        return spell_number(self.number)


def get_terms(register: Register) -> Processing:
    """Return what is declared of entries that other operators give us: why, who gets them."""
    return next(one for one in register if one.rules[0].name == RULE)


def new_code() -> str:
    """Make a code that can be read out."""
    return f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}}"


def read_code(typed: str) -> str:
    """Return the digits of a typed code."""
    return "".join(sign for sign in typed if sign.isdigit())[: CODE_DIGITS + 1]


def spell_place(said: ListedWords) -> str:
    """Return name and address of an entry in a line."""
    return join(filter(None, (said.name, said.address, said.postcode)))


def spell_corrected(before: ListedEntry) -> str:
    """Return that an entry was corrected, as whoever asked reads it: nothing of what it says."""
    return "\n".join(
        (
            _("The entry for {number} was corrected.", number=before.shown_number),
            SHOWN_BY_CODE,
            _(
                "The next list we give to whoever makes the directories says so. One of us will"
                " tell the phone company that gave us the entry."
            ),
        )
    )


def spell_to_tell(before: ListedEntry, after: ListedWords) -> str:
    """Return what a colleague reads of a correction, to tell the operator."""
    return "\n".join(
        (
            _("Tell {operator} that the entry was corrected.", operator=before.operator),
            _("It said: {before}", before=spell_place(before.said)),
            _("It now says: {after}", after=spell_place(after)),
        )
    )


def spell_left_out(number: str, *, is_told: bool) -> str:
    """Return that a number is kept out, as whoever asked reads it.

    The same whether there was an entry or not.
    """
    return "\n".join(
        (
            _("{number} stays out of our directories.", number=spell_number(number)),
            _(
                "If there was an entry, we’ve deleted it and the key it was locked with. {then}",
                then=NEXT_LIST,
            ),
            *([TOLD_NOW] if is_told else []),
            _(
                "We keep a scrambled code of the number, so that the next list from a phone"
                " company doesn’t bring it back. If one of our customers chose to list it, that"
                " entry stays."
            ),
        )
    )


def spell_let_in(number: str) -> str:
    """Return that a number was let in again, as whoever asked reads it."""
    return "\n".join(
        (
            _("{number} can be in our directories again.", number=spell_number(number)),
            _(
                "We’ve deleted the scrambled code. The number is listed again once a phone"
                " company’s list has it."
            ),
        )
    )
