"""Made-up people whose every field holds a unique value: a canary."""

import secrets
from dataclasses import dataclass, fields, replace

from portal.identity.accounts.rules import CustomerKind
from portal.identity.contact_index.rules import Channel, Reach

PLANTED_WORD = "zqcanaryqz"
"""What every canary of emails begins with."""
NUMBERS = "01632 960", "07700 900"
"""What every telephone number begins with: ranges that belong to nobody."""
POSTCODES = "ZQ9"
IRISH = "D02 ZQ"
"""What every postcode of another country begins with."""
ACCOUNTS = "ZQX960"
"""What every billing account number begins with."""
EXTENSION = " ext 12"
PLANTED = (
    PLANTED_WORD,
    PLANTED_WORD.title(),
    *NUMBERS,
    *(number.replace(" ", "").removeprefix("0") for number in NUMBERS),
    f"{POSTCODES}7",
    f"{POSTCODES}6",
    IRISH,
    ACCOUNTS,
)
"""One of these is in every canary."""
MOST = 90
"""So many telephone numbers the drama range leaves for them."""
INHERITED = frozenset({2, 3})
"""Who of them gave up an address that is somebody else's by now, by number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A made-up person, with every value that they or staff typed. Never printed.

    They registered with `first_email` and have `email` at the end. `undone_email` was theirs until
    they undid the change, and `wished_email` waits to be confirmed.
    """

    number: int
    given_name: str
    family_name: str
    first_email: str
    undone_email: str
    wished_email: str
    draft_email: str
    email: str
    password: str
    answer: str
    account_number: str
    old_telephone: str
    telephone: str
    old_mobile: str
    mobile: str
    old_address_line_1: str
    address_line_1: str
    address_line_2: str
    town: str
    old_postcode: str
    postcode: str
    message: str
    addition: str
    complaint: str
    strangers_name: str
    early_message: str
    former_message: str
    visitors_message: str
    reply: str
    answered: str
    note: str
    hold: str
    proof_note: str
    skip_reason: str
    corrected: str
    told_others: str
    given: str
    given_secretly: str
    waiting: str
    manager: str
    passkey: str
    film: str

    def __repr__(self) -> str:
        return f"Person({self.number})"

    @property
    def is_abroad(self) -> bool:
        """Tell whether their present address is in another country; it is a business as well."""
        return self.number % 4 in {2, 3}

    @property
    def is_strong(self) -> bool:
        """Tell whether they have an authenticator and a passkey."""
        return not self.is_abroad

    @property
    def kind(self) -> CustomerKind:
        """The capacity in which they register."""
        return CustomerKind.BUSINESS if self.is_abroad else CustomerKind.RESIDENTIAL

    @property
    def is_inherited(self) -> bool:
        """Tell whether somebody else has their first address by now."""
        return self.number in INHERITED

    @property
    def full_name(self) -> str:
        """The whole name; some have one only."""
        return f"{self.given_name} {self.family_name}".strip()

    @property
    def old_details(self) -> dict[str, str]:
        """The fields of the profile as they first typed them."""
        return {
            **self.details,
            "telephone": self.old_telephone,
            "mobile": self.old_mobile,
            "address_line_1": self.old_address_line_1,
            "postcode": self.old_postcode,
            "country": "GB",
        }

    @property
    def details(self) -> dict[str, str]:
        """The fields of the profile as they last typed them."""
        names = (
            "given_name",
            "family_name",
            "telephone",
            "mobile",
            "address_line_1",
            "address_line_2",
            "town",
            "postcode",
        )
        typed = {name: getattr(self, name) for name in names}
        extension = "" if self.is_abroad else EXTENSION
        country = "IE" if self.is_abroad else "GB"
        return {**typed, "telephone": f"{self.telephone}{extension}", "country": country}

    @property
    def choices(self) -> list[str]:
        """Their choices in the end, after a colleague has set one of them."""
        offers = "email" if self.number % 3 == 1 else "post"
        return ["brightwave:yes", "surveys:text", f"offers:{offers}"]

    @property
    def refused(self) -> frozenset[Channel]:
        """The channels by which they refuse marketing."""
        agreed = {one.partition(":")[2] for one in self.choices}
        return frozenset(one for one in Channel if one not in agreed)

    @property
    def reaches(self) -> tuple[Reach, ...]:
        """All contacts they ever had, the oldest first; the last are the present ones."""
        old = Reach(
            email=self.first_email,
            telephone=self.old_telephone,
            mobile=self.old_mobile,
            address_line_1=self.old_address_line_1,
            postcode=self.old_postcode,
        )
        return old, replace(
            old,
            email=self.email,
            telephone=self.telephone,
            mobile=self.mobile,
            address_line_1=self.address_line_1,
            postcode=self.postcode,
        )

    @property
    def canaries(self) -> dict[str, str]:
        """Every value that must not be found once they have left, by the field's name.

        Without an address that is somebody else's by now.
        """
        names = {one.name for one in fields(self)} - {"number"}
        if self.is_inherited:
            names.remove("first_email")
        return {name: getattr(self, name) for name in sorted(names) if getattr(self, name)}


def make_person(number: int) -> Person:
    """Make somebody up."""
    is_abroad = number % 4 in {2, 3}
    last = f"{number % 10}{chr(65 + number // 10)}"
    return Person(
        number=number,
        given_name=_canary().title(),
        family_name="" if number % 3 == 2 else _canary().title(),  # noqa: PLR2004  # each third
        **{
            f"{name}email": f"{_canary()}@example.com"
            for name in ("first_", "undone_", "wished_", "draft_", "")
        },
        password=f"{_canary()} lantern spoon",
        answer=f"the {_canary()}",
        account_number=f"{ACCOUNTS}{100 + number}",
        old_telephone=f"{NUMBERS[0]}{100 + number}",
        telephone=f"{NUMBERS[0]}{200 + number}",
        old_mobile=f"{NUMBERS[1]}{200 + number}",
        mobile=f"{NUMBERS[1]}{100 + number}",
        old_address_line_1=f"2 {_canary()} Street",
        address_line_1=f"1 {_canary()} Street",
        address_line_2=_canary(),
        town=_canary().title(),
        old_postcode=f"{POSTCODES}6 {last}Z",
        postcode=f"{IRISH}{number:02}" if is_abroad else f"{POSTCODES}7 {last}Z",
        message=f"Hello, {_canary()}.",
        addition=f"And {_canary()}.",
        complaint=f"It is a shame: {_canary()}.",
        strangers_name=_canary().title(),
        early_message=f"May I ask: {_canary()}.",
        former_message=f"As I said: {_canary()}.",
        visitors_message=f"Once more: {_canary()}.",
        reply=f"We have looked: {_canary()}.",
        answered=f"It is done: {_canary()}.",
        note=f"Called: {_canary()}.",
        hold=f"A court has asked: {_canary()}.",
        proof_note=f"They knew the last bill: {_canary()}.",
        skip_reason=f"They are in hospital: {_canary()}.",
        corrected=f"It should say {_canary()}",
        told_others=_canary().title(),
        given=f"your name, {_canary()}",
        given_secretly=f"your address, {_canary()}",
        waiting=f"your number, {_canary()}",
        manager=_canary().title() if is_abroad else "",
        film=f"I liked best {_canary()}",
        passkey=_canary() if not is_abroad else "",
    )


def make_heir(person: Person) -> Person:
    """Make somebody up who has an address that another has given up."""
    email = person.first_email
    return replace(make_person(MOST + person.number), email=email, first_email=email)


def _canary() -> str:
    return PLANTED_WORD + secrets.token_hex(4)
