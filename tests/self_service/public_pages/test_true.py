"""Sentences about what is kept, shown and sent, each beside the program that makes it true."""

import re
from datetime import timedelta
from typing import Any

import pytest

from portal.desk.disclosures.held import GETS
from portal.desk.disclosures.rules import DisclosureKind
from portal.identity.accounts.held import CARRIER_AND_COMPANIES, COMPANIES
from portal.identity.form_drafts.rules import DRAFTS_KEPT
from portal.platform.core.clock import spell_length
from portal.platform.core.holdings import Fate
from portal.platform.core.recipients import RecipientKind
from portal.platform.core.visit import WARNED_BEFORE
from portal.platform.settings import ROOT
from portal.platform.web.access import Access, entry_of
from portal.platform.web.fields import clean_line
from portal.self_service.public_pages.rules import spell_minutes
from tests.consent.sharing.test_sharing import received
from tests.identity.accounts.registering import ABOUT
from tests.pages import Page
from tests.self_service.your_data.downloads import copy_of
from tests.world import World

GOT = {
    RecipientKind.EMAIL_CARRIER: "the company that carries our emails",
    RecipientKind.LAWYERS: "our lawyers",
    RecipientKind.COMPANIES: "what you said yes to, by sharing",
    RecipientKind.DIRECTORIES: "or in a directory",
}
"""How the pages name each kind of recipient."""
MADE_TO_GIVE = {
    DisclosureKind.POLICE: "the police",
    DisclosureKind.SECURITY: "another authority",
    DisclosureKind.COURT: "a court",
    DisclosureKind.OWNERSHIP: "another company",
    DisclosureKind.OPERATOR: "another company",
    DisclosureKind.GROUP: "another company",
}
"""How they name those who get something without a yes."""
NEEDED = {
    "given_name": "name",
    "family_name": "name",
    "email": "email address",
    "kind": "how you use our services",
    "services": "which ones",
    "password": "password",
    "question": "security question",
    "answer": "security question",
}
"""What the welcome page calls what the form cannot do without."""
SECRETS_OR_NOTHING = frozenset(
    {
        "cancellation.check",
        "email_change.cancel",
        "cancellation.one",
        "sign_in.prove",
        "sign_in.prove_by_passkey",
        "directories.withdraw",
        "marketing.off",
        "account_security.authenticator",
        "account_security.end_session",
        "account_security.end_sessions",
        "account_security.forget_browser",
        "account_security.passkey_options",
        "account_security.password",
        "account_security.recovery_codes",
        "account_security.remove_authenticator",
        "account_security.remove_passkey",
        "account_security.unknown",
        "outside_data.show",
        "surveys.delete",
        "surveys.delete_all",
        "your_data.download",
    }
)
"""Customers' pages that take a password, a code or a press, and no words."""


def row_of(page: Page, category: str) -> str:
    """What the privacy notice says of one category."""
    (found,) = [one for one in page.soup.select(".held > section") if category in one.get_text()]
    return clean_line(found.get_text(" "))


def test_somebody_about_to_register_reads_all_that_the_form_needs(world: World) -> None:
    visitor = world.visitor()
    needed = {**visitor.open("/register").send().errors}
    needed |= visitor.open("/register").send(**ABOUT).send().errors
    said = visitor.open("/").text
    (sentence,) = re.findall(r"Create an account (Give your name[^.]*)\.", said)
    assert needed
    for field in needed:
        assert NEEDED[field] in sentence, field


def test_somebody_whose_details_a_company_has_does_not_read_that_nobody_gets_them(
    world: World,
) -> None:
    person = received(world)
    page = world.signed_in(person).open("/privacy")
    assert CARRIER_AND_COMPANIES in row_of(page, "Your profile and contact details")
    assert COMPANIES in row_of(page, "Your registrations")
    assert "The company itself" in row_of(page, "Who has received your details")
    text = copy_of(world, person)
    assert f"Who gets it: {COMPANIES}." in text
    assert f"Who gets it: {CARRIER_AND_COMPANIES}." in text
    assert "Shared with Brightwave Energy: 23 November 2026" in text


@pytest.mark.parametrize("path", ["/your-data", "/help"])
def test_whoever_may_get_details_is_named_where_people_read_who_gets_them(
    world: World, path: str
) -> None:
    assert set(GOT) == set(RecipientKind) - set(GETS)
    assert set(MADE_TO_GIVE) == set(DisclosureKind)
    text = world.signed_in().open(path).text
    (given,) = re.findall(r"We give (?:some of it|them) to .*? or in a directory\.", text)
    yes, _, without = given.partition("We may also have to give some to ")
    without, _, agreed = without.partition(". Anyone else only gets ")
    assert all(words in yes + agreed for words in GOT.values())
    assert all(words in without for words in MADE_TO_GIVE.values())


def test_nobody_reads_that_only_a_yes_gives_their_details_away() -> None:
    for words in (COMPANIES, CARRIER_AND_COMPANIES):
        assert "have to give" in words


def test_somebody_who_takes_a_copy_reads_of_each_thing_why_who_and_how_long(world: World) -> None:
    person = received(world)
    visitor = world.signed_in(person)
    visitor.open("/profile/edit").send(town="Exampleton")
    world.case(person)
    world.deliver()
    text = copy_of(world, person)
    for holding in world.parts.register:
        with world.work() as work:
            held = holding.count(work, person.customer_id)
        if held and holding.fate is Fate.DELETED:
            assert holding.category in text, "held, and not in the copy"
    sections = text.split("\nWhy: ")[1:]
    assert len(sections) > 5
    for section in sections:
        assert "\nWho gets it: " in section
        assert "\nHow long: " in section


@pytest.mark.parametrize(
    "said",
    ["Where is Exampleton?", "nothing → Exampleton", "Sharing with Brightwave Energy turned on"],
)
def test_whatever_somebody_said_has_its_moment_in_the_copy(world: World, said: str) -> None:
    person = received(world)
    world.signed_in(person).open("/profile/edit").send(town="Exampleton")
    world.case(person)
    (line,) = [one for one in copy_of(world, person).splitlines() if said in one]
    assert "(23 November 2026 at midday)" in line


def test_somebody_who_had_begun_a_form_finds_what_they_typed_in_the_copy(world: World) -> None:
    person = world.customer()
    page = world.signed_in(person).open("/profile/edit")
    world.clock.move(hours=1)
    page.send(town="Exampleton")
    assert "Typed and not sent yet" in copy_of(world, person)
    assert "made_from" not in copy_of(world, person)


def test_the_copy_leaves_out_nothing_for_being_much() -> None:
    for file in (ROOT / "portal").glob("*/*/held.py"):
        assert not re.search(r"\bMOST\w* =", file.read_text("utf-8")), file.parent.name


def facts_of(world: World) -> str:
    return world.visitor().open("/accessibility").text


def test_somebody_who_types_slowly_reads_how_long_it_is_kept(world: World) -> None:
    text = facts_of(world)
    idle = timedelta(seconds=world.parts.settings.session_idle_seconds)
    assert "is lost" not in text
    assert f"we keep what you typed for {spell_length(DRAFTS_KEPT)}" in text
    assert f"sign you out after {spell_minutes(idle)}" in text
    assert f"we tell you {spell_minutes(WARNED_BEFORE)} before" in text


def customers_pages(world: World) -> dict[str, Any]:
    """What each page that customers send something to says of itself."""
    rules = [one for one in world.app.url_map.iter_rules() if "POST" in (one.methods or ())]
    with world.app.app_context():
        found = {one.endpoint: entry_of(one.endpoint) for one in rules}
    return {name: entry for name, entry in found.items() if entry.needed is Access.CUSTOMER}


def test_whatever_words_a_customer_types_are_kept_when_they_are_signed_out(world: World) -> None:
    silent = {name for name, entry in customers_pages(world).items() if not entry.keeps}
    assert silent == SECRETS_OR_NOTHING


def test_nobody_reads_that_words_are_kept_on_a_page_that_keeps_none(world: World) -> None:
    visitor = world.signed_in()
    kept = "We’ll keep what you typed"
    assert kept in visitor.open("/profile/edit").answer.text
    assert kept not in visitor.open("/profile").answer.text
    world.clock.move(minutes=6)
    asked = visitor.open("/profile/account-number")
    assert "We’ve kept what you typed, apart from passwords and codes" in asked.text
    assert "is lost" not in asked.text
    assert "what you typed" not in visitor.open("/your-data/download").text


def test_the_page_and_the_read_me_name_the_same_browsers(world: World) -> None:
    readme, text = (ROOT / "README.md").read_text("utf-8"), facts_of(world)
    for words in ("in Chromium", "Firefox", "WebKit", "Safari", "screen reader"):
        assert words in readme
        assert words in text
    assert "fill them in" not in text, "nobody has tried that with an answer"


def test_the_notice_names_all_that_stays_when_somebody_leaves(world: World) -> None:
    text = world.visitor().open("/privacy").text
    for holding in world.parts.register:
        for stay in holding.stays:
            assert clean_line(stay.what) in text
            assert (stay.until or spell_length(stay.length or timedelta())) in text
