"""How an email is laid out: what is large, what is a link, and what may be how wide."""

import re
from uuid import uuid4

import pytest
from bs4 import BeautifulSoup

from portal.messaging.email.message import Email
from portal.messaging.email.render import EmailRenderer
from tests.architecture.emails import list_writers, write_all
from tests.world import World

WRITERS = dict(list_writers())
CODE = "portal.identity.sign_in.emails.sign_in_code"
MSO = "<!--[if mso]>"


def html_of(world: World, email: Email) -> str:
    message = EmailRenderer.of(world.parts.settings, world.clock).make(uuid4(), email)
    part = message.get_body(("html",))
    assert part is not None
    return str(part.get_content())


def code_email() -> Email:
    (email,) = write_all(WRITERS[CODE], code="48192637")
    return email


def test_a_code_stands_in_a_panel_of_its_own_with_a_gap_and_not_in_the_subject(
    world: World,
) -> None:
    email = code_email()
    soup = BeautifulSoup(html_of(world, email), "html.parser")
    panel = soup.select_one(".code")
    assert panel is not None
    assert panel.get_text() == "4819 2637"
    assert "38px" in str(panel["style"])
    assert not re.search(r"\d", email.subject)


def test_the_email_with_a_code_has_no_link_to_follow(world: World) -> None:
    email = code_email()
    assert BeautifulSoup(html_of(world, email), "html.parser").select("a") == []
    assert (email.action_label, email.action_path) == (None, None)
    said = " ".join(email.closing)
    assert "someone may know your password" in said.lower()
    assert "change your password" in said


@pytest.mark.parametrize("writer", WRITERS.values(), ids=WRITERS.keys())
def test_a_button_is_there_with_its_address_written_out_or_not_at_all(
    world: World, writer: object
) -> None:
    for email in write_all(writer):  # type: ignore[arg-type]
        links = BeautifulSoup(html_of(world, email), "html.parser").select("a")
        address = f"{world.parts.settings.address}{email.action_path}"
        wanted = [email.action_label, address] if email.action_path else []
        assert [one.get_text() for one in links] == wanted
        assert {one["href"] for one in links} <= {address}


def test_nothing_has_a_width_of_its_own_but_for_outlook(world: World) -> None:
    html = html_of(world, code_email())
    (outlook,) = re.findall(re.escape(MSO) + r"(.*?)<!\[endif\]", html)[:1]
    assert 'width="580"' in outlook
    assert html.count(MSO) == len(re.findall(r"<!\[endif\]-->", html)) == 2
    seen = re.sub(r"<!--.*?-->", "", html, flags=re.DOTALL)
    assert set(re.findall(r'\bwidth="([^"]*)"', seen)) == {"100%"}
    assert set(re.findall(r"[ ;\"]width: *([^;]*)", seen)) == {"100%"}


def test_what_some_readers_drop_is_in_the_second_of_two_styles(world: World) -> None:
    styles = [
        one.get_text()
        for one in BeautifulSoup(html_of(world, code_email()), "html.parser")("style")
    ]
    assert ["max-width: 480px" in one for one in styles] == [True, False]
    assert ["prefers-color-scheme: dark" in one for one in styles] == [False, True]
