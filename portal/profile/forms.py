"""Forms of the profile room: shape only."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from portal.account.rules import (
    LONGEST_LINE,
    LONGEST_NAME,
    Customer,
    Details,
    parse_account_number,
    parse_postcode,
    parse_telephone,
)
from portal.profile.rules import CHANGEABLE, Filled
from portal.web.fields import line
from portal.web.forms import MergedForm

NUMBER = "account_number"
WRONG_NUMBER = "Enter a telephone number, like 01632 960 001 or +44 1632 960 001"
WRONG_POSTCODE = "Enter a full UK postcode, like SW1A 1AA"


class AccountNumberForm(MergedForm):
    """The billing account number, alone: it is shown only after fresh proof."""

    number = line(
        "Billing account number",
        30,
        parser=parse_account_number,
        wrong="Enter the number as it is on your bill, like AB 1234 5678",
        autocomplete="off",
        spellcheck="false",
    )

    def fill(self, customer: Customer) -> None:
        """Show what is kept today."""
        self.number.data = customer.details.account_number
        self._carry(customer)

    def meet(self, customer: Customer) -> None:
        """Say what is kept now, when it changed while somebody was typing."""
        kept = customer.details.account_number or "no number"
        self._carry(customer)
        self.say("number", f"Saved somewhere else meanwhile: {kept}. Save again to replace it")

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
    """Change one's details."""

    given_name = line(
        "First name", LONGEST_NAME, needed="Enter your first name", autocomplete="given-name"
    )
    family_name = line(
        "Last name", LONGEST_NAME, needed="Enter your last name", autocomplete="family-name"
    )
    telephone = line(
        "Telephone",
        40,
        parser=parse_telephone,
        wrong=WRONG_NUMBER,
        type="tel",
        autocomplete="home tel",
    )
    mobile = line(
        "Mobile",
        40,
        parser=parse_telephone,
        wrong=WRONG_NUMBER,
        type="tel",
        autocomplete="mobile tel",
    )
    address_line_1 = line("Address", LONGEST_LINE, autocomplete="address-line1")
    address_line_2 = line("Address, second line", LONGEST_LINE, autocomplete="address-line2")
    town = line("Town or city", LONGEST_LINE, autocomplete="address-level2")
    postcode = line(
        "Postcode",
        12,
        parser=parse_postcode,
        wrong=WRONG_POSTCODE,
        autocomplete="postal-code",
        spellcheck="false",
    )

    def fill(self, customer: Customer) -> None:
        """Show what is kept today."""
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
            if not self[name].raw_data or made_from.values.get(name) == (self[name].data or "")
        )
        return Filled(CHANGEABLE, self.details, untouched, made_from)

    def details(self, before: Details) -> Details:
        """Return the details as they are to be; what the form does not ask stays."""
        values: dict[str, Any] = {name: self[name].data or "" for name in CHANGEABLE}
        for name in ("telephone", "mobile"):
            values[name] = parse_telephone(values[name]) if values[name] else ""
        values["postcode"] = parse_postcode(values["postcode"]) if values["postcode"] else ""
        return replace(before, **values)
