"""Asking about a number, and proving it."""

from typing import Any

from tests.pages import Page, Visitor
from tests.world import World

ASK, CODE = "/directories/your-number", "/directories/code"
NUMBER = "020 7946 0101"


def ask(visitor: Visitor, number: str = NUMBER, way: str = "call", **fields: Any) -> str:
    """Ask about a number; the reference."""
    typed = {"name": "Morgan Example", "email": "morgan@example.org", **fields}
    page = visitor.open(ASK).send(listed_number=number, proof_way=way, **typed)
    assert not page.errors, page.errors
    found = page.soup.select_one(".ref")
    assert found is not None
    return found.get_text()


def make_code(desk: Visitor, reference: str) -> str:
    """Let a colleague make a code."""
    page = desk.open(f"/staff/cases/{reference}/directory-entry").send()
    return code_of(page)


def code_of(page: Page) -> str:
    found = page.soup.select_one("section code.code")
    assert found is not None, page.text
    return found.get_text()


def enter(visitor: Visitor, reference: str, code: str) -> Page:
    """Enter a code."""
    return visitor.open(CODE).send(reference=reference, code=code)


def proved(world: World, number: str = NUMBER) -> tuple[Visitor, Page]:
    """A visitor who has proved a number, and the page that follows."""
    visitor = world.visitor()
    reference = ask(visitor, number)
    code = make_code(world.at_the_desk(), reference)
    return visitor, enter(visitor, reference, code)
