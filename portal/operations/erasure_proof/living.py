"""A person's use of the portal, page by page, at every address they ever had."""

import re
from dataclasses import dataclass, field
from io import BufferedReader, BytesIO
from typing import cast
from uuid import uuid4

from portal.consent.list_import.columns import OpenList, open_list
from portal.consent.list_screening.rules import Campaign
from portal.consent.list_screening.service import open_screen
from portal.consent.marketing.queries import get_choices
from portal.consent.marketing.rules import Choice
from portal.consent.sharing.rules import Terms
from portal.consent.sharing.service import share
from portal.identity.accounts.queries import find_customer_by_email
from portal.identity.accounts.service import get_locked
from portal.identity.contact_index.rules import Channel, spell_telephone
from portal.identity.mfa.models import Passkey
from portal.identity.mfa.service import (
    begin_authenticator,
    confirm_authenticator,
    make_recovery_codes,
)
from portal.operations.demo_data import QUESTION_KEY
from portal.operations.erasure_proof.driving import FOUND, Browser, ProofError
from portal.operations.erasure_proof.people import Person
from portal.operations.erasure_proof.scene import Scene
from portal.platform.core.ids import CustomerId
from portal.platform.core.sealing import place

COMPANY, AGREEMENT = "brightwave", "AG-2026/1"
OFFERS_BY_EMAIL = Choice("offers", "email")
STALE_MINUTES = 6
"""After so long a proof of who somebody is counts no more."""


@dataclass
class Life:
    """One person in the portal: their credentials, and the cases by and about them."""

    person: Person
    customer_id: CustomerId = field(default_factory=lambda: CustomerId(uuid4()))
    cases: dict[str, str] = field(default_factory=dict)
    """The references of what they wrote, by the name of the field with the words."""
    secret: str = field(default="", repr=False)
    """Of their authenticator."""
    cancelling: str = field(default="", repr=False)
    """The path of the link that confirms that everything is cancelled."""
    old_link: str = ""
    """The path to unsubscribe at, in a marketing email to their first address."""


def register(browser: Browser, person: Person, **other: str) -> None:
    """Register; `other` are the values of somebody else who types the same address."""
    typed = {
        "given_name": person.given_name,
        "family_name": person.family_name,
        "email": person.first_email,
        "kind": person.kind,
    }
    secrets = {"password": person.password, "question": QUESTION_KEY, "answer": person.answer}
    about, chosen = (
        {name: other.get(name, value) for name, value in those.items()}
        for those in (typed, secrets)
    )
    browser.save("/register", **about, services=["broadband", "mobile"])
    browser.send("/register/signing-in", **{**chosen, "answer": ""})  # what is right is kept
    browser.save("/register/signing-in", **{**chosen, "password": ""})


def sign_in(scene: Scene, browser: Browser, life: Life, email: str = "") -> bool:
    """Sign in with password and answer, or with the authenticator; tell whether it worked."""
    person, step, proof = life.person, "/sign-in/question", {"answer": life.person.answer}
    if life.secret:
        step, proof = "/sign-in/authenticator", {"code": scene.code(life.secret)}
    typed = {"email": email or person.email, "password": person.password}
    browser.send("/sign-in", **typed, remember="y")
    answer = browser.send(step, **proof)
    return answer.status_code != FOUND and answer.location == "/account"


def must_sign_in(scene: Scene, life: Life, email: str = "") -> Browser:
    """Return a browser in which somebody is signed in; raises `ProofError` if that failed."""
    browser = scene.browser()
    if not sign_in(scene, browser, life, email):
        raise ProofError("/sign-in let nobody in")
    return browser


def try_in_vain(browser: Browser, person: Person, email: str) -> None:
    """Type everything into the wrong field, as people do."""
    for name, password in (
        (email, email),
        (person.password, email),
        (email, person.answer),
    ):
        browser.send("/sign-in", email=name, password=password)


def ask_for_links(browser: Browser, email: str) -> None:
    """Request every link that can be requested without signing in."""
    for page in ("/forgotten", "/choices"):
        browser.save(page, email=email)


def write(browser: Browser, name: str, email: str, topic: str, text: str) -> str:
    """Send a message by the feedback form; return its reference."""
    service = "everything" if topic == "cancel-registration" else ""
    typed = {"name": name, "email": email, "topic": topic, "service": service, "message": text}
    browser.save("/contact", **typed)
    found = re.search(r"PC-[0-9A-Z]+-[0-9A-Z]+", browser.open("/contact/sent"))
    if found is None:
        raise ProofError("/contact gave no reference")
    return found[0]


def arrive(scene: Scene, life: Life) -> None:
    """Let others use an address before its owner does; then make the owner a customer."""
    person, stranger = life.person, scene.browser()
    first = person.first_email
    life.cases["early_message"] = write(
        stranger, person.full_name, first, "other", person.early_message
    )
    others = f"{person.password} of another"
    register(stranger, person, given_name=person.strangers_name, password=others)
    register(scene.browser(), person)
    scene.work()
    link = scene.post.find_link(first, "Confirm your email")
    scene.browser().save(link, password=person.password)
    with scene.parts.reading() as work:
        customer = find_customer_by_email(work, first)
    if customer is None:
        raise ProofError("/register made no customer")
    life.customer_id = customer.id


def live_at_first(scene: Scene, life: Life) -> None:
    """Do all a customer can do, while the first address is theirs."""
    person = life.person
    try_in_vain(scene.browser(), person, person.first_email)
    browser = must_sign_in(scene, life, person.first_email)
    save_profile(browser, person.old_details)
    browser.save("/contact", topic="marketing", message=person.message)
    browser.save("/preferences", choices=["offers:email", "surveys:post", f"{COMPANY}:yes"])
    give_to_company(scene, person.first_email)
    life.old_link = find_unsubscribe_path(scene, person.first_email)
    ask_for_links(scene.browser(), person.first_email)
    life.cases["former_message"] = write(
        scene.browser(), person.full_name, person.first_email, "other", person.former_message
    )


def change_address(scene: Scene, life: Life) -> None:
    """Change the address and undo that, then change it for good; use an old link."""
    person = life.person
    confirm_address(scene, must_sign_in(scene, life, person.first_email), person.undone_email)
    try_in_vain(scene.browser(), person, person.undone_email)
    ask_for_links(scene.browser(), person.undone_email)
    back = scene.post.find_link(person.first_email, "Your email address was changed")
    scene.browser().save(back)
    scene.work()
    again = scene.post.find_link(person.first_email, "Choose a new password")
    scene.browser().save(again, password=person.password, proof=person.answer)
    confirm_address(scene, must_sign_in(scene, life, person.first_email), person.email)
    scene.browser().send(life.old_link, **{"List-Unsubscribe": "One-Click"})
    with scene.parts.reading() as work:
        agreed = get_choices(work, life.customer_id).agreed
    is_off = OFFERS_BY_EMAIL not in agreed
    scene.found.expect("a no by the link of an old email counts for the person", holds=is_off)
    if not person.is_inherited:  # out of habit
        try_in_vain(scene.browser(), person, person.first_email)
        ask_for_links(scene.browser(), person.first_email)


def confirm_address(scene: Scene, browser: Browser, email: str) -> None:
    """Change the address, and confirm it."""
    browser.save("/security/email", email=email)
    scene.work()
    browser.save(scene.post.find_link(email, "Confirm your new email"))
    scene.work()


def live_at_last(scene: Scene, life: Life, named: str) -> None:
    """Do all a customer can do, with the present details; `named` is somebody else's address."""
    person = life.person
    if person.is_strong:
        strengthen(scene, life)
    browser = must_sign_in(scene, life)
    for password in (person.email, person.password):  # first into the wrong field, as people do
        browser.send("/prove", password=password)
    save_profile(browser, person.details)
    browser.save("/profile/account-number", number=person.account_number)
    browser.save(f"/surveys/{scene.survey}", typed_1=person.film)
    browser.send("/your-data/download")
    browser.save("/registrations/add", service="television")
    services = re.findall(
        r'href="(/registrations/[0-9a-f-]+/cancel)"', browser.open("/registrations")
    )
    browser.save(services[-1], confirm="y")
    for name, email in (("message", person.email), ("complaint", named)):
        text = getattr(person, name)
        life.cases[name] = write(browser, person.full_name, email, "complaint", text)
    page = browser.save(
        "/your-data/correct/registrations",
        value_before=person.message,
        value_after=person.corrected,
    )
    life.cases["corrected"] = page.location.rpartition("/")[2]
    scene.elsewhere.add(person.email)
    browser.open("/your-data/elsewhere/calls/items")
    for path in ("/account", "/profile", "/preferences/history", "/preferences/history/receipt"):
        browser.open(path)
    ask_for_links(scene.browser(), person.email)
    scene.work()
    link = scene.post.find_link(person.email, "Your marketing choices")
    scene.browser().save(link, choices=[one for one in person.choices if one != "surveys:text"])
    try_in_vain(scene.browser(), person, person.email)
    for name, topic in (
        ("visitors_message", "other"),
        ("cancelling", "cancel-registration"),
        ("locked_out", "sign-in"),
    ):
        words = person.visitors_message
        visitor = scene.browser()
        life.cases[name] = write(visitor, person.full_name, person.email, topic, words)


def leave_waiting(scene: Scene, life: Life) -> None:
    """Leave something unfinished wherever something can wait."""
    person, browser = life.person, must_sign_in(scene, life)
    browser.save(f"/cases/{life.cases['message']}", message=person.addition)
    browser.save("/security/email", email=person.wished_email)
    must_sign_in(scene, life)  # a second session stays open
    scene.browser().save("/sign-in", email=person.email, password=person.password)  # and a half one
    register(scene.browser(), person, email=person.email)
    scene.clock.move(minutes=STALE_MINUTES)
    browser.save("/profile/edit", "/security/email", email=person.draft_email)  # kept as a draft


def save_profile(browser: Browser, details: dict[str, str]) -> None:
    """Save a profile, directory entries and preference services."""
    browser.save("/profile/edit", **details)
    number = spell_telephone(details["telephone"])
    listed = [f"{number}:printed", f"{number}:reverse"]
    browser.save("/preferences/directories", entries=listed)
    for service in ("telephone", "mail"):
        browser.save(f"/preferences/tps/{service}")


def strengthen(scene: Scene, life: Life) -> None:
    """Give somebody an authenticator, recovery codes and a passkey, without the pages."""
    me, key_id = life.customer_id, uuid4()
    with scene.parts.work() as work:
        get_locked(work, me)
        life.secret = begin_authenticator(work, me)
    code = scene.code(life.secret)
    with scene.parts.work() as work:
        get_locked(work, me)
        is_right = confirm_authenticator(work, me, code)
        make_recovery_codes(work, me)
        words = {"name": life.person.passkey, "credential_id": "", "public_key": ""}
        sealed = work.seal(me, place("passkey", key_id), words)
        work.session.add(
            Passkey(
                id=key_id,
                owner_id=me,
                credential_hash=key_id.bytes,
                sealed=sealed,
                sign_count=0,
                added_at=work.now,
            )
        )
    if not is_right:
        raise ProofError("The authenticator was not taken")


def give_to_company(scene: Scene, email: str) -> None:
    """Share the details of an address's owner with a company."""
    opened = _open_list(Channel.EMAIL, "Email", email)
    with scene.parts.work() as work:
        batch = share(work, Terms(COMPANY, AGREEMENT), opened.layout, opened.rows)
    scene.found.expect("a company was given details", holds=batch.rows.tally.let_through == 1)


def find_unsubscribe_path(scene: Scene, email: str) -> str:
    """Return the unsubscribe path of a campaign email to an address."""
    (row,) = screen(scene, Campaign(purpose="offers", channel=Channel.EMAIL), "Email", email)
    return re.sub(r"https?://[^/]+", "", row.rpartition(",")[2])


def screen(scene: Scene, campaign: Campaign, head: str, *rows: str) -> list[str]:
    """Return which rows of a campaign list may be contacted."""
    opened = _open_list(campaign.channel, head, *rows)
    address = scene.parts.settings.address
    with scene.parts.reading() as work:
        asked = open_screen(work, campaign, opened.layout, public_url=address, is_short=True)
        return asked.screen_all(opened.rows).through


def _open_list(channel: Channel, *rows: str) -> OpenList:
    text = "\n".join((*rows, "")).encode()
    source = cast(BufferedReader, BufferedReader(BytesIO(text)))  # as good as a file
    return open_list(source, channel)
