"""Whatever is said of a field names it, and no two fields of a form say the same."""

import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import date

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict
from wtforms import Field, RadioField, SelectField, SelectMultipleField

from portal.desk.cases.forms import HoldForm
from portal.identity.accounts.rules import CustomerKind, Details
from portal.platform.web.field_checks import Fits
from portal.platform.web.fields import line, radios, secret_line, text
from portal.platform.web.forms import Form
from portal.self_service.profile.forms import ProfileForm

MALFORMED = ("!", "12345", "+999999", "01632 960077 ext 123456789", "nobody", "www.example.com")
"""What one field or another cannot be: each field is given all of them."""
SMALL_WORDS = frozenset({"a", "an", "do", "does", "is", "it", "the", "to", "of", "or", "what"})
SAVED = Details("Rowan", "Example", "rowan@example.com", CustomerKind.RESIDENTIAL)


def all_forms(base: type[Form] = Form) -> Iterator[type[Form]]:
    for one in base.__subclasses__():
        if one.__module__.startswith("portal."):
            yield one
            yield from all_forms(one)


def is_seen(field: Field) -> bool:
    return getattr(field.widget, "input_type", "") != "hidden"


def make(form: type[Form]) -> Form:
    if issubclass(form, HoldForm):
        return form(customer=True, today=date(2026, 11, 23))
    return form()


def mistakes(field: Field) -> dict[str, object]:
    """Return what can be wrong with a field, by what is wrong."""
    if isinstance(field, (RadioField, SelectField, SelectMultipleField)):
        return {"nothing": "", "not offered": "no such answer"}
    longest = [one.longest for one in field.validators if isinstance(one, Fits)]
    return {
        "nothing": "",
        **{f"{number} characters": "x" * (number + 1) for number in longest},
        **(
            {one: one for one in MALFORMED} if field.type not in {"BooleanField", "_Upload"} else {}
        ),
    }


def lines_of(app: Flask, form: type[Form]) -> dict[str, set[str]]:
    """Return what is said of each field, over everything that can be wrong with it."""
    with app.test_request_context():
        empty = make(form)
    said: dict[str, set[str]] = defaultdict(set)
    for field in empty:
        for typed in mistakes(field).values() if is_seen(field) else ():
            data = MultiDict({one.short_name: "" for one in empty} | {field.short_name: typed})
            with app.test_request_context(method="POST", data=data):
                filled = make(form)
                filled.validate()
                if isinstance(filled, ProfileForm):
                    filled.fits(SAVED)
                said[field.short_name] |= set(filled[field.short_name].errors)
    return said


def words(sentence: str) -> frozenset[str]:
    return frozenset(re.findall(r"[\w’]+", sentence.casefold())) - SMALL_WORDS


def names(field: Field, said: str) -> bool:
    """Tell whether a line has all words by which a field is called, or all of its label."""
    return any(
        words(one) and words(one) <= words(said) for one in (field.description, field.label.text)
    )


def find_faults(app: Flask, form: type[Form]) -> list[str]:
    with app.test_request_context():
        fields = {one.short_name: one for one in make(form)}
    faults, owners = [], dict[str, str]()
    for name, said in lines_of(app, form).items():
        for one in sorted(said):
            if not names(fields[name], one):
                faults.append(f"{form.__name__}.{name} is not named: {one}")
            if owners.setdefault(one, name) != name:
                faults.append(f"{form.__name__}.{name} says what {owners[one]} says: {one}")
    return faults


@pytest.mark.parametrize("form", [*all_forms()], ids=lambda form: form.__name__)
def test_every_error_names_its_field_and_no_two_are_the_same(app: Flask, form: type[Form]) -> None:
    assert find_faults(app, form) == []


def test_every_field_that_can_be_wrong_has_been_wrong(app: Flask) -> None:
    silent = set()
    for form in all_forms():
        said = lines_of(app, form)
        with app.test_request_context():
            fields = list(make(form))
        for field in fields:
            if is_seen(field) and field.validators and not said[field.short_name]:
                silent.add(f"{form.__name__}.{field.short_name}")
    assert silent == set()


class Nameless(Form):
    """A form that says nothing of which field is meant."""

    first = line("Telephone", 10, needed="Fill this in")
    second = line("Mobile", 10, needed="Fill this in")


class Longer(Form):
    """A form whose fields say the same, though each is named."""

    one = text("Name", 10)
    other = secret_line("Name", 10, needed="Enter the name")
    which = radios("Which name?", {}, choose="Choose one of the answers offered")


def test_errors_that_name_no_field_or_two_are_found(app: Flask) -> None:
    assert find_faults(app, Nameless) == [
        "Nameless.first is not named: Fill this in",
        "Nameless.second is not named: Fill this in",
        "Nameless.second says what first says: Fill this in",
    ]
    assert "Longer.other says what one says: Name must be 10 characters or fewer" in find_faults(
        app, Longer
    )
