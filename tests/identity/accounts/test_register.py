import pytest
from sqlalchemy import select

from portal.governance.audit.models import AuditEntry
from portal.identity.accounts.models import CustomerRow, UnconfirmedRow
from portal.identity.accounts.queries import find_customer_by_email, get_customer
from portal.identity.credentials.rules import QUESTIONS, WRONG
from portal.identity.form_drafts.models import Draft
from portal.identity.form_drafts.rules import VISITORS_DRAFTS_KEPT
from portal.messaging.email.models import OutboxEmail
from portal.platform.core.ids import CustomerId
from portal.platform.encryption.doomed import SETTLED_AFTER
from portal.platform.web.limiting import LIMITS, Pace
from portal.self_service.public_pages.rules import spell_minutes
from tests.identity.accounts.registering import (
    ABOUT,
    FILLED,
    SECOND,
    SECRETS,
    register,
    register_in,
)
from tests.world import ANSWER, PASSWORD, World, rows_with


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
    assert page.errors["password"] == WRONG


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
        ("family_name", "x" * 101, "Last name must be 100 characters or fewer"),
        ("email", "rowan@example", "Enter an email address in the correct format"),
        ("email", "rowan@example.com\r\nBcc: x@example.com", "Enter an email address"),
        ("kind", "", "Choose how you use our services"),
        ("kind", "emperor", "Choose how you use our services"),
        ("services", [], "Choose at least one service"),
        ("services", ["broadband", "teleport"], "Choose a service that is on this page"),
        ("password", "", "Enter a password"),
        ("password", "fourteen chars", "Password must be 15 characters or more"),
        ("password", "passwordpassword", "This password is too easy to guess"),
        ("password", "aaaaaaaaaaaaaaaaaaaa", "This password is too easy to guess"),
        ("password", "rowan-example-rowan", "Choose a password that isn’t made of your name"),
        ("password", "x" * 1025, "Password must be 1,024 characters or fewer"),
        ("question", "", "Choose a security question"),
        ("question", "my own", "Choose a security question"),
        ("answer", " ", "Enter your answer"),
        ("answer", "?!", "Answer must have at least two letters, or four digits"),
        ("answer", "place", "Choose an answer that isn’t part of the question"),
        ("answer", "rowan", "Choose an answer that isn’t your name"),
        ("answer", "rowan@example.com", "Choose an answer that isn’t your name"),
        ("answer", "umbrellas", "Choose an answer that isn’t part of your password"),
        ("answer", "london", "That answer is too common"),
        ("answer", "oooo", "Choose an answer that isn’t the same letter repeated"),
    ],
)
def test_what_does_not_fit_is_said_beside_the_field(
    world: World, field: str, value: object, said: str
) -> None:
    page = register(world, **{field: value})
    assert page.path == (SECOND if field in SECRETS else "/register")
    assert page.answer.status_code == 200
    assert page.errors[field].startswith(said)
    assert PASSWORD not in page.answer.text
    assert ANSWER not in page.answer.text
    if field in ABOUT and field != "family_name":
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
    assert page.errors["password"] == WRONG
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
    visitor = world.visitor()
    assert visitor.open("/register").soup.select("[type=email][autocomplete]")
    soup = visitor.open("/register").send(**ABOUT).soup
    assert [one["autocomplete"] for one in soup.select("[type=password]")] == ["new-password"]
    for field in soup.select("[name=password], [name=answer]"):
        assert not {"maxlength", "minlength", "onpaste", "readonly"} & set(field.attrs)
    soup = world.visitor().open("/sign-in").soup
    assert [one["autocomplete"] for one in soup.select("[type=password]")] == ["current-password"]
    assert soup.select_one("[name=email]")["autocomplete"].split()[0] == "username"  # type: ignore[index,union-attr]


def test_a_new_password_shows_how_long_it_must_be_before_and_while_it_is_typed(
    world: World,
) -> None:
    page = world.visitor().open("/register").send(**ABOUT)
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
    registering = register(world, password=wrong[0], answer=wrong[1], question="")
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


def test_every_mistake_of_a_page_is_said_at_once(world: World) -> None:
    page = register(world, password="too short", question="", answer="?!")
    assert set(page.errors) == {"password", "question", "answer"}
    page = register(world, given_name="", email="rowan", services=[])
    assert set(page.errors) == {"given_name", "email", "services"}


def test_a_good_password_and_a_good_answer_need_not_be_typed_again(world: World) -> None:
    visitor = world.visitor()
    page = visitor.open("/register").send(**ABOUT)
    page = page.send(password=PASSWORD, question="lost-place", answer="place")
    assert set(page.errors) == {"answer"}
    assert "We’ve kept the password you typed" in page.text
    for secret in (PASSWORD, "place."):
        assert secret not in page.answer.text
    page = page.send(password="too short", answer=ANSWER)
    assert set(page.errors) == {"password"}
    assert "We’ve kept the answer you typed" in page.text
    assert ANSWER not in page.answer.text
    assert page.send(password=PASSWORD).path == "/register/sent"
    confirmed = visitor.open(world.email("Confirm your email address").link).send(password=PASSWORD)
    assert confirmed.path == "/sign-in"
    assert confirmed.value("email") == ABOUT["email"]


def test_a_password_that_will_not_do_is_not_kept(world: World) -> None:
    page = world.visitor().open("/register").send(**ABOUT)
    page = page.send(password="too short", question="lost-place", answer=ANSWER)
    assert "We’ve kept the password" not in page.text
    assert set(page.send(question="lost-place").errors) == {"password"}


def test_whoever_goes_back_finds_what_they_typed_and_can_mend_the_address(world: World) -> None:
    visitor = world.visitor()
    visitor.open("/register").send(**ABOUT)
    first = visitor.open("/register")
    assert first.value("email") == ABOUT["email"]
    assert first.ticked("services") == ABOUT["services"]
    second = first.send(email="rowan.example@example.com")
    assert "rowan.example@example.com" in second.text
    sent = second.send(**SECRETS)
    assert "rowan.example@example.com" in sent.text
    assert world.email("Confirm your email address").to == "rowan.example@example.com"
    again = visitor.open("/register").send(**ABOUT)
    assert "We’ve kept" not in again.text, "a password that was sent is kept no longer"


def test_the_second_page_leads_to_the_first_for_whoever_has_not_filled_it_in(world: World) -> None:
    assert world.visitor().open(SECOND).path == "/register"


def test_what_was_typed_ends_with_its_time_and_its_key(world: World) -> None:
    visitor = world.visitor()
    visitor.open("/register").send(**ABOUT).send(password=PASSWORD, question="", answer=ANSWER)
    assert world.rows()["draft"] == 1
    told = visitor.open("/register").text
    assert f"for {spell_minutes(VISITORS_DRAFTS_KEPT)}, so you can go back" in told
    world.clock.move(minutes=30, seconds=1)
    assert visitor.open("/register").value("email") == ""
    assert visitor.open(SECOND).path == "/register"
    world.deliver()
    assert world.rows()["draft"] == 0
    with world.work() as work:
        assert work.vault.list_maybe_unused_keys(work.now + SETTLED_AFTER, 10) == []


def test_whoever_starts_again_leaves_nothing_of_what_was_typed(world: World) -> None:
    visitor = world.visitor()
    visitor.open("/register").send(**ABOUT)
    fresh = visitor.open("/register").send("/register/start-again")
    assert (fresh.path, fresh.value("email")) == ("/register", "")
    assert world.rows()["draft"] == 0


def test_whoever_signs_in_leaves_nothing_of_what_they_typed_to_register(world: World) -> None:
    visitor = world.visitor()
    register_in(visitor, **FILLED)
    page = visitor.open(world.email("Confirm your email address").link).send(password=PASSWORD)
    assert world.rows()["draft"] == 1
    page.send(password=PASSWORD)
    assert world.rows()["draft"] == 0


def test_another_browser_finds_nothing_of_what_was_typed(world: World) -> None:
    world.visitor().open("/register").send(**ABOUT)
    assert world.visitor().open("/register").value("email") == ""


def test_two_tabs_of_one_browser_register_what_was_typed_last(world: World) -> None:
    visitor = world.visitor()
    first, second = visitor.open("/register"), visitor.open("/register")
    first.send(**ABOUT)
    page = second.send(**{**ABOUT, "email": "second@example.com"})
    assert page.send(**SECRETS).path == "/register/sent"
    assert world.email("Confirm your email address").to == "second@example.com"
    assert world.rows()["draft"] == 1


def test_somebody_who_takes_back_their_last_name_registers_without_it(world: World) -> None:
    visitor = world.visitor()
    visitor.open("/register").send(**ABOUT)
    page = visitor.open("/register").send(**{**ABOUT, "family_name": ""})
    page.send(**SECRETS)
    world.visitor().open(world.email("Confirm").link).send(password=PASSWORD)
    found = world.read(find_customer_by_email, ABOUT["email"])
    assert found is not None
    assert found.details.full_name == "Rowan"


def test_a_second_person_at_one_browser_gets_nothing_of_the_first(world: World) -> None:
    visitor = world.visitor()
    register_in(visitor, **FILLED)
    world.deliver()
    second = {"email": "suharto@example.com", "given_name": "Suharto", "family_name": ""}
    register_in(visitor, **{**FILLED, **second})
    world.visitor().open(world.email("Confirm").link).send(password=PASSWORD)
    found = world.read(find_customer_by_email, "suharto@example.com")
    assert found is not None
    assert found.details.full_name == "Suharto"


def test_a_page_made_for_one_address_registers_no_other(world: World) -> None:
    visitor = world.visitor()
    alices = visitor.open("/register").send(**{**ABOUT, "email": "alice@example.com"})
    visitor.open("/register").send(**{**ABOUT, "email": "bob@example.com"})
    page = alices.send(**SECRETS)
    assert (page.path, page.value("email")) == ("/register", "bob@example.com")
    assert "changed in another tab" in page.flashes[0]
    assert world.deliver() == []


def test_secrets_typed_for_one_address_are_not_used_for_another(world: World) -> None:
    visitor = world.visitor()
    visitor.open("/register").send(**ABOUT).send(**{**SECRETS, "answer": "place"})
    page = visitor.open("/register").send(**{**ABOUT, "email": "bob@example.com"})
    assert "We’ve kept" not in page.text
    assert "password" in page.send(question="lost-place", answer=ANSWER).errors


def test_an_answer_is_kept_for_its_own_question_alone(world: World) -> None:
    page = world.visitor().open("/register").send(**ABOUT)
    page = page.send(**{**SECRETS, "password": "too short"})
    other = next(name for name in QUESTIONS if name != SECRETS["question"])
    page = page.send(password=PASSWORD, question=other)
    assert set(page.errors) == {"answer"}


def test_of_a_form_that_came_back_nothing_older_is_used(world: World) -> None:
    visitor = world.visitor()
    page = visitor.open("/register").send(**ABOUT).send(**{**SECRETS, "answer": "place"})
    again = page.send(password="another good long password", csrf_token="old", status=400)
    assert "We’ve kept" not in again.text
    assert "password" in again.send(question="lost-place", answer=ANSWER).errors


def test_somebody_elses_confirming_throws_away_nothing_that_i_typed(world: World) -> None:
    register(world, email="other@example.com")
    link = world.email("Confirm your email address").link
    visitor = world.visitor()
    mine = visitor.open("/register").send(**ABOUT)
    visitor.open(link).send(password=PASSWORD)
    assert mine.send(**SECRETS).path == "/register/sent"


def test_each_round_of_the_second_page_counts(world: World) -> None:
    page = world.visitor().open("/register").send(**ABOUT)
    for _ in range(LIMITS[Pace.EMAILS].most):
        page = page.send(password=PASSWORD, question="", answer="")
    assert "Too many attempts" in page.send(password=PASSWORD, status=429).flashes


def test_once_an_address_is_confirmed_no_browser_has_what_was_typed_to_register_it(
    world: World,
) -> None:
    first, second = world.visitor(), world.visitor()
    register_in(first, **FILLED)
    second.open(world.email("Confirm your email address").link).send(password=PASSWORD)
    assert first.open("/register").value("email") == ""
    with world.work() as work:
        assert [row.path for row in rows_with(work, Draft)] == ["/sign-in"]


def test_whoever_leaves_soon_after_registering_leaves_no_draft_of_it(world: World) -> None:
    person = world.customer()
    world.visitor().open("/register").send(**{**ABOUT, "email": person.email})
    assert world.rows()["draft"] == 1
    world.clock.move(minutes=1)
    world.erase(person)
    assert world.rows()["draft"] == 0
    world.deliver()
    with world.work() as work:
        assert work.vault.list_maybe_unused_keys(work.now + SETTLED_AFTER, 10) == []
