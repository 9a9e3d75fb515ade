"""Pages and emails in another language: what modules say comes out in it, as templates do."""

from uuid import uuid4

import pytest
from flask import Flask

from portal.messaging.email.render import EmailRenderer
from portal.operations.app import create_app
from portal.platform.core.texts import Text, _, _n, say
from portal.platform.core.translating import translate
from portal.self_service.profile.emails import details_changed
from tests.pages import Visitor
from tests.platform.core.test_texts import Messages, translations
from tests.world import ANSWER, PASSWORD, World

WORDS: Messages = {
    "First name": "Imię",
    "Last name": "Nazwisko",
    "Enter your first name": "Podaj imię",
    "Your details are saved.": "Zapisaliśmy Twoje dane.",
    "{Called} must be {longest:,} characters or fewer": "{Called}: najwyżej {longest:,} znaków",
    "Your details were changed": "Zmieniono Twoje dane",
    "These details were changed on your account: {labels}.": "Na Twoim koncie zmieniono: {labels}.",
    "See your profile": "Zobacz swój profil",
    "Hello {name},": "Witaj, {name}!",
    "Correct my details": "Popraw moje dane",
    ("{number} day", "{number} days"): ("{number} dzień", "{number} dni", "{number} dni"),
}
POLES = translations(WORDS)


@pytest.fixture
def polish(world: World) -> Flask:
    """The application, whose pages are Polish as far as these words go."""
    app = create_app(world.parts.settings)
    app.extensions["portal"].sessions.engine.dispose()
    app.extensions["portal"].keyring.engine.dispose()
    app.extensions["portal"] = world.parts
    translate(app.jinja_env, POLES)
    return app


def test_a_label_an_error_and_what_is_said_after_saving(world: World, polish: Flask) -> None:
    person, visitor = world.customer(), Visitor(polish)
    visitor.open("/sign-in").send(email=person.email, password=PASSWORD)
    visitor.open("/sign-in/question").send(answer=ANSWER)
    page = visitor.open("/profile/edit")
    assert "Imię" in page.text
    assert "First name" not in page.text
    wrong = page.send(None, 200, given_name="", family_name="x" * 500)
    assert "Podaj imię" in wrong.text
    assert "Nazwisko: najwyżej 100 znaków" in wrong.text
    saved = visitor.open("/profile/edit").send(given_name="<b>Ewa")
    assert saved.flashes == ["Zapisaliśmy Twoje dane."]


def test_what_is_chosen_from(polish: Flask) -> None:
    page = Visitor(polish).open("/contact")
    assert "Popraw moje dane" in [option.get_text() for option in page.soup.select("select option")]


def test_a_session_keeps_of_which_message_a_text_was_made(polish: Flask) -> None:
    interface = polish.session_interface
    serializer = interface.serializer  # type: ignore[attr-defined]
    days = _n("{number} day", "{number} days", 1)
    texts = [("ok", _("Kept for {length}", length=days)), ("info", days), ("warn", "a plain one")]
    kept = serializer.loads(serializer.dumps({"_flashes": texts}))["_flashes"]
    assert kept == texts
    assert [isinstance(text, Text) for _, text in kept] == [True, True, False]
    assert [say(text, POLES) for _, text in kept] == ["Kept for 1 dzień", "1 dzień", "a plain one"]


def test_an_email(world: World) -> None:
    email = details_changed("ewa@example.com", "<Ewa>", (_("First name"), _("Last name")))
    press = EmailRenderer.of(world.parts.settings, world.clock, POLES)
    message = press.make(uuid4(), email)
    assert message["Subject"] == "Zmieniono Twoje dane"
    text, page = (message.get_body((kind,)) for kind in ("plain", "html"))
    assert text is not None
    assert page is not None
    assert "Na Twoim koncie zmieniono: Imię, Nazwisko." in text.get_content()
    assert "Witaj, &lt;Ewa&gt;!" in page.get_content()
    assert "Zobacz swój profil" in page.get_content()
