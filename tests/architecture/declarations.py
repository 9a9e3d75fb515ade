"""The rules about what the portal declares when it runs: tables, audit events, pages.

Like those about its source: functions that say what is wrong, to be tried on a violation too.
"""

import dataclasses
import re
from collections.abc import Iterable, Iterator, Mapping

from sqlalchemy import MetaData

ABOUT_SOMEBODY = re.compile(r"sealed|customer_id|owner_id|person_id|\w+_hash")

EVENT = re.compile(r"(?P<room>[a-z]+):[a-z]+(?:-[a-z]+)*:(?P<verb>[a-z]+)(?:-[a-z]+)*")
IRREGULAR = re.compile(
    "begun|chosen|done|forgotten|found|given|held|kept|left|lost|made|put|read|seen|sent|set|shown"
    "|taken|told|undone|withdrawn|withheld|written"
)
PERSONAL = re.compile(
    r"(^|_)(email|name|given|family|telephone|phone|mobile|address\w*|street|town|postcode|birth"
    r"|password|question|answer|message|text|note|body)($|_)"
)

NOT_A_PAGE = (
    "components/",
    "layouts/",
    "messaging/email/",
    "platform/errors/",
    "self_service/your_data/folder/",
)


def undeclared_tables(metadata: MetaData, declared: Iterable[str]) -> list[str]:
    """Return the tables that keep something about a person and that no `held.py` declares."""
    known = set(declared)
    return sorted(
        f"{table.name}: {', '.join(telling)}"
        for table in metadata.tables.values()
        if (telling := [c.name for c in table.columns if ABOUT_SOMEBODY.fullmatch(c.name)])
        and table.name not in known
    )


RECORDED_AS = {
    "account_recovery": "recovery",
    "case_deadlines": "deadlines",
    "case_outcomes": "outcomes",
    "connector_erasures": "connectors",
    "account_security": "security",
    "accounts": "account",
    "assisted_choices": "callers",
    "assisted_recovery": "recovery",
    "canned_replies": "replies",
    "customer_holds": "legal",
    "customer_records": "records",
    "directories": "listings",
    "display_settings": "display",
    "email_change": "mailbox",
    "legal_holds": "holds",
    "list_screening": "screening",
    "listed_people": "listed",
    "listing_requests": "listed",
    "marketing": "preferences",
    "purposes": "catalogue",
    "queue": "cases",
    "registrations": "cancellation",
    "remembered_browsers": "entrance",
    "sign_in": "entrance",
    "staff_accounts": "staff",
    "undelivered_emails": "emails",
    "unsubscribe": "unsubscribing",
    "your_data": "cancellation",
}
"""What a room was called when the first of its events was recorded: such names are for good, and a
new event beside them follows them."""


def wrong_events(events: Iterable[type]) -> list[str]:
    """Return what is wrong with audit events: their names, their fields, their stillness."""
    return [f"{event.__qualname__}: {fault}" for event in events for fault in _event_faults(event)]


def _event_faults(event: type) -> Iterator[str]:
    parameters = vars(event).get("__dataclass_params__")
    if parameters is None or not parameters.frozen:
        yield "is not a frozen dataclass"
        return
    name = getattr(event, "name", None)
    spelling = EVENT.fullmatch(name) if isinstance(name, str) else None
    if spelling is None:
        yield f"is named {name!r}, not feature:subject:verb"
    else:
        rooms = set(event.__module__.split("."))
        if spelling["room"] not in rooms | {RECORDED_AS.get(room) for room in rooms}:
            yield f"is named {name!r}, and lives in {event.__module__}"
        if not spelling["verb"].endswith("ed") and not IRREGULAR.fullmatch(spelling["verb"]):
            yield f"is named {name!r}, and {spelling['verb']} is not past tense"
    yield from (
        f"keeps {field.name}" for field in dataclasses.fields(event) if PERSONAL.search(field.name)
    )


def loose_templates(templates: Iterable[str], endpoints: Iterable[str]) -> list[str]:
    """Return the pages that no view is named after: district/blueprint/view.html."""
    pages = {f"{endpoint.replace('.', '/')}.html" for endpoint in endpoints}
    return sorted(
        template
        for template in templates
        if not template.startswith(NOT_A_PAGE) and template.partition("/")[2] not in pages
    )


def differences(expected: Mapping[str, object], found: Mapping[str, object]) -> list[str]:
    """Return what two lists do not have in common, in the spelling of the list to mend."""
    return [
        *(f"gone:    {name!r}: {expected[name]!r}," for name in sorted({*expected} - {*found})),
        *(f"new:     {name!r}: {found[name]!r}," for name in sorted({*found} - {*expected})),
        *(
            f"changed: {name!r}: {found[name]!r},"
            for name in sorted({*expected} & {*found})
            if expected[name] != found[name]
        ),
    ]
