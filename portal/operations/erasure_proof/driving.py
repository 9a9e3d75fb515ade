"""A browser without a screen that uses the portal's pages, and a collector of its emails."""

import re
from email.message import EmailMessage
from html.parser import HTMLParser

from flask import Flask
from werkzeug.test import TestResponse

from portal.messaging.email.delivery import TAKEN, Outcome

FOUND, SEE_OTHER, GONE = 200, 303, 410


class ProofError(Exception):
    """A page behaved unexpectedly; the text names the page and nobody."""


class MailCollector:
    """A transport that collects emails, as a mail server would; their rows count as sent."""

    def __init__(self) -> None:
        self.emails: list[EmailMessage] = []

    def send(self, message: EmailMessage, to: str) -> Outcome:
        """Take an email."""
        del to
        self.emails.append(message)
        return TAKEN

    def find_link(self, to: str, subject: str) -> str:
        """Return the path of the link, by its beginning, in the newest email to somebody."""
        for email in reversed(self.emails):
            if email["To"] == to and str(email["Subject"]).startswith(subject):
                body = email.get_body(("plain",))
                found = re.search(r"https?://[^/\s]+(/\S+)", body.get_content() if body else "")
                if found:
                    return found[1]
        raise ProofError(f"There is no email: {subject}")


class PageForm(HTMLParser):
    """The fields of a page as a browser would send them: hidden, filled in or chosen."""

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
        filled = {**PageForm(self.open(page)).fields, **fields}
        target = where or page
        answer = self._client.post(target, data=filled, headers=self._headers)
        if answer.status_code not in {FOUND, SEE_OTHER}:
            raise ProofError(f"{target} answered {answer.status_code}")
        return answer

    def save(self, page: str, where: str = "", **fields: object) -> TestResponse:
        """Send a form as `send` does; raises `ProofError` when it is shown again with errors."""
        answer = self.send(page, where, **fields)
        if answer.status_code != SEE_OTHER:
            raise ProofError(f"{where or page} was not taken")
        return answer

    def _read(self, path: str, answer: TestResponse, status: int) -> str:
        if answer.status_code != status:
            raise ProofError(f"{path} answered {answer.status_code}")
        return answer.get_data(as_text=True)
