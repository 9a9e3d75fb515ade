"""Every email in a browser: nothing is wider than a small telephone, and everything is legible."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, Page

from portal.messaging.email.kinds import KINDS
from portal.messaging.email.message import Email
from portal.messaging.email.render import EmailRenderer
from tests.architecture.emails import list_writers, write_all
from tests.journeys.checker import COLOURS, HEIGHT, WIDTHS, find_barriers, find_sideways
from tests.journeys.conftest import new_context
from tests.journeys.every_page import ENDLESS
from tests.world import World

pytestmark = pytest.mark.journey

TOKEN = "9vXk3TnQe7RzLw0pYb5HcMd8SgJf2AuK_iOq-1Nt4Vx"
KNOWN: dict[str, object] = {
    "given_name": ENDLESS[:80],
    "name": ENDLESS[:80],
    "code": "48192637",
    "path": f"/contact/confirm/{TOKEN}",
    "reference": "PC-7K4Q-92W",
    "due": "29 December 2026",
    "when": "29 December 2026 at 4:32pm",
    "service": "Broadband",
    "what": "An authenticator app",
    "text": f"We have looked.\n{ENDLESS}\nhttps://privacy.merrow.example/{TOKEN * 3}",
    "changes": ("Offers by email: no", "News by text: no") * 9,
    "labels": ("first name", "mobile number", "address"),
    "ends_at": datetime(2026, 12, 29, 16, 32, tzinfo=UTC),
}
"""What is hard on a layout: a name without end, a long link, many changes."""


def last_email(world: World) -> Email:
    """The last one, with a real receipt in it."""
    person = world.customer(telephone="01632 960001")
    world.case(person)
    number = world.erase(person)
    line = world.parts.keyring.ledger.find_by_reference(number)
    assert line is not None
    assert line.receipt is not None
    (writer,) = [one for name, one in list_writers() if name.endswith(".account_erased")]
    return replace(next(write_all(writer, **KNOWN)), extract=line.receipt)


def every_email(world: World) -> Iterator[Email]:
    for _, writer in list_writers():
        yield from write_all(writer, **KNOWN)
    yield last_email(world)


def html_of(world: World, email: Email) -> str:
    message = EmailRenderer.of(world.parts.settings, world.clock).make(uuid4(), email)
    part = message.get_body(("html",))
    assert part is not None
    return str(part.get_content())


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    context = new_context(chromium, has_scripts=True)
    yield context.new_page()
    context.close()


def faults_of(page: Page) -> Iterator[str]:
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": HEIGHT})
            yield from (f"{width} px, {scheme}: {one}" for one in find_sideways(page))
        yield from (f"{scheme}: {one}" for one in find_barriers(page, COLOURS))


def test_no_email_is_wider_than_its_window_or_hard_to_read(world: World, page: Page) -> None:
    faults, seen = [], set()
    for email in every_email(world):
        page.set_content(html_of(world, email))
        faults += [f"{email.kind}, {one}" for one in faults_of(page)]
        seen.add(email.kind)
    assert faults == []
    assert seen == set(KINDS)


def test_an_email_that_is_too_wide_is_found(world: World, page: Page) -> None:
    html = html_of(world, last_email(world))
    page.set_content(re.sub(r'class="paper"', 'class="paper" style="width: 581px"', html))
    assert any("320 px, light: sideways" in one for one in faults_of(page))


def test_a_reference_is_never_broken_across_lines(world: World, page: Page) -> None:
    (email, *_) = [one for one in every_email(world) if one.kind == "cases:acknowledgement"]
    page.set_content(html_of(world, email))
    page.set_viewport_size({"width": WIDTHS[0], "height": HEIGHT})
    for one in page.locator(".whole").all():
        assert one.inner_text() == "PC-7K4Q-92W"
        assert one.evaluate("node => node.getClientRects().length") == 1


def test_a_code_stands_in_one_large_line_on_a_small_telephone(world: World, page: Page) -> None:
    (email,) = [one for one in every_email(world) if one.kind == "entrance:sign-in-code"]
    page.set_content(html_of(world, email))
    page.set_viewport_size({"width": WIDTHS[0], "height": HEIGHT})
    code = page.locator(".code")
    assert code.inner_text() == "4819 2637"
    size, height = code.evaluate(
        "node => [parseFloat(getComputedStyle(node).fontSize), node.clientHeight]"
    )
    assert size == 38
    assert height < 2 * size + 36, "one line, and the padding"
