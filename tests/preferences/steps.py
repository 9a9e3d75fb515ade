"""Choices that tests make."""

from portal.catalogue.rules import FIRST, Kind
from portal.preferences.rules import choices_of

EVERY_CHOICE = tuple(sorted(choices_of(FIRST, (Kind.MARKETING,))))
"""Each purpose of marketing by each channel."""
