"""Form fields, spelled our way; new widgets are born here, not in the rooms.

What a person types is kept as typed, but for this clean-up: Unicode NFC, no control signs
(line breaks stay in long texts), no halves of characters, no blanks at the ends. Passwords
and answers are not cleaned at all and never printed again.
"""

import unicodedata
from collections.abc import Callable, Iterable, Mapping
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
    ValidationError,
    widgets,
)
from wtforms.fields.choices import SelectChoice
from wtforms.fields.core import UnboundField

from portal.platform.core.addresses import LONGEST_EMAIL, WRONG_EMAIL, parse_email
from portal.platform.core.mailserver import NOT_REACHED, MailServer
from portal.platform.core.names import drop_pasted, parse_name, wrong_name

Choices = Mapping[Any, str]
"""From the stored value (a word, or an enum of words) to what the person reads."""
Parser = Callable[[str], object]


class Required:
    """Refuses an empty field with words of its own, and checks nothing further."""

    def __init__(self, message: str) -> None:
        self.message = message

    def __call__(self, form: object, field: Field) -> None:
        """Refuse what is empty."""
        del form
        if not field.data or (isinstance(field.data, str) and not field.data.strip()):
            raise ValidationError(self.message)


class Fits:
    """Refuses what is longer than a number of characters."""

    def __init__(self, longest: int) -> None:
        self.longest = longest

    def __call__(self, form: object, field: Field) -> None:
        """Refuse what is too long."""
        del form
        if field.data and len(field.data) > self.longest:
            raise ValidationError(f"Use {self.longest} characters or fewer")


class Parses:
    """Refuses what a parser of the domain refuses with `ValueError`; nothing is always fine."""

    def __init__(self, parser: Parser, message: str) -> None:
        self.parser, self.message = parser, message

    def __call__(self, form: object, field: Field) -> None:
        """Refuse what does not parse."""
        del form
        if field.data:
            try:
                self.parser(field.data)
            except ValueError as error:
                raise ValidationError(self.message) from error


class Reached:
    """Refuses an address that the mail server of this installation cannot take."""

    def __call__(self, form: object, field: Field) -> None:
        """Ask the mail server where there is doubt; not about what is refused already."""
        del form
        server: MailServer = current_app.extensions["portal"].mail_server
        if not field.errors and not server.takes(field.data):
            raise ValidationError(NOT_REACHED)


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
    needed: str | None = None,
    parser: Parser | None = None,
    wrong: str = "",
    **attributes: str,
) -> StringField:
    """Make a field of one line; `needed` is what is said when it is empty."""
    checks: list[Any] = [Required(needed)] if needed else []
    checks.append(Fits(longest))
    if parser:
        checks.append(Parses(parser, wrong))
    return StringField(label, filters=[clean_line], validators=checks, render_kw=attributes)


def name_line(label: str, longest: int, *, needed: str | None, autocomplete: str) -> StringField:
    """Make a field for somebody's name, kept as `parse_name` returns it."""
    checks: list[Any] = [Required(needed)] if needed else []
    return StringField(
        label,
        filters=[clean_line, drop_pasted, clean_line],
        validators=[*checks, Fits(longest), Parses(parse_name, wrong_name(label))],
        render_kw={"autocomplete": autocomplete},
    )


def email_line(
    label: str, *, needed: str, autocomplete: str = "email", is_written_to: bool = True
) -> StringField:
    """Make a field for an email address: there is no other way to take one.

    With `is_written_to` an address that our mail server cannot take is refused where it was typed.
    """
    checks: list[Any] = [Required(needed), Fits(LONGEST_EMAIL), Parses(parse_email, WRONG_EMAIL)]
    return StringField(
        label,
        filters=[clean_line],
        validators=[*checks, Reached()] if is_written_to else checks,
        render_kw={"type": "email", "autocomplete": autocomplete, "spellcheck": "false"},
    )


def text(label: str, longest: int, *, needed: str | None = None) -> TextAreaField:
    """Make a field of several lines."""
    checks: list[Any] = [Required(needed)] if needed else []
    return TextAreaField(label, filters=[clean_text], validators=[*checks, Fits(longest)])


def password(label: str, *, needed: str) -> PasswordField:
    """Make a field for a secret: not cleaned, never printed again."""
    return PasswordField(label, validators=[Required(needed), Fits(1024)])


def secret_line(label: str, longest: int, *, needed: str) -> StringField:
    """Make a field for an answer: legible while typed, never printed again."""
    return StringField(label, validators=[Required(needed), Fits(longest)], widget=_Forgetful())


def tick_box(label: str, *, needed: str | None = None) -> BooleanField:
    """Make a single box to tick."""
    return BooleanField(label, validators=[Required(needed)] if needed else [])


def tick_boxes(label: str, choices: Choices, *, needed: str | None = None) -> SelectMultipleField:
    """Make a list of boxes; `choices` maps the stored value to what the person reads."""
    return _TickBoxes(
        label,
        choices=_options(choices.items()),
        option_widget=widgets.CheckboxInput(),
        widget=widgets.ListWidget(prefix_label=False),
        validators=[Required(needed)] if needed else [],
    )


def radios(
    label: str, choices: Choices, *, needed: str | None, first: str | None = None
) -> RadioField:
    """Make a list of which one is chosen; `first` is chosen already when the page opens."""
    return _Radios(
        label,
        choices=_options(choices.items()),
        validators=[Required(needed)] if needed else [],
        validate_choice=False,
        default=first,
    )


def pick(label: str, choices: Choices, *, empty: str, needed: str | None = None) -> SelectField:
    """Make a drop-down list that begins with no choice: `empty` is what is read there."""
    options = _options([("", empty), *choices.items()])
    return _Pick(label, choices=options, validators=[Required(needed)] if needed else [])


def pick_one(label: str, **attributes: str) -> SelectField:
    """Make a drop-down list in which something is always chosen, of what is offered later."""
    return _Pick(label, choices=[], render_kw=attributes)


def offer(field: SelectField, choices: Choices) -> None:
    """Give a drop-down list what is known only when the program runs."""
    field.choices = [*(field.choices or [])[:1], *_options(choices.items())]


def upload(label: str, *, needed: str | None = None) -> FileField:
    """Make a field for a file, whose bytes are read at once; it is kept nowhere."""
    return _Upload(label, validators=[Required(needed)] if needed else [])


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


NOT_OFFERED = "Choose one of the answers offered"


class _TickBoxes(SelectMultipleField):
    def pre_validate(self, form: object) -> None:
        del form
        if set(self.data or []) - {choice.value for choice in self.choices or []}:
            raise ValidationError(NOT_OFFERED)


class _Radios(RadioField):
    def pre_validate(self, form: object) -> None:
        del form
        if self.data and self.data not in {choice.value for choice in self.choices or []}:
            raise ValidationError(NOT_OFFERED)


class _Pick(SelectField):
    def pre_validate(self, form: object) -> None:
        del form
        if self.data and self.data not in {choice.value for choice in self.choices or []}:
            raise ValidationError(NOT_OFFERED)


class _Upload(FileField):
    def process_formdata(self, valuelist: list[object]) -> None:
        found = valuelist[0] if valuelist else None
        self.data = found.read() if isinstance(found, FileStorage) else None


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
