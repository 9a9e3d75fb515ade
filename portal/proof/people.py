"""Made-up people whose every field holds a value that is nowhere else: a canary."""

import secrets
from dataclasses import dataclass

MARK = "zqcanaryqz"
"""What every canary of letters begins with."""
NUMBERS = "01632 960", "07700 900"
"""What every telephone number begins with: ranges that belong to nobody."""
POSTCODES = "ZQ9"
MARKS = (
    MARK,
    MARK.title(),
    *NUMBERS,
    *(number.replace(" ", "").removeprefix("0") for number in NUMBERS),
    f"{POSTCODES}7",
)
"""One of these is in every canary."""
MOST = 90
"""So many telephone numbers the drama range leaves for them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """One of them, with every value they typed somewhere. Never printed."""

    number: int
    given_name: str
    family_name: str
    email: str
    password: str
    answer: str
    old_telephone: str
    telephone: str
    mobile: str
    address_line_1: str
    address_line_2: str
    town: str
    postcode: str
    message: str
    addition: str
    visitors_message: str
    reply: str
    note: str

    def __repr__(self) -> str:
        return f"Person({self.number})"

    @property
    def details(self) -> dict[str, str]:
        """What the form of the profile takes."""
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
        return {name: getattr(self, name) for name in names}

    @property
    def canaries(self) -> dict[str, str]:
        """Every value that must be found nowhere once they have left, by the field's name."""
        return {
            name: getattr(self, name)
            for name in self.__slots__  # every field but the number
            if name != "number"
        }


def make_person(number: int) -> Person:
    """Make somebody up."""
    return Person(
        number=number,
        given_name=_canary().title(),
        family_name=_canary().title(),
        email=f"{_canary()}@example.com",
        password=f"{_canary()} lantern spoon",
        answer=f"the {_canary()}",
        old_telephone=f"{NUMBERS[0]}{100 + number}",
        telephone=f"{NUMBERS[0]}{200 + number}",
        mobile=f"{NUMBERS[1]}{100 + number}",
        address_line_1=f"1 {_canary()} Street",
        address_line_2=_canary(),
        town=_canary().title(),
        postcode=f"{POSTCODES}7 {number % 10}{chr(65 + number // 10)}Z",
        message=f"Hello, {_canary()}.",
        addition=f"And {_canary()}.",
        visitors_message=f"Once more: {_canary()}.",
        reply=f"We have looked: {_canary()}.",
        note=f"Called: {_canary()}.",
    )


def _canary() -> str:
    return MARK + secrets.token_hex(4)
