"""Who outside the company gets details: their names, countries, and what protects details there."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from portal.platform.core.countries import UNITED_KINGDOM, list_countries, name_country


class RecipientKind(StrEnum):
    """Whoever outside the company may get details; which ones, the company says for each kind."""

    EMAIL_CARRIER = "email-carrier"
    DIRECTORIES = "directories"
    LAWYERS = "lawyers"
    COMPANIES = "companies"
    """Other companies, of which a customer agrees to each."""
    AUTHORITIES = "authorities"
    COURTS = "courts"
    OPERATORS = "operators"
    GROUP = "group"
    SUCCESSORS = "successors"
    """Companies that take over a part of the business."""


@dataclass(frozen=True, slots=True)
class NamedRecipient:
    """One who gets details.

    `country` is the code of ISO 3166-1; outside the United Kingdom `safeguard` says what protects
    details there (UK GDPR, articles 44 to 49).
    """

    name: str
    country: str
    safeguard: str = ""

    @property
    def where(self) -> str:
        """What its country is called."""
        return name_country(self.country)


NAMED = frozenset({RecipientKind.EMAIL_CARRIER, RecipientKind.DIRECTORIES, RecipientKind.LAWYERS})
"""The kinds that a setting names. The catalogue names companies, and each entry of the register of
disclosures whoever asked."""
NamedRecipients = Mapping[str, tuple[NamedRecipient, ...]]
"""By the kind of recipient, of those that a setting names."""


def list_named(
    gets: Iterable[RecipientKind], known: NamedRecipients, companies: Iterable[NamedRecipient]
) -> list[NamedRecipient]:
    """Return who is meant by some kinds; `companies` are those that customers agreed to."""
    return [
        one
        for kind in gets
        for one in (companies if kind is RecipientKind.COMPANIES else known.get(kind, ()))
    ]


def read_recipients(name: str) -> NamedRecipients:
    """Read the JSON file of recipients; raises `ValueError`, which says what is wrong with it.

    It is an object of lists: {"email-carrier": [{"name": …, "country": "IE", "safeguard": …}]}.
    """
    try:
        found = json.loads(Path(name).read_text("utf-8"))
        recipients = {str(key): tuple(map(_read, ones)) for key, ones in found.items()}
    except OSError as error:
        raise ValueError("it cannot be read") from error
    except (TypeError, AttributeError, json.JSONDecodeError) as error:
        raise ValueError(
            'it must be a JSON file such as {"email-carrier": [{"name": "Example Post",'
            ' "country": "GB"}]}'
        ) from error

    for key in recipients.keys() - NAMED:
        raise ValueError(f"{key} is no kind of recipient: use {', '.join(sorted(NAMED))}")
    return recipients


def _read(words: Mapping[str, str]) -> NamedRecipient:
    one = NamedRecipient(**words)
    if not all(isinstance(word, str) for word in (one.name, one.country, one.safeguard)):
        raise TypeError("not words")
    if not one.name.strip():
        raise ValueError("a recipient has no name")
    if one.country not in list_countries():
        raise ValueError(f"{one.country} is no country: use its ISO code, such as GB")
    if one.country != UNITED_KINGDOM and not one.safeguard.strip():
        raise ValueError(f"say what protects details that {one.name} gets (“safeguard”)")
    return one
