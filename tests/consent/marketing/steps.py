"""Choices that tests make."""

from portal.consent.marketing.rules import choices_of
from portal.consent.purposes.rules import FIRST, PurposeKind

EVERY_CHOICE = tuple(sorted(choices_of(FIRST, (PurposeKind.MARKETING,))))
"""Each purpose of marketing by each channel."""
