"""Everything that can be done to one customer's choices, in any order."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from urllib.parse import urlencode

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from portal.consent.list_screening.service import lift, suppress
from portal.consent.marketing.rules import ASSISTED, Choice, ChoiceSource, RefusedCompaniesError
from portal.consent.purposes.rules import Purpose, PurposeKind, TakenKeyError
from portal.consent.purposes.service import add_purpose, change_purpose
from portal.consent.unsubscribe.rules import SEAL, address_maker
from portal.consent.webhooks.service import send_all_again
from portal.desk.assisted_choices.rules import AssistedRequest, NotReadError, Requester
from portal.desk.assisted_choices.service import set_choices
from portal.desk.case_records.rules import Topic
from portal.desk.cases.rules import Message
from portal.desk.cases.service import take_message
from portal.erasure.cancellation.rules import When
from portal.erasure.cancellation.service import leave
from portal.identity.accounts.queries import get_customer
from portal.identity.contact_index.queries import get_email_hash
from portal.identity.contact_index.rules import Channel
from portal.platform.core.errors import NotFoundError, StaleError
from portal.platform.core.merging import MadeFrom
from portal.platform.core.work import Actor
from tests.consent.marketing.checked import Checked
from tests.consent.marketing.model import NO_MORE_PAIR, Pair
from tests.consent.webhooks.steps import tell
from tests.pages import Visitor
from tests.world import act

PICKS = st.sets(st.integers(0, 30), min_size=1, max_size=5)
ANY = st.integers(0, 30)


@dataclass(frozen=True)
class Sent:
    """One form as it was sent."""

    by_link: bool
    wanted: frozenset[Pair]
    version: int
    signal: bool
    then: frozenset[Pair] | None = None
    """What the page was made from, where it says so."""
    shown: frozenset[str] | None = None
    """What it asked about, where it says so."""
    wording: int | None = None
    """In which version of the words, where it says so."""


class Sequence(Checked):
    """One customer, from the first day on."""

    last = Sent(by_link=False, wanted=frozenset(), version=0, signal=False)

    # ---------------------------------------------------------------------------- customers

    @rule(picks=PICKS)
    def save(self, picks: set[int]) -> None:
        """Tick and untick boxes of one's own page, and save it."""
        self.fill(picks)

    @rule(picks=PICKS, signal=st.booleans())
    def save_by_link(self, picks: set[int], *, signal: bool) -> None:
        """Do so on the page that a link opens, perhaps in a browser that signals."""
        self.fill(picks, by_link=True, signal=signal)

    @rule(
        picks=PICKS,
        age=st.integers(1, 4),
        by_link=st.booleans(),
        signal=st.booleans(),
        is_carried=st.booleans(),
    )
    def save_old_page(
        self, picks: set[int], age: int, *, by_link: bool, signal: bool, is_carried: bool
    ) -> None:
        """Do so in a window in which the page was opened before others were saved."""
        self.fill(picks, age=age, by_link=by_link, signal=signal, is_carried=is_carried)

    @rule(picks=PICKS)
    def save_what_is_not_asked(self, picks: set[int]) -> None:
        """Send a box that no page has, among others."""
        self.fill(picks, more=frozenset({("offers", "pigeon")}))

    @rule()
    def send_again(self) -> None:
        """Press twice, or go back and press: the same form comes once more."""
        self.send(self.last)

    @rule(by_link=st.booleans())
    def look_with_signal(self, *, by_link: bool) -> None:
        """Open the page in a browser that asks that nothing is shared."""
        path, visitor, _ = self.place(by_link=by_link)
        assert visitor.client.get(path, headers={"Sec-GPC": "1"}).status_code == 200
        self.turn(
            self.model.on - self.model.shared, ChoiceSource.SIGNAL, self.actor(by_link=by_link)
        )

    @rule(is_page=st.booleans())
    def turn_all_off(self, *, is_page: bool) -> None:
        """Turn everything off, by its page or by telling us to stop marketing."""
        if is_page:
            answer = self.visitor.post("/preferences/off", {"csrf_token": self.token})
            assert answer.status_code == 303
        else:
            words = Message(
                name="Rowan",
                email=self.person.email,
                topic=Topic.MARKETING,
                service="",
                text="",
                once="",
            )
            act(self.world, self.person, take_message, words, self.person.customer_id)
        noes = self.model.pairs(self.model.kinds)
        self.turn(self.model.on & {NO_MORE_PAIR}, ChoiceSource.WEBSITE, "customer", noes=noes)

    @rule(which=ANY, everything=st.booleans())
    def unsubscribe(self, which: int, *, everything: bool) -> None:
        """Press what a mail program offers beside an email about some purpose."""
        purpose = self.model.screenable[which % len(self.model.screenable)]
        with self.world.work() as work:
            make = address_maker(work.vault.tagger(SEAL, purpose), "", purpose)
            (path,) = make([get_email_hash(work, self.person.email)])
        fields = {"List-Unsubscribe": "One-Click"} | ({"everything": "y"} if everything else {})
        assert self.stranger.post(path, fields).status_code == 200
        keys = self.model.screenable if everything else [purpose]
        noes = frozenset((key, "email") for key in keys)
        self.turn(self.model.on - noes, ChoiceSource.LINK, "visitor", noes=noes)

    @precondition(lambda self: self.model.on)
    @rule()
    def leave_and_come_back(self) -> None:
        """Close the account, find that a link turns nothing on, and come back in seven days."""
        works = partial(self.world.parts.work, Actor("customer", self.person.id))
        leave(works, self.world.parts.context, self.person.customer_id, When.LATER)
        self.turn(self.model.on & {NO_MORE_PAIR}, ChoiceSource.LEAVING, "customer")
        self.model.told.append(None)
        wanted = {"choices": "offers:email", "version": self.model.version}
        fields = {"csrf_token": self.stranger_token, **wanted}
        assert self.stranger.post(self.link, fields).status_code == 409
        assert "/sign-in" in str(self.visitor.client.get("/preferences").location)
        self.check()
        self.world.clock.move(hours=1)
        self.sign_in()

    @rule()
    def look(self) -> None:
        """Look at the pages, as they are drawn."""
        page = self.visitor.open("/preferences")
        spelled = [":".join(one) for one in sorted(self.model.on & self.model.asked)]
        carried = page.soup.select("input[type=hidden][name=choices]")  # no more companies
        shown = [*page.ticked("choices"), *(str(one["value"]) for one in carried)]
        assert sorted(shown) == sorted(spelled), "shown"
        history = self.visitor.open("/preferences/history")
        lines = len(self.model.lines) + len(self.model.off_already)
        assert len(history.soup.select("main ol > li")) == lines, "history shown"

    # -------------------------------------------------------------------------- the company

    @rule(
        picks=PICKS,
        age=st.integers(0, 1),
        via=st.sampled_from(sorted(ASSISTED)),
        was_read=st.booleans(),
    )
    def staff_set(self, picks: set[int], age: int, via: ChoiceSource, *, was_read: bool) -> None:
        """Choose for a caller; what is turned on must have been read to them."""
        wanted = (self.model.on & self.model.asked) ^ self.picked(picks)
        version = max(self.model.version - age, 0)
        customer = self.world.read(get_customer, self.person.customer_id)
        choices = frozenset(Choice(*one) for one in wanted)
        request = AssistedRequest(Requester.CUSTOMER, via, was_read)
        expected: type[Exception] | None = None
        if wanted - self.model.on - {NO_MORE_PAIR} and not was_read:
            expected = NotReadError
        elif self.model.is_stale(wanted, version) or self.model.reworded(
            wanted - self.model.on, None
        ):
            expected = StaleError
        elif self.model.new_companies(wanted):
            expected = RefusedCompaniesError
        off = (self.model.on & self.model.asked) - wanted - {NO_MORE_PAIR}
        no_more = (wanted - self.model.on) & {NO_MORE_PAIR}
        if expected is not None and off | no_more and version == self.model.version:
            with self.world.work(self.staff) as work:  # a no waits for nothing
                kept = set_choices(work, customer, choices, MadeFrom(version), request)
            assert kept.to_confirm or kept.refusal
            assert expected is StaleError or isinstance(kept.refusal, expected)
            self.turn((self.model.on - off) | no_more, via, "staff", form=off)
            return
        with expects(expected), self.world.work(self.staff) as work:
            set_choices(work, customer, choices, MadeFrom(version), request)
        if expected is None:
            self.turn(
                self.model.saved(wanted), via, "staff", form=self.model.unticked(wanted, wanted)
            )

    @rule(channel=st.sampled_from(Channel), which=ANY, is_lifted=st.booleans())
    def list_arrives(self, channel: Channel, which: int, *, is_lifted: bool) -> None:
        """Note a contact of theirs as never to be used, or take it off again."""
        rows = self.rows[channel]
        contact = rows[which % len(rows)]
        (lift if is_lifted else suppress)(self.world.parts.work, channel, [contact])
        one = {(channel, contact)}
        self.model.noted = self.model.noted - one if is_lifted else self.model.noted | one

    @rule(kind=st.sampled_from(PurposeKind))
    def ask_more(self, kind: PurposeKind) -> None:
        """Publish a version that asks about something new."""
        key = f"new-{self.model.number}"
        self.publish(add_purpose, Purpose(key, kind, key, "Why."), {key: "Why."})
        self.model.kinds[key] = kind

    @precondition(lambda self: self.model.kinds.keys() - self.model.gone)
    @rule(which=ANY, is_reworded=st.booleans())
    def ask_less(self, which: int, *, is_reworded: bool) -> None:
        """Publish a version in which something is asked in other words, or no longer."""
        keys = sorted(self.model.kinds.keys() - self.model.gone)
        key = keys[which % len(keys)]
        words = Purpose(key, self.model.kinds[key], key, "Why now.", is_offered=is_reworded)
        self.publish(change_purpose, words, {key: "Why now."})
        if not is_reworded:
            self.model.gone.add(key)

    @precondition(lambda self: self.model.gone)
    @rule(which=ANY)
    def bring_back(self, which: int) -> None:
        """Ask again what was asked once: refused, or an old yes would come back to life."""
        key = sorted(self.model.gone)[which % len(self.model.gone)]
        words = Purpose(key, self.model.kinds[key], key, "Why again.")
        for verb, refusal in ((add_purpose, TakenKeyError), (change_purpose, NotFoundError)):
            with pytest.raises(refusal):
                self.publish(verb, words)

    @rule(is_replay=st.booleans())
    def tell_receiver(self, *, is_replay: bool) -> None:
        """Deliver what waits; or deliver all of it again. The receiver knows what is on."""
        if is_replay:
            send_all_again(self.world.parts.work, self.begun, dead_only=False)
        tell(self.world)
        said: dict[Pair, bool] = {}
        for data in self.heard():
            if "purpose" in data:
                said[data["purpose"], data["channel"]] = data["agreed"]
            else:
                said = {pair: agreed for pair, agreed in said.items() if pair == NO_MORE_PAIR}
        assert {pair for pair, agreed in said.items() if agreed} == self.model.on, "received"

    # -------------------------------------------------------------------------------- steps

    def fill(  # noqa: PLR0913  # one a thing that can be said
        self,
        picks: set[int],
        *,
        age: int = 0,
        by_link: bool = False,
        signal: bool = False,
        more: frozenset[Pair] = frozenset(),
        is_carried: bool = False,
    ) -> None:
        """Turn some boxes of a page that is so many saves behind, and send it."""
        model = self.model
        wanted = (model.on & model.asked) ^ self.picked(picks)
        version = max(model.version - age, 0)
        then = self.model.was[version] if is_carried else None
        if then is not None:
            wanted = (then & self.model.asked) ^ self.picked(picks)
        shown = self.model.showed[version] if is_carried else None
        wording = model.asked_in[version] if is_carried else None if age else model.number
        self.last = Sent(by_link, wanted | more, version, signal, then, shown, wording)
        self.send(self.last)

    def send(self, form: Sent) -> None:
        """Send a form, and see that it is answered as it should be."""
        path, visitor, token = self.place(by_link=form.by_link)
        actor, via = (
            self.actor(by_link=form.by_link),
            (ChoiceSource.WEBSITE, ChoiceSource.LINK)[form.by_link],
        )
        model, wanted, said, status = self.model, form.wanted, "", 303
        if form.signal:
            self.turn(model.on - model.shared, ChoiceSource.SIGNAL, actor)
            wanted -= model.shared
        merged = wanted
        if form.then is not None and form.version != model.version:
            merged = (model.on | (wanted - form.then)) - (form.then - wanted)
        if form.wanted - model.asked:
            said, status = "Choose only from the choices on this page", 200
        elif asked := self.is_asked(form, wanted, merged):
            said, status = asked, 409
            if form.then is not None or form.version == model.version:
                self.keep_off(merged, via, actor)
        elif model.new_companies(merged):
            said, status = "“No more companies from now on” is on", 200
            self.keep_off(merged, via, actor)
        else:
            self.turn(model.saved(merged), via, actor, form=self.noes_of(form, merged))
        fields = {
            "csrf_token": token,
            "version": form.version,
            "choices": [":".join(one) for one in sorted(form.wanted)],
        }
        if form.then is not None:
            words = " ".join(":".join(one) for one in sorted(form.then))
            at = model.saved_at[form.version]
            fields["made_from"] = urlencode({"choices": words, "at": at})
        if form.wording is not None:
            fields["wording"] = str(form.wording)
        if form.shown is not None:
            fields["shown"] = " ".join(sorted(form.shown))
        headers = {"Sec-GPC": "1"} if form.signal else {}
        answer = visitor.post(path, fields, headers=headers)
        assert answer.status_code == status, "answered"
        assert said in answer.text, "answered"

    def noes_of(self, form: Sent, merged: frozenset[Pair]) -> frozenset[Pair]:
        """What a form says no to: never what a signal held, unless it says that it showed it."""
        noes = self.model.unticked(merged, form.wanted, form.shown)
        return noes - self.model.shared if form.signal and form.shown is None else noes

    def is_asked(self, form: Sent, wanted: frozenset[Pair], merged: frozenset[Pair]) -> str:
        """What has to be asked about, if anything has."""
        model = self.model
        if form.then is None and model.is_stale(wanted, form.version):
            return "Your choices were changed somewhere else"
        if form.then is not None and model.is_refused_since(merged - model.on, form.version):
            return "Your choices were changed somewhere else"
        is_reworded = model.reworded(model.saved(merged) - model.on, form.wording)
        return "The words have changed" if is_reworded else ""

    def keep_off(self, merged: frozenset[Pair], via: ChoiceSource, actor: str) -> None:
        """What a form turns off is kept, whatever has to be asked about first."""
        on = self.model.on
        off = (on & self.model.asked) - merged - {NO_MORE_PAIR}
        if no_more := (merged - on) & {NO_MORE_PAIR} | off:
            self.turn((on - off) | (no_more - off), via, actor, form=off)

    def turn(
        self, after: frozenset[Pair], via: ChoiceSource, actor: str, **said: frozenset[Pair]
    ) -> None:
        self.model.turn(after, self.world.clock(), via, actor, **said)

    def publish(
        self, verb: Callable[..., None], purpose: Purpose, words: dict[str, str] | None = None
    ) -> None:
        with self.world.work(self.staff) as work:
            verb(work, self.ground.colleague.staff_id, purpose, "A note", self.model.number)
        self.model.number += 1
        self.model.words.append({**self.model.words[-1], **(words or {})})

    def picked(self, picks: set[int]) -> frozenset[Pair]:
        asked = sorted(self.model.asked)
        return frozenset(asked[one % len(asked)] for one in picks) if asked else frozenset()

    @property
    def staff(self) -> Actor:
        return Actor("staff", self.ground.colleague.id)

    def place(self, *, by_link: bool) -> tuple[str, Visitor, str]:
        if by_link:
            return self.link, self.stranger, self.stranger_token
        return "/preferences", self.visitor, self.token

    def actor(self, *, by_link: bool) -> str:
        return "visitor" if by_link else "customer"


@contextmanager
def expects(refusal: type[Exception] | None) -> Iterator[None]:
    """Let something be refused like this, or not at all."""
    if refusal is None:
        yield
        return
    with pytest.raises(refusal):
        yield
