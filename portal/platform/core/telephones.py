"""Telephone numbers that exist: in the numbering plan of a country, or for drama."""

import phonenumbers

DRAMA = (
    "1632960", "1134960", "1144960", "1154960", "1164960", "1174960", "1184960", "1214960",
    "1314960", "1414960", "1514960", "1614960", "1914980", "2079460", "2896496", "2920180",
    "3069990", "7700900", "8081570", "9098790",
)  # fmt: skip
"""What every number for drama begins with, and has three digits after: Ofcom, "Telephone numbers
for use in TV and radio drama programmes". Not all of them are in the numbering plan."""
DRAMA_DIGITS = 10


def is_real(number: phonenumbers.PhoneNumber) -> bool:
    """Tell whether the numbering plan of its country has a number, or Ofcom keeps it for drama."""
    return phonenumbers.is_valid_number(number) or is_for_drama(number)


def is_for_drama(number: phonenumbers.PhoneNumber) -> bool:
    """Tell whether a number is one of those that Ofcom gives to nobody."""
    national = phonenumbers.national_significant_number(number)
    british = number.country_code == phonenumbers.country_code_for_region("GB")
    return british and len(national) == DRAMA_DIGITS and national.startswith(DRAMA)
