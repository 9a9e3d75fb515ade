"""Driving the portal by its pages, as a browser without a screen does."""

import re
from email.message import EmailMessage
from html.parser import HTMLParser

from flask import Flask
from werkzeug.test import TestResponse

from portal.demonstration import QUESTION_KEY
from portal.marks.rules import spell_telephone
from portal.proof.people import Person

FOUND, GONE = 200, 410


class ProofError(Exception):
    """A page did not do what it should; the text names the page and nobody."""


class Post:
    """Takes the letters, as a mail server does; they have left the house then."""

    def __init__(self) -> None:
        self.letters: list[EmailMessage] = []

    def send(self, message: EmailMessage, to: str) -> None:
        """Take a letter."""
        del to
        self.letters.append(message)

    def find_link(self, to: str, subject: str) -> str:
        """Return the path of the link in the newest letter to somebody that begins like this."""
        for letter in reversed(self.letters):
            if letter["To"] == to and str(letter["Subject"]).startswith(subject):
                body = letter.get_body(("plain",))
                found = re.search(r"https?://[^/\s]+(/\S+)", body.get_content() if body else "")
                if found:
                    return found[1]
        raise ProofError(f"There is no letter: {subject}")


class Form(HTMLParser):
    """The fields of a page as a browser would send them: what is hidden, filled in or chosen."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.fields: dict[str, str] = {}
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take in one field."""
        found = dict(attrs)
        name, kind = found.get("name"), found.get("type", "text")
        is_chosen = kind not in {"checkbox", "radio", "submit"} or "checked" in found
        if tag == "input" and name and is_chosen:
            self.fields[name] = found.get("value") or ""


class Browser:
    """One browser with its cookies."""

    def __init__(self, app: Flask, brand: str = "canary browser") -> None:
        self._client = app.test_client()
        self._headers = {"User-Agent": brand}

    def open(self, path: str, status: int = FOUND) -> str:
        """Return a page; raises `ProofError` for another status."""
        answer = self._client.get(path, headers=self._headers, follow_redirects=True)
        return self._read(path, answer, status)

    def send(self, page: str, where: str = "", **fields: object) -> TestResponse:
        """Fill in the form of a page and send it; `where` for a form that goes elsewhere."""
        filled = {**Form(self.open(page)).fields, **fields}
        target = where or page
        answer = self._client.post(target, data=filled, headers=self._headers)
        if answer.status_code not in {FOUND, 303}:
            raise ProofError(f"{target} answered {answer.status_code}")
        return answer

    def _read(self, path: str, answer: TestResponse, status: int) -> str:
        if answer.status_code != status:
            raise ProofError(f"{path} answered {answer.status_code}")
        return answer.get_data(as_text=True)


def register(browser: Browser, person: Person) -> None:
    """Ask for an account."""
    browser.send(
        "/register",
        given_name=person.given_name,
        family_name=person.family_name,
        email=person.email,
        kind="residential",
        services=["broadband", "mobile"],
        password=person.password,
        question=QUESTION_KEY,
        answer=person.answer,
    )


def sign_in(browser: Browser, person: Person) -> bool:
    """Sign in with password and answer; tell whether it was let in."""
    browser.send("/sign-in", email=person.email, password=person.password, remember="y")
    answer = browser.send("/sign-in/question", answer=person.answer)
    return answer.status_code != FOUND and answer.location == "/account"


def try_in_vain(browser: Browser, person: Person) -> None:
    """Type everything into the wrong field, as people do."""
    for email, password in (
        (person.email, person.email),
        (person.password, person.email),
        (person.email, person.answer),
    ):
        browser.send("/sign-in", email=email, password=password)


def live(browser: Browser, person: Person) -> None:
    """Do everything that a customer can do."""
    for telephone in (person.old_telephone, person.telephone):
        browser.send("/profile/edit", **{**person.details, "telephone": telephone})
        number = spell_telephone(telephone)
        listed = [f"{number}:printed", f"{number}:reverse"]
        browser.send("/preferences/directories", entries=listed)
    for service in ("telephone", "mail"):
        browser.send(f"/preferences/tps/{service}")
    browser.send("/preferences", choices=["offers:email", "surveys:post"])
    browser.send("/preferences", choices=["offers:email"])
    browser.send("/contact", topic="other", message=person.message)
    browser.send("/contact", topic="marketing", message=person.message)
    for password in (person.email, person.password):  # first into the wrong field, as people do
        browser.send("/prove", password=password)
    browser.send("/registrations/copy")
    for path in ("/account", "/profile", "/preferences/history", "/registrations", "/cases"):
        browser.open(path)
    for path in list_cases(browser):
        browser.send(path, message=person.addition)


def write_as_visitor(browser: Browser, person: Person, topic: str, service: str = "") -> None:
    """Write without signing in, under the same address."""
    browser.send(
        "/contact",
        name=f"{person.given_name} {person.family_name}",
        email=person.email,
        topic=topic,
        service=service,
        message=person.visitors_message,
    )


def list_cases(browser: Browser) -> list[str]:
    """Return the paths of a customer's own messages."""
    return sorted(set(re.findall(r'href="(/cases/PC-[^"/?#]+)"', browser.open("/cases"))))


def work_at_the_desk(desk: Browser, person: Person) -> list[str]:
    """Find somebody's cases, look, note, ask and answer; return the paths of all of them."""
    answer = desk.send("/staff/cases", q=person.email)
    page = answer.get_data(as_text=True)
    paths = sorted(set(re.findall(r'href="(/staff/cases/PC-[^"/?#]+)"', page)))
    for path in paths:
        desk.send(path, step="noted", message=person.note)
        desk.send(path, step="asked", message=person.reply)
    return paths


def see_of_oneself(browser: Browser, person: Person) -> set[str]:
    """Return the names of the values that somebody who is signed in finds on their pages."""
    paths = ["/profile", "/profile/edit", "/contact", *list_cases(browser)]
    heap = "\n".join(browser.open(path) for path in paths)
    return {name for name, value in person.canaries.items() if value in heap}
