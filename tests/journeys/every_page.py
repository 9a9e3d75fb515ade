"""Every page of the portal in every state, with people and words that are hard on a layout.

Each part leads a browser from page to page and says the name of each that it has come to.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from playwright.sync_api import expect

from portal.consent.surveys.queries import list_surveys
from portal.consent.surveys.rules import AnswerKind, SurveyQuestion
from portal.consent.surveys.service import close_survey
from portal.desk.canned_replies.queries import list_replies
from portal.desk.case_records.rules import EVERYTHING, OWN_FORM, Topic
from portal.desk.queue.rules import PAGE
from portal.identity.accounts.queries import list_registrations
from portal.identity.accounts.rules import CustomerKind, Service
from portal.identity.mfa.queries import get_factors
from portal.identity.mfa.rules import PasskeyOwner
from portal.identity.mfa.service import add_passkey, begin_passkey
from portal.identity.sessions.models import SignInRecord
from portal.identity.staff_accounts.rules import Role
from portal.messaging.email.delivery import FailureReason
from portal.messaging.email.models import EmailState, OutboxEmail
from portal.platform.core.ids import StaffId
from portal.platform.core.webhooks import Receiver
from tests.billing import billing_system, connect
from tests.consent.list_screening.lists import agrees
from tests.consent.listed_people.steps import take_in
from tests.consent.sharing.test_sharing import given
from tests.consent.surveys.steps import ABOUT_FILMS, publish, publish_again
from tests.consent.webhooks.receiver import new_secret
from tests.consent.webhooks.steps import choose, refuse, telling
from tests.desk.disclosures.test_disclosures import given as give
from tests.desk.listing_requests.steps import ask as ask_about
from tests.desk.listing_requests.steps import make_code
from tests.desk.staff_admin.steps import CHOSEN, invited, show_code
from tests.identity.account_recovery.test_forgotten import with_authenticator
from tests.identity.accounts.registering import FILLED, register_in
from tests.identity.mfa.keys import SoftKey
from tests.journeys.conftest import Site
from tests.pages import Visitor
from tests.world import LEAVE_LATER, LEAVE_NOW, PASSWORD, Person, rows_with


@dataclass(frozen=True)
class Walk:
    """A way through pages: the cookies it is given, and what it alone is there to show."""

    lead: Callable[[Site], Iterator[str]]
    cookies: str
    rooms: dict[str, str]

    @property
    def shows(self) -> set[str]:
        """The endpoints of the pages that it must come by."""
        return {f"{room}.{page}" for room, pages in self.rooms.items() for page in pages.split()}


ENDLESS = "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogoch" * 6
BACKWARDS = "\u202eלאה\u202d (שרה) \u2067" + "ש" * 80
HOSTILE: dict[str, Any] = {
    "given_name": ENDLESS,
    "family_name": BACKWARDS,
    "telephone": "+44 1632 960001",
    "mobile": "07700 900123",
    "address_line_1": ENDLESS[:120],
    "address_line_2": BACKWARDS,
    "town": ENDLESS[:120],
    "postcode": "ZZ99 9ZZ",
    "country": "GS",
    "kind": CustomerKind.BUSINESS,
    "account_manager": ENDLESS[:100],
}
LONG_EMAIL = f"{'a' * 50}@{'b' * 60}.{'c' * 60}.example.com"
WORDS = f"{ENDLESS}\n\n{BACKWARDS}\nhttps://example.com/{'x' * 300}"

PUBLIC = (
    *(
        "/",
        "/privacy",
        "/privacy/register",
        "/privacy/disclosures",
        "/help",
        "/cookies",
        "/accessibility",
        "/display",
    ),
    *("/register", "/register/sent", "/register/confirm/nothing", "/sign-in"),
    *(
        "/contact",
        *(f"/contact/{one}" for one in OWN_FORM),
        "/contact/sent",
        "/contact/confirm/nothing",
        "/contact/confirmed",
    ),
    *("/follow", "/follow/sent", "/follow/nothing"),
    *("/directories/your-number", "/directories/your-number/sent", "/directories/code"),
    "/directories/entry/PC-2222-222",
    *("/registrations/closed", "/receipts", "/receipts/ER-2222-2222-2222"),
    *(
        "/forgotten",
        "/forgotten/sent",
        "/forgotten/nothing",
        "/begin-anew/nothing",
        "/choices",
        "/choices/sent",
        "/unsubscribe/offers/nothing",
    ),
    *("/registrations/gone", "/signed-out", "/signed-out?why=idle", "/sign-out", "/nothing"),
    *("/staff/sign-in", "/staff/signed-out", "/staff/signed-out?why=idle", "/staff/nothing"),
)
OWN = (
    *(
        "/account",
        "/account/activity",
        "/your-data",
        "/your-data/profile",
        "/your-data/messages",
        "/your-data/sign-in",
        "/your-data/received",
        "/your-data/looked",
        "/your-data/corrections",
        "/your-data/correct/registrations",
        "/profile",
        "/profile/edit",
        "/profile/account-number",
        "/prove",
    ),
    *("/preferences", "/preferences/off", "/surveys", "/surveys/answers"),
    *("/preferences/directories", "/preferences/directories/history", "/preferences/tps"),
    *("/preferences/tps/telephone", "/preferences/tps/mail"),
    *(
        "/preferences/sharing",
        "/preferences/history",
        "/registrations",
        "/registrations/add",
        "/registrations/cancel",
        "/registrations/cancel/when/no",
        "/your-data/download?then=when",
        LEAVE_LATER,
        "/cases",
    ),
    *("/your-data/download", "/receipts"),
    *("/contact", "/privacy", "/cases/PC-2222-222", "/nothing"),
    *("/security", "/security/sign-ins", "/security/password", "/security/question"),
    *("/security/authenticator", "/security/recovery-codes", "/security/passkeys/add"),
    *("/security/email", "/security/email/confirm/nothing", "/security/email/undo/nothing"),
)
ELSEWHERE = tuple(
    f"/your-data/elsewhere/{path}" for path in ("calls", "credit-checks", "calls/items")
)
DESK = (
    *("/staff", "/staff/cases", "/staff/cases?view=mine", "/staff/cases?view=unassigned"),
    *("/staff/cases?view=overdue", "/staff/cases?view=closed", "/staff/cases?sort=assigned"),
    *("/staff/cases?topic=cancel-registration&status=new&order=down", "/staff/cases/PC-2222-222"),
    *("/staff/views", "/staff/views/add?topic=cancel-registration"),
    *("/staff/security", "/staff/security/password", "/staff/security/authenticator"),
    *("/staff/security/recovery-codes", "/staff/security/passkeys/add", "/staff/prove"),
    "/staff/join/nothing",
)


def walk_in_public(site: Site) -> Iterator[str]:
    """See what anybody can see, and everything on the way in."""
    yield from _open_all(site, PUBLIC)
    for path, button in (
        ("/register", "Continue"),
        ("/sign-in", "Continue"),
        ("/staff/sign-in", "Continue"),
        ("/forgotten", "Email me the link"),
        ("/directories/your-number", "Ask about my number"),
        ("/directories/code", "See my entry"),
        ("/contact", "Send my message"),
    ):
        yield _fail(site, path, button)
    site.field("Your message").fill("x" * 300_000)
    site.press("Send my message")
    site.arrive("That’s too long")
    yield "413"
    site.open("/contact")
    site.context.clear_cookies()
    site.press("Send my message")
    site.is_told("Send this form again")
    yield "400"
    yield from _second_steps(site)
    yield from _recovery(site)
    yield from _links(site)
    yield from _entry(site)


def _entry(site: Site) -> Iterator[str]:
    """See an entry that fits nowhere, by a code, until its number is left out; and nothing."""
    world = site.world
    row = f"{ENDLESS[:200]},{BACKWARDS},ZZ99 9ZZ ZZ9,020 7946 0101"
    take_in(world, row, operator=ENDLESS[:100], directories="printed enquiries online reverse")
    desk = world.at_the_desk(world.colleague("calls@example.com"))
    for number in ("020 7946 0101", "020 7946 0199"):
        reference = ask_about(world.visitor(), number)
        site.open("/directories/code")
        site.fill({"Reference": reference, "Code": make_code(desk, reference)})
        site.press("See my entry")
        site.arrive(f"{number} in our directories")
        path = f"/directories/entry/{reference}"
        yield path
        yield from _open_all(site, (f"{path}/take-out",))
        if number.endswith("1"):
            yield from _open_all(site, (f"{path}/correct",))
            site.fill({"Name in the directory": "x" * 201})
            site.press("Save the entry")
            expect(site.page.get_by_role("alert")).to_be_visible()
            yield f"{path}/correct with errors"
            site.open(f"{path}/take-out")
            site.press("Take my number out")
            site.read("Your number stays out of our directories")
            yield f"{path} that is left out"


def _second_steps(site: Site) -> Iterator[str]:
    """See what is asked after the password, of each kind of person."""
    world = site.world
    careful = world.customer("careful@example.com")
    with_authenticator(world, careful)
    for path, person, steps in (
        ("/sign-in", world.customer("half@example.com"), ("question", "email-code")),
        ("/sign-in", careful, ("authenticator", "recovery-code")),
        ("/staff/sign-in", world.colleague("half@example.com"), ("authenticator",)),
        ("/staff/sign-in", world.colleague("half2@example.com"), ("recovery-code",)),
    ):
        site.context.clear_cookies()
        site.open(path)
        label = "Email address" if path == "/sign-in" else "Work email address"
        site.fill({label: person.email, "Password": person.password})
        site.press("Continue")
        expect(site.page.get_by_role("button", name="Sign in")).to_be_visible()
        for step in steps:
            yield from _open_all(site, (f"{path}/{step}",))
            site.press("Sign in")
            expect(site.page.get_by_role("alert")).to_be_visible()
            yield f"{path}/{step} with errors"


def _recovery(site: Site) -> Iterator[str]:
    """See what a link to a new password leads to, with a question and with a code."""
    world = site.world
    for email in ("half@example.com", "careful@example.com"):
        world.visitor().open("/forgotten").send(email=email)
        link = world.email("Choose a new password").link
        yield from _open_all(site, (link,))
        yield _fail(site, link, "Change my password")
    world.visitor().open("/choices").send(email="half@example.com")
    yield from _open_all(site, (world.email("Your marketing choices").link, "/choices/nothing"))
    reference = world.case(topic=Topic.SIGN_IN, email="half@example.com")
    desk = world.at_the_desk(world.colleague("lets@example.com", role=Role.SENIOR))
    page = desk.open(f"/staff/cases/{reference}/let-back-in")
    page.send(note="Rang the number in the profile.", confirm="y")
    link = world.email("Set up your sign-in again").link
    yield from _open_all(site, (link,))
    yield _fail(site, link, "Save my password and question")


def _links(site: Site) -> Iterator[str]:
    world = site.world
    site.open("/register")
    site.fill({"First name": "Rowan", "Email address": "new@example.com"})
    site.check("At home", "Broadband")
    site.press("Continue")
    yield "/register/signing-in"
    site.press("Create my account")
    yield "/register/signing-in with errors"
    register_in(world.visitor(), **{**FILLED, "email": "new@example.com"})
    yield from _open_all(site, (world.email("Confirm").link,))
    site.field("The password you chose").fill(PASSWORD)
    site.press("Confirm my email address")
    site.is_told("Your email address is confirmed.")
    yield "/sign-in with a message"
    world.customer("leaving@example.com")
    desk = world.at_the_desk(world.colleague("desk@example.com"))
    for service in (EVERYTHING, Service.MOBILE):
        reference = world.case(topic=Topic.CANCEL, service=service, email="leaving@example.com")
        path = f"/staff/cases/{reference}"
        desk.open(path).send(f"{path}/link")
        yield from _open_all(site, (world.email("Do you want to ").link,))
    reference = world.case(email="stranger@example.com")
    yield from _open_all(site, (world.email("We’ve got your message").link,))
    site.press("Open my message")
    yield "/follow/message"
    yield _fail(site, f"/follow/message/{reference}", "Send my message")
    desk.open(f"/staff/cases/{reference}").send(
        f"/staff/cases/{reference}", step="asked", message=WORDS
    )
    yield from _open_all(site, (f"/follow/message/{reference}",))
    yield _fail(site, "/follow", "Email me the link")
    site.open("/display")
    site.check("Largest", "Dark", "High")
    site.press("Save my display settings")
    site.is_told("Your display settings are saved.")
    yield "/display in the largest text"
    yield from _open_all(site, ("/privacy", "/register", "/contact"))
    site.context.clear_cookies(name="display")
    yield _fail(site, "/receipts", "Check this receipt")
    reference = world.erase(world.customer("gone@example.com"))
    yield from _open_all(site, (f"/registrations/gone/{reference}", f"/receipts/{reference}"))


def walk_as_newcomer(site: Site) -> Iterator[str]:
    """See what a customer sees who has done nothing yet."""
    person = site.world.customer(services=(Service.BROADBAND,))
    with billing_system(site.world.instance, site.world.clock, person.email) as billing:
        connect(site.world, billing.url)
        site.sign_in(person)
        yield from _open_all(site, (*OWN, *ELSEWHERE, "/your-data/elsewhere/calls/items?page=2"))
    yield from _open_all(site, ("/your-data/elsewhere/calls/items",))
    for path in ("calls/items", "credit-checks"):
        site.open(f"/your-data/elsewhere/{path}")
        site.press("Ask for it")
        yield from _open_all(site, (f"/your-data/elsewhere/{path}",))


def walk_as_customer(site: Site) -> Iterator[str]:
    """See what a customer sees who has done everything, and whose name fits nowhere."""
    world = site.world
    person = world.customer(LONG_EMAIL, tuple(Service), **HOSTILE)
    other = world.signed_in(person)
    references = [_talk(site, person, other, topic) for topic in Topic]
    registration = world.read(list_registrations, person.customer_id)[0]
    site.open("/sign-in")
    site.page.get_by_text("Remember me on this device", exact=True).click()
    _finish_signing_in(site, person)
    for number in range(2):
        other.open("/preferences").send(choices=["offers:email", "surveys:text"][: 2 - number])
        other.open("/profile/edit").send(given_name=ENDLESS[:100], town=f"{ENDLESS[:90]}{number}")
        yield from _open_all(site, ("/profile/edit", "/preferences")[number : number + 1])
    yield from _list_numbers(site, other)
    agrees(world, person, ("brightwave", "yes"))
    given(world, person.email)
    yield from _answer(site, other)
    yield from _open_all(site, OWN)
    yield from _open_all(site, [f"/cases/{one}" for one in references[:2]])
    yield from _open_all(site, (f"/cases/{references[0]}/in-full",))
    yield _fail(site, f"/cases/{references[0]}", "Send my answer")
    site.open("/your-data/looked")
    look = site.page.get_by_role("link").filter(has_text="Ask about this").first
    ask = look.get_attribute("href") or ""
    yield from _open_all(site, (ask,))
    yield _fail(site, ask, "Send my question")
    cancel = f"/registrations/{registration.id}/cancel"
    yield from _open_all(site, (cancel,))
    yield _fail(site, cancel, f"Cancel my registration for {registration.name}")
    yield _fail(site, "/registrations/cancel", "Continue")
    yield from _kept(site)
    yield _fail(site, "/your-data", "Find")
    site.field("Find in your data").fill("e")
    site.press("Find")
    site.read("Found in")
    yield "/your-data/find"
    site.open("/profile/edit")
    site.fill({"First name": "", "Telephone (optional)": ENDLESS, "Postcode (optional)": "x" * 99})
    site.press("Save changes")
    expect(site.page.get_by_role("alert")).to_be_visible()
    yield "/profile/edit with errors"
    yield from _conflicts(site, other)
    site.press("Sign out")
    site.open("/sign-in")
    site.read("Welcome back")
    yield "/sign-in of somebody remembered"


def _answer(site: Site, other: Visitor) -> Iterator[str]:
    """See questions that fit nowhere, the answers to them, and what is refused."""
    several = SurveyQuestion(BACKWARDS[:200], AnswerKind.SEVERAL, (ENDLESS[:80], BACKWARDS[:80]))
    asked: dict[str, Any] = {
        "title": ENDLESS[:80],
        "purpose": ENDLESS[:300],
        "questions": (ABOUT_FILMS, several),
    }
    survey = publish(site.world, **asked)
    path = f"/surveys/{survey}"
    yield from _open_all(site, (path,))
    other.open(path).send(typed_1=ENDLESS[:500], several_2=[ENDLESS[:80]])
    site.page.locator("textarea").fill("Another")
    site.press("Save my answers")
    site.is_told("Your answers were changed somewhere else")
    yield f"{path} with a conflict"
    publish_again(site.world, survey, purpose=BACKWARDS)
    site.page.locator("textarea").fill("A third")
    site.press("Save my answers")
    site.is_told("The questions or what they’re for have changed")
    yield f"{path} of another version"
    site.page.locator("textarea").fill("x" * 501)
    site.press("Save my answers")
    expect(site.page.get_by_role("alert")).to_be_visible()
    yield f"{path} with errors"
    closed = publish(site.world, closes_on=site.world.clock().date())
    with site.world.work() as work:
        close_survey(work, StaffId(uuid4()), closed)
    yield from _open_all(site, (f"/surveys/{closed}", "/surveys", "/surveys/answers"))
    yield from _open_all(site, ("/surveys/answers/delete",))


def _list_numbers(site: Site, other: Visitor) -> Iterator[str]:
    """See directories and preference services that everything is said to, and what is refused."""
    path, number = "/preferences/directories", "+441632960001"
    site.open(path)
    other.open(path).send(entries=[f"{number}:printed", f"{number}:reverse"])
    site.world.clock.move(seconds=1)
    other.open(path).send(entries=[])
    site.page.locator("label").filter(has_text="Printed directory").first.click()
    site.press("Save my choices")
    site.is_told("Your numbers or choices were changed somewhere else")
    yield f"{path} with a conflict"
    other.open(path).send(entries=[f"{number}:printed", f"{number}:reverse"])
    yield _refuse_date(site)
    for service in ("telephone", "mail"):
        other.open(f"/preferences/tps/{service}").send(year="2025")
    other.open("/profile/edit").send(telephone="020 7946 0007", address_line_1=BACKWARDS)
    other.open(path).send(entries=["+442079460007:online", "+442079460007:reverse"])
    site.open(path)
    site.page.locator("label").filter(has_text="Online directory").first.click()
    site.press("Save my choices")
    expect(site.page.get_by_role("alert")).to_be_visible()
    yield f"{path} with errors"


def _refuse_date(site: Site) -> str:
    path = "/preferences/tps/telephone"
    site.open(path)
    site.fill({"Day": "31", "Month": "2"})
    site.press("Save the date")
    expect(site.page.get_by_role("alert")).to_be_visible()
    return f"{path} with errors"


def _kept(site: Site) -> Iterator[str]:
    """See a form that was kept, and where it is offered."""
    site.open("/contact")
    site.field("Your message").fill(WORDS[:2000])
    site.page.evaluate(
        """async () => {
            const body = new FormData(document.querySelector('main form[method=post]'));
            body.set('path', '/contact');
            await fetch('/session/keep', { method: 'POST', body });
        }"""
    )
    yield from _open_all(site, ("/account", "/contact"))
    site.press("Discard what I typed")


def _conflicts(site: Site, other: Visitor) -> Iterator[str]:
    site.open("/profile/edit")
    other.open("/profile/edit").send(given_name="Robin", town=BACKWARDS)
    site.fill({"First name": ENDLESS[:100], "Town or city (optional)": ENDLESS[:90]})
    site.press("Save changes")
    site.is_told("Your details were changed somewhere else")
    yield "/profile/edit with a conflict"
    site.press("Save what I typed")
    site.is_told("Your details are saved.")
    yield "/profile with a message"
    site.open("/preferences")
    other.open("/preferences").send(choices=["partner-offers:post"])
    site.world.clock.move(seconds=1)
    other.open("/preferences").send(choices=[])
    site.page.locator("label[for='partner-offers-post']").click()
    site.press("Save my choices")
    site.is_told("Your choices were changed somewhere else")
    yield "/preferences with a conflict"


def walk_at_an_empty_desk(site: Site) -> Iterator[str]:
    """See what a member of staff sees before anybody has written."""
    site.sign_in(site.world.colleague("first@example.com"), "/staff")
    yield from _open_all(site, (*DESK, "/contact"))


def _walk_through_the_queue(site: Site) -> Iterator[str]:
    """Turn a page, choose nothing, and save a view."""
    site.open("/staff/cases")
    site.page.get_by_role("link", name="Next page").click()
    expect(site.page.get_by_role("link", name="Next page")).to_have_count(0)
    yield "/staff/cases, the second page"
    yield _fail(site, "/staff/cases", "Assign")
    yield _fail(site, "/staff/views/add?view=new", "Save this view")
    site.fill({"Name of this view": ENDLESS[:40]})
    site.press("Save this view")
    site.is_told("The view is saved.")
    yield "/staff/cases with a saved view"
    site.open("/staff/views")
    yield "/staff/views with one"
    site.page.get_by_role("link", name="Rename").click()
    yield "/staff/views, rename"


def walk_at_the_desk(site: Site) -> Iterator[str]:
    """See a desk that is full of people and words that fit nowhere."""
    world = site.world
    person = world.customer(f"b{LONG_EMAIL}", **HOSTILE)
    gone = world.customer("gone@example.com")
    kept = [world.case(gone)]
    other = world.at_the_desk(world.colleague("kit@example.com", ENDLESS))
    browser = world.signed_in(gone)
    browser.open(LEAVE_NOW).send(password=gone.password, confirm="y", when="now")
    kept += [_talk(site, person, other, topic) for topic in (Topic.COPY, Topic.CANCEL)]
    world.clock.move(days=40)
    for name in [ENDLESS, BACKWARDS, *["A Visitor"] * PAGE]:
        world.case(name=name, email=LONG_EMAIL, topic=Topic.CANCEL, service="wifi", text=WORDS)
    world.clock.move(days=31)
    new = world.case(name=ENDLESS, email=LONG_EMAIL, topic=Topic.CANCEL, service="wifi", text=WORDS)
    site.sign_in(world.colleague("sam@example.com", BACKWARDS), "/staff")
    yield from _open_all(site, DESK)
    yield from _walk_through_the_queue(site)
    yield from _open_all(site, [f"/staff/cases/{one}" for one in (*kept, new)])
    yield from _open_all(site, (f"/staff/cases/{new}/in-full",))
    yield _fail(site, f"/staff/cases/{new}", "Send or save this")
    yield from _decide(site, kept[-1], world.at_the_desk(world.colleague("rae@example.com")))
    yield from _hold(site, kept[-1])
    last_day = f"/staff/cases/{world.case(person, topic=Topic.COPY, text=WORDS)}/deadline"
    pages = "identity", "identity/shown", "longer"
    yield from _open_all(site, (last_day, *(f"{last_day}/{one}" for one in pages)))
    yield _fail(site, f"{last_day}/longer", "Tell them, and take longer")
    yield from _end(site, world.case(person, topic=Topic.OBJECTION, text=WORDS))
    yield _fail(site, "/staff/requests/new", "Enter the request")
    row = f"{ENDLESS[:200]},{BACKWARDS},ZZ99 9ZZ ZZ9,020 7946 0101"
    take_in(world, row)
    for way in ("call", "post"):
        path = f"/staff/cases/{ask_about(world.visitor(), way=way)}/directory-entry"
        yield from _open_all(site, (path,))
        site.press("Make a code")
        site.read("We show it only once.")
        yield f"{path} with a code, by {way}"
    take_in(world, "Robin,,,020 7946 0101", operator="Another")
    site.press("Make another code")
    site.read("There’s no address to post a code to")
    yield "/staff/cases/directory-entry without an address"
    corrected = world.case(person, topic=Topic.CORRECTION, text=WORDS)
    path = f"/staff/cases/{corrected}/correction"
    yield from _open_all(site, (path,))
    yield _fail(site, path, "Save and answer")


def _end(site: Site, reference: str) -> Iterator[str]:
    """Close a case without an answer, and open it again."""
    case = f"/staff/cases/{reference}"
    yield _fail(site, f"{case}/close", "Close it")
    site.page.locator("label").filter(has_text="Sent twice").click()
    site.press("Close it")
    site.is_told("The case is closed.")
    yield f"{case} closed"
    yield _fail(site, f"{case}/reopen", "Open it again")


def walk_among_colleagues(site: Site) -> Iterator[str]:
    """Look after colleagues whose names fit nowhere, and join the desk oneself."""
    world = site.world
    site.sign_in(world.colleague("boss@example.com", BACKWARDS, Role.ADMINISTRATOR), "/staff")
    other = world.colleague("another@example.com", ENDLESS)
    home = "/staff/colleagues"
    verbs = ("role", "invite", "close")
    yield from _open_all(
        site, (home, f"{home}/add", *(f"{home}/{other.id}/{one}" for one in verbs))
    )
    yield _fail(site, f"{home}/add", "Send the invitation")
    yield from _deliveries(site)
    yield from _emails(site)
    site.context.clear_cookies()
    _, path = invited(world)
    yield from _open_all(site, (path,))
    yield _fail(site, path, "Save my password")
    site.field("Create a password").fill(CHOSEN)
    site.press("Save my password")
    site.arrive("Set up an app or a passkey")
    yield "/staff/join/authenticator"
    secret = site.page.locator("code.code").inner_text().replace(" ", "")
    site.press("Finish")
    expect(site.page.get_by_role("alert", name="There is a problem")).to_be_visible()
    yield "/staff/join/authenticator with errors"
    site.field("Code from your app").fill(show_code(world, secret))
    site.press("Finish")
    site.arrive("Save your recovery codes")
    yield "/staff/join/authenticator, the codes"


def walk_as_the_officer(site: Site) -> Iterator[str]:
    """Say what customers are asked, in words that fit nowhere."""
    world = site.world
    site.sign_in(world.colleague("kit@example.com", role=Role.PRIVACY_OFFICER), "/staff")
    home = "/staff/catalogue"
    yield from _open_all(site, (home, f"{home}/add", f"{home}/offers"))
    yield _fail(site, f"{home}/add", "Publish these words")
    site.open(f"{home}/offers")
    site.fill({"What is it called?": ENDLESS[:60], "Why are you making this change?": BACKWARDS})
    site.page.get_by_label("What is it for?").fill(ENDLESS[:400])
    site.press("Publish these words")
    site.is_told("Published.")
    yield f"{home} with a version"
    yield from _surveys(site)
    yield from _replies(site)
    yield from _records(site)
    yield from _open_all(site, ("/staff/register",))
    yield from _lists(site)


def _surveys(site: Site) -> Iterator[str]:
    """Write something to answer in words that fit nowhere, see it first, and close it."""
    home = "/staff/surveys"
    yield from _open_all(site, (home, f"{home}/add"))
    yield _fail(site, f"{home}/add", "Publish it")
    site.page.locator("label").filter(has_text="Survey").first.click()
    site.fill({
        "What is it called?": ENDLESS[:80],
        "What are the answers for?": BACKWARDS[:300],
        "How many months do you keep each answer?": "12",
        "Question 1": ENDLESS[:200],
        "Why are you publishing this?": BACKWARDS[:300],
    })  # fmt: skip
    site.press("See what customers will see")
    site.read("What customers will see")
    yield f"{home}/add with a preview"
    site.press("Publish it")
    site.is_told("Published.")
    yield f"{home} with a survey"
    (survey,) = site.world.read(list_surveys)
    yield from _open_all(site, (f"{home}/{survey.id}",))
    site.press("Close it for good")
    site.is_told("Closed.")
    yield f"{home}/{survey.id} closed"


def _replies(site: Site) -> Iterator[str]:
    """Write a reply in words that fit nowhere, put it into an answer, and retire it."""
    home = "/staff/replies"
    yield from _open_all(site, (home, f"{home}/new"))
    yield _fail(site, f"{home}/new", "Publish it")
    site.page.locator("label").filter(has_text="Something else").click()
    site.fill({"Title": ENDLESS[:80], "Reply": f"{{name}} {BACKWARDS[:300]} {{service}}"})
    site.press("See what customers will read")
    site.read("What customers will read")
    yield f"{home}/new with a preview"
    site.press("Publish it")
    site.is_told("Published.")
    yield f"{home} with a reply"
    (reply,) = site.world.read(list_replies)
    case = f"/staff/cases/{site.world.case()}"
    yield from _open_all(site, (f"{home}/{reply.id}", f"{case}?reply={reply.id}"))
    site.press("Send or save this")
    site.read("There is a problem")
    yield f"{case} with a field that is not filled in"
    yield from _open_all(site, (f"{home}/{reply.id}",))
    site.press("Retire it for good")
    site.is_told("Retired.")
    yield f"{home}/{reply.id} retired"


def _records(site: Site) -> Iterator[str]:
    """Open a part of a customer's record, without a case."""
    person = site.world.customer("looked.at@example.com", given_name=ENDLESS[:40])
    path, case = f"/staff/customers/{person.id}/record", site.world.case(person)
    yield from _open_all(site, ("/staff/customers", path, f"{path}/messages/called"))
    yield from _open_all(site, (f"/staff/cases/{case}/record",))
    yield _fail(site, "/staff/customers", "Find the customer")
    yield _fail(site, path, "Continue")
    given = f"/staff/customers/{person.id}/disclosures"
    yield from _open_all(site, ("/staff/disclosures", given))
    yield _fail(site, "/staff/disclosures", "Find the customer")
    yield _fail(site, given, "Ask a colleague to agree")
    lee = site.world.colleague("lee.senior@example.com", "Lee Senior", Role.SENIOR)
    lou = site.world.colleague("lou@example.com", role=Role.PRIVACY_OFFICER)
    agreed = f"{given}/{give(site.world, person, lee, lou)}/given"
    yield from _open_all(site, (agreed,))
    site.fill({"On which day was it given?": ""})
    site.press("Save the day")
    expect(site.page.get_by_role("alert")).to_be_visible()
    yield f"{agreed} with errors"
    site.open(f"{path}/profile/called")
    site.press("Open it")
    site.read("What we hold")
    yield f"{path}/open"


def _lists(site: Site) -> Iterator[str]:
    """Screen a list in which most rows are withheld."""
    path = "/staff/lists"
    yield from _open_all(site, (path,))
    yield _fail(site, path, "Screen the list")
    site.page.get_by_label("What is it about?").select_option("New products")
    site.check("Email")
    rows = b"Email\nnobody@example.org\nnobody\n"
    site.field("The list").set_input_files(
        {"name": "list.csv", "mimeType": "text/csv", "buffer": rows}
    )
    site.press("Screen the list")
    site.read("0 of 2 rows may be contacted today")
    yield f"{path} with what came of it"


def _emails(site: Site) -> Iterator[str]:
    """See that every email went, then one that was not delivered."""
    path = "/staff/emails"
    yield from _open_all(site, (path,))
    site.world.case()
    with site.world.work() as work:
        row = rows_with(work, OutboxEmail)[0]
        row.state, row.ended_at = EmailState.FAILED, work.now
        row.reason, row.code = FailureReason.NO_ADDRESS, 550
    yield from _open_all(site, (path,))


def _deliveries(site: Site) -> Iterator[str]:
    """See that nobody is told of changes, then what a receiver did not take."""
    path = "/staff/deliveries"
    yield from _open_all(site, (path,))
    telling(site.world, Receiver("http://127.0.0.1:9/", [new_secret()]))
    person = site.world.customer("tells@example.com")
    for choices in (["offers:email", "surveys:text"], ["surveys:text"]):
        choose(site.world, person, *choices)
        refuse(site.world)
    yield from _open_all(site, (path,))
    site.press("Send all again")
    site.is_told("2 are on their way again. Not sent, because newer changes have replaced them: 1.")
    yield f"{path} with a message"


def walk_with_passkeys(site: Site) -> Iterator[str]:
    """See what somebody sees who has passkeys, as a customer and at the desk."""
    world = site.world
    rowan, lou = world.customer("keys@example.com"), world.colleague("keys@example.com")
    _, codes = with_authenticator(world, rowan)
    for person, entry, label, paper in (
        (rowan, "/sign-in", "Email address", codes),
        (lou, "/staff/sign-in", "Work email address", lou.codes),
    ):
        passkey = _give_passkey(site, person)
        site.open(entry)
        site.fill({label: person.email, "Password": person.password})
        site.press("Continue")
        site.arrive("Enter the code from your app")
        yield from _open_all(site, (f"{entry}/passkey", f"{entry}/recovery-code"))
        site.page.get_by_role("textbox").fill(paper.pop())
        site.press("Sign in")
        expect(site.page.get_by_role("button", name="Sign out").first).to_be_visible()
        home = entry.replace("sign-in", "security")
        yield from _open_all(site, (home, f"{home}/passkeys/{passkey}/remove"))
    with world.work() as work:
        (record,) = rows_with(work, SignInRecord, owner_id=rowan.id)
        unknown = f"/security/sign-ins/{record.id}/unknown"
    yield from _open_all(site, (unknown, "/security/authenticator/remove"))


def _give_passkey(site: Site, person: Person) -> UUID:
    """Give somebody a passkey, without a browser; its id."""
    settings, key = site.world.parts.settings, SoftKey(site.address)
    with site.world.work() as work:
        options = begin_passkey(work, settings, PasskeyOwner(person.id, person.email, "Somebody"))
        assert add_passkey(work, settings, person.id, key.enrol(options), ENDLESS[:60])
        return get_factors(work, person.id).passkeys[0].id


def _decide(site: Site, reference: str, other: Visitor) -> Iterator[str]:
    """Go on without the customer's link: the empty form, with errors, and asked by somebody."""
    path = f"/staff/cases/{reference}/without-link"
    yield from _open_all(site, (path, f"/staff/cases/{reference}"))
    yield _fail(site, path, "Ask a colleague")
    other.open(f"/staff/cases/{reference}").send(f"/staff/cases/{reference}/link")
    other.open(path).send(reason=WORDS)
    yield from _open_all(site, (path, f"/staff/cases/{reference}"))


def _hold(site: Site, reference: str) -> Iterator[str]:
    """Look at the holds as an agent, and as somebody who may place them."""
    path = f"/staff/cases/{reference}/holds"
    yield from _open_all(site, (path,))
    site.context.clear_cookies()
    site.sign_in(site.world.colleague("senior@example.com", role=Role.SENIOR), path)
    yield from _open_all(site, (path,))
    yield _fail(site, path, "Place the hold")
    yield from _open_all(site, (f"/staff/cases/{reference}/let-back-in",))
    desk = f"/staff/cases/{reference}"
    yield from _open_all(site, (f"{desk}/choices", f"{desk}/account-manager"))
    site.open(path)
    site.check("This case")
    site.fill({"Why?": WORDS[:900], "Until which day?": "1 March 2029"})
    site.press("Place the hold")
    yield from _open_all(site, (path, f"/staff/cases/{reference}"))
    yield _fail(site, "/staff/holds", "Find the customer")
    yield from _hold_customer(
        site, site.world.customer("held@example.com", family_name=ENDLESS[:60])
    )


def _hold_customer(site: Site, person: Person) -> Iterator[str]:
    """Hold somebody who never wrote: with nothing held, with errors, and held."""
    path = f"/staff/customers/{person.id}/holds"
    yield from _open_all(site, (path,))
    yield _fail(site, path, "Place the hold")
    site.fill({"Why?": WORDS[:900], "Until which day?": "1 March 2029"})
    site.press("Place the hold")
    yield from _open_all(site, (path,))


WALKS = {
    "public": Walk(
        walk_in_public,
        "desk display form session",
        {
            "accounts": "confirm register sent sign_in_details",
            "cancellation": "closed gone",
            "cases": "contact sent",
            "requests": "ask",
            "case_links": "ask link sent show",
            "listing_requests": "ask asked correct prove show take_out",
            "display_settings": "choose",
            "sign_in": "authenticator mailed_code question recovery_code sign_in signed_out",
            "public_pages": "accessibility cookies help privacy welcome",
            "marketing": "ask asked by_link",
            "unsubscribe": "unsubscribe",
            "receipts": "check show",
            "account_recovery": "begin begin_anew reset sent",
            "staff_sign_in": "authenticator recovery_code sign_in signed_out",
            "cancellation_requests": "confirm confirmed",
            "processing_register": "show",
            "disclosures": "numbers",
        },
    ),
    "newcomer": Walk(
        walk_as_newcomer,
        "form session",
        {
            "cancellation": "add check everything registrations when",
            "cases": "mine show",
            "sign_in": "prove",
            "access_log": "show",
            "your_data": "category download show",
            "dashboard": "show activity",
            "directories": "directories enrol history services",
            "email_change": "confirm show undo",
            "marketing": "edit history off",
            "profile": "account_number edit show",
            "sharing": "show",
            "outside_data": "items show",
            "corrections": "ask",
            "surveys": "answers show",
            "account_security": "add_passkey authenticator password question recovery_codes show"
            " sign_ins",
        },
    ),
    "customer": Walk(
        walk_as_customer,
        "form remember session",
        {
            "access_log": "ask",
            "surveys": "answer delete_all",
            "cancellation": "one",
            "cases": "in_full",
        },
    ),
    "empty desk": Walk(
        walk_at_an_empty_desk,
        "desk form",
        {
            "queue_desk": "add_view home show views",
            "staff_admin": "begin",
            "staff_sign_in": "prove",
            "staff_security": "add_passkey authenticator password recovery_codes show",
        },
    ),
    "desk": Walk(
        walk_at_the_desk,
        "desk form",
        {
            "cases_desk": "holds in_full show",
            "queue_desk": "rename_view",
            "corrections_desk": "decide",
            "case_outcomes_desk": "close reopen",
            "entered_requests_desk": "enter",
            "case_deadlines_desk": "ask_identity extend note_identity show",
            "listing_requests_desk": "prove",
            "assisted_choices_desk": "edit manager",
            "customer_holds_desk": "find show",
            "assisted_recovery_desk": "let_back_in",
            "cancellation_requests_desk": "without_link",
        },
    ),
    "officer": Walk(
        walk_as_the_officer,
        "desk form",
        {
            "purposes_desk": "add change show",
            "surveys_desk": "add change show",
            "canned_replies_desk": "add change show",
            "list_screening_desk": "screen",
            "processing_register_desk": "show",
            "customer_records_desk": "ask choose find for_case",
            "disclosures_desk": "find given show",
        },
    ),
    "passkeys": Walk(
        walk_with_passkeys,
        "desk form session",
        {
            "sign_in": "passkey",
            "account_security": "remove_authenticator remove_passkey unknown",
            "staff_sign_in": "passkey",
            "staff_security": "remove_passkey",
        },
    ),
    "colleagues": Walk(
        walk_among_colleagues,
        "desk form",
        {
            "staff_admin_desk": "add close invite role show",
            "webhooks_desk": "show",
            "undelivered_emails_desk": "show",
            "staff_admin": "second_step",
        },
    ),
}


def _open_all(site: Site, paths: tuple[str, ...] | list[str]) -> Iterator[str]:
    for path in paths:
        site.open(path)
        expect(site.page.get_by_role("heading", level=1)).to_have_count(1)
        yield path


def _fail(site: Site, path: str, button: str) -> str:
    """Send an empty form."""
    site.open(path)
    site.press(button)
    expect(site.page.get_by_role("alert")).to_be_visible()
    return f"{path} with errors"


def _finish_signing_in(site: Site, person: Person) -> None:
    site.fill({"Email address": person.email, "Password": person.password})
    site.press("Continue")
    site.page.get_by_role("textbox").fill(person.answer)
    site.press("Sign in")
    expect(site.page.get_by_role("button", name="Sign out")).to_be_visible()


def _talk(site: Site, person: Person, other: Visitor, topic: Topic) -> str:
    """Make a case in which everybody has said something endless."""
    service = EVERYTHING if topic is Topic.CANCEL else ""
    facts = {"name": ENDLESS, "email": LONG_EMAIL, "text": WORDS}
    reference = site.world.case(person, topic=topic, service=service, **facts)
    path = f"/staff/cases/{reference}"
    at_the_desk = other.open("/staff").path == "/staff"
    desk = other if at_the_desk else site.world.at_the_desk(_colleague(site, topic))
    for step in ("noted", "asked", "replied" if topic is Topic.COPY else "noted"):
        desk.open(path).send(path, step=step, message=WORDS[:4000])
    return reference


def _colleague(site: Site, topic: Topic) -> Person:
    return site.world.colleague(f"{topic}@example.com", ENDLESS)
