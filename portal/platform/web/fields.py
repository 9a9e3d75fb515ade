"""Form fields, spelled our way; new widgets are born here, not in the rooms.

What a person types is kept as typed, but for this clean-up: Unicode NFC, no control signs
(line breaks stay in long texts), no halves of characters, no blanks at the ends. Passwords
and answers are not cleaned at all and never printed again.

Whatever is said of a field names it: `called` is its name in the middle of such a sentence, kept
as the `description` of the field, and its label where nothing else is given.
"""

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from flask import current_app
from werkzeug.datastructures import FileStorage
from wtforms import (
    BooleanField,
    Field,
    FileField,
    HiddenField,
    PasswordField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    widgets,
)
from wtforms.fields.choices import SelectChoice
from wtforms.fields.core import UnboundField

from portal.platform.core.addresses import LONGEST_EMAIL, WRONG_EMAIL, parse_email
from portal.platform.core.names import drop_pasted, parse_name, wrong_name
from portal.platform.core.texts import _
from portal.platform.web.field_checks import Check, Fits, Offered, Parses, Reached, required

Choices = Mapping[Any, str]
"""From the stored value (a word, or an enum of words) to what the person reads."""
LONGEST_PASSWORD = 1024


def clean_line(text: str | None) -> str:
    """Clean one line of text."""
    return " ".join(_without_controls(text or "", keep="").split())


def clean_text(text: str | None) -> str:
    """Clean a text of several lines."""
    lines = (text or "").replace("\r\n", "\n").replace("\r", "\n")
    return _without_controls(lines, keep="\n").strip()


def line(
    label: str,
    longest: int = 200,
    *,
    called: str = "",
    needed: str | None = None,
    check: Check | None = None,
    **attributes: str,
) -> StringField:
    """Make a field of one line; `needed` is what is said when it is empty."""
    name = called or label
    checks = [*required(needed), Fits(longest, name), *([check] if check else [])]
    given = {"filters": [clean_line], "validators": checks, "render_kw": attributes}
    return StringField(label, description=name, **given)


def name_line(label: str, longest: int, *, needed: str | None, autocomplete: str) -> StringField:
    """Make a field for somebody's name, kept as `parse_name` returns it."""
    checks = [*required(needed), Fits(longest, label), Parses(parse_name, wrong_name(label))]
    return StringField(
        label,
        description=label,
        filters=[clean_line, drop_pasted, clean_line],
        validators=checks,
        render_kw={"autocomplete": autocomplete},
    )


def email_line(
    label: str, *, needed: str, autocomplete: str = "email", is_written_to: bool = True
) -> StringField:
    """Make a field for an email address: there is no other way to take one.

    With `is_written_to` an address that our mail server cannot take is refused where it was typed.
    """
    checks = [*required(needed), Fits(LONGEST_EMAIL, label), Parses(parse_email, WRONG_EMAIL)]
    return StringField(
        label,
        description=_("email address"),
        filters=[clean_line],
        validators=[*checks, Reached()] if is_written_to else checks,
        render_kw={"type": "email", "autocomplete": autocomplete, "spellcheck": "false"},
    )


def text(label: str, longest: int, *, called: str = "", needed: str | None = None) -> TextAreaField:
    """Make a field of several lines."""
    name = called or label
    checks = [*required(needed), Fits(longest, name)]
    return TextAreaField(label, description=name, filters=[clean_text], validators=checks)


def password(label: str, *, needed: str) -> PasswordField:
    """Make a field for a secret: not cleaned, never printed again."""
    checks = [*required(needed), Fits(LONGEST_PASSWORD, "password")]
    return PasswordField(label, description="password", validators=checks)


def secret_line(
    label: str,
    longest: int,
    *,
    needed: str,
    called: str = "",
    check: Check | None = None,
) -> StringField:
    """Make a field for an answer: legible while typed, never printed again."""
    name = called or label
    checks = [*required(needed), Fits(longest, name), *([check] if check else [])]
    return StringField(label, description=name, validators=checks, widget=_Forgetful())


def tick_box(label: str, *, called: str = "", needed: str | None = None) -> BooleanField:
    """Make a single box to tick."""
    return BooleanField(label, description=called or label, validators=required(needed))


def tick_boxes(
    label: str, choices: Choices, *, wrong: str, called: str = "", needed: str | None = None
) -> SelectMultipleField:
    """Make a list of boxes; `choices` maps the stored value to what the person reads."""
    return SelectMultipleField(
        label,
        description=called or label,
        choices=_options(choices.items()),
        option_widget=widgets.CheckboxInput(),
        widget=widgets.ListWidget(prefix_label=False),
        validators=[*required(needed), Offered(wrong)],
        validate_choice=False,
    )


def radios(
    label: str, choices: Choices, *, choose: str, needed: bool = True, first: str | None = None
) -> RadioField:
    """Make a list of which one is chosen; `first` is chosen already when the page opens.

    `choose` is what is said where nothing is chosen, or nothing that is offered.
    """
    return RadioField(
        label,
        description=choose.removeprefix("Choose "),
        choices=_options(choices.items()),
        validators=[*required(choose if needed else None), Offered(choose)],
        validate_choice=False,
        default=first,
    )


def pick(
    label: str, choices: Choices, *, empty: str, choose: str, needed: bool = True
) -> SelectField:
    """Make a drop-down list that begins with no choice: `empty` is what is read there."""
    return SelectField(
        label,
        description=choose.removeprefix("Choose "),
        choices=_options([("", empty), *choices.items()]),
        widget=_Select(),
        validators=[*required(choose if needed else None), Offered(choose)],
        validate_choice=False,
    )


def pick_one(label: str, *, choose: str, **attributes: str) -> SelectField:
    """Make a drop-down list in which something is always chosen, of what is offered later."""
    return SelectField(
        label,
        description=choose.removeprefix("Choose "),
        choices=[],
        widget=_Select(),
        validators=[Offered(choose)],
        validate_choice=False,
        render_kw=attributes,
    )


def offer(field: SelectField, choices: Choices) -> None:
    """Give a drop-down list, or a list of boxes, what is known only when the program runs."""
    field.choices = [*(field.choices or [])[:1], *_options(choices.items())]


def upload(label: str, *, called: str = "", needed: str | None = None) -> FileField:
    """Make a field for a file, whose bytes are read at once; it is kept nowhere."""
    return _Upload(label, description=called or label, validators=required(needed))


def unseen() -> HiddenField:
    """Make a field that people do not see."""
    return HiddenField(filters=[clean_line])


def carried_text(longest: int) -> HiddenField:
    """Make a field that people do not see and that a page takes along as it is: no secret."""
    return HiddenField(validators=[Fits(longest)])


def unseen_text(longest: int) -> HiddenField:
    """Make a field that a script fills: kept as it comes, up to a number of characters."""
    return HiddenField(validators=[Fits(longest)], widget=_Unprinted())


def is_secret(field: Field) -> bool:
    """Tell whether what was sent in a field is never printed again."""
    return isinstance(field.widget, (widgets.PasswordInput, _Forgetful, _Unprinted))


def is_typed_and_printed(field: "UnboundField[Any]") -> bool:
    """Tell whether what is typed into a field of a form class is text that may be printed again."""
    kind, widget = field.field_class, field.kwargs.get("widget")
    is_text = issubclass(kind, StringField) and not issubclass(kind, (PasswordField, HiddenField))
    return is_text and widget is None


class _Upload(FileField):
    def process_formdata(self, valuelist: list[object]) -> None:
        found = valuelist[0] if valuelist else None
        self.data = found.read() if isinstance(found, FileStorage) else None


class _Select(widgets.Select):
    """A drop-down list that is read in the language of the page."""

    def __call__(self, field: Field, **attributes: object) -> str:
        finalize = current_app.jinja_env.finalize
        if finalize is not None:
            field.choices = [replace(one, label=finalize(one.label)) for one in field.choices or []]
        drawn: str = super().__call__(field, **attributes)
        return drawn


class _Forgetful(widgets.TextInput):
    """A text input that does not print what was typed."""

    def __call__(self, field: Field, **attributes: object) -> str:
        drawn: str = super().__call__(field, **{**attributes, "value": ""})
        return drawn


class _Unprinted(widgets.HiddenInput):
    """A hidden input for what a script fills once; never printed again."""

    def __call__(self, field: Field, **attributes: object) -> str:
        drawn: str = super().__call__(field, **{**attributes, "value": ""})
        return drawn


def _options(pairs: Iterable[tuple[Any, str]]) -> list[SelectChoice]:
    return [SelectChoice(str(value), text) for value, text in pairs]


def _without_controls(text: str, keep: str) -> str:
    kept = (
        sign if sign in keep or unicodedata.category(sign) not in {"Cc", "Cs"} else " "
        for sign in text
        if sign not in "\x00\ufeff\ufffe\uffff"
    )
    return unicodedata.normalize("NFC", "".join(kept))
