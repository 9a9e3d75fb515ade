"""The register of processing, as a table, as CSV and as JSON-LD, from what rooms declare."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from portal.consent.list_import.sheets import write_table
from portal.platform.core.countries import UNITED_KINGDOM
from portal.platform.core.holdings import HeldFor, LawfulBasis, People, Processing, Rule
from portal.platform.core.recipients import NamedRecipient
from portal.platform.core.texts import _

FILE = "register-of-processing.csv"
MEASURES = _(
    "Encrypted with a key for each person, kept in a separate database; found by scrambled"
    " codes; a log of what staff opened, which shows if anyone changed it; staff sign in in two"
    " steps; backups encrypted, and deleted on a set day"
)
"""The technical and organisational measures, which hold for all of it (article 32(1))."""
RIGHTS = {
    LawfulBasis.CONSENT: _("Access, correction, deletion, restriction, copy, withdrawing consent"),
    LawfulBasis.CONTRACT: _("Access, correction, deletion, restriction, copy"),
    LawfulBasis.LEGAL_OBLIGATION: _("Access, correction, restriction"),
    LawfulBasis.LEGITIMATE_INTERESTS: _("Access, correction, deletion, restriction, objection"),
}
"""What people can ask for, by why the law lets us have it (articles 12 to 22)."""
COLUMNS = (
    _("Personal data"),
    _("Purpose of processing"),
    _("Categories of individuals"),
    _("Source"),
    _("Article 6 lawful basis"),
    _("Legitimate interests"),
    _("Categories of recipients"),
    _("Names of recipients"),
    _("Names of third countries"),
    _("Safeguards for transfers"),
    _("Retention schedule"),
    _("Rights available to individuals"),
    _("Automated decision-making"),
    _("Security measures"),
)
"""The columns of the CSV file: those of the Information Commissioner's template that apply."""
LOCATION = _("Tables")
"""The column that only the full part has."""
NO_DECISIONS = _("None")
DPV, GDPR = "https://w3id.org/dpv#", "https://w3id.org/dpv/legal/eu/gdpr#"
"""The Data Privacy Vocabulary, and its terms of the GDPR's articles."""
CONTEXT = {
    "dpv": DPV,
    "eu-gdpr": GDPR,
    "dct": "http://purl.org/dc/terms/",
}
ARTICLES = {
    LawfulBasis.CONSENT: "eu-gdpr:A6-1-a",
    LawfulBasis.CONTRACT: "eu-gdpr:A6-1-b",
    LawfulBasis.LEGAL_OBLIGATION: "eu-gdpr:A6-1-c",
    LawfulBasis.LEGITIMATE_INTERESTS: "eu-gdpr:A6-1-f",
}
KINDS_OF_PEOPLE = {
    People.CUSTOMERS: "dpv:Customer",
    People.VISITORS: "dpv:Visitor",
    People.LISTED: "dpv:DataSubject",
    People.STAFF: "dpv:Employee",
}


@dataclass(frozen=True, slots=True)
class RegisterEntry:
    """One entry of the register, with who gets it by name."""

    about: Processing
    recipients: tuple[NamedRecipient, ...]

    @property
    def abroad(self) -> tuple[NamedRecipient, ...]:
        """Those that are in another country."""
        return tuple(one for one in self.recipients if one.country != UNITED_KINGDOM)

    @property
    def is_internal(self) -> bool:
        """Whether it is about our staff alone, and in the full part only."""
        return set(self.about.people) == {People.STAFF}

    def row(self, *, in_full: bool) -> list[str]:
        """Return it as a row, in the order of `COLUMNS`, in full with its tables."""
        one = self.about
        return [
            one.category,
            one.purpose,
            "; ".join(person.value for person in one.people),
            one.source,
            one.basis.value,
            one.interest,
            one.recipients,
            "; ".join(recipient.name for recipient in self.recipients),
            "; ".join(dict.fromkeys(recipient.where for recipient in self.abroad)),
            "; ".join(f"{recipient.name}: {recipient.safeguard}" for recipient in self.abroad),
            "; ".join(map(_spell_rule, one.rules)),
            RIGHTS[one.basis],
            NO_DECISIONS,
            MEASURES,
            *(["; ".join(sorted(one.tables))] if in_full else []),
        ]

    def linked(self) -> dict[str, Any]:
        """Return it as a node of JSON-LD, in the terms of the Data Privacy Vocabulary."""
        one = self.about
        return {
            "@type": "dpv:Process",
            "dct:title": one.category,
            "dpv:hasPurpose": {"@type": "dpv:Purpose", "dct:description": one.purpose},
            "dpv:hasDataSubject": [{"@id": KINDS_OF_PEOPLE[person]} for person in one.people],
            "dpv:hasDataSource": {"@type": "dpv:DataSource", "dct:description": one.source},
            "dpv:hasLegalBasis": {"@id": ARTICLES[one.basis], "dct:description": one.basis.value},
            **({"dpv:hasJustification": one.interest} if one.interest else {}),
            "dpv:hasRight": {"@type": "dpv:DataSubjectRight", "dct:description": RIGHTS[one.basis]},
            "dpv:hasRecipient": [
                {"@type": "dpv:Recipient", "dct:description": one.recipients},
                *(
                    {
                        "@type": "dpv:Recipient",
                        "dct:title": recipient.name,
                        "dpv:hasLocation": recipient.country,
                        **(
                            {"dpv:hasSafeguard": recipient.safeguard} if recipient.safeguard else {}
                        ),
                    }
                    for recipient in self.recipients
                ),
            ],
            "dpv:hasStorageCondition": [
                {"@type": "dpv:StorageDeletion", "dct:description": _spell_rule(rule)}
                for rule in one.rules
            ],
            "dpv:hasTechnicalOrganisationalMeasure": MEASURES,
        }


def list_unsaid(one: Processing) -> list[str]:
    """Return what an entry says nothing about: each text has words in it."""
    said = {
        _("what is held"): [one.category],
        _("the purpose"): [one.purpose],
        _("the source"): [one.source],
        _("who gets it"): [one.recipients],
        _("how long it is kept"): [
            text for rule in one.rules for text in (rule.what, rule.trigger)
        ],
    }
    return [what for what, texts in said.items() if not (texts and all(map(str.strip, texts)))]


def by_part(entries: Iterable[RegisterEntry]) -> dict[HeldFor, list[RegisterEntry]]:
    """Return entries by what they are for."""
    parts: dict[HeldFor, list[RegisterEntry]] = {}
    for one in entries:
        parts.setdefault(one.about.part, []).append(one)
    return parts


def _spell_rule(rule: Rule) -> str:
    return _("{what}: {when}", what=rule.what, when=rule.text)


def spell_table(entries: Iterable[RegisterEntry], *, in_full: bool) -> str:
    """Return the register as CSV, the columns first, in full with the tables.

    No cell runs in a spreadsheet.
    """
    columns = [*COLUMNS, *([LOCATION] if in_full else [])]
    rows = [columns, *(one.row(in_full=in_full) for one in entries)]
    return "".join(write_table(rows))


def spell_linked(entries: Iterable[RegisterEntry], controller: str) -> str:
    """Return the register as JSON-LD."""
    document = {
        "@context": CONTEXT,
        "@type": "dpv:RecordOfProcessingActivities",
        "dpv:hasDataController": {"@type": "dpv:DataController", "dct:title": controller},
        "dpv:hasProcess": [one.linked() for one in entries],
    }
    return json.dumps(document, indent=1, ensure_ascii=False)


def list_lacking(
    tables: Iterable[str], entries: Iterable[Processing], about_nobody: Iterable[str]
) -> list[str]:
    """Return the tables that no entry names and that are not said to be about nobody."""
    named = {table for one in entries for table in one.tables}
    return sorted({*tables} - named - {*about_nobody})
