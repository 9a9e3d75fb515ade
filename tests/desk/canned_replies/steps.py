"""What the tests of ready-made replies have in common: a reply, and who publishes it."""

from typing import Any
from uuid import UUID, uuid4

from portal.desk.canned_replies.rules import NewReply
from portal.desk.canned_replies.service import add_reply, change_reply
from portal.desk.case_records.rules import Topic
from portal.platform.core.ids import StaffId
from tests.world import World

TITLE = "Where the paper bill is"
TEXT = "Hello {name},\n\nYour bill is on its way ({reference}). You’ll hear by {due day}."


def new(**changes: Any) -> NewReply:
    """What is published where a test says nothing else."""
    given: dict[str, Any] = {"title": TITLE, "topics": (Topic.OTHER,), "text": TEXT}
    return NewReply(**{**given, **changes})


def publish(world: World, **changes: Any) -> UUID:
    """A reply, without the pages; what it is known by."""
    reply_id = uuid4()
    with world.work() as work:
        add_reply(work, StaffId(uuid4()), reply_id, new(**changes))
    return reply_id


def publish_again(world: World, reply_id: UUID, version: int = 1, **changes: Any) -> None:
    """The next version, without the pages."""
    with world.work() as work:
        change_reply(work, StaffId(uuid4()), reply_id, new(**changes), version)
