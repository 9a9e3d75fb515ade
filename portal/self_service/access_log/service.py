"""Ask why a colleague looked: a message like any other, that never goes to whoever looked."""

from uuid import UUID

from portal.desk.case_records.rules import Topic
from portal.desk.cases.rules import Message
from portal.desk.cases.service import open_case
from portal.identity.accounts.queries import get_customer
from portal.platform.core.clock import spell_moment
from portal.platform.core.holdings import Register
from portal.platform.core.ids import CustomerId
from portal.platform.core.texts import _
from portal.platform.core.work import Work
from portal.self_service.access_log.queries import get_look


def ask_about_look(  # noqa: PLR0913, PLR0917  # of whom, which look, and what is asked
    work: Work, register: Register, customer_id: CustomerId, entry_id: UUID, text: str, once: str
) -> str:
    """Send a message about a look; return its reference.

    Raises `NotFoundError` for what is no look at theirs.
    """
    look, actor_id = get_look(work, register, customer_id, entry_id)
    to = get_customer(work, customer_id).details
    about = _("About: {title}, {when}.", title=look.title, when=spell_moment(look.at))
    message = Message(
        name=to.full_name,
        email=to.email,
        topic=Topic.OTHER,
        service="",
        text=f"{about}\n\n{text}",
        once=once[:64],
        kept_from=actor_id,
    )
    return open_case(work, message, customer_id)
