"""One click stops a marketing email; looking at the page, by whatever, stops nothing (RFC 8058)."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import urlencode

import pytest

from portal.consent.list_screening.rules import Campaign, WithheldReason
from portal.consent.marketing.queries import get_choices
from portal.consent.purposes.rules import FIRST
from portal.consent.purposes.service import change_purpose
from portal.consent.unsubscribe.rules import KEYED_BYTES
from portal.identity.contact_index.rules import Channel
from portal.platform.web.limiting import LIMITS
from tests.consent.list_screening.lists import agrees, screened
from tests.consent.unsubscribe.steps import path_for
from tests.world import Person, World

ADDRESS = "rowan@example.com"
EMAILS = (("offers", Channel.EMAIL), ("surveys", Channel.EMAIL))
SAID = (*EMAILS, ("offers", Channel.POST), ("brightwave", "yes"))
ONE_CLICK = {"List-Unsubscribe": "One-Click"}
TO_ALL = Campaign(purpose="offers", channel=Channel.EMAIL, prospects=True)
"""A campaign that writes to strangers too."""
GOOGLE = {"User-Agent": "Mozilla/5.0 (via ggpht.com GoogleImageProxy)"}


@pytest.fixture
def person(world: World) -> Person:
    person = world.customer(ADDRESS)
    agrees(world, person, *SAID)
    return person


def said(world: World, person: Person) -> set[str]:
    return {one.value for one in world.read(get_choices, person.customer_id).agreed}


def everything_said() -> set[str]:
    return {f"{purpose}:{channel}" for purpose, channel in SAID}


def click(world: World, path: str, **more: str) -> int:
    """What a mail program sends: no cookie, no form token, no page that it came from."""
    client = world.app.test_client(use_cookies=False)
    return client.post(path, data=ONE_CLICK | more, headers=GOOGLE).status_code


def test_one_click_stops_these_emails_and_nothing_else(world: World, person: Person) -> None:
    assert click(world, path_for(world, ADDRESS)) == 200
    assert said(world, person) == everything_said() - {"offers:email"}
    row = f"Name,Email\nRowan,{ADDRESS}\n"
    assert screened(world, row, TO_ALL) == ([], {2: WithheldReason.NO})


def test_it_may_come_as_many_parts(world: World, person: Person) -> None:
    """RFC 8058, section 3.1: mail programs send `multipart/form-data` or a form."""
    path = path_for(world, ADDRESS)
    parts = (
        b'--x\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--x--'
    )
    kind = "multipart/form-data; boundary=x"
    client = world.app.test_client(use_cookies=False)
    assert client.post(path, data=parts, content_type=kind).status_code == 200
    assert "offers:email" not in said(world, person)


def test_twice_is_once(world: World, person: Person) -> None:
    """But for when it was said last: a no of today is asked about before an older page says yes."""
    path = path_for(world, ADDRESS)
    assert click(world, path) == 200
    before = world.rows()
    assert click(world, path) == 200
    dated = {"marketing_choices", "audit_entry", "audit_waiting"}
    after = world.rows()
    assert {one for one in after if after[one] != before[one]} <= dated
    assert said(world, person) == everything_said() - {"offers:email"}


def scans() -> Iterator[tuple[str, dict[str, str], dict[str, str] | None]]:
    """What reads emails before people do, or instead of them."""
    for method in ("GET", "HEAD"):
        yield method, {}, None
        yield method, {"Sec-Purpose": "prefetch;prerender"}, None
        yield method, {"Purpose": "prefetch", "X-Moz": "prefetch"}, None
        yield method, {"Sec-Fetch-Site": "cross-site", "Referer": "https://mail.example.org/"}, None
    yield "OPTIONS", {}, None
    yield "POST", {}, None
    yield "POST", {}, {"everything": "yes"}
    yield "POST", {}, {"List-Unsubscribe": "one-click "}
    yield "POST", {"Sec-Fetch-Site": "cross-site", "Origin": "https://mail.example.org"}, ONE_CLICK


def test_a_scanner_changes_nothing(world: World, person: Person) -> None:
    path = path_for(world, ADDRESS)
    before = world.rows()
    client = world.app.test_client(use_cookies=False)
    for method, headers, form in scans():
        for way in (path, f"{path}?{urlencode(ONE_CLICK)}"):
            for _ in ("once", "twice"):
                client.open(way, method=method, headers=headers, data=form)
    assert world.rows() == before
    assert said(world, person) == everything_said()


def test_the_page_asks_and_its_button_stops_these_emails(world: World, person: Person) -> None:
    page = world.visitor().open(path_for(world, ADDRESS))
    assert page.title == "Stop emails about “Offers on your services”?"
    done = page.send()
    assert done.title == "Done: no more of these emails"
    assert said(world, person) == everything_said() - {"offers:email"}


def test_the_other_button_stops_all_marketing_emails(world: World, person: Person) -> None:
    done = world.visitor().open(path_for(world, ADDRESS)).send(everything="yes")
    assert "no marketing emails at all" in done.text
    assert said(world, person) == {"offers:post", "brightwave:yes"}


def test_the_customer_sees_that_it_was_a_link_in_a_letter(world: World, person: Person) -> None:
    click(world, path_for(world, ADDRESS))
    page = world.signed_in(person).open("/preferences/history")
    assert "by a link in an email" in page.text
    (event,) = world.audit("preferences:choice:made")[-1:]
    assert (event.actor_kind, event.subject_id) == ("visitor", person.id)


def test_a_purpose_that_nobody_is_asked_about_any_more_can_be_left_too(
    world: World, person: Person
) -> None:
    path = path_for(world, ADDRESS)
    officer = world.colleague().staff_id
    offers = FIRST.purposes[0]
    with world.work() as work:
        change_purpose(work, officer, replace(offers, is_offered=False), "No more", 1)
    assert click(world, path) == 200
    assert "offers:email" not in said(world, person)


def test_who_is_no_customer_gets_no_marketing_email_any_more(world: World) -> None:
    path = path_for(world, "nobody@example.org")
    assert click(world, path) == click(world, path) == 200
    for purpose in ("offers", "surveys"):
        campaign = Campaign(purpose=purpose, channel=Channel.EMAIL, prospects=True)
        row = "Name,Email\nSomebody,nobody@example.org\n"
        assert screened(world, row, campaign) == ([], {2: WithheldReason.SUPPRESSED})
    assert len(world.audit("unsubscribing:stranger:unsubscribed")) == 1


def test_letters_about_the_services_go_on(world: World, person: Person) -> None:
    click(world, path_for(world, ADDRESS), everything="yes")
    click(world, path_for(world, "nobody@example.org"), everything="yes")
    world.deliver()
    for email in (ADDRESS, "nobody@example.org"):
        world.visitor().open("/choices").send(email=email)
    assert {one.to for one in world.deliver()} == {ADDRESS, "nobody@example.org"}
    assert said(world, person) == {"offers:post", "brightwave:yes"}


def test_a_page_says_nothing_of_who_is_a_customer(world: World, person: Person) -> None:
    texts = []
    for email in (person.email, "nobody@example.org"):
        page = world.visitor().open(path_for(world, email))
        assert page.text.count(email) == 0
        texts.append((page.text, page.send().text))
    assert texts[0] == texts[1]


def wrong(path: str) -> Iterator[str]:
    """Addresses of pages that we did not make."""
    start, _, token = path.rpartition("/")
    raw = bytearray(urlsafe_b64decode(token))
    for place in (0, KEYED_BYTES - 1, KEYED_BYTES, len(raw) - 1):
        changed = raw.copy()
        changed[place] ^= 1
        yield f"{start}/{urlsafe_b64encode(changed).decode()}"
    yield f"{start}/{token[:-4]}"
    yield f"{start}/{token}AAAA"
    yield f"{start}/{token}\n".replace("\n", "%0A")
    yield f"{start}/%C3%A4{token[1:]}"
    yield path.replace("/offers/", "/surveys/")
    yield path.replace("/offers/", "/offers%3A/")


def test_what_we_did_not_make_opens_nothing(world: World, person: Person) -> None:
    before = world.rows()
    for path in wrong(path_for(world, ADDRESS)):
        assert click(world, path) == 410, path
        assert world.visitor().open(path, 410).title == "This link doesn’t work"
    assert world.rows() == before
    assert said(world, person) == everything_said()


def test_its_token_opens_nothing_else(world: World, person: Person) -> None:
    path = path_for(world, person.email)
    visitor = world.visitor()
    visitor.open(path).send()
    token = path.rpartition("/")[2]
    for other in ("/choices/{}", "/security/email/confirm/{}", "/register/confirm/{}"):
        visitor.open(other.format(token), 410)
    for page in ("/preferences", "/account", "/preferences/history"):
        assert visitor.open(page).path == "/sign-in"


def test_however_many_press_the_button_in_one_mail_program_all_are_heard(world: World) -> None:
    path = path_for(world, "nobody@example.org")
    most = max(one.most for one in LIMITS.values())
    assert {click(world, path) for _ in range(most + 1)} == {200}


def test_who_left_stays_unwritten_to(world: World, person: Person) -> None:
    path = path_for(world, ADDRESS)
    world.erase(person)
    assert click(world, path) == 200
    row = f"Name,Email\nRowan,{ADDRESS}\n"
    assert screened(world, row, TO_ALL) == ([], {2: WithheldReason.SUPPRESSED})
