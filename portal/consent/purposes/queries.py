"""Reading the catalogue, its newest and its earlier versions."""

from sqlalchemy import select

from portal.consent.purposes.models import CatalogueVersion
from portal.consent.purposes.rules import FIRST, Catalogue, Purpose
from portal.platform.core.work import Work


def get_catalogue(work: Work) -> Catalogue:
    """Return the newest version."""
    newest = select(CatalogueVersion).order_by(CatalogueVersion.number.desc()).limit(1)
    row = work.session.scalars(newest).first()
    return _read(row) if row is not None else FIRST


def list_versions(work: Work) -> list[Catalogue]:
    """Return every version, newest first."""
    rows = work.session.scalars(select(CatalogueVersion).order_by(CatalogueVersion.number.desc()))
    return [*map(_read, rows), FIRST]


def find_purpose(work: Work, number: int, key: str) -> Purpose | None:
    """Return a purpose as a version has it; None where there is no such version."""
    if number == FIRST.number:
        return FIRST.find(key)
    row = work.session.get(CatalogueVersion, number)
    return _read(row).find(key) if row is not None else None


def _read(row: CatalogueVersion) -> Catalogue:
    places = row.places or {}
    purposes = tuple(
        Purpose.from_words({**one, **places.get(one["key"], {})}) for one in row.purposes
    )
    return Catalogue(row.number, purposes, row.published_at, row.note)
