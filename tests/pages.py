"""Pages as people see them: open, look, fill in, send. Every page that is opened is inspected."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cached_property, lru_cache
from typing import Any
from urllib.parse import urlsplit

import html5lib
from bs4 import BeautifulSoup, Tag
from flask import Flask
from werkzeug.test import TestResponse

from portal.platform.runtime import Runtime

NEW_EACH_TIME = re.compile(
    r'(?<= nonce=")[^"]*|(?<=name="csrf_token" value=")[^"]*'
    r'|(?<=name="csrf_token" type="hidden" value=")[^"]*'
    r"|PC-[0-9A-Z]{4}-[0-9A-Z]{3}"
)
"""What differs between two answers with the same page."""
IDENTIFIER = re.compile(r"\b[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\b|\b[\w-]{43}\b")
"""A row's number, or a token: each stays told from each, and none stays what it was."""
MOMENT = re.compile(r'(?<= datetime=")\d{4}-[\dT:.+-]+')
PLAIN_TEXT = re.compile(r">[^<>&]+<(?!/option)")
"""What stands between two tags and cannot be wrong HTML: an option must have some."""
REFRESH = re.compile(r"\d+(;\s+url=[^'\"\s].*)?", re.IGNORECASE)
"""What a page may say that it is followed by, and when."""
NAMELESS = ("b", "code", "del", "div", "em", "i", "ins", "p", "pre", "span", "strong", "time")
"""Elements that a screen reader gives no name, unless they have a role."""
UNLABELLED = frozenset({"hidden", "submit", "button"})


class Visitor:
    """A browser: keeps cookies, follows redirects, inspects what it is shown."""

    def __init__(self, app: Flask) -> None:
        self.client = app.test_client()
        parts: Runtime = app.extensions["portal"]
        self.inspects = parts.sessions.engine.dialect.name == "sqlite"
        """The same pages come of both databases, and inspecting them takes long."""

    def open(self, path: str, status: int = 200) -> "Page":
        """Open a page; whatever redirect leads elsewhere is followed."""
        return self._show(self.client.get(path, follow_redirects=True), status)

    def post(self, path: str, data: Any = None, **options: Any) -> TestResponse:
        """Send something without a page: without the form token, unless it is in `data`."""
        return self.client.post(path, data=data, **options)

    def submit(self, path: str, data: dict[str, Any], status: int | None = 200) -> "Page":
        """Send a form and look at the page that follows."""
        answer = self.client.post(path, data=data, follow_redirects=True)
        return self._show(answer, status)

    def cookie(self, name: str) -> str | None:
        """What the browser keeps under a name."""
        kept = self.client.get_cookie(name)
        return kept.value if kept else None

    def token(self, path: str = "/cookies") -> str:
        """A form token of this browser, for sending what no page offers."""
        page = self.client.get(path)
        found = BeautifulSoup(page.text, "html.parser").select_one("[name=csrf_token]")
        if found is None:
            return self.token("/contact")
        return str(found["value"])

    def send(self, path: str, **fields: object) -> TestResponse:
        """Send fields to an address with a good token, and follow nothing."""
        return self.client.post(path, data={"csrf_token": self.token(), **fields})

    def _show(self, answer: TestResponse, status: int | None) -> "Page":
        assert status is None or answer.status_code == status, (
            f"{answer.request.path} answered {answer.status_code}"
        )
        return Page(self, answer)


class Page:
    """One page that was shown."""

    def __init__(self, visitor: Visitor, answer: TestResponse) -> None:
        self.visitor, self.answer = visitor, answer
        self.path = answer.request.path
        self.full_path = urlsplit(answer.request.url)._replace(scheme="", netloc="").geturl()
        if visitor.inspects:
            faults = inspect_once(shape_of(NEW_EACH_TIME.sub("", answer.text)))
            assert not faults, f"{self.path}: {faults}"

    @cached_property
    def soup(self) -> BeautifulSoup:
        """The page, taken apart."""
        return BeautifulSoup(self.answer.text, "html.parser")

    @property
    def title(self) -> str:
        """The heading of the page."""
        heading = self.soup.find("h1")
        return " ".join(heading.get_text().split()) if heading else ""

    @property
    def text(self) -> str:
        """What can be read, in one line."""
        main = self.soup.find("main")
        return " ".join((main or self.soup).get_text(" ").split())

    @property
    def errors(self) -> dict[str, str]:
        """What is said beside each field, by the field's id."""
        return {
            str(one["id"]).removesuffix("-error"): one.get_text().replace("Error:", "").strip()
            for one in self.soup.select("p.error[id]")
        }

    @property
    def flashes(self) -> list[str]:
        """What is said at the top of the page."""
        return [one.get_text().strip() for one in self.soup.select("[data-flash] .banner__title")]

    def value(self, name: str) -> str:
        """What is in a field."""
        found = self.soup.select_one(f"[name='{name}']")
        assert found is not None, f"{self.path} has no field {name}"
        if found.name == "textarea":
            return found.get_text().removeprefix("\n").removeprefix("\r\n")
        if found.name == "select":
            chosen = found.select_one("option[selected]")
            return str(chosen["value"]) if chosen else ""
        return str(found.get("value", ""))

    def ticked(self, name: str) -> list[str]:
        """Which boxes of a name are ticked."""
        boxes = self.soup.select(f"input[name='{name}'][checked]")
        return [str(box["value"]) for box in boxes]

    def form(self, action: str | None = None) -> Tag:
        """The form in the page that goes to an address, or to the page itself."""
        forms = list(self.soup.select("main form[method=post]"))
        wanted = [one for one in forms if one.get("action") == action]
        wanted = wanted or ([] if action else forms)
        assert wanted, f"{self.path} has no form to {action or 'send'}"
        return wanted[0]

    def send(self, action: str | None = None, status: int | None = 200, **fields: Any) -> "Page":
        """Fill in a form as the page offers it, and send it with the token it carries."""
        form = self.form(action)
        data = {**_prefilled(form), **fields}
        target = str(form.get("action") or self.full_path)
        return self.visitor.submit(target, data, status)

    def links(self) -> set[str]:
        """Where the page leads."""
        return {str(one["href"]) for one in self.soup.select("a[href]")}


def _prefilled(form: Tag) -> dict[str, Any]:
    data: dict[str, Any] = {}
    for one in form.select("input[name], textarea[name], select[name]"):
        name, kind = str(one["name"]), str(one.get("type", ""))
        if kind in {"checkbox", "radio"}:
            if one.has_attr("checked"):
                data.setdefault(name, []).append(str(one.get("value", "y")))
        elif one.name == "textarea":
            data[name] = one.get_text().removeprefix("\n")
        elif one.name == "select":
            chosen = one.select_one("option[selected]")
            data[name] = str(chosen["value"]) if chosen else ""
        else:
            data[name] = str(one.get("value", ""))
    return data


def shape_of(html: str) -> str:
    """Return a page without the plain text that is read below its heading.

    Most answers differ in nothing else but the numbers of rows, which are counted, and moments.
    Every tag and attribute that `inspect` looks at stays. So does a text with `&`, which may be a
    character reference that is wrong.
    """
    head, heading, rest = html.partition("</h1>")
    known: dict[str, str] = {}
    plain = MOMENT.sub("", head + heading + PLAIN_TEXT.sub("><", rest))
    return IDENTIFIER.sub(lambda one: known.setdefault(one[0], f"id-{len(known)}"), plain)


@lru_cache(maxsize=2048)
def inspect_once(html: str) -> tuple[str, ...]:
    """Inspect a page, and the same page no second time: most of the time of a test goes there."""
    return tuple(inspect(html))


def inspect(html: str) -> list[str]:
    """Return what is wrong with a page that no page may have wrong."""
    parser = html5lib.HTMLParser(strict=False)
    parser.parse(html)
    faults = [f"HTML: {code} at {place}" for place, code, _ in parser.errors]
    soup = BeautifulSoup(html, "html.parser")
    tags = soup.find_all(True)
    headings = [one for one in tags if one.name == "h1"]
    if len(headings) != 1:
        faults.append(f"{len(headings)} h1")
    title = soup.title.get_text() if soup.title else ""
    spoken = " ".join(headings[0].get_text().split()) if headings else ""
    if spoken and not " ".join(title.removeprefix("Error: ").split()).startswith(spoken):
        faults.append(f"the title {title!r} does not begin with the heading {spoken!r}")
    ids = Counter(str(one["id"]) for one in tags if one.has_attr("id"))
    faults += [
        f"the id {name!r} is there {count} times" for name, count in ids.items() if count > 1
    ]
    faults += _find_loose_references(tags, set(ids))
    faults += [f"inline {one.name}" for one in tags if _is_inline(one)]
    faults += _find_unlabelled(tags)
    return faults + _find_not_allowed(tags) + _find_misplaced(soup, list(ids))


def _is_inline(one: Tag) -> bool:
    """Tell whether an element has a style or a script in it: the page's policy forbids both."""
    is_script = one.name == "script" and not one.has_attr("src")
    return is_script or one.name == "style" or one.has_attr("style")


def _find_unlabelled(tags: Sequence[Tag]) -> list[str]:
    labelled = {str(one["for"]) for one in tags if one.name == "label" and one.has_attr("for")}
    return [
        f"the field {one.get('name')!r} has no label"
        for one in tags
        if one.name in {"input", "textarea", "select"}
        and one.get("type") not in UNLABELLED
        and not one.has_attr("hidden")
        and str(one.get("id")) not in labelled
        and not one.has_attr("aria-label")
    ]


def _find_not_allowed(tags: Sequence[Tag]) -> list[str]:
    """Return what parses and is no valid HTML all the same, and that we have been caught at."""
    return [fault for one in tags if (fault := _find_fault(one))]


def _find_fault(one: Tag) -> str:
    if one.name == "meta" and one.get("http-equiv") == "refresh":
        after = str(one.get("content"))
        return "" if REFRESH.fullmatch(after) else f"the refresh {after!r}"
    if one.name == "option" and not one.has_attr("label") and not one.text.strip():
        return "an option without text"
    if one.name == "progress" and not _is_in_range(one):
        return "progress out of its range"
    is_named = one.has_attr("aria-label") or one.has_attr("aria-labelledby")
    if one.name in NAMELESS and is_named and not one.get("role"):
        return f"a {one.name} with a name and no role"
    return ""


def _find_misplaced(soup: BeautifulSoup, ids: list[str]) -> list[str]:
    """Return whether errors are summed up in another order than their fields stand in."""
    places = {name: place for place, name in enumerate(ids)}
    links = [str(one["href"])[1:] for one in soup.select(".errors__list a")]
    order = [places.get(one, -1) for one in links]
    return [f"errors out of order: {' '.join(links)}"] if order != sorted(order) else []


def _is_in_range(bar: Tag) -> bool:
    value, most = float(str(bar.get("value", "0"))), float(str(bar.get("max", "1")))
    return 0 <= value <= most and most > 0


def _find_loose_references(tags: Sequence[Tag], ids: set[str]) -> list[str]:
    wanted = {word for one in tags for word in _list_references(one)}
    return [f"nothing has the id {name!r}" for name in sorted(wanted - ids)]


def _list_references(one: Tag) -> Iterator[str]:
    """Give the ids that an element refers to."""
    for name in ("aria-describedby", "aria-labelledby", "aria-controls"):
        yield from str(one.get(name, "")).split()
    if one.name == "label" and one.has_attr("for"):
        yield str(one["for"])
    if one.name == "a" and str(one.get("href", "")).startswith("#"):
        yield str(one["href"])[1:]
