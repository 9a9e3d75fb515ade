"""Forms of listing requests: shape only."""

from uuid import uuid4

from wtforms import StringField

from portal.consent.listed_people.rules import (
    LONGEST_CELL,
    LONGEST_POSTCODE,
    ListedEntry,
    ListedWords,
)
from portal.desk.listing_requests.rules import WAYS, NumberRequest, ProofWay
from portal.identity.accounts.rules import LONGEST_NAME
from portal.identity.contact_index.rules import read_telephone, spell_telephone
from portal.platform.core.addresses import parse_email
from portal.platform.core.texts import _
from portal.platform.web.field_checks import Parses
from portal.platform.web.fields import email_line, line, name_line, radios, secret_line, unseen
from portal.platform.web.forms import Form, VersionedForm


def _read_number(typed: str) -> None:
    if read_telephone(typed).extension:
        raise ValueError("An extension is not listed")


def _printed(label: str, longest: int, needed: str | None = None) -> StringField:
    """Make a field for what directories print: like a name, it has no address of a website."""
    return name_line(label, longest, needed=needed, autocomplete="off")


class AskNumberForm(Form):
    """Ask about a number in our directories."""

    name = name_line(_("Your name"), LONGEST_NAME, needed=_("Enter your name"), autocomplete="name")
    email = email_line(_("Email address"), needed=_("Enter your email address"))
    listed_number = line(
        _("Phone number in the directory"),
        40,
        called=_("phone number in the directory"),
        needed=_("Enter the phone number in the directory"),
        check=Parses(
            _read_number,
            _(
                "Phone number in the directory must have its area code and no extension, like"
                " 01632 960001"
            ),
        ),
        type="tel",
        autocomplete="tel",
    )
    proof_way = radios(
        _("How should we check that it’s your number?"),
        WAYS,
        choose=_("Choose how we should check that it’s your number"),
    )
    once = unseen()

    def prepare(self, name: str, email: str) -> None:
        """Prefill a new copy of the form with what we know."""
        if self.is_blank():
            self.name.data, self.email.data = name, email
        self.once.data = str(uuid4())

    def asked(self) -> NumberRequest:
        """Return what was typed."""
        return NumberRequest(
            name=self.name.data or "",
            email=parse_email(self.email.data or ""),
            number=spell_telephone(self.listed_number.data or ""),
            way=ProofWay(self.proof_way.data),
            once=(self.once.data or "")[:64],
        )


class NumberCodeForm(Form):
    """Enter the code that was told or posted."""

    reference = line(_("Reference"), 40, needed=_("Enter your reference, like PC-7K4Q-92W"))
    code = secret_line(_("Code"), 20, needed=_("Enter the code we gave you"))


class CorrectEntryForm(VersionedForm):
    """Correct the name and address of an entry."""

    listed_name = _printed(
        _("Name in the directory"), LONGEST_CELL, needed=_("Enter the name in the directory")
    )
    listed_address = _printed(_("Address in the directory"), LONGEST_CELL)
    listed_postcode = _printed(_("Postcode in the directory"), LONGEST_POSTCODE)

    def prepare(self, entry: ListedEntry) -> None:
        """Show the entry as it is."""
        self.listed_name.data = entry.said.name
        self.listed_address.data = entry.said.address
        self.listed_postcode.data = entry.said.postcode
        self.version.data = str(entry.version)

    def corrected(self, entry: ListedEntry) -> ListedWords:
        """Return the entry with what was typed."""
        return ListedWords(
            name=self.listed_name.data or "",
            address=self.listed_address.data or "",
            postcode=self.listed_postcode.data or "",
            number=entry.said.number,
            on=entry.said.on,
        )
