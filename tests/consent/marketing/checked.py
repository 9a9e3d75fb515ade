"""One customer of a portal, and what must be so of their choices after each step."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import pytest
from hypothesis.stateful import RuleBasedStateMachine, invariant
from sqlalchemy import delete

from portal.consent.list_import.columns import UnfitListError
from portal.consent.list_screening.rules import Campaign, WithheldReason
from portal.consent.list_screening.service import lift
from portal.consent.marketing.models import ChoiceChange
from portal.consent.marketing.queries import get_choices
from portal.consent.marketing.rules import LINK_WITHIN
from portal.consent.purposes.models import CatalogueVersion
from portal.consent.webhooks.models import Announcement, KnownCustomer
from portal.governance.audit.models import AuditEntry
from portal.identity.contact_index.rules import Channel
from portal.identity.one_time_tokens.rules import TokenPurpose
from portal.identity.one_time_tokens.service import issue_token
from tests.consent.list_screening.lists import agrees, screened
from tests.consent.marketing.model import Line, Model
from tests.consent.webhooks.receiver import Listener
from tests.world import Person, World, rows_with

HEADS = {
    Channel.EMAIL: "Email",
    Channel.TEXT: "Mobile",
    Channel.TELEPHONE: "Phone",
    Channel.POST: "Address,Postcode",
}


def reached(number: int) -> dict[str, Any]:
    """Where one of a thousand people is reached."""
    return {
        "telephone": f"01632 960{number % 1000:03}",
        "mobile": f"07700 900{number % 1000:03}",
        "address_line_1": f"{number} Sample Street",
        "postcode": "ZZ99 9ZZ",
    }


def rows_of(email: str, reach: dict[str, Any]) -> dict[Channel, list[str]]:
    """The rows in which a list for each channel has somebody."""
    return {
        Channel.EMAIL: [email],
        Channel.TEXT: [reach["mobile"]],
        Channel.TELEPHONE: [reach["telephone"], reach["mobile"]],
        Channel.POST: [f"{reach['address_line_1']},{reach['postcode']}"],
    }


@dataclass
class Ground:
    """What one customer after the other does things on: a portal, its receiver, a bystander."""

    world: World
    there: Listener
    spoil: Callable[[World, Person], None] | None = None
    """Does after each step what must be noticed."""
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def __post_init__(self) -> None:
        self.colleague = self.world.colleague()
        self.other = self.world.customer("other@example.org", **reached(0))
        agrees(self.world, self.other, *(("offers", channel) for channel in Channel))


class Checked(RuleBasedStateMachine):
    """One customer, from the first day on."""

    def __init__(self, ground: Ground) -> None:
        super().__init__()
        self.ground, self.world, self.there = ground, ground.world, ground.there
        self.world.clock.move(days=1)
        number = next(ground.numbers)
        email, reach = f"one{number}@example.com", reached(number)
        self.person = self.world.customer(email, **reach)
        self.rows = rows_of(email, reach)
        self.model = Model()
        self.there.heard.clear()
        self.begun = self.world.clock()
        self.stranger = self.world.visitor()
        self.stranger_token = self.stranger.token()
        with self.world.work() as work:
            token = issue_token(work, TokenPurpose.CHOOSE, self.person.id, LINK_WITHIN)
        self.link = f"/choices/{token}"
        self.sign_in()

    def teardown(self) -> None:
        """Leave the lists and the catalogue as they were."""
        for channel in Channel:
            noted = [one for where, one in self.model.noted if where is channel]
            lift(self.world.parts.work, channel, noted)
        with self.world.work() as work:
            work.session.execute(delete(CatalogueVersion))

    def sign_in(self) -> None:
        self.visitor = self.world.signed_in(self.person)
        self.token = self.visitor.token()

    def heard(self) -> list[dict[str, Any]]:
        """What the receiver was told of this customer, in the order in which it came."""
        with self.world.work() as work:
            known = rows_with(work, KnownCustomer, customer_id=self.person.id)
            name = known[0].id.hex if known else ""
        return [one.data for one in self.there.heard if one.data["customer"] == name]

    @invariant()
    def check(self) -> None:
        """Compare everything with the model; then time goes on."""
        if self.ground.spoil is not None:
            self.ground.spoil(self.world, self.person)
        self.check_choices()
        self.check_history()
        self.check_screening()
        self.world.clock.move(seconds=1)

    def check_choices(self) -> None:
        kept = self.world.read(get_choices, self.person.customer_id)
        assert {(one.purpose, one.channel) for one in kept.agreed} == self.model.on, "kept"
        assert kept.version == self.model.version, "version"
        assert {(one.purpose, one.channel) for one in kept.refused or ()} == self.model.refused, (
            "refused"
        )
        noted = [
            (one.made.at, one.made.via, frozenset((x.purpose, x.channel) for x in one.choices))
            for one in kept.noted
        ]
        assert noted == self.model.off_already, "when each no was said"
        found = {(one.purpose, one.channel): (at.at, at.via) for one, at in kept.made.items()}
        assert found == self.model.made, "when and how"

    def check_history(self) -> None:
        lines = sorted(self.model.lines, key=lambda line: (line.at, line.pair))
        with self.world.work() as work:
            rows = rows_with(work, ChoiceChange, customer_id=self.person.id)
            facts = {"name": "preferences:choice:made", "subject_id": self.person.id}
            noted = rows_with(work, AuditEntry, **facts)
            known = rows_with(work, KnownCustomer, customer_id=self.person.id)
            told = rows_with(work, Announcement, known_id=known[0].id) if known else []
            told.sort(key=lambda row: row.number)
            history = [
                Line(
                    row.changed_at,
                    (row.purpose, row.channel),
                    row.agreed,
                    row.via,
                    row.actor_kind,
                    row.wording,
                )
                for row in rows
            ]
            seen = [
                (row.occurred_at, (row.facts["purpose"], row.facts["channel"]), row.facts["agreed"])
                for row in noted
            ]
            announced = [(row.number, row.occurred_at, row.data) for row in told]
        assert sorted(history, key=lambda line: (line.at, line.pair)) == lines, "history"
        assert sorted(seen) == [(line.at, line.pair, line.agreed) for line in lines], "trail"
        expected = [
            (number, line.at, line.told()) if line else announced[number - 1]
            for number, line in enumerate(self.model.told, 1)
        ]
        assert announced == expected, "announced"

    def check_screening(self) -> None:
        asked = {purpose for purpose, channel in self.model.asked if channel == Channel.EMAIL}
        for purpose in self.model.screenable:
            for channel in Channel:
                if purpose in asked:
                    self.check_list(Campaign(purpose=purpose, channel=channel))
        for purpose in sorted(set(self.model.screenable) - asked)[:1]:
            with pytest.raises(UnfitListError):
                screened(self.world, "Email\n", Campaign(purpose=purpose, channel=Channel.EMAIL))

    def check_list(self, campaign: Campaign) -> None:
        """Screen a list with the customer, and with a bystander who says yes to offers."""
        channel = campaign.channel
        other = rows_of(self.ground.other.email, reached(0))[channel]
        agreed = (campaign.purpose, channel.value) in self.model.on
        expected: list[WithheldReason | None] = [
            WithheldReason.SUPPRESSED
            if (channel, row) in self.model.noted
            else None
            if agreed
            else WithheldReason.NO
            for row in self.rows[channel]
        ]
        expected += [None if campaign.purpose == "offers" else WithheldReason.NO] * len(other)
        text = "\n".join([HEADS[channel], *self.rows[channel], *other, ""])
        _, withheld = screened(self.world, text, campaign)
        assert withheld == {line: one for line, one in enumerate(expected, 2) if one}, "screened"
