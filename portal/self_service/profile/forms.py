"""Forms of the profile room: shape only."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from portal.identity.accounts.rules import (
    KINDS,
    LABELS,
    LONGEST_LINE,
    LONGEST_NAME,
    Customer,
    CustomerKind,
    Details,
    parse_account_number,
    parse_mobile,
    parse_postcode,
    parse_telephone,
)
from portal.identity.contact_index.rules import LONGEST_EXTENSION, has_extension
from portal.platform.core.countries import (
    UNITED_KINGDOM,
    find_example,
    list_countries,
    name_country,
)
from portal.platform.core.names import parse_name, wrong_name
from portal.platform.core.texts import _
from portal.platform.web.field_checks import Parses
from portal.platform.web.fields import clean_line, line, offer, pick_one, radios
from portal.platform.web.forms import MergedForm
from portal.self_service.profile.rules import CHANGEABLE, Filled

NUMBER = "account_number"
WRONG_NUMBER = _("Enter the billing account number as it is on your bill, like AB 1234 5678")
WRONG_TELEPHONE = _("Telephone number must have its area code, like 01632 960001")
WRONG_MOBILE = _("Mobile number must have all its digits and no extension, like 07700 900123")
WRONG_POSTCODE = _("Enter a full UK postcode, like SW1A 1AA, or choose another country")
WRONG_CODES = {
    "telephone": _("Telephone number must have the right country code, like +44 1632 960001"),
    "mobile": _("Mobile number must have the right country code, like +44 7700 900123"),
}
WRONG_EXTENSION = _(
    "Telephone extension must have up to {number} digits, like 01632 960001 ext 12",
    number=LONGEST_EXTENSION,
)
PARSERS = {
    "given_name": (parse_name, wrong_name(_("First name"))),
    "family_name": (parse_name, wrong_name(_("Last name"))),
    "telephone": (parse_telephone, WRONG_TELEPHONE),
    "mobile": (parse_mobile, WRONG_MOBILE),
}
"""How a field is read, and what is said when it cannot be."""


class AccountNumberForm(MergedForm):
    """The billing account number, alone: it is shown only after fresh proof."""

    number = line(
        _("Billing account number"),
        30,
        check=Parses(parse_account_number, WRONG_NUMBER),
        autocomplete="off",
        spellcheck="false",
    )

    def fill(self, customer: Customer) -> None:
        """Fill the form with what is saved."""
        self.number.data = customer.details.account_number
        self._carry(customer)

    def meet(self, customer: Customer) -> None:
        """Say what is kept now, when it changed while somebody was typing."""
        kept = customer.details.account_number or _("no number")
        self._carry(customer)
        self.say(
            "number",
            _(
                "Billing account number: {number} was saved somewhere else. Save again to"
                " replace it",
                number=kept,
            ),
        )

    def filled(self) -> Filled:
        """Return the form as it was sent."""
        made_from = self.read_made_from()
        is_same = made_from.values.get(NUMBER) == (self.number.data or "")
        untouched = frozenset({NUMBER} if is_same else ())
        return Filled((NUMBER,), self.details, untouched, made_from)

    def details(self, before: Details) -> Details:
        """Return the details as they are to be."""
        typed = self.number.data or ""
        return replace(before, account_number=parse_account_number(typed) if typed else "")

    def _carry(self, customer: Customer) -> None:
        self.carry(customer.version, {NUMBER: customer.details.account_number})


class ProfileForm(MergedForm):
    """Change one's details.

    A field that nobody touched keeps what is stored, even if it would not be taken today.
    """

    given_name = line(
        _("First name"), LONGEST_NAME, needed=_("Enter your first name"), autocomplete="given-name"
    )
    family_name = line(_("Last name"), LONGEST_NAME, autocomplete="family-name")
    kind = radios(LABELS["kind"], KINDS, choose=_("Choose how you use our services"), needed=False)
    telephone = line(
        _("Telephone"), 40, called=_("Telephone number"), type="tel", autocomplete="home tel"
    )
    mobile = line(_("Mobile"), 40, called=_("Mobile number"), type="tel", autocomplete="mobile tel")
    address_line_1 = line(_("Address"), LONGEST_LINE, autocomplete="address-line1")
    address_line_2 = line(
        _("Address, second line"),
        LONGEST_LINE,
        called=_("The second line of your address"),
        autocomplete="address-line2",
    )
    town = line(_("Town or city"), LONGEST_LINE, autocomplete="address-level2")
    postcode = line(_("Postcode"), 12, autocomplete="postal-code", spellcheck="false")
    country = pick_one(
        _("Country"), choose=_("Choose a country from the list"), autocomplete="country"
    )

    def __init__(self, **given: Any) -> None:  # noqa: ANN401  # as WTForms takes them
        super().__init__(**given)
        offer(self.country, list_countries())

    def fill(self, customer: Customer) -> None:
        """Fill the form with what is saved."""
        self.show(customer, {name: getattr(customer.details, name) for name in CHANGEABLE})

    def show(self, saved: Customer, values: Mapping[str, Any]) -> None:
        """Show values, on a form made from what is saved."""
        for name in CHANGEABLE:
            self[name].data = values[name]
        self.carry(saved.version, {name: getattr(saved.details, name) for name in CHANGEABLE})

    def filled(self) -> Filled:
        """Return the form as it was sent."""
        made_from = self.read_made_from()
        untouched = frozenset(
            name
            for name in CHANGEABLE
            if not self[name].raw_data
            or (name in made_from.values and self._is(name, made_from.values[name]))
        )
        return Filled(CHANGEABLE, self.details, untouched, made_from)

    def fits(self, before: Details) -> bool:
        """Tell whether all of it fits and what was touched can be read; else say so beside it."""
        for name, (parse, wrong) in PARSERS.items():
            if self._is_touched(name, before):
                self._read(name, parse, wrong)
        wanted = self._country(before)
        if not self.country.errors and (
            self._is_touched("country", before) or self._is_touched("postcode", before)
        ):
            self._read("postcode", partial(parse_postcode, country=wanted), _wrong_postcode(wanted))
        return not self.errors

    def details(self, before: Details) -> Details:
        """Return the details as they are to be; what the form does not ask stays."""
        values: dict[str, Any] = {
            name: self[name].data or "" for name in CHANGEABLE if self._is_touched(name, before)
        }
        for name in PARSERS.keys() & values.keys():
            values[name] = values[name] and PARSERS[name][0](values[name])
        country = self._country(before)
        if values.get("postcode"):
            values["postcode"] = parse_postcode(values["postcode"], country)
        kind = CustomerKind(self.kind.data or before.kind)
        return replace(before, **{**values, "country": country, "kind": kind})

    def _is_touched(self, name: str, before: Details) -> bool:
        """Tell whether somebody changed a field that the form has, since the form was made."""
        then = self.read_made_from().values.get(name, getattr(before, name))
        return bool(self[name].raw_data) and not self._is(name, then)

    def _is(self, name: str, value: str) -> bool:
        return bool((self[name].data or "") == clean_line(value))

    def _read(self, name: str, parse: Callable[[str], object], wrong: str) -> None:
        if self[name].data and not self[name].errors:
            try:
                parse(self[name].data)
            except ValueError:
                self.say(name, _advise(name, self[name].data, wrong))

    def _country(self, before: Details) -> str:
        return self.country.data or before.country


def _advise(name: str, typed: str, wrong: str) -> str:
    """Say what would help with a field that cannot be read, as far as one can tell."""
    if name == "telephone" and has_extension(typed):
        return WRONG_EXTENSION
    if name in WRONG_CODES and typed.lstrip("( ").startswith("+"):
        return WRONG_CODES[name]
    return wrong


def _wrong_postcode(country: str) -> str:
    if country == UNITED_KINGDOM:
        return WRONG_POSTCODE
    example = find_example(country)
    if not example:
        return _("Enter a full postcode for {country}", country=name_country(country))
    said = {"country": name_country(country), "example": example}
    return _("Enter a full postcode for {country}, like {example}", **said)
