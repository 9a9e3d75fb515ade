"""Reading the register of processing: what rooms declare, and what the catalogue asks for."""

from collections.abc import Iterator

from portal.consent.purposes.queries import get_catalogue
from portal.consent.purposes.rules import KINDS, SHARED, Catalogue, Purpose
from portal.desk.processing_register.rules import RegisterEntry, list_unsaid
from portal.erasure.cancellation.held import PROCESSED as ERASED
from portal.governance.audit.held import PROCESSED as AUDIT
from portal.identity.staff_accounts.held import PROCESSED as STAFF
from portal.platform.core.holdings import HeldFor, LawfulBasis, Processing, Register, Rule
from portal.platform.core.other_systems import OtherSystems, list_outside
from portal.platform.core.recipients import (
    NAMED,
    NamedRecipients,
    RecipientKind,
    list_named,
)
from portal.platform.core.texts import _, join
from portal.platform.core.work import Work

OTHERS = (*STAFF, *AUDIT, *ERASED)
"""What is processed besides what customers are shown."""


def list_entries(
    work: Work, register: Register, known: NamedRecipients, systems: OtherSystems = ()
) -> list[RegisterEntry]:
    """Return every entry: of what is held here, of staff, by other systems, and each purpose.

    They come part by part, and in each part as people look for them.
    """
    catalogue = get_catalogue(work)
    companies = [one.recipient for one in catalogue.offered if one.recipient]
    held = [
        RegisterEntry(one, tuple(list_named(one.gets, known, companies)))
        for one in (*register, *OTHERS)
    ]
    outside = (RegisterEntry(one, ()) for one in list_outside(systems))
    found = [*held, *outside, *_list_purposes(catalogue)]
    parts = list(HeldFor)
    return sorted(found, key=lambda one: (parts.index(one.about.part), one.about.place))


def list_public(
    work: Work, register: Register, known: NamedRecipients, systems: OtherSystems = ()
) -> list[RegisterEntry]:
    """Return the entries that anybody may read: those about our staff alone are not among."""
    return [one for one in list_entries(work, register, known, systems) if not one.is_internal]


def list_missing(
    work: Work, register: Register, known: NamedRecipients, systems: OtherSystems = ()
) -> list[str]:
    """Return what the register lacks: texts, recipients by name, places of companies, interests."""
    catalogue = get_catalogue(work)
    purposes = [one.about for one in _list_purposes(catalogue)]
    entries = (*register, *OTHERS, *list_outside(systems), *purposes)
    used = {kind for one in entries for kind in one.gets} & NAMED
    return [
        *(
            _("{category}: {what} is missing", category=one.category, what=what)
            for one in entries
            for what in list_unsaid(one)
        ),
        *(
            _("PORTAL_RECIPIENTS_FILE names no {kind}", kind=kind)
            for kind in sorted(used)
            if not known.get(kind)
        ),
        *(
            _(
                "{title} has no country: add it at {path}",
                title=one.title,
                path=f"/staff/catalogue/{one.key}",
            )
            for one in catalogue.offered
            if one.kind in SHARED and one.recipient is None
        ),
        *(
            _("{category}: the legitimate interest is missing", category=one.category)
            for one in entries
            if one.basis is LawfulBasis.LEGITIMATE_INTERESTS and not one.interest.strip()
        ),
    ]


def _list_purposes(catalogue: Catalogue) -> Iterator[RegisterEntry]:
    for one in catalogue.offered:
        yield RegisterEntry(_declare(one), (one.recipient,) if one.recipient else ())


def _declare(one: Purpose) -> Processing:
    is_shared = one.kind in SHARED
    return Processing(
        category=join((KINDS[one.kind], one.title), ": "),
        purpose=one.text,
        source=_("You"),
        recipients=one.title if is_shared else _("Nobody"),
        rules=(Rule(one.key, _("Your yes"), _("you turn it off, or we delete your account"), ""),),
        tables=frozenset({"marketing_choices"}),
        part=HeldFor.ASKED,
        basis=LawfulBasis.CONSENT,
        gets=(RecipientKind.COMPANIES,) if is_shared else (),
    )
