"""What other systems of the company hold about customers, as the company declares it in a file.

Calls, bills, credit checks: the portal holds none of it. It says what there is, why, for how long
and how to ask; and where a system has a connector, it asks.
"""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from portal.platform.core.clock import Clock
from portal.platform.core.connectors import Connector
from portal.platform.core.holdings import HeldFor, LawfulBasis, Processing, Rule
from portal.platform.core.signing import SigningKeys

SLUG = re.compile("[a-z](?:[a-z-]{0,38}[a-z])?")
BASES = {one.name.lower().replace("_", "-"): one for one in LawfulBasis}
"""How the file spells each lawful basis."""
EXAMPLE = (
    '[{"slug": "billing", "name": "our billing system", "categories": [{"slug": "calls", "name":'
    ' "Calls you made", "purpose": "To bill you for them", "source": "Our telephone network",'
    ' "basis": "contract", "recipients": "Nobody", "kept_days": 365, "kept_after": "the call"}]}]'
)


@dataclass(frozen=True, slots=True, kw_only=True)
class OutsideCategory(Processing):
    """One category of what another system holds about customers; the portal has no row of it."""

    system: str
    """The slug of the system, and what it is called."""
    system_name: str
    part: HeldFor = HeldFor.ELSEWHERE

    @property
    def system_title(self) -> str:
        """What the system is called at the beginning of a sentence."""
        return start_sentence(self.system_name)


@dataclass(frozen=True, slots=True)
class OtherSystem:
    """Another system of the company; without a connector, a colleague is asked instead."""

    slug: str
    name: str
    categories: tuple[OutsideCategory, ...]
    connector: Connector | None = None


OtherSystems = tuple[OtherSystem, ...]


def read_other_systems(
    name: str, clock: Clock, is_safe: Callable[[str], bool] = lambda _: True
) -> OtherSystems:
    """Read the JSON file of other systems; raises `ValueError`, which says what is wrong with it.

    `is_safe` tells whether an address may be asked: nobody between here and there reads along.
    """
    try:
        found = json.loads(Path(name).read_text("utf-8"))
    except OSError as error:
        raise ValueError("it cannot be read") from error
    except ValueError as error:
        raise ValueError(f"it must be a JSON file such as {EXAMPLE}") from error
    try:
        systems = tuple(_read_system(one, clock, is_safe) for one in found)
    except (TypeError, KeyError, AttributeError) as error:
        raise ValueError(f"it must be a JSON file such as {EXAMPLE}") from error
    _refuse_twice("system", [one.slug for one in systems])
    _refuse_twice("category", [one.slug for system in systems for one in system.categories])
    return systems


def start_sentence(name: str) -> str:
    """Return a name as it stands at the beginning of a sentence: `our billing system` has one."""
    return name[:1].upper() + name[1:]


def list_outside(systems: OtherSystems) -> list[OutsideCategory]:
    """Return every category that another system holds."""
    return [one for system in systems for one in system.categories]


def _read_system(
    said: Mapping[str, Any], clock: Clock, is_safe: Callable[[str], bool]
) -> OtherSystem:
    slug, title = _read_slug(said["slug"]), _read_words(said["name"])
    categories = tuple(_read_category(one, slug, title) for one in said["categories"])
    if not categories:
        raise ValueError(f"{slug}: say what it holds (“categories”)")
    url = str(said.get("url", ""))
    if not url:
        return OtherSystem(slug, title, categories)
    if not is_safe(url):
        raise ValueError(f"{slug}: its address must begin with https://")
    secrets = [said["secret"], *([said["old_secret"]] if said.get("old_secret") else [])]
    try:
        keys = SigningKeys(secrets)
    except ValueError:
        raise ValueError(
            f"{slug}: its secret must be whsec_ and 24 to 64 bytes in base64"
        ) from None
    return OtherSystem(slug, title, categories, Connector(url, keys, clock))


def _read_category(said: Mapping[str, Any], system: str, system_name: str) -> OutsideCategory:
    slug = _read_slug(said["slug"])
    basis, interest = BASES.get(said["basis"]), str(said.get("interest", ""))
    if basis is None:
        raise ValueError(f"{slug}: its basis must be one of {', '.join(sorted(BASES))}")
    if basis is LawfulBasis.LEGITIMATE_INTERESTS and not interest:
        raise ValueError(f"{slug}: say which interest (“interest”)")
    days = said["kept_days"]
    if type(days) is not int or not 0 < days < 36_525:  # noqa: PLR2004  # a century
        raise ValueError(f"{slug}: “kept_days” must be a whole number of days")
    title = _read_words(said["name"])
    rule = Rule(slug, title, _read_words(said["kept_after"]), "", timedelta(days=days))
    return OutsideCategory(
        category=title,
        slug=slug,
        purpose=_read_words(said["purpose"]),
        source=_read_words(said["source"]),
        recipients=_read_words(said["recipients"]),
        basis=basis,
        interest=interest,
        rules=(rule,),
        tables=frozenset(),
        system=system,
        system_name=system_name,
    )


def _read_slug(said: str) -> str:
    if not SLUG.fullmatch(said):
        raise ValueError(f"“{said}” must be a short name of small letters and hyphens")
    return said


def _read_words(said: object) -> str:
    if not isinstance(said, str) or not said.strip() or not said.isprintable():
        raise TypeError("not words")
    return said


def _refuse_twice(what: str, slugs: Iterable[str]) -> None:
    seen = set[str]()
    for one in slugs:
        if one in seen:
            raise ValueError(f"the {what} {one} is there twice")
        seen.add(one)
