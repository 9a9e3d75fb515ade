"""Registering, as a browser does it: two pages, one after the other."""

from typing import Any

from tests.pages import Page, Visitor
from tests.world import ANSWER, PASSWORD, World

ABOUT: dict[str, Any] = {
    "given_name": "Rowan",
    "family_name": "Example",
    "email": "rowan@example.com",
    "kind": "residential",
    "services": ["broadband", "mobile"],
}
SECRETS: dict[str, Any] = {"password": PASSWORD, "question": "lost-place", "answer": ANSWER}
FILLED: dict[str, Any] = {**ABOUT, **SECRETS}
SECOND = "/register/signing-in"


def register_in(visitor: Visitor, **fields: Any) -> Page:
    """Fill in both pages; return the page that the last one led to, or the first one again."""
    about = {name: value for name, value in fields.items() if name not in SECRETS}
    page = visitor.open("/register").send(status=None, **about)
    if page.path != SECOND:
        return page
    secrets = {name: value for name, value in fields.items() if name in SECRETS}
    return page.send(status=None, **secrets)


def register(world: World, **changes: Any) -> Page:
    """Register a new browser's owner, with what is typed otherwise than usual."""
    return register_in(world.visitor(), **{**FILLED, **changes})
