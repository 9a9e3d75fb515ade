"""Every page of the portal in every state, with people and words that are hard on a layout."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta

from portal.account.queries import list_registrations
from portal.account.rules import Service
from portal.cases.queries import find_reference
from tests.pages import Page, Visitor
from tests.world import Person, World
