"""The base of every form; the only module that touches Flask-WTF."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, TypeVar
from urllib.parse import parse_qsl, urlencode
from weakref import WeakSet

from flask import Flask, current_app, g, request
from flask.typing import RouteCallable
from flask_wtf import FlaskForm
from flask_wtf.csrf import generate_csrf, validate_csrf
from werkzeug.datastructures import MultiDict
from wtforms import Field, ValidationError
from wtforms.fields.core import UnboundField

from portal.platform.core.merging import MadeFrom
from portal.platform.core.texts import _
from portal.platform.web.fields import carried_text, is_secret, is_typed_and_printed, unseen

View = TypeVar("View", bound=RouteCallable)
LONGEST_CARRIED = 20_000
KEPT = _("What you typed is still here.")
BUT_SECRETS = _("What you typed is still here, except passwords, answers and codes.")
WHOSE = "whose"
"""What a `MergedForm` says whose it is by, among the values of then: versions count for one person
alone, so that two people's are easily the same."""
CARRIED = ("version", "made_from")
"""The fields of a `MergedForm` that people do not see; a draft keeps them with the others."""
_tokenless: WeakSet[RouteCallable] = WeakSet()
_typed: set[str] = set()
_unprinted: set[str] = set()


@dataclass(frozen=True, slots=True)
class Returned:
    """A form that was sent and not taken: what is said of it, and its fields. Never printed.

    `title` and `closing` are said where a field of it came back, `title_without` where none did.
    """

    title: str
    paragraphs: tuple[str, ...]
    fields: dict[str, list[str]] = field(repr=False)
    title_without: str = ""
    closing: str = ""


class Form(FlaskForm):
    """Base of every form in the portal; carries the form token that a forger cannot know.

    On a page whose half-filled form was kept, it begins with what was kept; on one that comes back
    because it could not be taken, with what was sent; else with `begins_with`. Secrets never come
    back.
    """

    READ_FIRST: ClassVar[tuple[str, ...]] = ()
    """The fields that the page shows before all others: errors are summed up in its order."""

    def __init_subclass__(cls, **given: Any) -> None:  # noqa: ANN401  # as classes take them
        """Note what the fields of a form are called: see `pick_words`."""
        super().__init_subclass__(**given)
        for name, one in vars(cls).items():
            if isinstance(one, UnboundField):
                (_typed if is_typed_and_printed(one) else _unprinted).add(name)

    def __init__(
        self,
        *,
        begins_with: dict[str, list[str]] | None = None,
        **given: Any,  # noqa: ANN401  # as WTForms takes them
    ) -> None:
        kept = laid_ready()
        kept = begins_with if kept is None else kept
        if kept is not None and not request.form:
            given = {"formdata": MultiDict(kept), **given}
        super().__init__(**given)
        back = returned()
        secrets = [one for one in self if is_secret(one)] if back is not None else []
        for one in secrets:
            one.data = None
        if back is not None and any(one.widget.input_type != "hidden" for one in secrets):
            g.hides_secrets = True

    def __iter__(self) -> Iterator[Field]:
        """Go through the fields in the order of the page."""
        first = {name: place for place, name in enumerate(self.READ_FIRST)}
        fields: Iterator[Field] = super().__iter__()
        return iter(sorted(fields, key=lambda one: first.get(one.short_name, len(first))))

    def is_valid_post(self) -> bool:
        """Tell whether the form was sent and everything in it fits."""
        return bool(self.validate_on_submit())

    def is_blank(self) -> bool:
        """Tell whether nobody has typed anything: it was neither sent nor kept for later."""
        return not self.is_submitted() and laid_ready() is None

    def say(self, field: str, text: str) -> None:
        """Put an error beside a field after the service has refused."""
        messages: list[Any] = list(self[field].errors)
        self[field].errors = [*messages, text]


class ButtonForm(Form):
    """A button and nothing else."""


def read_number(text: str | None) -> int:
    """Return the whole number that a page took along; -1 for anything else."""
    is_number = text is not None and text.isascii() and text.isdigit() and len(text) < 10  # noqa: PLR2004
    return int(text or "") if is_number else -1


class VersionedForm(Form):
    """A form that acts on a thing as it was seen."""

    version = unseen()

    def read_version(self) -> int:
        """Return the version that the page was made from; -1 for anything else."""
        return read_number(self.version.data)


class MergedForm(VersionedForm):
    """A form whose untouched fields follow what is saved: it carries what it was made from.

    The values of then are the reader's own, and stand in the fields of the same page anyway.
    """

    made_from = carried_text(LONGEST_CARRIED)

    def carry(self, version: int, values: Mapping[str, str]) -> None:
        """Take along what the form is made from, and whose it is."""
        carried = {**values, WHOSE: current_app.extensions["whose"]()}
        self.version.data, self.made_from.data = str(version), urlencode(carried)

    def read_made_from(self) -> MadeFrom:
        """Return what the form says it was made from; no values for anything else."""
        values = _read_pairs(self.made_from.data or "")
        values.pop(WHOSE, None)
        return MadeFrom(self.read_version(), values)


def is_of_another(owner: str) -> bool:
    """Tell whether what was sent is a form that was made for somebody else, signed in before.

    `owner` is how `identity.spell_owner` spells whoever asks.
    """
    whose = _read_pairs(request.form.get("made_from", "")).get(WHOSE)
    return bool(whose) and whose != owner


def _read_pairs(text: str) -> dict[str, str]:
    try:
        return dict(parse_qsl(text[:LONGEST_CARRIED], keep_blank_values=True))
    except ValueError:
        return {}


def init_app(app: Flask) -> None:
    """Have templates draw form tokens; `returning` asks for them."""
    app.config.update(WTF_CSRF_TIME_LIMIT=None)  # it ends with the session, not before
    app.jinja_env.globals["csrf_token"] = generate_csrf


def kept() -> dict[str, list[str]] | None:
    """Return the fields that were kept of this page when a session had ended."""
    fields: dict[str, list[str]] | None = g.get("draft")
    return fields


def still_here() -> str:
    """Say that what was typed is on the page; of secrets only where it has a field for one."""
    return BUT_SECRETS if g.get("hides_secrets") else KEPT


def returned() -> Returned | None:
    """Return the form that comes back with this page, since it could not be taken."""
    found: Returned | None = g.get("returned")
    return found


def laid_ready() -> dict[str, list[str]] | None:
    """Return the fields that the form of this page begins with."""
    back = returned()
    return (back.fields or None) if back is not None else kept()


def pick_words(sent: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """Return what was typed of what was sent, by field: no choices, and no secrets.

    A name that any form has for something else than a text that may be printed is left out.
    """
    words = {name: [one for one in sent[name] if one.strip()] for name in sent}
    return {name: those for name, those in words.items() if those and name in _typed - _unprinted}


def has_token() -> bool:
    """Tell whether a request carries the form token of its browser; `Form` asks no second time.

    A page may have been opened before the secret that signs was changed: then its token bears the
    old one (`PORTAL_OLD_SECRET_KEY`).
    """
    sent = request.form.get("csrf_token") or request.headers.get("X-CSRFToken")
    secrets = current_app.secret_key, *(current_app.config["SECRET_KEY_FALLBACKS"] or ())
    g.csrf_valid = any(_bears(sent, secret) for secret in secrets)
    return bool(g.csrf_valid)


def _bears(sent: str | None, secret: str | bytes | None) -> bool:
    try:
        validate_csrf(sent, secret_key=secret)
    except ValidationError:
        return False
    return True


def tokenless(view: View) -> View:
    """Declare that a page needs no form (CSRF) token: it changes nothing, or has its own proof."""
    _tokenless.add(view)
    return view


def needs_token(view: RouteCallable) -> bool:
    """Tell whether what is sent to a page must carry the form token."""
    return view not in _tokenless
