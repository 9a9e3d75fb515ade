"""Ask other systems what they hold about a customer; a colleague, where one cannot be asked."""

import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from portal.desk.case_records.rules import Topic
from portal.desk.cases.queries import get_own_case
from portal.desk.cases.rules import Message
from portal.desk.cases.service import open_case
from portal.identity.accounts.queries import get_customer
from portal.identity.profile_changes.queries import list_account_numbers
from portal.platform.core.clock import london_day, spell_day
from portal.platform.core.connectors import ConnectorError, OutsideItem, References, Silence
from portal.platform.core.ids import CustomerId
from portal.platform.core.other_systems import OtherSystem, OtherSystems, OutsideCategory
from portal.platform.core.texts import _
from portal.platform.core.work import Work, Works
from portal.self_service.outside_data.queries import get_own_references
from portal.self_service.outside_data.rules import (
    LONGEST_ASKING,
    PAGE,
    SYSTEM,
    AskedCategory,
    is_unsure,
    read_item,
)


def ask_page(
    works: Works, customer_id: CustomerId, system: OtherSystem, about: OutsideCategory, page: int
) -> AskedCategory:
    """Ask for one page of a category, once what it takes is read: no transaction waits meanwhile.

    Billing account numbers are masked.
    """
    with works() as work:
        references = get_own_references(work, (system,), customer_id).get(system.slug)
        own = list_account_numbers(work, customer_id)
    if system.connector is None or references is None:
        return AskedCategory(about, silence=Silence.UNCONNECTED)
    try:
        found = system.connector.list_items(references, about.slug, (page - 1) * PAGE, PAGE)
    except ConnectorError as error:
        return AskedCategory(about, silence=error.silence)
    if is_unsure(references, found.total):
        return AskedCategory(about, silence=Silence.UNSURE)
    return AskedCategory(about, [read_item(about, one, own) for one in found.items], found.total)


def ask_all(works: Works, customer_id: CustomerId, systems: OtherSystems) -> list[AskedCategory]:
    """Ask every system for all that it holds: no transaction waits meanwhile.

    A system that does not answer is not asked for more.
    """
    with works() as work:
        references = get_own_references(work, systems, customer_id)
    ends = time.monotonic() + LONGEST_ASKING
    return [
        one for system in systems for one in _ask_system(system, references.get(system.slug), ends)
    ]


def _ask_system(
    system: OtherSystem, references: References | None, ends: float
) -> Iterator[AskedCategory]:
    silence = None if system.connector else Silence.UNCONNECTED
    for about in system.categories:
        found = list[OutsideItem]()
        if system.connector and references and silence is None:
            try:
                found = system.connector.list_all(references, about.slug, ends)
            except ConnectorError as error:
                silence = error.silence
        items = [read_item(about, one) for one in found]
        is_unknown = references is not None and is_unsure(references, len(items))
        answered = Silence.UNSURE if is_unknown else None
        yield AskedCategory(about, items, len(items), silence or answered)


def ask_colleague(work: Work, customer_id: CustomerId, about: OutsideCategory) -> tuple[str, date]:
    """Have a colleague send what a system holds: open a message of the customer's that asks for it.

    Returns its reference and the day by which it is answered. Asked for twice on a day, it is one,
    unless that is answered by then.
    """
    to, today = get_customer(work, customer_id).details, london_day(work.now)
    message = Message(
        name=to.full_name,
        email=to.email,
        topic=Topic.COPY,
        service="",
        facts={SYSTEM: about.system},
        text=_(
            "Please send me what {name} holds about me. I asked for it under “Your data” on {day}.",
            name=about.system_name,
            day=spell_day(today),
        ),
        once=f"{customer_id}:{about.system}:{today}",
    )
    found = get_own_case(work, customer_id, open_case(work, message, customer_id))
    while not found.is_open:
        message = replace(message, once=f"{message.once}:{found.reference}")
        found = get_own_case(work, customer_id, open_case(work, message, customer_id))
    return found.reference, found.due_on


def ask_colleague_for_rest(
    work: Work, customer_id: CustomerId, asked: list[AskedCategory]
) -> list[AskedCategory]:
    """Have a colleague send what did not come; return all, with the days of the answers.

    What can never be asked from here is asked for by its own page.
    """
    silent = {one.about.system: one.about for one in asked if one.is_owed}
    by_system = {key: ask_colleague(work, customer_id, about) for key, about in silent.items()}
    return [_promise(one, by_system.get(one.about.system)) for one in asked]


def _promise(one: AskedCategory, asked: tuple[str, date] | None) -> AskedCategory:
    return replace(one, reference=asked[0], answer_by=asked[1]) if one.is_owed and asked else one
