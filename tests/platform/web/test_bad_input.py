"""What no browser would send: every form takes it, and nothing breaks or is done by halves."""

from collections.abc import Iterator
from dataclasses import replace
from http import HTTPStatus
from itertools import cycle
from typing import Any
from urllib.parse import quote_from_bytes

import pytest
from bs4 import BeautifulSoup, Tag
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.desk.case_records.models import CaseRow
from portal.identity.accounts.queries import get_customer
from portal.identity.accounts.rules import Service
from portal.identity.staff_accounts.rules import Role
from portal.platform.core.limits import RateLimiter
from portal.platform.core.webhooks import Receiver
from tests.consent.surveys.steps import publish
from tests.consent.webhooks.receiver import new_secret
from tests.consent.webhooks.steps import choose as choose_marketing
from tests.consent.webhooks.steps import refuse, telling
from tests.desk.staff_admin.steps import choose, invite_again, invited
from tests.identity.account_recovery.test_forgotten import with_authenticator
from tests.identity.accounts.registering import FILLED, register_in
from tests.pages import Page, Visitor
from tests.world import PASSWORD, World

ENCODED = "application/x-www-form-urlencoded"
STRANGE = [
    b"\x00", b"a\x00b", b"\xed\xa0\x80", b"\xff\xfe", b"\xc3", "\u202eevil\u2066".encode(),
    b"a\r\nBcc: thief@example.net", b"\n\n", b"\x1b[31m", "\ufeff\uffff".encode(),
    "\U0001d57f\u0301\u0301".encode(), b"{{7*7}}", b"<script>alert(1)</script>",
    b"'; DROP TABLE x;--",
    b"%00", b"x" * 9_000, "\u00df\u0130".encode() * 200, b"../../etc/passwd", b"-1", b"",
]  # fmt: skip
LEAVING = ("/sign-out", "/staff/sign-out", "/register/start-again")
BY_SCRIPT = frozenset(
    f"{start}{path}"
    for start in ("", "/staff")
    for path in (
        "/session/stay", "/session/keep", "/session/discard",
        "/sign-in/passkey/options", "/prove/passkey", "/security/passkeys/options",
    )
) | {"/csp-report", "/staff/join/passkey/options", "/sign-in/not-you"}  # fmt: skip
"""What only a script sends, or only a page that is seldom there."""


@pytest.fixture
def world(world: World) -> World:
    """A portal that lets one network send without end: else most would not be looked at."""
    world.parts = replace(world.parts, limits=RateLimiter(times=1000))
    world.app.extensions["portal"] = world.parts
    return world


class Form:
    """A form that some page offers, with one good value for each field."""

    def __init__(self, visitor: Visitor, path: str, tag: Tag) -> None:
        self.visitor = visitor
        self.target = str(tag.get("action") or path)
        self.tag = tag
        self.fields = {str(one["name"]) for one in tag.select("[name]")}
        self.token = str(tag.select_one("[name=csrf_token]")["value"])  # type: ignore[index]

    def send(self, body: bytes) -> int:
        status = self.visitor.client.post(self.target, data=body, content_type=ENCODED).status_code
        assert status != HTTPStatus.TOO_MANY_REQUESTS, self.target
        return status

    def is_typed(self, name: str) -> bool:
        """Tell whether a person fills in a field, by typing or by choosing."""
        kinds = {"hidden", "submit", "file", "button"}
        return any(
            one.name != "button" and str(one.get("type")) not in kinds
            for one in self.tag.select(f"[name='{name}']")
        )

    def filled(self, *values: bytes) -> bytes:
        """Each field with one of the values, and the token as it should be."""
        names = sorted(self.fields - {"csrf_token"})
        pairs = [
            f"{name}={quote_from_bytes(value)}"
            for name, value in zip(names, cycle(values), strict=False)
        ]
        return "&".join([*pairs, f"csrf_token={self.token}"]).encode()


def everybody(world: World) -> list[tuple[Visitor, list[str]]]:
    """Who can open a form, and what there is besides the addresses without a blank in them."""
    person = world.customer(mobile="07700 900123")
    reference = world.case(person, topic="cancel-registration", service="mobile")
    customer, stranger = world.signed_in(person), world.visitor()
    half, desk_half = world.visitor(), world.visitor()
    half.open("/sign-in").send(email=person.email, password=PASSWORD)
    colleague = world.colleague()
    world.at_the_desk(colleague)  # so that there is somewhere else to sign out
    leaver, newcomer = world.colleague("leaver@example.com"), invited(world)[1]
    chief = world.colleague("alex@example.com", role=Role.ADMINISTRATOR)
    officer = world.colleague("kit@example.com", role=Role.PRIVACY_OFFICER)
    desk_half.open("/staff/sign-in").send(email=colleague.email, password=PASSWORD)
    careful, with_app = world.customer("careful@example.com"), world.visitor()
    secured = world.signed_in(careful)
    with_authenticator(world, careful)
    with_app.open("/sign-in").send(email=careful.email, password=PASSWORD)
    stranger.open("/forgotten").send(email=careful.email)
    forgotten = world.email("Choose a new password").link
    register_in(stranger, **{**FILLED, "email": "new@example.com"})
    confirm = world.email("Confirm your email address").link
    typed: dict[str, Any] = {
        "name": "New Comer",
        "email": "new@example.com",
        "topic": "other",
        "message": "Hello",
    }
    stranger.open("/contact").send(**typed)
    stranger.open(world.email("We’ve got your message").link).send()
    secured.open("/security/email").send(email="next@example.com")
    world.at_the_desk(colleague).open(f"/staff/cases/{reference}")
    look = next(link for link in customer.open("/your-data/looked").links() if "looked/" in link)
    one = next(link for link in customer.open("/registrations").links() if link.count("/") == 3)
    telling(world, Receiver("http://127.0.0.1:9/", [new_secret()]))
    choose_marketing(world, person, "offers:email", "surveys:text")
    refuse(world)
    survey = publish(world)
    customer.open(f"/surveys/{survey}").send(one_2="Daily")
    return [
        (stranger, [confirm, forgotten]),
        (half, []),
        (with_app, []),
        (desk_half, []),
        (
            customer,
            [f"/cases/{reference}", one, "/preferences/tps/telephone", look, f"/surveys/{survey}"],
        ),
        (world.at_the_desk(colleague), [f"/staff/cases/{reference}"]),
        (secured, []),
        (world.at_the_desk(officer), ["/staff/catalogue/offers", f"/staff/surveys/{survey}"]),
        (stranger, [invite_again(world, leaver)]),
        (choose(world, newcomer).visitor, []),
        (
            world.at_the_desk(chief),
            [f"/staff/colleagues/{leaver.id}/{verb}" for verb in ("role", "invite", "close")],
        ),
    ]


def every_form(world: World) -> Iterator[Form]:
    """Each form of each page of each kind of person, once for all of them."""
    plain = [
        rule.rule
        for rule in world.app.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and not rule.arguments
    ]
    seen = set()
    for visitor, more in everybody(world):
        for path in [*plain, *more]:
            answer = visitor.client.get(path, follow_redirects=True)
            if answer.mimetype != "text/html":
                continue
            soup = BeautifulSoup(answer.text, "html.parser")
            for tag in soup.select("form[method=post]"):
                form = Form(visitor, answer.request.full_path, tag)
                mark = form.target.partition("?")[0], frozenset(form.fields)
                if mark not in seen and form.target not in LEAVING:
                    seen.add(mark)
                    yield form


@pytest.mark.nightly
def test_every_form_there_is_is_found_and_carries_a_token(world: World) -> None:
    targets = {form.target.partition("?")[0] for form in every_form(world)}
    takers = {
        rule.rule
        for rule in world.app.url_map.iter_rules()
        if "POST" in (rule.methods or ()) and not rule.arguments
    }
    assert takers - targets <= {*LEAVING, *BY_SCRIPT}
    assert len(targets) >= 16


@pytest.mark.nightly
def test_no_form_breaks_whatever_is_in_its_fields(world: World) -> None:
    for form in every_form(world):
        step = max(1, len(form.fields) - 1)
        for first in range(0, len(STRANGE), step):
            values = [*STRANGE[first:], *STRANGE[:first]]
            assert form.send(form.filled(*values)) < 500, (form.target, values[:step])
    assert world.rows()["customer"] == 2, "nobody is confirmed without their password, or erased"


@pytest.mark.nightly
def test_no_form_breaks_over_repeated_missing_and_unknown_fields(world: World) -> None:
    for form in every_form(world):
        token = f"csrf_token={form.token}"
        twice = "&".join(f"{name}=a&{name}=b" for name in form.fields if name != "csrf_token")
        odd = "&".join(f"{name}[]=a&{name}[x]=b&{name}.y=c" for name in form.fields)
        for body in (token, f"{token}&{twice}", f"{token}&{odd}", f"{token}&role=x&id=1&=", "&;="):
            assert form.send(body.encode()) < 500, (form.target, body)


@pytest.mark.nightly
def test_no_form_takes_anything_without_its_token(world: World) -> None:
    forms = list(every_form(world))
    before = world.rows()
    wrong = ("", "csrf_token=", "csrf_token=wrong", "csrf_token=%00%ff", "csrf_token=" + "a" * 91)
    for form in forms:
        for token in wrong:
            body = form.filled(b"x").rpartition(b"&")[0] + b"&" + token.encode()
            assert form.send(body) == 400, (form.target, token)
    looks = {
        "audit_entry": 0,
        "audit_waiting": 0,
    }  # the page of a case comes back, and each look at one is recorded
    assert world.rows() | looks == before | looks


@pytest.mark.nightly
def test_the_token_of_another_browser_is_of_no_use(world: World) -> None:
    foreign = world.visitor().open("/contact").value("csrf_token")
    for form in every_form(world):
        form.token = foreign
        assert form.send(form.filled(b"x")) == 400, form.target


@pytest.mark.nightly
def test_no_form_takes_a_flood(world: World) -> None:
    large, many = b"message=" + b"x" * 10_000_000, b"a=1&" * 10_000
    parts = b"".join(
        b'--b\r\nContent-Disposition: form-data; name="a%d"\r\n\r\n1\r\n' % one
        for one in range(1000)
    )
    for form in every_form(world):
        token = f"csrf_token={form.token}&".encode()
        assert form.send(token + large) == 413, form.target
        assert form.send(token + many) in {400, 413}, form.target
        answer = form.visitor.client.post(
            form.target, data=parts + b"--b--", content_type="multipart/form-data; boundary=b"
        )
        assert answer.status_code in {400, 413}, form.target


@pytest.mark.parametrize(
    ("body", "kind"),
    [(b"{}", "application/json"), (b"\xff\xfe", "text/plain"), (b"", "multipart/form-data"),
     (b"x", "multipart/form-data; boundary="), (b"--b\r\n\r\n", "multipart/form-data; boundary=b"),
     (b"a=1", f"{ENCODED}; charset=utf-7"), (b"<x/>", "application/xml"), (b"a", "\u00e9/\u00e9")],
)  # fmt: skip
def test_a_body_that_is_no_form_changes_nothing(world: World, body: bytes, kind: str) -> None:
    visitor = world.signed_in()
    before = world.rows()
    for path in ("/profile/edit", "/preferences/off", "/registrations/cancel", "/contact"):
        answer = visitor.client.post(path, data=body, content_type=kind)
        assert answer.status_code == 400, path
    assert world.rows() == before


PATHS = [
    "/%", "/%zz", "/%00", "/%ff", "/%c0%af", "/%ed%a0%80", "/cases/%00", "/cases/%ff",
    "/cases/%ed%a0%80", "/cases/a%2fb", "/cases/%0d%0aX: y", "/staff/cases/%00",
    "/staff/cases/%ff", "/registrations/%00/cancel", "/register/confirm/%00",
    "/register/confirm/%ff", "/contact/confirm/%00", "/contact/confirm/%ed%a0%80",
    "/assets/%00/%00", "/assets/x/..%2f..%2fwsgi.py", "/sign-in?next=%00%ff%ed%a0%80",
    "/sign-in?next=%0d%0aX-Evil:%201", "/signed-out?why=%00", "/staff/cases?view=%00&topic=%ff",
    "/staff/cases?after=%00_%00", "/?%=%&&==", "/cases/" + "a" * 3000, "/?" + "a=1&" * 750,
    "/sign-in?next=/" + "a" * 3000, "/contact/confirm/" + "é" * 500,
]  # fmt: skip


def test_a_broken_address_is_a_page_of_ours(world: World) -> None:
    polite = {200, 303, 400, 404, 410, 414}
    rude = []
    for visitor in (world.visitor(), world.signed_in(), world.at_the_desk()):
        for path in PATHS:
            answer = visitor.client.get(path)
            assert "X-Evil" not in answer.headers
            if answer.status_code not in polite:
                rude.append((path, answer.status_code))
            elif answer.status_code >= 400:
                assert "<h1" in answer.text
    assert rude == []


def test_line_breaks_in_fields_give_a_letter_no_other_header_or_recipient(world: World) -> None:
    evil = "Rowan\r\nBcc: thief@example.net\r\nSubject: x\r\n\r\nBuy"
    visitor = world.visitor()
    page, named = visitor.open("/contact"), "Rowan\r\nBcc: thief"
    page.send(name=named, email="rowan@example.com", topic="other", message=evil)
    person = world.customer("jules@example.com")
    world.signed_in(person).open("/profile/edit").send(town=evil)
    for path in ("/contact", "/register"):
        page = visitor.open(path).send(email="a@example.com\r\nBcc: thief@example.net")
        assert "email" in page.errors
    emails = world.deliver()
    assert {email.to for email in emails} == {"rowan@example.com", "jules@example.com"}
    for email in emails:
        assert email.message["Bcc"] is None
        assert email.message["Cc"] is None
        assert len(email.message.get_all("Subject") or []) == 1
        assert email.subject != "x"


def test_fields_that_no_form_has_stick_nowhere(world: World) -> None:
    person, other = world.customer(), world.customer("jules@example.com")
    extra: dict[str, Any] = {
        "id": str(other.id), "customer_id": str(other.id), "person_id": str(other.id),
        "role": "administrator", "kind": "staff", "email": "jules@example.com",
        "registered_at": "1999-01-01", "status": "closed", "assigned_to": str(other.id),
        "reference": "PC-AAAA-AAA", "due_on": "2099-01-01", "actor_kind": "staff",
    }  # fmt: skip
    visitor = world.signed_in(person)
    names = {"given_name": "Robin", "family_name": "Example", "version": "1"}
    visitor.send("/profile/edit", **{**extra, **names, "kind": "residential"})
    visitor.send("/preferences", **extra, choices=["offers:email"])
    written = {"name": "R", "topic": "other", "message": "x", "email": person.email}
    visitor.send("/contact", **{**extra, **written})
    mine = world.read(get_customer, person.customer_id)
    theirs = world.read(get_customer, other.customer_id)
    assert (mine.details.given_name, mine.details.email) == ("Robin", person.email)
    assert (theirs.details.given_name, theirs.version) == ("Rowan", 1)
    with world.work() as work:
        (row,) = work.session.query(CaseRow)
        assert (row.customer_id, row.status, row.assigned_to) == (person.id, "new", None)
        assert row.reference != "PC-AAAA-AAA"
    assert visitor.open("/staff").path == "/staff/sign-in"


def test_a_form_sent_twice_is_done_once(world: World) -> None:
    person = world.customer(services=tuple(Service)[:3])
    visitor = world.signed_in(person)
    form = visitor.open("/profile/edit")
    form.send(given_name="Robin")
    assert form.send(given_name="Robin").flashes == ["Nothing was changed."]
    choices = visitor.open("/preferences")
    choices.send(choices=["offers:email"])
    choices.send(status=None, choices=["offers:email"])
    counts = world.rows()
    assert counts["profile_change"] == 1
    assert counts["choice_change"] == 1


@given(
    name=st.text(st.characters(codec=None), max_size=110),
    words=st.text(st.characters(codec=None), max_size=300),
)
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_any_name_and_any_words_are_taken_or_refused_politely(
    world: World, name: str, words: str
) -> None:
    visitor = world.visitor()
    token = visitor.token()
    pairs = {"name": name, "message": words, "email": "a@example.com", "topic": "other"}
    body = "&".join(
        f"{key}={quote_from_bytes(value.encode('utf-8', 'surrogatepass'))}"
        for key, value in [*pairs.items(), ("csrf_token", token)]
    )
    answer = visitor.client.post("/contact", data=body, content_type=ENCODED)
    assert answer.status_code in {200, 303}
    if answer.status_code == 200:
        assert Page(visitor, answer).errors
