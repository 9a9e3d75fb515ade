"""Customers, their details, and the formats of these."""

import re
from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

import phonenumbers

from portal.identity.contact_index.rules import Reach, read_telephone
from portal.identity.credentials.rules import Secrets
from portal.platform.core.countries import UNITED_KINGDOM, name_country, spell_postcode
from portal.platform.core.errors import DomainError
from portal.platform.core.ids import CustomerId, RegistrationId
from portal.platform.core.masking import mask_number
from portal.platform.core.texts import _

CONFIRM_WITHIN = timedelta(hours=24)
LONGEST_NAME = 100
LONGEST_LINE = 120
ACCOUNT_NUMBER = re.compile(r"^[A-Z]{0,3}[0-9]{6,14}$")
"""As bills print it: a few letters perhaps, then digits."""


class CustomerKind(StrEnum):
    """The capacity in which somebody registers."""

    RESIDENTIAL = "residential"
    BUSINESS = "business"
    REPRESENTATIVE = "representative"
    SHAREHOLDER = "shareholder"


KINDS = {
    CustomerKind.RESIDENTIAL: _("At home"),
    CustomerKind.BUSINESS: _("For my own business"),
    CustomerKind.REPRESENTATIVE: _("On behalf of a business"),
    CustomerKind.SHAREHOLDER: _("As a shareholder"),
}


BUSINESSES = frozenset({CustomerKind.BUSINESS, CustomerKind.REPRESENTATIVE})
"""Who may have an account manager."""


class Service(StrEnum):
    """What a customer can be registered for."""

    BROADBAND = "broadband"
    HOME_PHONE = "home-phone"
    MOBILE = "mobile"
    TELEVISION = "television"
    WIFI = "wifi"
    NEWSLETTER = "investor-news"


SERVICES = {
    Service.BROADBAND: _("Broadband"),
    Service.HOME_PHONE: _("Home phone"),
    Service.MOBILE: _("Mobile"),
    Service.TELEVISION: _("Television"),
    Service.WIFI: _("Wi-Fi away from home"),
    Service.NEWSLETTER: _("Investor news"),
}


WRONG_REGISTRATION = _(
    "That isn’t the password you chose when you registered. Check it and try again"
)
"""What people read beside a wrong password on the page that confirms an address."""


class AlreadyRegisteredError(DomainError):
    """There is a customer with this email address."""

    code = "already-registered"


class AlreadyHasServiceError(DomainError):
    """The customer is registered for this service already."""

    code = "already-has-service"


@dataclass(frozen=True, slots=True)
class Details:
    """Everything a customer told us about themselves; sealed as one document."""

    given_name: str
    family_name: str
    email: str
    kind: CustomerKind
    telephone: str = ""
    mobile: str = ""
    address_line_1: str = ""
    address_line_2: str = ""
    town: str = ""
    postcode: str = ""
    country: str = UNITED_KINGDOM
    account_number: str = ""
    account_manager: str = ""
    """The working name of whoever looks after a business for us; staff say it, not the customer."""
    display: str = ""
    """How they like pages to look, as `platform.core.display` spells it."""

    def __repr__(self) -> str:
        return "Details(…)"

    @property
    def full_name(self) -> str:
        """The whole name in its usual order; many people have only one name."""
        return f"{self.given_name} {self.family_name}".strip()

    @property
    def manager(self) -> str:
        """The name of the account manager; only a business has one."""
        return self.account_manager if self.kind in BUSINESSES else ""

    @property
    def told_country(self) -> str:
        """The country that was chosen; empty where it is only the default."""
        address = (self.address_line_1, self.address_line_2, self.town, self.postcode)
        return self.country if any(address) or self.country != UNITED_KINGDOM else ""

    def guessable_details(self) -> tuple[str, ...]:
        """Return details that others may know, which a password or answer must not be made of."""
        own = (self.full_name, self.given_name, self.family_name, self.email)
        return tuple(fact for fact in (*own, self.telephone, self.mobile, self.postcode) if fact)

    @property
    def reach(self) -> Reach:
        """The contacts: email addresses, numbers, post address."""
        return Reach(
            email=self.email,
            telephone=self.telephone,
            mobile=self.mobile,
            address_line_1=self.address_line_1,
            postcode=self.postcode,
        )

    def words(self) -> dict[str, str]:
        """Return the details as a document to seal."""
        return {name: str(value) for name, value in asdict(self).items()}


def without_manager(details: Details) -> Details:
    """Return details without an account manager, unless the customer is a business."""
    return replace(details, account_manager=details.manager)


LABELS = {
    "given_name": _("First name"),
    "family_name": _("Last name"),
    "email": _("Email address"),
    "kind": _("How you use our services"),
    "telephone": _("Telephone"),
    "mobile": _("Mobile"),
    "address_line_1": _("Address"),
    "address_line_2": _("Address, second line"),
    "town": _("Town or city"),
    "postcode": _("Postcode"),
    "country": _("Country"),
    "account_number": _("Billing account number"),
    "account_manager": _("Your account manager"),
    "display": _("How pages look"),
}


@dataclass(frozen=True, slots=True)
class Customer:
    """A customer, as a read model."""

    id: CustomerId
    details: Details
    version: int
    registered_at: datetime
    changed_at: datetime | None
    leaves_at: datetime | None

    @property
    def is_closed(self) -> bool:
        """Tell whether the account is to be deleted soon."""
        return self.leaves_at is not None


@dataclass(frozen=True, slots=True)
class Registration:
    """One service that a customer is registered for."""

    id: RegistrationId
    service: Service
    registered_at: datetime

    @property
    def name(self) -> str:
        """The name of the service."""
        return SERVICES[self.service]


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """The fields of the registration form. Never printed."""

    details: Details
    password: str
    question: str
    answer: str
    services: frozenset[Service]

    def __repr__(self) -> str:
        return "Application(…)"


@dataclass(frozen=True, slots=True)
class Waiting:
    """A registration that waits for its address to be confirmed. Never printed."""

    id: UUID
    email_hash: bytes
    details: Details
    secrets: Secrets
    services: frozenset[Service]

    def __repr__(self) -> str:
        return "Waiting(…)"


@dataclass(frozen=True, slots=True)
class Confirming:
    """The result of confirming an address: a customer, or why there is none."""

    customer_id: CustomerId | None = None
    is_alive: bool = True
    """Whether the link still opens anything."""
    blocked: bool = False


def read_details(words: dict[str, str]) -> Details:
    """Read details from a document; missing fields are empty."""
    known = {field.name for field in fields(Details)}
    plain = {name: value for name, value in words.items() if name in known}
    kind = CustomerKind(plain.pop("kind"))
    return Details(kind=kind, **plain)


def parse_telephone(text: str) -> str:
    """Return a telephone number in national format, or with the code of another country.

    Its extension, if any, comes after it. Raises `ValueError`.
    """
    number = read_telephone(text)
    extension, number.extension = number.extension, None
    shape = phonenumbers.PhoneNumberFormat
    british = number.country_code == phonenumbers.country_code_for_region("GB")
    written = phonenumbers.format_number(number, shape.NATIONAL if british else shape.INTERNATIONAL)
    return f"{written} ext {extension}" if extension else written


def parse_mobile(text: str) -> str:
    """Return a telephone number that can receive texts.

    Raises `ValueError`, also for a number with an extension.
    """
    if read_telephone(text).extension:
        raise ValueError("A number with an extension")
    return parse_telephone(text)


def parse_account_number(text: str) -> str:
    """Return the canonical spelling of a billing account number; raises `ValueError`."""
    found = "".join(text.split()).replace("-", "").upper()
    if not ACCOUNT_NUMBER.match(found):
        raise ValueError("Not a billing account number")
    return found


def mask_account_number(number: str) -> str:
    """Return a billing account number as it is shown without fresh proof."""
    return mask_number(number) if number else ""


def parse_postcode(text: str, country: str = UNITED_KINGDOM) -> str:
    """Return a postcode in the format of its country; raises `ValueError`."""
    return spell_postcode(text, country)


def spell_detail(field: str, value: str) -> str:
    """Return a detail as it is shown; options are shown by the labels people chose them by."""
    if field == "country":
        return name_country(value)
    if field == "display":
        return ", ".join(filter(None, value.replace("-", " ").split(".")))
    return KINDS[CustomerKind(value)] if field == "kind" and value in set(CustomerKind) else value
