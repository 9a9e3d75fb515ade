"""What a reply may say, the fields in it, and what is still unfilled before it is sent."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from portal.desk.case_records.rules import Topic
from portal.platform.core.errors import DomainError
from portal.platform.core.masking import mask_account_numbers
from portal.platform.core.texts import _

LONGEST_TITLE, LONGEST_TEXT = 80, 3_000
LONGEST_SHOWN = 40
"""Characters of what stands in curly brackets that an error repeats."""
BRACED = re.compile(r"\{[^{}]*\}|[{}]")
"""What stands in curly brackets, or one of them alone."""


class ReplyField(StrEnum):
    """What a reply may have in curly brackets, like `{due day}`: what a case's page knows."""

    NAME = "name"
    REFERENCE = "reference"
    RECEIVED_DAY = "received day"
    DUE_DAY = "due day"
    SERVICE = "service"

    @property
    def written(self) -> str:
        """The field as it is written in a text."""
        return f"{{{self.value}}}"


FIELDS = {
    ReplyField.NAME: _("The name of whoever wrote to us"),
    ReplyField.REFERENCE: _("The reference of their message"),
    ReplyField.RECEIVED_DAY: _("The day we got their message"),
    ReplyField.DUE_DAY: _("The last day to answer. Empty while we wait for them"),
    ReplyField.SERVICE: _("The one service they want to cancel. Empty in all other messages"),
}
Values = Mapping[ReplyField, str]
"""What is filled in; empty where it is not known."""


class UnfitReplyError(DomainError):
    """It cannot be published like this; `field` and `words` say what to do about what."""

    code = "unfit-reply"

    def __init__(self, field: str, words: str) -> None:
        super().__init__(field)
        self.field, self.words = field, words


class RetiredReplyError(DomainError):
    """A retired reply gets no further version."""

    code = "retired-reply"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewReply:
    """What a colleague wants to publish; the topics are the kinds of request it is for."""

    title: str
    topics: tuple[Topic, ...]
    text: str

    @property
    def is_for_all(self) -> bool:
        """Tell whether it is for every kind of request."""
        return set(self.topics) == set(Topic)

    def check(self) -> None:
        """Raise `UnfitReplyError` for an unknown field, half a field, or an account number."""
        for field, said, words in (
            ("reply_title", self.title, _HAS_NUMBER_IN_TITLE),
            ("reply_text", self.text, _HAS_NUMBER),
        ):
            if mask_account_numbers(said) != said:
                raise UnfitReplyError(field, words)
        for found in BRACED.findall(self.text):
            if found in {"{", "}"}:
                raise UnfitReplyError("reply_text", _HALF)
            if found[1:-1] not in set(ReplyField):
                words = _UNKNOWN.format(found=_shorten(found), known=KNOWN)
                raise UnfitReplyError("reply_text", words)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyVersion(NewReply):
    """A version that was published; the first is 1."""

    number: int
    published_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CannedReply:
    """A reply as it is offered today, and in how many messages it was sent."""

    id: UUID
    version: ReplyVersion
    uses: int
    retired_at: datetime | None = None


def fill(text: str, values: Values) -> str:
    """Return a text with its fields filled in; what is empty or no field stays as it is written."""
    known = {field.written: value for field, value in values.items() if value}
    return BRACED.sub(lambda found: known.get(found[0], found[0]), text)


def find_unfilled(text: str) -> str:
    """Return the first field, or the first curly bracket, that is left in a text; else nothing."""
    found = BRACED.search(text)
    return _shorten(found[0]) if found else ""


def _shorten(found: str) -> str:
    return found if len(found) <= LONGEST_SHOWN else f"{found[:LONGEST_SHOWN]}…"


KNOWN = ", ".join(field.written for field in ReplyField)
_HAS_NUMBER_IN_TITLE = _(
    "The title has what looks like a billing account number in it. Take the number out"
)
_HAS_NUMBER = _("The reply has what looks like a billing account number in it. Take the number out")
_HALF = _(
    "The reply has one curly bracket without the other. Write a field like this: {example}",
    example=ReplyField.NAME.written,
)
_UNKNOWN = _("The reply has {found} in it, which we can’t fill in. Use only {known}")
