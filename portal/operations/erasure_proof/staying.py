"""Checks on those who stayed, and on the next owner of an address that was given up."""

import re
from io import BytesIO
from zipfile import ZipFile

from portal.consent.list_screening.rules import Campaign
from portal.identity.contact_index.rules import Channel
from portal.identity.staff_accounts.rules import Role
from portal.operations.erasure_proof import living
from portal.operations.erasure_proof.driving import FOUND, GONE, Browser
from portal.operations.erasure_proof.findings import SHOWN
from portal.operations.erasure_proof.living import Life
from portal.operations.erasure_proof.people import Person
from portal.operations.erasure_proof.scene import Scene
from portal.operations.erasure_proof.searching import Place
from portal.self_service.your_data.rules import DATA

LISTED = ("early_message", "former_message", "visitors_message", "message", "complaint")
"""What customers find among their own messages, by the name of the field with the words."""

LISTED_PATH = re.compile(r'href="(/cases/PC-[^"/?#]+)"')
"""Where a message of one's own is read, in the list of them."""


def live_as_next_owner(scene: Scene, next_owner: Life) -> None:
    """Become a customer with an address that another customer has given up."""
    person = next_owner.person
    living.register(scene.browser(), person)
    scene.work()
    link = scene.post.find_link(person.email, "Confirm your email")
    scene.browser().save(link, password=person.password)
    browser = living.must_sign_in(scene, next_owner)
    browser.save("/profile/edit", **person.details)
    browser.save("/preferences", choices=["offers:email"])
    for name, writer in (("message", browser), ("visitors_message", scene.browser())):
        text = getattr(person, name)
        next_owner.cases[name] = living.write(writer, person.full_name, person.email, "other", text)


def check_next_owner(scene: Scene, next_owner: Life) -> None:
    """Check that the next owner of an address lost nothing when its former owner left."""
    found, person = scene.found, next_owner.person
    browser = living.must_sign_in(scene, next_owner)
    found.expect(
        "whoever has a given-up address finds all they wrote",
        holds=all(_has(browser, next_owner, name) for name in next_owner.cases),
    )
    listed = [f"/cases/{reference}" for reference in next_owner.cases.values()]
    others = {*LISTED_PATH.findall(browser.open("/cases"))} - {*listed}
    found.expect("and nothing that somebody else wrote", holds=not others)
    campaign = Campaign(purpose="offers", channel=Channel.EMAIL)
    through = living.screen(scene, campaign, "Email", person.email)
    found.expect("their yes counts as before", holds=len(through) == 1)


def look_at_pages(scene: Scene, stayed: list[Life], left: list[Life]) -> Place:
    """Sign in as everybody: those who stayed find all their data, the erased cannot."""
    lives = [*stayed, *left]
    place = Place("the pages, signed in as each of them", files=len(lives))
    for life in stayed:
        seen = see_of_oneself(scene, life)
        wanted = SHOWN & life.person.canaries.keys()
        place.others |= {f"{life.person.number}:{name}" for name in seen}
        scene.found.expect("the others find all of theirs", holds=seen >= wanted)
    for life in left:
        emails = [life.person.email]
        emails += [] if life.person.is_inherited else [life.person.first_email]
        is_in = any(_can_enter(scene, life.person, email) for email in emails)
        scene.found.expect("whoever left cannot sign in", holds=not is_in)
        scene.browser().open(life.cancelling, GONE)
    return place


def see_of_oneself(scene: Scene, life: Life) -> set[str]:
    """Return the names of the values that somebody who stayed finds on their pages."""
    browser = living.must_sign_in(scene, life)
    found = all(_has(browser, life, name) for name in LISTED)
    scene.found.expect("the others find every message of theirs", holds=found)
    paths = sorted({*LISTED_PATH.findall(browser.open("/cases"))})
    pages = [browser.open(one) for one in ("/profile", "/profile/edit", "/contact", *paths)]
    copy = _unpack(browser.send("/your-data/download").get_data())
    heap = "\n".join((*pages, copy))
    return {name for name, value in life.person.canaries.items() if value in heap}


def _unpack(made: bytes) -> str:
    """Return the document in a download."""
    with ZipFile(BytesIO(made)) as folder:
        return folder.read(DATA).decode()


def look_at_complaints(scene: Scene, complaints: dict[str, tuple[Person, Person]]) -> None:
    """Check that a message of one who stayed is unchanged although it names a leaver's address.

    By reference: its writer, and the owner of the address.
    """
    agent = scene.desk(Role.AGENT)
    for reference, (writer, named) in complaints.items():
        page = agent.open(f"/staff/cases/{reference}")
        is_whole = writer.complaint in page and named.email in page and writer.email in page
        scene.found.expect("a message that names whoever left is its writer's", holds=is_whole)


def _has(browser: Browser, life: Life, name: str) -> bool:
    path = f"/cases/{life.cases[name]}"
    return path in browser.open("/cases") and getattr(life.person, name) in browser.open(path)


def _can_enter(scene: Scene, person: Person, email: str) -> bool:
    typed = {"email": email, "password": person.password}
    return scene.browser().send("/sign-in", **typed).status_code != FOUND
