"""The secret that signs form tokens is changed while people have pages open."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest

from portal.operations.app import create_app
from tests.pages import Visitor
from tests.world import World

NEW = "n" * 40


@contextmanager
def started_again(world: World, old: str, cookie: str | None) -> Iterator[Visitor]:
    """The portal after a change of its secret, and the browser with the page of before."""
    app = create_app(replace(world.parts.settings, secret_key=NEW, old_secret_key=old))
    visitor = Visitor(app)
    visitor.client.set_cookie("form", cookie or "")
    yield visitor
    parts = app.extensions["portal"]
    parts.sessions.engine.dispose()
    parts.keyring.engine.dispose()


def ask(visitor: Visitor, token: str) -> int:
    fields = {"csrf_token": token, "email": "asker@example.com"}
    return visitor.post("/forgotten", fields).status_code


def test_a_form_that_was_open_is_taken_while_the_old_secret_is_kept(world: World) -> None:
    before = world.visitor()
    token, cookie = before.token("/contact"), before.cookie("form")
    with started_again(world, world.parts.settings.secret_key, cookie) as after:
        assert ask(after, token) == 303
        anew = after.token("/contact")
        newer = after.cookie("form")
    with started_again(world, "", newer) as later:
        assert ask(later, token) == 400
        assert ask(later, anew) == 303


@pytest.mark.parametrize("old", ["", "o" * 40])
def test_a_token_that_no_secret_of_ours_signed_is_not_taken(world: World, old: str) -> None:
    before = world.visitor()
    token = before.token("/contact")
    with started_again(world, old, before.cookie("form")) as after:
        assert ask(after, token) == 400
