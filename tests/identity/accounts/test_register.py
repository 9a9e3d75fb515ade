from typing import Any

import pytest
from sqlalchemy import select

from portal.governance.audit.models import AuditEntry
from portal.identity.accounts.models import CustomerRow, UnconfirmedRow
from portal.identity.accounts.queries import get_customer
from portal.messaging.email.models import OutboxEmail
from portal.platform.core.ids import CustomerId
from tests.pages import Page
from tests.world import ANSWER, PASSWORD, World

FILLED: dict[str, Any] = {
    "given_name": "Rowan",
    "family_name": "Example",
    "email": "rowan@example.com",
    "kind": "residential",
    "services": ["broadband", "mobile"],
    "password": PASSWORD,
    "question": "lost-place",
    "answer": ANSWER,
}


def register(world: World, **changes: Any) -> Page:
    return world.visitor().open("/register").send(status=None, **{**FILLED, **changes})


def test_a_visitor_registers_confirms_and_signs_in(world: World) -> None:
    assert register(world).path == "/register/sent"
    visitor = world.visitor()
    page = visitor.open(world.email("Confirm your email address").link)
    assert page.send(password=PASSWORD).path == "/sign-in"
    visitor.open("/sign-in").send(email="rowan@example.com", password=PASSWORD)
    home = visitor.open("/sign-in/question").send(answer=" the HARBOUR! ")
    assert home.path == "/account"
    assert "Rowan" in home.title


def test_nobody_can_sign_in_before_the_address_is_confirmed(world: World) -> None:
    register(world)
    page = world.visitor().open("/sign-in").send(email="rowan@example.com", password=PASSWORD)
    assert page.path == "/sign-in"
    assert page.errors["password"] == "The email address or the password isn’t right"


def test_looking_at_the_link_confirms_nothing(world: World) -> None:
    register(world)
    link = world.email("Confirm").link
    for _ in range(3):
        world.visitor().open(link)
    with world.work() as work:
        assert work.session.scalars(select(CustomerRow)).all() == []


def test_the_link_works_once(world: World) -> None:
    register(world)
    link = world.email("Confirm").link
    world.visitor().open(link).send(password=PASSWORD)
    page = world.visitor().open(link, status=410)
    assert "sign in" in page.text.lower()


@pytest.mark.parametrize(("cut", "added"), [(4, ""), (1, ""), (0, "x"), (43, "A")])
def test_a_damaged_link_opens_nothing(world: World, cut: int, added: str) -> None:
    register(world)
    link = world.email("Confirm").link
    world.visitor().open(link[: len(link) - cut] + added, status=410)


def test_the_link_dies_after_a_day(world: World) -> None:
    register(world)
    link = world.email("Confirm").link
    world.clock.move(hours=24, seconds=1)
    world.visitor().open(link, status=410)


def test_a_registered_address_gets_the_same_page_and_another_letter(world: World) -> None:
    first = register(world)
    world.visitor().open(world.email("Confirm").link).send(password=PASSWORD)
    second = register(world)
    assert second.path == first.path
    assert second.answer.text.split("nonce")[0] == first.answer.text.split("nonce")[0]
    email = world.email("You already have an account")
    assert email.to == "rowan@example.com"
    assert "confirm" not in email.link


def test_known_and_unknown_addresses_leave_the_same_rows(world: World) -> None:
    world.customer("known@example.com")

    def count() -> list[int]:
        with world.work() as work:
            tables = (UnconfirmedRow, OutboxEmail, AuditEntry, CustomerRow)
            return [len(work.session.scalars(select(table)).all()) for table in tables]

    before = count()
    register(world, email="known@example.com")
    known = count()
    register(world, email="unknown@example.com")
    unknown = count()
    assert [b - a for a, b in zip(before, known, strict=True)] == [
        b - a for a, b in zip(known, unknown, strict=True)
    ]


def test_two_registrations_of_one_address_make_one_customer(world: World) -> None:
    register(world)
    register(world)
    links = [email.link for email in world.deliver()]
    late = world.visitor().open(links[1])
    world.visitor().open(links[0]).send(password=PASSWORD)
    late.send(password=PASSWORD, status=410)
    world.visitor().open(links[1], status=410)
    with world.work() as work:
        assert len(work.session.scalars(select(CustomerRow)).all()) == 1


def test_an_unconfirmed_registration_is_forgotten_after_a_day(world: World) -> None:
    register(world)
    told = world.email("Confirm your email address").text
    assert "After 24 hours, we’ll delete what was typed" in told
    world.clock.move(hours=25)
    world.deliver()
    with world.work() as work:
        assert work.session.scalars(select(UnconfirmedRow)).all() == []


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("given_name", "", "Enter your first name"),
        ("given_name", " \x00 ", "Enter your first name"),
        ("family_name", "x" * 101, "Use 100 characters or fewer"),
        ("email", "rowan@example", "Enter an email address in the correct format"),
        ("email", "rowan@example.com\r\nBcc: x@example.com", "Enter an email address"),
        ("kind", "", "Choose how you use our services"),
        ("kind", "emperor", "Choose one of the answers offered"),
        ("services", [], "Choose at least one service"),
        ("services", ["broadband", "teleport"], "Choose one of the answers offered"),
        ("password", "", "Enter a password"),
        ("password", "fourteen chars", "Use at least 15 characters"),
        ("password", "passwordpassword", "This is too easy to guess"),
        ("password", "aaaaaaaaaaaaaaaaaaaa", "This is too easy to guess"),
        ("password", "rowan-example-rowan", "Choose something that isn’t made from your name"),
        ("password", "x" * 1025, "Use 1024 characters or fewer"),
        ("question", "", "Choose a question"),
        ("question", "my own", "Choose one of the answers offered"),
        ("answer", " ", "Enter your answer"),
        ("answer", "?!", "Use at least two letters, or four digits"),
        ("answer", "place", "Choose an answer that isn’t part of the question"),
        ("answer", "rowan", "Choose an answer that isn’t your name"),
        ("answer", "rowan@example.com", "Choose an answer that isn’t your name"),
        ("answer", "umbrellas", "Choose an answer that isn’t part of your password"),
        ("answer", "london", "That answer is too common"),
        ("answer", "oooo", "Choose an answer that isn’t one letter repeated"),
    ],
)
def test_what_does_not_fit_is_said_beside_the_field(
    world: World, field: str, value: object, said: str
) -> None:
    page = register(world, **{field: value})
    assert page.path == "/register"
    assert page.answer.status_code == 200
    assert page.errors[field].startswith(said)
    assert PASSWORD not in page.answer.text
    assert ANSWER not in page.answer.text
    if field != "family_name":
        assert page.value("family_name") == "Example"
    assert world.deliver() == []


@pytest.mark.parametrize("name", ["Ng", "Жанна", "李小龙", "O’Connor-Smith", "<b>Bold</b>", "ﷺ"])
def test_any_name_can_be_registered(world: World, name: str) -> None:
    assert register(world, given_name=name).path == "/register/sent"
    world.visitor().open(world.email("Confirm").link).send(password=PASSWORD)
    home = world.signed_in_as("rowan@example.com").open("/profile")
    assert " ".join(name.split()) in home.text


def test_short_true_answers_pass(world: World) -> None:
    assert register(world, answer="Ng").path == "/register/sent"


@pytest.mark.parametrize("changed", [72, 999, 1023])
def test_every_character_of_a_long_password_counts(world: World, changed: int) -> None:
    long = (PASSWORD + " and ") * 40
    long = long[:1024]
    other = long[:changed] + "#" + long[changed + 1 :]
    assert register(world, password=long).path == "/register/sent"
    link = world.email("Confirm").link
    assert world.visitor().open(link).send(password=other).path == link
    world.visitor().open(link).send(password=long)
    visitor = world.visitor()
    page = visitor.open("/sign-in").send(email="rowan@example.com", password=other)
    assert page.errors["password"] == "The email address or the password isn’t right"
    page = visitor.open("/sign-in").send(email="rowan@example.com", password=long)
    assert page.path == "/sign-in/question"


def test_spaces_around_a_password_are_part_of_it(world: World) -> None:
    register(world, password=f" {PASSWORD} ")
    link = world.email("Confirm").link
    assert world.visitor().open(link).send(password=PASSWORD).path == link
    world.visitor().open(link).send(password=f" {PASSWORD} ")
    visitor = world.visitor()
    page = visitor.open("/sign-in").send(email="rowan@example.com", password=PASSWORD)
    assert page.path == "/sign-in"
    page = visitor.open("/sign-in").send(email="rowan@example.com", password=f" {PASSWORD} ")
    assert page.path == "/sign-in/question"


def test_a_password_does_not_grow_old(world: World) -> None:
    person = world.customer()
    world.clock.move(days=400)
    visitor = world.visitor()
    page = visitor.open("/sign-in").send(email=person.email, password=person.password)
    assert page.path == "/sign-in/question"
    page = visitor.open(page.path).send(answer=person.answer)
    assert page.path == "/account"
    assert not page.soup.select("[autocomplete=new-password]")


def test_password_and_answer_can_be_pasted_and_kept_by_a_password_manager(world: World) -> None:
    soup = world.visitor().open("/register").soup
    assert [one["autocomplete"] for one in soup.select("[type=password]")] == ["new-password"]
    assert soup.select("[type=email][autocomplete]")
    for field in soup.select("[name=password], [name=answer]"):
        assert not {"maxlength", "minlength", "onpaste", "readonly"} & set(field.attrs)
    soup = world.visitor().open("/sign-in").soup
    assert [one["autocomplete"] for one in soup.select("[type=password]")] == ["current-password"]
    assert soup.select_one("[name=email]")["autocomplete"].split()[0] == "username"  # type: ignore[index,union-attr]


def test_a_new_password_shows_how_long_it_must_be_before_and_while_it_is_typed(
    world: World,
) -> None:
    page = world.visitor().open("/register")
    assert "At least 15 characters" in page.text
    gauge = page.soup.select_one("[data-gauge=password]")
    assert gauge is not None
    assert gauge.has_attr("hidden")
    assert gauge.select_one("[role=status]")
    assert gauge.select_one("progress[max='15']")


def test_nothing_that_was_typed_in_secret_is_shown_again(world: World) -> None:
    person = world.customer()
    wrong = "wrong word for a door", "a wrong reply"
    sign_in = world.visitor().open("/sign-in").send(email=person.email, password=wrong[0])
    visitor = world.visitor()
    visitor.open("/sign-in").send(email=person.email, password=person.password)
    question = visitor.open("/sign-in/question").send(answer=wrong[1])
    registering = register(world, password=wrong[0], answer=wrong[1], given_name="")
    for page in (sign_in, question, registering):
        assert page.errors
        for secret in (*wrong, PASSWORD):
            assert secret not in page.answer.text


def test_somebody_with_one_name_can_register(world: World) -> None:
    assert register(world, given_name="Suharto", family_name="").path == "/register/sent"
    visitor = world.visitor()
    visitor.open(world.email("Confirm your email address").link).send(password=PASSWORD)
    visitor.open("/sign-in").send(email="rowan@example.com", password=PASSWORD, remember="y")
    home = visitor.open("/sign-in/question").send(answer=ANSWER)
    assert (home.path, "Suharto" in home.title) == ("/account", True)
    with world.work() as work:
        customer_id = work.session.scalars(select(CustomerRow.id)).one()
        assert get_customer(work, CustomerId(customer_id)).details.full_name == "Suharto"
    visitor.send("/sign-out")
    assert "Suharto" in visitor.open("/sign-in").text
