"""Forms of the canned replies room, and what a form that writes to customers checks: shape only."""

from collections.abc import Collection
from uuid import UUID, uuid4

from wtforms import Field, ValidationError

from portal.desk.canned_replies.rules import (
    LONGEST_TEXT,
    LONGEST_TITLE,
    CannedReply,
    NewReply,
    UnfitReplyError,
    Values,
    fill,
    find_unfilled,
)
from portal.desk.case_records.rules import TOPICS, Topic
from portal.platform.core.texts import _
from portal.platform.web.fields import line, text, tick_boxes, unseen
from portal.platform.web.forms import VersionedForm

MOST_INSERTED = 10
"""Replies that are counted for one message."""
NOT_OFFERED = _("We can’t put that reply in: it’s retired, or it’s for other kinds of request.")
NONE_CHOSEN = _("Choose a reply first, then select “Put it in”.")
PUT_IN = _("The reply is in your message.")
PUT_BELOW = _("The reply is below what was already there. Nothing you typed was replaced.")


def refuse_unfilled(field: Field) -> None:
    """Refuse words for a customer in which a field is empty, unknown or left as it was written."""
    found = find_unfilled(field.data or "")
    if found:
        words = _("{Called} still has {found} in it. Write the words instead, or take it out")
        raise ValidationError(words.format(called=field.description, found=found))


class ComposerForm(VersionedForm):
    """A form with a `message` that replies can be put into."""

    inserted_replies = unseen()
    offered: Collection[CannedReply] = ()
    """The replies for this kind of request."""
    chosen: str | None = None
    """The id of the reply to put in; empty where none was chosen, None where none is wanted."""
    note = ""
    """What is said above the message of what was put in."""
    is_put_in = False
    unfilled = ""
    """The first field that has to be filled in by hand."""

    def insert(self, offered: Collection[CannedReply], values: Values) -> None:
        """Put the chosen reply below what is in the message, and say so, or why not."""
        self.offered = offered
        if self.chosen is None:
            return
        reply = next((one for one in offered if str(one.id) == self.chosen), None)
        if reply is None:
            self.note = NOT_OFFERED if self.chosen else NONE_CHOSEN
            return
        typed, message = self["message"].data or "", fill(reply.version.text, values)
        self["message"].data = f"{typed}\n\n{message}" if typed else message
        self.inserted_replies.data = f"{self.inserted_replies.data or ''} {reply.id}".strip()
        self.note, self.is_put_in = PUT_BELOW if typed else PUT_IN, True
        self.unfilled = find_unfilled(self["message"].data)

    def read_inserted(self) -> set[UUID]:
        """Return the replies that were put in; what is no id is left out."""
        found = set()
        for one in (self.inserted_replies.data or "").split()[:MOST_INSERTED]:
            try:
                found.add(UUID(one))
            except ValueError:
                continue
        return found


class CannedReplyForm(VersionedForm):
    """What a colleague publishes."""

    reply_title = line(
        _("Title"),
        LONGEST_TITLE,
        called=_("the title"),
        needed=_("Enter the title"),
    )
    reply_topics = tick_boxes(
        _("Which kinds of request is it for?"),
        TOPICS,
        wrong=_("Choose kinds of request from the list"),
        called=_("the kinds of request"),
        needed=_("Choose at least one kind of request"),
    )
    reply_text = text(_("Reply"), LONGEST_TEXT, called=_("the reply"), needed=_("Enter the reply"))

    def fill_in(self, one: NewReply) -> None:
        """Fill in what is offered today."""
        self.reply_title.data, self.reply_text.data = one.title, one.text
        self.reply_topics.data = [topic.value for topic in one.topics]

    def read_new(self) -> NewReply | None:
        """Return what was typed, where it can be published; else say beside the field why not."""
        if not self.is_valid_post():
            return None
        new = NewReply(
            title=self.reply_title.data or "",
            topics=tuple(topic for topic in Topic if topic in self.reply_topics.data),
            text=self.reply_text.data or "",
        )
        try:
            new.check()
        except UnfitReplyError as refusal:
            self.say(refusal.field, refusal.words)
        return None if self.errors else new


class AddCannedReplyForm(CannedReplyForm):
    """Publish a new reply; `new_id` is what it will be known by."""

    new_id = unseen()

    def read_id(self) -> UUID:
        """Return the id that the page was given; another where it is none."""
        try:
            return UUID(self.new_id.data or "")
        except ValueError:
            return uuid4()
