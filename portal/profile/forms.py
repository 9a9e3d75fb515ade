"""Forms of the profile room: shape only."""

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
from portal.profile.rules import CHANGEABLE
from portal.web.fields import line
from portal.web.forms import VersionedForm

WRONG_NUMBER = "Enter a telephone number, like 01632 960 001 or +44 1632 960 001"
WRONG_POSTCODE = "Enter a full UK postcode, like SW1A 1AA"


class AccountNumberForm(VersionedForm):
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
        self.version.data = str(customer.version)

    def meet(self, customer: Customer) -> None:
        """Say what is kept now, when it changed while somebody was typing."""
        kept = customer.details.account_number or "nothing"
        self.version.data = str(customer.version)
        self.say("number", f"Your details changed meanwhile. Here is kept: {kept}. Save once more")

    def details(self, before: Details) -> Details:
        """Return the details as they are to be."""
        typed = self.number.data or ""
        return replace(before, account_number=parse_account_number(typed) if typed else "")


class ProfileForm(VersionedForm):
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
        for name in CHANGEABLE:
            self[name].data = getattr(customer.details, name)
        self.version.data = str(customer.version)

    def details(self, before: Details) -> Details:
        """Return the details as they are to be; what the form does not ask stays."""
        values: dict[str, Any] = {name: self[name].data or "" for name in CHANGEABLE}
        for name in ("telephone", "mobile"):
            values[name] = parse_telephone(values[name]) if values[name] else ""
        values["postcode"] = parse_postcode(values["postcode"]) if values["postcode"] else ""
        return replace(before, **values)
