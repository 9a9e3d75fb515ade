"""What scenes and verbs have in common: what is typed, and how a scene does something."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from portal.consent.directories.rules import Listing
from portal.consent.listed_people.rules import ListedWords
from portal.consent.marketing.rules import Choice
from portal.desk.cancellation_requests.rules import Cancellation
from portal.desk.cancellation_requests.service import find_cancellation
from portal.desk.case_records.rules import Topic
from portal.desk.cases.rules import Message
from portal.desk.listing_requests.rules import NumberRequest, ProofWay
from portal.governance.legal_holds.rules import NewHold
from portal.identity.accounts.rules import Application, CustomerKind, Details, Service
from portal.identity.sessions.rules import SessionStage
from portal.identity.sessions.service import start_session
from portal.messaging.email.models import OutboxEmail
from portal.messaging.email.sending import Unopened, open_email
from portal.platform.core.ids import CustomerId
from portal.platform.core.visit import CUSTOMER, STAFF, Device, Visit
from portal.platform.core.work import Work
from tests.identity.realms.steps import find_staff_visit, find_visit
from tests.interleavings.facts import NOW
from tests.world import Person, World

DEVICE = Device("Firefox on Linux")
IDLE = timedelta(minutes=30)
LANDLINE = "+442079460018"
NEW_PASSWORD = "four purple lanterns hum"
YES = frozenset({Choice("offers", "email"), Choice("offers", "text"), Choice("brightwave", "yes")})
HOME: dict[str, Any] = {
    "address_line_1": "1 High Street",
    "town": "Exampleton",
    "postcode": "EX1 2MP",
}
NUMBERS: dict[str, Any] = {"telephone": "020 7946 0018", "mobile": "07700 900123"}


def newcomer(email: str) -> Application:
    """What somebody fills in to register with an address."""
    return Application(
        details=Details("New", "Person", email, CustomerKind.RESIDENTIAL),
        services=frozenset({Service.MOBILE}),
        password=NEW_PASSWORD,
        question="Which one?",
        answer="that one",
    )


def message(topic: Topic = Topic.OTHER, text: str = "Hello", email: str = NOW) -> Message:
    """What somebody writes by the form."""
    return Message(name="R", email=email, topic=topic, service="", text=text, once="a form")


def newest_token(work: Work, beginning: str) -> str:
    """Return the token of the newest email whose link begins like this."""
    query = select(OutboxEmail.id).order_by(OutboxEmail.created_at.desc())
    for email_id in work.session.scalars(query):
        email = open_email(work, email_id)
        path = "" if isinstance(email, Unopened) else email.action_path or ""
        if path.startswith(beginning):
            return path.removeprefix(beginning).strip("/")
    raise AssertionError(beginning)


def half_open(world: World, person: Person) -> Visit:
    """A session of a customer who gave the right password, and nothing else yet."""
    with world.work() as work:
        token = start_session(work, CUSTOMER, person.id, SessionStage.HALF).token
    return visit_of(world, token)


def visit_of(world: World, token: str) -> Visit:
    found = world.read(find_visit, token, IDLE)
    assert isinstance(found, Visit)
    return found


def at_the_desk(world: World, person: Person, stage: SessionStage) -> Visit:
    """A session of a colleague's."""
    with world.work() as work:
        token = start_session(work, STAFF, person.id, stage).token
    found: Any = world.read(find_staff_visit, token, IDLE)
    assert isinstance(found, Visit)
    return found


def hold_until(whose: CustomerId | None = None) -> NewHold:
    """A legal hold, of a customer or of a case."""
    return NewHold(why="A court asked.", until=date(2027, 3, 1), customer_id=whose)


def shown_by(world: World, token: str) -> Cancellation:
    """What the page of a link says that it would cancel."""
    found: Cancellation | None = world.read(find_cancellation, token)
    assert found is not None
    return found


OPERATOR, NUMBER = "Tangle Telecom", "+442079460101"
LISTED = ListedWords(
    name="Morgan Example",
    address="1 Sample Street",
    postcode="ZZ99 9ZZ",
    number=NUMBER,
    on=frozenset({Listing.PRINTED}),
)
"""Somebody whom another operator lists."""
CORRECTED = replace(LISTED, name="M Example")
NUMBER_REQUEST = NumberRequest(
    name="Rowan", email=NOW, number=NUMBER, way=ProofWay.CALL, once="number"
)
