"""The scenes in which verbs meet: one customer with something of everything, and what is added."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from sqlalchemy import delete, select, update

from portal.consent.directories.rules import Listing, PreferenceService
from portal.consent.directories.service import enrol, save_entries
from portal.consent.listed_people.service import take_list
from portal.consent.marketing.service import ask_for_link as ask_for_choices
from portal.consent.marketing.service import save_choices
from portal.consent.surveys.models import SurveyAnswerRow
from portal.consent.surveys.queries import list_answers
from portal.consent.surveys.rules import note_values
from portal.consent.surveys.service import save_answers
from portal.desk.assisted_recovery.service import let_back_in
from portal.desk.cancellation_requests.service import ask_to_skip, prove_by_link, send_link
from portal.desk.case_links.service import ask_for_link as ask_for_message
from portal.desk.case_links.service import open_link
from portal.desk.case_records.rules import EVERYTHING, Topic
from portal.desk.cases.events import CaseViewed
from portal.desk.cases.queries import get_case
from portal.desk.cases.service import assign_case, hold_case, view_case
from portal.desk.disclosures.rules import DisclosureKind, NewDisclosure
from portal.desk.disclosures.service import agree_to_disclose, ask_to_disclose
from portal.desk.listing_requests.service import ask_about_number, make_code, prove_number
from portal.desk.queue.rules import QueueFilters
from portal.desk.queue.service import save_view
from portal.desk.queue.staff_queries import list_views
from portal.erasure.cancellation.service import decide, plan
from portal.governance.audit.models import AuditEntry
from portal.governance.legal_holds.queries import list_holds
from portal.identity.account_recovery.service import ask_for_link as ask_for_reset
from portal.identity.accounts.queries import get_customer, list_registrations
from portal.identity.accounts.rules import Customer, CustomerKind
from portal.identity.accounts.service import register
from portal.identity.contact_index.models import ContactHash, UnindexedCustomer
from portal.identity.contact_index.queries import get_email_hash
from portal.identity.credentials.rules import Guarded
from portal.identity.credentials.service import count_try
from portal.identity.form_drafts.service import keep_draft, keep_visitors_draft
from portal.identity.mfa.rules import Way
from portal.identity.sessions.queries import list_remembered, list_sign_ins
from portal.identity.sessions.rules import SessionStage
from portal.identity.sessions.service import record_sign_in, remember_browser, start_session
from portal.identity.staff_accounts.rules import Role
from portal.platform.core.clock import london_day
from portal.platform.core.merging import MadeFrom
from portal.platform.core.visit import CUSTOMER
from portal.platform.core.work import VISITOR, Actor, Work
from portal.self_service.email_change.service import ask_for_change, confirm_change
from tests.consent.surveys.steps import publish
from tests.interleavings import people
from tests.interleavings.facts import NEXT, NOW, OLD, STRANGER, Facts
from tests.interleavings.people import (
    DEVICE,
    HOME,
    LANDLINE,
    LISTED,
    NUMBER_REQUEST,
    NUMBERS,
    OPERATOR,
    YES,
    newest_token,
)
from tests.interleavings.strength import add_desk_strength, add_strength
from tests.world import PASSWORD, Person, World, rows_with

SOON, IN_AN_HOUR = timedelta(minutes=3), timedelta(hours=1)
Addition = Callable[[World, Facts], None]


def build(world: World, *additions: Addition, later: timedelta = SOON) -> Facts:
    """Make one customer with something of everything, and add to it."""
    facts = Facts()
    facts.later = later
    facts.sam = world.colleague("sam@example.com", "Sam Agent", Role.AGENT)
    facts.kit = world.colleague("kit@example.com", "Kit Officer", Role.PRIVACY_OFFICER)
    facts.alex = world.colleague("alex@example.com", "Alex Admin", Role.ADMINISTRATOR)
    facts.other = world.customer("other@example.com")
    facts.me = world.customer(OLD, kind=CustomerKind.BUSINESS, **NUMBERS, **HOME)
    _say_what_they_want(world, facts)
    _sign_in(world, facts)
    _change_address(world, facts)
    _write_to_us(world, facts)
    _ask_for_links(world, facts)
    with world.work() as work:
        customer = get_customer(work, facts.my_id)
        facts.details, facts.version = customer.details, customer.version
        facts.registrations = [one.id for one in list_registrations(work, facts.my_id)]
        facts.traces = [get_email_hash(work, one) for one in (NOW, OLD)]
    for add in additions:
        add(world, facts)
    return facts


def do(world: World, actor: Actor, verb: Callable[..., Any], *args: Any) -> Any:
    with world.work(actor) as work:
        return verb(work, *args)


def me(facts: Facts) -> Actor:
    return Actor("customer", facts.me.id)


def _say_what_they_want(world: World, facts: Facts) -> None:
    mine = me(facts)
    do(world, mine, save_choices, facts.my_id, YES, 0)
    do(world, mine, save_entries, facts.my_id, {LANDLINE: frozenset({Listing.PRINTED})}, 0)
    do(world, mine, enrol, facts.my_id, PreferenceService.TELEPHONE, date(2026, 10, 1))
    facts.survey = publish(world)
    made_from = MadeFrom(1, note_values({0: ()}))
    do(world, mine, save_answers, facts.my_id, facts.survey, {0: ("One",)}, made_from)
    facts.answer = world.read(list_answers, facts.my_id)[0].id


def _sign_in(world: World, facts: Facts) -> None:
    facts.visit, facts.other_visit = (_open_session(world, facts.me) for _ in range(2))
    facts.visits = {"other": _open_session(world, facts.other)}
    with world.work() as work:
        facts.remembered = remember_browser(work, facts.me.id, None, DEVICE)
        keep_draft(work, facts.me.id, "/profile", {"given_name": ["Ro"]})
        facts.typed = keep_visitors_draft(work, None, "/register", {"given_name": ["Ash"]})
    facts.browser = world.read(list_remembered, facts.me.id)[0].id
    facts.sign_in = world.read(list_sign_ins, facts.me.id, 10)[0].id


def _open_session(world: World, person: Person) -> Any:
    with world.work() as work:
        opened = start_session(work, CUSTOMER, person.id, SessionStage.FULL)
        record_sign_in(work, person.id, opened.id, Way.QUESTION, DEVICE)
    return people.visit_of(world, opened.token)


def _change_address(world: World, facts: Facts) -> None:
    """From `OLD` to `NOW`, which can be undone; `NEXT` waits to be confirmed."""
    do(world, me(facts), ask_for_change, facts.visit, NOW)
    token = world.read(newest_token, "/security/email/confirm/")
    do(world, VISITOR, confirm_change, token, facts.visit)
    facts.undo = world.read(newest_token, "/security/email/undo/")
    do(world, me(facts), ask_for_change, facts.visit, NEXT)
    facts.confirm = world.read(newest_token, "/security/email/confirm/")
    facts.other_visit = _open_session(world, facts.me)
    facts.half, facts.other_half = (people.half_open(world, facts.me) for _ in range(2))
    with world.work() as work:
        facts.remembered = remember_browser(work, facts.me.id, None, DEVICE)


def seen_by(world: World, facts: Facts) -> int:
    """The version of the customer that a page shows now."""
    found: Customer = world.read(get_customer, facts.my_id)
    return found.version


def _write_to_us(world: World, facts: Facts) -> None:
    sam = Actor("staff", facts.sam.id)
    facts.own = world.case(facts.me, email=NOW)
    facts.own_version = 1
    requested: dict[str, Any] = {"email": NOW, "name": "Rowan", "topic": Topic.CANCEL}
    facts.everything = world.case(None, service=EVERYTHING, **requested)
    facts.one_service = world.case(None, service="broadband", **requested)
    facts.skipping = world.case(None, service=EVERYTHING, **requested)
    facts.lost = world.case(None, **{**requested, "topic": Topic.SIGN_IN})
    do(world, sam, send_link, facts.everything, 1)
    facts.to_everything = world.read(newest_token, "/contact/confirm/")
    do(world, sam, send_link, facts.one_service, 1)
    facts.to_one = world.read(newest_token, "/contact/confirm/")
    with world.work(sam) as work:
        ask_to_skip(work, facts.sam.staff_id, facts.skipping, 1, "They are in hospital.")
    facts.shown_everything = people.shown_by(world, facts.to_everything)
    facts.shown_one = people.shown_by(world, facts.to_one)
    facts.shown_skipping = facts.shown_everything.effect
    do(world, sam, assign_case, facts.lost, facts.sam.staff_id, 1)
    do(world, sam, save_view, facts.sam.staff_id, "Copies", QueueFilters())
    facts.saved_view = world.read(list_views, facts.sam.staff_id)[0].id
    _disclose(world, facts)
    facts.strangers = world.case(None, email=STRANGER)
    do(world, sam, view_case, facts.own)
    with world.work() as work:
        (look,) = rows_with(work, AuditEntry, name=CaseViewed.name)
        facts.look = look.id
    facts.follow = world.read(newest_token, "/follow/")
    do(world, VISITOR, ask_for_message, facts.strangers, STRANGER)
    opened = do(world, VISITOR, open_link, world.read(newest_token, "/follow/"))
    facts.reading = opened[1]
    do(world, sam, let_back_in, facts.lost, 2, "They knew the last bill", seen_by(world, facts))


def _disclose(world: World, facts: Facts) -> None:
    """Another senior colleague entered a disclosure that waits for agreement."""
    lee = world.colleague("lee@example.com", "Lee Senior", Role.SENIOR)
    asked = NewDisclosure(
        kind=DisclosureKind.POLICE,
        to="Example Police",
        power="A request",
        what="Your name",
        document="EP-1",
        told_from=None,
    )
    with world.work(Actor("staff", lee.id)) as work:
        facts.disclosure = ask_to_disclose(work, lee.staff_id, facts.my_id, asked)
        facts.agreed = ask_to_disclose(work, lee.staff_id, facts.my_id, asked)
    with world.work(Actor("staff", facts.kit.id)) as work:
        agree_to_disclose(work, facts.kit.staff_id, facts.my_id, facts.agreed)


def _ask_for_links(world: World, facts: Facts) -> None:
    facts.anew = world.read(newest_token, "/begin-anew/")
    do(world, VISITOR, ask_for_reset, NOW)
    facts.reset = world.read(newest_token, "/forgotten/")
    do(world, VISITOR, ask_for_choices, NOW)
    facts.choose = world.read(newest_token, "/choices/")
    proof = prove_by_link(world.parts.work, world.parts.hasher, facts.to_everything, PASSWORD)
    assert proof is not None
    facts.proof = proof
    facts.registering = []
    for _ in range(2):
        register(world.parts.work, world.parts.hasher, people.newcomer("new@example.com"))
        facts.registering.append(world.read(newest_token, "/register/confirm/"))


def _plan_to_leave(world: World, facts: Facts) -> None:
    """The account is closed; they asked for a link to a message, and signed in half-way since."""

    def close(work: Work) -> None:
        plan(work, facts.my_id, work.now + timedelta(days=7), None)

    do(world, me(facts), close)
    do(world, VISITOR, ask_for_message, facts.own, NOW)
    facts.own_follow = world.read(newest_token, "/follow/")
    facts.half, facts.other_half = (people.half_open(world, facts.me) for _ in range(2))


def _decide(world: World, facts: Facts) -> None:
    """It is decided, and the process ended before anything was erased."""
    do(world, me(facts), decide, world.parts.context, facts.my_id)
    facts.half, facts.other_half = (people.half_open(world, facts.me) for _ in range(2))


def _hold(world: World, facts: Facts) -> None:
    with world.work(Actor("staff", facts.kit.id)) as work:
        hold_case(
            work, facts.kit.staff_id, facts.own, facts.own_version, people.hold_until(facts.my_id)
        )
    facts.hold = world.read(list_holds, facts.my_id)[0].id
    facts.own_version = world.read(get_case, facts.own).version


def _unmark(world: World, facts: Facts) -> None:
    """A customer from before there was a contact index."""
    theirs = ContactHash.customer_id == facts.me.id
    with world.work() as work:
        agreed = work.session.scalars(select(ContactHash.agreed).where(theirs)).first()
        work.session.execute(delete(ContactHash).where(theirs))
        work.session.add(UnindexedCustomer(customer_id=facts.me.id, agreed=agreed))


def _lack(world: World, facts: Facts) -> None:
    """A customer who was marked before mailboxes were told apart."""
    theirs = ContactHash.customer_id == facts.me.id
    with world.work() as work:
        work.session.execute(update(ContactHash).where(theirs).values(mailbox=None, began_at=None))


def _end_answers(world: World, facts: Facts) -> None:
    """The day of every answer has come."""
    del facts
    with world.work() as work:
        work.session.execute(update(SurveyAnswerRow).values(ends_on=london_day(work.now)))


def _list(world: World, facts: Facts) -> None:
    """Another operator listed somebody, who proved the number and has a newer code as well."""
    take_list(world.parts.work, OPERATOR, lambda: [[LISTED]])
    facts.listed = do(world, me(facts), ask_about_number, NUMBER_REQUEST, facts.my_id)
    with world.work(Actor("staff", facts.sam.id)) as work:
        first = make_code(work, facts.listed, 1)
    proved = do(world, VISITOR, prove_number, facts.listed, first.code)
    facts.opened = proved[1]
    with world.work(Actor("staff", facts.sam.id)) as work:
        facts.number_code = make_code(work, facts.listed, 2).code
    facts.listed_version = world.read(get_case, facts.listed).version


def _guess(world: World, facts: Facts) -> None:
    """Somebody tried passwords until there were no tries left."""
    del facts
    with world.work() as work:
        name_hash = get_email_hash(work, NOW)
        for _ in range(6):
            count_try(work, Guarded.CUSTOMER_PASSWORD, name_hash)


SCENES: dict[str, Callable[[World], Facts]] = {
    "home": build,
    "strong": lambda world: build(world, add_strength),
    "desk": lambda world: build(world, add_strength, add_desk_strength),
    "closed": lambda world: build(world, _plan_to_leave),
    "due": lambda world: build(world, _plan_to_leave, later=timedelta(days=7, hours=1)),
    "held": lambda world: build(world, _hold),
    "decided": lambda world: build(world, _decide),
    "unmarked": lambda world: build(world, _unmark, later=IN_AN_HOUR),
    "lacking": lambda world: build(world, _lack, later=IN_AN_HOUR),
    "ended": lambda world: build(world, _end_answers),
    "listed": lambda world: build(world, _list),
    "guessed": lambda world: build(world, _guess),
    "week": lambda world: build(world, later=timedelta(days=8)),
    "late": lambda world: build(world, later=timedelta(days=15)),
}
"""Each is made once. What waits seven days, or a fortnight, is due in `due`, `week` and `late`."""
