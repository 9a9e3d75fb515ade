"""How often a page asks the databases: the same for one thing and for two hundred.

Every signed-in page asks once who is there, and looks one key up. Beside that:

=============================  ==============================================================
/account                       what is asked, choices, registrations, messages with news, those that
                               we owe an answer, what happened last, kept forms, a change of
                               address, preference services (and then the customer)
/profile                       the customer, the last changes
/profile/edit                  the customer, what was kept of the form
/preferences                   what is asked, the choices, the last changes in the words of
                               then, what was kept of the form
/preferences/history           the changes, the words of then, what is asked and on today
/preferences/directories       the customer, the entries, the last changes, what was kept of the
                               form
/preferences/directories/history  the changes
/preferences/tps               the preference services (and then the customer)
/preferences/tps/<which>       the customer, what was kept of the form
/surveys                       what is asked, the answers
/surveys/answers               the customer, the answers, what is asked
/registrations                 the registrations
/registrations/cancel          the registrations, the customer, a count of each table, holds, open
                               messages, what was said about marketing
/security                      the customer, the secrets, the second steps, where they are signed
                               in, the browsers, the sign-ins, the failed tries
/security/…                    the customer, the secrets, the second steps
/security/sign-ins             the sign-ins
/cases                         the messages, and what we wrote in them
/cases/<reference>             the message, billing numbers, its entries, whether they are news,
                               what moved its day, what was kept of the form
/staff, /staff/cases           the counts, the colleagues, which cases come next, the cases;
                               in the queue who is at work and the saved views as well
/staff/deliveries              the counts, what was given up
/staff/emails                  the counts, what failed
/staff/cases/<reference>       the case, billing numbers, its entries, who wrote them, the
                               colleagues, what holds it, the look, emails that failed, ready-made
                               replies
=============================  ==============================================================
"""

import pytest

from portal.consent.marketing.service import save_choices
from portal.identity.staff_accounts.rules import Role
from portal.platform.core.webhooks import Receiver
from tests.consent.marketing.steps import EVERY_CHOICE
from tests.consent.webhooks.receiver import new_secret
from tests.consent.webhooks.steps import choose, refuse, telling
from tests.pages import Visitor
from tests.statements import listening
from tests.world import LEAVE_LATER, Person, World, act

CUSTOMER_PAGES = {
    "/account": 11,
    "/profile": 3,
    "/profile/edit": 3,
    "/preferences": 7,
    "/preferences/off": 1,
    "/preferences/history": 5,
    "/preferences/sharing": 2,
    "/preferences/directories": 5,
    "/preferences/directories/history": 2,
    "/preferences/tps": 2,
    "/surveys": 3,
    "/surveys/answers": 4,
    "/preferences/tps/telephone": 3,
    "/registrations": 2,
    "/security": 10,
    "/security/sign-ins": 2,
    "/security/password": 5,
    "/security/question": 6,
    "/security/authenticator": 5,
    "/security/recovery-codes": 5,
    "/security/passkeys/add": 6,
    "/security/email": 4,
    "/cases": 3,
    "/contact": 3,
    "/privacy": 1,
    "/privacy/register": 2,
    "/privacy/disclosures": 3,
}
OFFICERS_PAGES = {"/staff/deliveries": (3, 1), "/staff/emails": (5, 1)}
STAFF_PAGES = {"/staff": (6, 3), "/staff/cases": (7, 3), "/staff/security": (7, 1)}


def ask(world: World, visitor: Visitor, path: str) -> tuple[int, int]:
    """How many statements the main database and the keyring hear for a page."""
    visitor.open(path)
    with listening(world) as heard:
        visitor.open(path)
    return len(heard.main), len(heard.keyring)


def fill(world: World, person: Person, number: int) -> str:
    """Give a customer many messages and choices; the last reference."""
    reference = ""
    for _ in range(number):
        reference = world.case(person)
    for turn in range(number // 16):
        chosen = frozenset(EVERY_CHOICE if turn % 2 == 0 else ())
        act(world, person, save_choices, person.customer_id, chosen)
    return reference


@pytest.mark.parametrize("number", [1, 200])
def test_a_customers_page_asks_as_often_however_much_there_is(world: World, number: int) -> None:
    person = world.customer()
    reference = fill(world, person, number)
    visitor = world.signed_in(person)
    counted = {path: ask(world, visitor, path) for path in CUSTOMER_PAGES}
    assert counted == {path: (most, 1) for path, most in CUSTOMER_PAGES.items()}
    assert ask(world, visitor, f"/cases/{reference}") == (7, 1)
    main, keyring = ask(world, visitor, LEAVE_LATER)
    assert main <= 41
    assert keyring <= 2  # the key, and what the ledger has of them already


@pytest.mark.parametrize("number", [1, 200])
def test_a_page_of_the_desk_asks_as_often_however_many_cases_there_are(
    world: World, number: int
) -> None:
    references = [world.case() for _ in range(number)]
    desk = world.at_the_desk()
    path = f"/staff/cases/{references[-1]}"
    desk.open(path).send(f"{path}/assign", colleague=own_id(desk, path))
    for page, (main, keyring) in STAFF_PAGES.items():
        counted = ask(world, desk, page)
        assert counted[0] <= main, page
        assert counted[1] <= keyring, page
    main, keyring = ask(world, desk, path)
    assert main <= 15  # of a visitor’s: whose it might be, and whose the address is by now
    assert keyring <= 2


@pytest.mark.parametrize("number", [16, 200])
def test_assisted_choices_ask_as_often_however_long_their_record_is(
    world: World, number: int
) -> None:
    reference = fill(world, world.customer(), number)
    main, keyring = ask(world, world.at_the_desk(), f"/staff/cases/{reference}/choices")
    assert main <= 14  # with the role, for the line that tells whose it is, and former numbers
    assert keyring <= 3


@pytest.mark.parametrize("number", [1, 40])
def test_the_page_of_deliveries_asks_as_often_however_much_was_given_up(
    world: World, number: int
) -> None:
    telling(world, Receiver("http://127.0.0.1:9/", [new_secret()]))
    for one in range(number):
        choose(world, world.customer(f"person{one}@example.com"), "offers:email")
    refuse(world)
    desk = world.at_the_desk(world.colleague(role=Role.PRIVACY_OFFICER))
    for page, counted in OFFICERS_PAGES.items():
        assert ask(world, desk, page) == counted


def own_id(desk: Visitor, path: str) -> str:
    option = desk.open(path).soup.select("select[name=colleague] option")[1]
    return str(option["value"])


def test_as_many_customers_as_there_are_make_no_page_ask_more(world: World) -> None:
    person = world.customer()
    visitor = world.signed_in(person)
    alone = {path: ask(world, visitor, path) for path in CUSTOMER_PAGES}
    for number in range(40):
        other = world.customer(f"person{number}@example.com")
        world.case(other)
    assert {path: ask(world, visitor, path) for path in CUSTOMER_PAGES} == alone


def test_a_search_asks_as_often_for_one_case_as_for_fifty(world: World) -> None:
    person, desk = world.customer(), world.at_the_desk()
    counts = []
    for number in (1, 49):
        fill(world, person, number)
        page = desk.open("/staff/cases")
        with listening(world) as heard:
            page.send("/staff/cases", q=person.email)
        counts.append((len(heard.main), len(heard.keyring)))
    assert counts[0] == counts[1]


def test_a_visitors_page_asks_nothing(world: World) -> None:
    visitor = world.visitor()
    visitor.open("/")
    with listening(world) as heard:
        for path in ("/", "/privacy", "/cookies", "/register", "/contact", "/healthz"):
            visitor.client.get(path)
    assert heard.main == heard.keyring == []
