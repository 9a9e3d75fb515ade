"""Choices that tests make."""

from portal.consent.marketing.rules import choices_of
from portal.consent.purposes.rules import FIRST, Kind

EVERY_CHOICE = tuple(sorted(choices_of(FIRST, (Kind.MARKETING,))))
"""Each purpose of marketing by each channel."""
