"""Made-up people to try the portal with; a real installation refuses to start with them."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

from portal.consent.directories.rules import Listing, PreferenceService, numbers_of
from portal.consent.directories.service import enrol, save_entries
from portal.consent.listed_people.rules import ListedWords
from portal.consent.listed_people.service import take_list
from portal.consent.marketing.rules import read_choices
from portal.consent.marketing.service import save_choices
from portal.consent.purposes.queries import get_catalogue
from portal.consent.purposes.service import change_purpose
from portal.consent.surveys.rules import (
    AnswerKind,
    NewSurvey,
    SurveyKind,
    SurveyQuestion,
    Values,
    note_values,
)
from portal.consent.surveys.service import add_survey, save_answers
from portal.desk.canned_replies.service import add_reply
from portal.desk.case_records.rules import EVERYTHING, Topic
from portal.desk.cases.rules import Message
from portal.desk.cases.service import open_case
from portal.desk.staff_admin.service import equip
from portal.identity.accounts.queries import find_customer_by_email, list_customer_ids
from portal.identity.accounts.rules import CustomerKind, Details, Service
from portal.identity.accounts.service import add_customer
from portal.identity.credentials.rules import (
    QUESTIONS,
    Secrets,
    normalise_answer,
    normalise_password,
)
from portal.identity.mfa.rules import STEP_SECONDS, code_at
from portal.identity.staff_accounts.queries import count_staff, find_colleague_by_email
from portal.identity.staff_accounts.rules import NewColleague, Role
from portal.identity.staff_accounts.service import add_staff
from portal.operations.demo_replies import REPLIES
from portal.platform.core.clock import london_day
from portal.platform.core.ids import CustomerId, StaffId
from portal.platform.core.merging import MadeFrom
from portal.platform.core.work import VISITOR, Actor, Work
from portal.platform.runtime import Runtime

QUESTION_KEY = "lost-place"
QUESTION = QUESTIONS[QUESTION_KEY]
AUTHENTICATOR = "DEMODEMODEMODEMODEMODEMODEMODEMO"
"""The secret of every made-up colleague's authenticator: known, so that none needs a telephone."""


@dataclass(frozen=True, slots=True)
class DemoCustomer:
    """A made-up customer, with their credentials."""

    details: Details
    password: str = field(repr=False)
    answer: str = field(repr=False)
    services: frozenset[Service]


@dataclass(frozen=True, slots=True)
class DemoColleague:
    """A made-up colleague, with their credentials beside `AUTHENTICATOR`."""

    new: NewColleague
    password: str = field(repr=False)

    @property
    def email(self) -> str:
        """The address to sign in with."""
        return self.new.email


CUSTOMERS = (
    DemoCustomer(
        Details(
            given_name="Rowan",
            family_name="Example",
            email="rowan@example.com",
            kind=CustomerKind.RESIDENTIAL,
            telephone="01632 960001",
            mobile="07700 900123",
            address_line_1="1 Sample Street",
            town="Exampleton",
            postcode="ZZ99 9ZZ",
        ),
        "lantern orchard 27 teapot",
        "the maze",
        frozenset({Service.BROADBAND, Service.MOBILE, Service.TELEVISION}),
    ),
    DemoCustomer(
        Details(
            given_name="Jules",
            family_name="Specimen",
            email="jules@example.com",
            kind=CustomerKind.BUSINESS,
            telephone="01632 960002 ext 12",
        ),
        "velvet harbour 31 spoon",
        "the market",
        frozenset({Service.HOME_PHONE}),
    ),
    DemoCustomer(
        Details(
            given_name="Suri",
            family_name="",
            email="suri@example.com",
            kind=CustomerKind.SHAREHOLDER,
            address_line_1="1 Sample Quay",
            town="Dublin",
            postcode="D02 AF30",
            country="IE",
        ),
        "marble canyon 46 candle",
        "the station",
        frozenset({Service.NEWSLETTER}),
    ),
)
RECIPIENTS = {
    "email-carrier": [
        {"name": "Example Post", "country": "IE", "safeguard": "UK adequacy regulations"}
    ],
    "directories": [{"name": "Example Directories", "country": "GB"}],
    "lawyers": [{"name": "Example Law", "country": "GB"}],
}
"""Made-up companies that get details, as an operator names them in a file."""
STAFF = (
    DemoColleague(
        NewColleague(name="Sam Agent", email="sam@example.com", role=Role.AGENT),
        "copper meadow 58 kettle",
    ),
    DemoColleague(
        NewColleague(name="Kit Officer", email="kit@example.com", role=Role.PRIVACY_OFFICER),
        "walnut comet 64 bridge",
    ),
    DemoColleague(
        NewColleague(name="Alex Admin", email="alex@example.com", role=Role.ADMINISTRATOR),
        "pepper lagoon 73 violin",
    ),
)
REWORDED = {
    "new-products": {"often": "About twice a month"},
    "usage": {
        "why": "We look at how much you call, text and use the internet, but never at what you say"
        " or read. We use this to choose what to offer you."
    },
    "merrow-tv": {
        "why": "Your name and which of our services you have, so that they can offer you what suits"
        " you."
    },
}
"""Plainer words of some purposes, by their keys; the first version keeps those it came with."""
SINCE = timedelta(days=7)
"""How long ago somebody registered with the Telephone Preference Service."""
FILMS, TICKETS = uuid4(), uuid4()
"""What the made-up survey and competition are known by."""
ANSWERED: tuple[tuple[UUID, dict[int, Values]], ...] = (
    (FILMS, {0: ("The Lighthouse Keeper",), 2: ("At a friend’s",)}),
    (TICKETS, {0: ("Stone Bridge",)}),
)
"""What one of them answered, by the places of the questions."""
LIKED = read_choices(["offers:email", "surveys:email", "surveys:text"])


EVERYWHERE = frozenset({Listing.PRINTED, Listing.ENQUIRIES, Listing.ONLINE})
LISTED = [
    ListedWords(name=name, address=address, postcode="ZZ99 9ZZ", number=number, on=EVERYWHERE)
    for name, address, number in (
        ("Morgan Example", "1 Sample Street, Exampleton", "+442079460161"),
        ("Robin Example", "2 Sample Street, Exampleton", "+442079460162"),
        ("Sandy Example", "3 Sample Street, Exampleton", "+442079460163"),
    )
]
"""People whom another phone company lists with us."""


def films(today: date) -> NewSurvey:
    """Return a made-up survey that opens on a day and has no last one."""
    return NewSurvey(
        title="Films at home",
        purpose="To choose the films that we show on our television service",
        kept_months=12,
        opens_on=today,
        closes_on=None,
        questions=(
            SurveyQuestion("Which film did you like best this year?", AnswerKind.TEXT),
            SurveyQuestion(
                "How often do you watch films at home?",
                AnswerKind.ONE,
                ("Most days", "Most weeks", "Less often"),
            ),
            SurveyQuestion(
                "Where else do you watch them?",
                AnswerKind.SEVERAL,
                ("On the way to work", "At a friend’s", "In the cinema"),
            ),
        ),
        note="For the spring list",
    )


def tickets(today: date) -> NewSurvey:
    """Return a made-up competition that is open for thirty days from a day on."""
    return NewSurvey(
        title="Win two tickets to the regatta",
        purpose="To draw the winners, and to send them their tickets",
        kept_months=2,
        opens_on=today,
        closes_on=today + timedelta(days=30),
        questions=(
            SurveyQuestion(
                "Which bridge does the regatta start from?",
                AnswerKind.ONE,
                ("Stone Bridge", "Rope Bridge", "Footbridge"),
            ),
        ),
        note="The summer draw",
    )


def is_empty(parts: Runtime) -> bool:
    """Tell whether this database has never been used."""
    with parts.work() as work:
        return not list_customer_ids(work, 1) and not count_staff(work)


def are_present(work: Work) -> bool:
    """Tell whether one of the made-up people is in the database."""
    return any(find_customer_by_email(work, one.details.email) for one in CUSTOMERS) or any(
        find_colleague_by_email(work, one.email) for one in STAFF
    )


def load(parts: Runtime) -> None:
    """Create the made-up people and some data of theirs."""
    for colleague in STAFF:
        password_hash = parts.hasher.hash(normalise_password(colleague.password))
        with parts.work() as work:
            staff_id = add_staff(work, colleague.new)
            equip(work, staff_id, password_hash, AUTHENTICATOR)
            if colleague.new.role is Role.PRIVACY_OFFICER:
                _reword(work, staff_id)
    _ask(parts)
    for customer in CUSTOMERS:
        customer_id = CustomerId(uuid4())
        password_hash = parts.hasher.hash(normalise_password(customer.password))
        answer_hash = parts.hasher.hash(normalise_answer(customer.answer))
        with parts.work() as work:
            work.create_key(customer_id)
            secrets = Secrets(password_hash, QUESTION, answer_hash, work.now)
            add_customer(work, customer_id, customer.details, secrets, customer.services)
        if customer is CUSTOMERS[0]:
            _furnish(parts, customer_id, customer)
    _write_in(parts)
    take_list(parts.work, "Tangle Telecom", lambda: [LISTED])


def find_code(email: str, now: datetime) -> str | None:
    """Return the authenticator code of a made-up colleague at a moment; None for others."""
    if email not in {one.email for one in STAFF}:
        return None
    return code_at(AUTHENTICATOR, int(now.timestamp()) // STEP_SECONDS)


def _reword(work: Work, staff_id: StaffId) -> None:
    """Publish plainer words: a version for each purpose."""
    for key, words in REWORDED.items():
        today = get_catalogue(work)
        purpose = today.find(key)
        if purpose is not None:
            change_purpose(work, staff_id, purpose.reworded(words), "Plainer words", today.number)


def _furnish(parts: Runtime, customer_id: CustomerId, customer: DemoCustomer) -> None:
    with parts.work(Actor("customer", customer_id)) as work:
        save_choices(work, customer_id, LIKED)
        home, _ = numbers_of(customer.details)
        save_entries(work, customer_id, {home.spelled: frozenset({Listing.PRINTED})}, 0)
        registered_on = london_day(work.now) - SINCE
        enrol(work, customer_id, PreferenceService.TELEPHONE, registered_on)
        message = Message(
            name=customer.details.full_name,
            email=customer.details.email,
            topic=Topic.MARKETING,
            service="",
            text="I got a call about television last week. I had said no to calls. Why was that?",
            once="",
        )
        open_case(work, message, customer_id)
        for survey_id, sent in ANSWERED:
            made_from = MadeFrom(1, note_values(dict.fromkeys(sent, ())))
            save_answers(work, customer_id, survey_id, sent, made_from)


def _ask(parts: Runtime) -> None:
    """Publish a survey, a competition and ready-made replies."""
    with parts.work() as work:
        kit = find_colleague_by_email(work, "kit@example.com")
        today = london_day(work.now)
        if kit is not None:
            add_survey(work, kit.id, FILMS, SurveyKind.SURVEY, films(today))
            add_survey(work, kit.id, TICKETS, SurveyKind.COMPETITION, tickets(today))
            for one in REPLIES:
                add_reply(work, kit.id, uuid4(), one)


def _write_in(parts: Runtime) -> None:
    jules = CUSTOMERS[1].details
    emails = (
        (jules.full_name, jules.email, Topic.CANCEL, EVERYTHING, "Please cancel everything."),
        (
            "A Visitor",
            "visitor@example.com",
            Topic.COPY,
            "",
            "I was a customer until last year. What do you still hold about me?",
        ),
        ("Another Visitor", "another@example.net", Topic.OTHER, "", "How do I get a paper bill?"),
    )
    for name, email, topic, service, text in emails:
        with parts.work(VISITOR) as work:
            message = Message(
                name=name, email=email, topic=topic, service=service, text=text, once=""
            )
            open_case(work, message, None)
