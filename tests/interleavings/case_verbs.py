"""The table, of cases and of what they ask for: see `verbs.py`."""

from dataclasses import replace

from portal.consent.listed_people import service as listed_people
from portal.desk.cancellation_requests import service as cancellation_requests
from portal.desk.case_deadlines import service as deadlines
from portal.desk.case_deadlines.rules import IdentityProof
from portal.desk.case_links import service as case_links
from portal.desk.case_outcomes import service as outcomes
from portal.desk.case_records import service as case_records
from portal.desk.case_records.rules import CaseOutcome, Topic
from portal.desk.cases import service as cases
from portal.desk.cases.rules import Step
from portal.desk.corrections import service as corrections
from portal.desk.corrections.rules import Correction, CorrectionOutcome
from portal.desk.listing_requests import service as listing_requests
from portal.desk.queue import service as queue
from portal.desk.queue.rules import ChosenCase, QueueFilters, View
from portal.erasure.cancellation.rules import When
from portal.operations.data_inventory import HELD
from portal.self_service.access_log.service import ask_about_look
from tests.interleavings.facts import STRANGER
from tests.interleavings.people import (
    CORRECTED,
    LISTED,
    NUMBER_REQUEST,
    OPERATOR,
    hold_until,
    message,
)
from tests.interleavings.verb import Verb, by
from tests.world import NOON, PASSWORD

PROFILE = next(one for one in HELD if one.slug == "profile")


def decided() -> Correction:
    """What a colleague decides on something that a customer wrote in words of their own."""
    return Correction(
        category=PROFILE.category,
        before="Rowann",
        after="Rowan",
        asked_at=NOON,
        outcome=CorrectionOutcome.CORRECTED,
        told=("Example Post",),
    )


def _cancellation_request(token: str, when: When) -> Verb:
    return by(
        "visitor",
        cancellation_requests.confirm_cancellation,
        lambda facts: (getattr(facts, token), when, facts.proof, facts.shown_everything),
    )


THANKS = CaseOutcome.THANKS
CASES: dict[str, Verb] = {
    # cases
    "open_case": by("me", cases.open_case, lambda f: (message(), f.my_id)),
    "open_visitors_case": by("visitor", cases.open_case, (message(), None)),
    "no_marketing": by(
        "me", cases.take_message, lambda f: (message(Topic.MARKETING, "No more"), f.my_id)
    ),
    "no_marketing_visitor": by(
        "visitor", cases.take_message, (message(Topic.MARKETING, "No more"), None)
    ),
    "answer": by("sam", cases.answer_case, lambda f: (f.own, "So", Step.REPLIED, f.own_version)),
    "ask": by("sam", cases.answer_case, lambda f: (f.own, "Which?", Step.ASKED, f.own_version)),
    "note": by("sam", cases.answer_case, lambda f: (f.own, "Hm", Step.NOTED, f.own_version)),
    "close_case": by("sam", outcomes.close_case, lambda f: (f.own, f.own_version, THANKS)),
    "reopen": by("sam", outcomes.reopen_case, lambda f: (f.own, f.own_version + 1, "More")),
    "assign_to_kit": by("kit", cases.assign_case, lambda f: (f.own, f.kit.staff_id, f.own_version)),
    "assign_to_sam": by(
        "alex", cases.assign_case, lambda f: (f.own, f.sam.staff_id, f.own_version)
    ),
    "assign_lost": by("alex", cases.assign_case, lambda f: (f.lost, f.kit.staff_id, 4)),
    "assign_chosen": Verb(
        "alex",
        queue.assign_chosen,
        lambda f: ([ChosenCase(f.own, f.own_version), ChosenCase(f.lost, 4)], f.kit.staff_id),
        piecemeal=True,
    ),
    "save_view": by(
        "sam", queue.save_view, lambda f: (f.sam.staff_id, "New", QueueFilters(view=View.NEW))
    ),
    "rename_view": by(
        "sam", queue.rename_view, lambda f: (f.sam.staff_id, f.saved_view, "Complaints")
    ),
    "delete_view": by("sam", queue.delete_view, lambda f: (f.sam.staff_id, f.saved_view)),
    "ask_about_look": by("me", ask_about_look, lambda f: (f.my_id, f.look, "Why?", "once")),
    "ask_to_correct": by(
        "me", corrections.ask_to_correct, lambda f: (f.my_id, PROFILE, ("Rowann", "Rowan"), "two")
    ),
    "decide_correction": by(
        "sam", corrections.decide_correction, lambda f: (f.own, f.own_version, decided())
    ),
    "ask_identity": by(
        "sam", deadlines.ask_for_identity, lambda f: (f.own, f.own_version, "Show us")
    ),
    "note_identity": by(
        "sam",
        deadlines.note_identity,
        lambda f: (f.own, f.own_version, IdentityProof.SIGNED_IN, ""),
    ),
    "extend": by(
        "kit", deadlines.extend_deadline, lambda f: (f.own, f.own_version, "It is complex")
    ),
    "see": by("me", case_records.note_seen, lambda f: (f.my_id, f.own, f.own_version)),
    "add_answer": by("me", cases.add_answer, lambda f: (f.my_id, f.own, "And another thing")),
    "hold_me": by(
        "kit",
        cases.hold_case,
        lambda f: (f.kit.staff_id, f.own, f.own_version, hold_until(f.my_id)),
    ),
    "hold_case": by(
        "kit", cases.hold_case, lambda f: (f.kit.staff_id, f.own, f.own_version, hold_until())
    ),
    "hold_visitors_case": by(
        "kit", cases.hold_case, lambda f: (f.kit.staff_id, f.one_service, 2, hold_until())
    ),
    "lift_hold": by(
        "kit",
        cases.lift_hold_of_case,
        lambda f: (f.kit.staff_id, f.own, f.own_version, f.hold),
    ),
    # links to a visitor's message
    "answer_stranger": by("sam", cases.answer_case, lambda f: (f.strangers, "So", Step.REPLIED, 1)),
    "close_stranger": by("sam", outcomes.close_case, lambda f: (f.strangers, 1, THANKS)),
    "open_link": by("visitor", case_links.open_link, lambda f: (f.follow,)),
    "open_own_link": by("visitor", case_links.open_link, lambda f: (f.own_follow,)),
    "renew_link": by("visitor", case_links.renew_link, lambda f: (f.follow,)),
    "ask_message_link": by("visitor", case_links.ask_for_link, lambda f: (f.strangers, STRANGER)),
    "stranger_answers": by(
        "visitor", case_links.add_visitors_answer, lambda f: (f.reading, f.strangers, "And this")
    ),
    # a number that another operator listed
    "ask_number": by(
        "visitor", listing_requests.ask_about_number, (replace(NUMBER_REQUEST, once="new"), None)
    ),
    "make_code": by("sam", listing_requests.make_code, lambda f: (f.listed, f.listed_version)),
    "prove_number": by(
        "visitor", listing_requests.prove_number, lambda f: (f.listed, f.number_code)
    ),
    "miss_code": by("visitor", listing_requests.prove_number, lambda f: (f.listed, "1")),
    "correct_entry": by(
        "visitor", listing_requests.correct, lambda f: (f.opened, f.listed, CORRECTED, 1)
    ),
    "take_out": by("visitor", listing_requests.take_out, lambda f: (f.opened, f.listed)),
    "let_in": by("visitor", listing_requests.let_in, lambda f: (f.opened, f.listed)),
    "close_listed": by("sam", outcomes.close_case, lambda f: (f.listed, f.listed_version, THANKS)),
    "take_list": Verb(
        "system",
        listed_people.take_list,
        (OPERATOR, lambda: [[replace(LISTED, address="2 Sample Street")]]),
        piecemeal=True,
    ),
    "take_empty_list": Verb(
        "system",
        listed_people.take_list,
        (OPERATOR, lambda: [[replace(LISTED, number="+442079460102")]]),
        piecemeal=True,
    ),
    # requests to cancel
    "send_link": by("sam", cancellation_requests.send_link, lambda f: (f.everything, 2)),
    "wish_now": by(
        "visitor",
        cancellation_requests.confirm_cancellation,
        lambda f: (f.to_everything, When.NOW, f.proof, f.shown_everything),
    ),
    "wish_later": by(
        "visitor",
        cancellation_requests.confirm_cancellation,
        lambda f: (f.to_everything, When.LATER, f.proof, f.shown_everything),
    ),
    "wish_one": by(
        "visitor",
        cancellation_requests.confirm_cancellation,
        lambda f: (f.to_one, When.LATER, f.proof, f.shown_one),
    ),
    "prove_by_link": by(
        "visitor", cancellation_requests.prove_by_link, lambda f: (f.to_everything, PASSWORD)
    ),
    "ask_skip": by(
        "kit",
        cancellation_requests.ask_to_skip,
        lambda f: (f.kit.staff_id, f.everything, 2, "In hospital."),
    ),
    "refuse_skip": by("kit", cancellation_requests.refuse_skip, lambda f: (f.skipping, 2)),
    "agree_skip": by(
        "kit",
        cancellation_requests.agree_to_skip,
        lambda f: (f.kit.staff_id, f.skipping, 2, f.shown_skipping),
    ),
}
