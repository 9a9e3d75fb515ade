"""The table: every verb that writes, one line each, by room.

A new verb is a line here, in `case_verbs.py` (cases) or in `desk_verbs.py` (the rest of the desk,
and the worker), and a name in a group of `groups.py`, so that it meets the others.

What is changed is told by `Facts`; who does it comes first. `test_table.py` sees to it that no
verb is missing.
"""

from dataclasses import replace
from datetime import date
from typing import Any

from portal.consent.directories import service as listings
from portal.consent.directories.rules import BOXES as ENTRIES
from portal.consent.directories.rules import Listing, PreferenceService, box_value
from portal.consent.list_import.columns import Layout
from portal.consent.list_import.sheets import Row
from portal.consent.list_screening import service as screening
from portal.consent.marketing import service as preferences
from portal.consent.marketing.rules import BOXES, Agreed, Choice, ChoiceSource
from portal.consent.sharing import service as sharing
from portal.consent.sharing.rules import Terms
from portal.consent.surveys import service as surveys
from portal.consent.surveys.rules import note_values
from portal.consent.unsubscribe.service import unsubscribe
from portal.desk.assisted_choices import service as assisted_choices
from portal.desk.assisted_choices.rules import AssistedRequest, Requester
from portal.desk.assisted_recovery import service as assisted_recovery
from portal.erasure.cancellation import service as cancellation
from portal.erasure.cancellation.rules import When
from portal.identity.account_recovery import service as recovery
from portal.identity.accounts import service as account
from portal.identity.accounts.queries import get_customer
from portal.identity.accounts.rules import Service
from portal.identity.contact_index.rules import Channel
from portal.identity.form_drafts import service as drafts
from portal.identity.mfa import service as factors
from portal.identity.mfa.rules import Way
from portal.identity.realms.rules import CUSTOMERS
from portal.identity.registrations import service as registrations
from portal.identity.remembered_browsers import service as browsers
from portal.identity.sessions import service as sessions
from portal.identity.sign_in import service as sign_in
from portal.identity.sign_in.rules import SignedChallenge
from portal.platform.core.ids import CustomerId
from portal.platform.core.merging import MadeFrom
from portal.platform.core.visit import CUSTOMER, STAFF
from portal.platform.core.work import Work
from portal.self_service.account_security import service as security
from portal.self_service.display_settings.service import choose_display
from portal.self_service.email_change import service as mailbox
from portal.self_service.profile import service as profile
from portal.self_service.profile.rules import Filled
from portal.self_service.your_data.service import note_download
from tests.interleavings.case_verbs import CASES
from tests.interleavings.desk_verbs import DESK
from tests.interleavings.facts import NOW, Facts
from tests.interleavings.people import (
    DEVICE,
    LANDLINE,
    NEW_PASSWORD,
    YES,
    newcomer,
)
from tests.interleavings.verb import Verb, by, locked, read
from tests.world import ANSWER, PASSWORD

WIFI = Service.WIFI
CHOSEN = recovery.Chosen(NEW_PASSWORD, ANSWER)
CHOSEN_ANEW = recovery.Chosen(NEW_PASSWORD, "an answer", "Which one?")
ON_TELEPHONE = AssistedRequest(Requester.CUSTOMER, ChoiceSource.TELEPHONE, was_read=True)
ONE_LIST = (
    Layout(separator=",", width=2, columns=[[1]]),
    [Row(2, f"Somebody,{NOW}", ["Somebody", NOW])],
)


def _chosen(*words: str) -> Agreed:
    return frozenset(Choice(*one.split(":")) for one in words)


MORE = YES | _chosen("new-products:email")
LESS = _chosen("offers:text")
BOTH_LISTINGS = frozenset({Listing.PRINTED, Listing.ENQUIRIES})
LISTED = {ENTRIES: " ".join(box_value(LANDLINE, one) for one in sorted(BOTH_LISTINGS))}
ANSWERED = MadeFrom(1, note_values({0: ("One",), 1: (), 2: ()}))
"""What a form of the survey says that it was made from."""
SAID = {BOXES: " ".join(sorted(one.value for one in YES))}


def _changed(facts: Facts, **changes: Any) -> tuple[Any, ...]:
    """A profile made from the version of the scene."""
    return facts.my_id, replace(facts.details, **changes), facts.version


def _filled(facts: Facts, **changes: Any) -> Filled:
    """A form of the profile, made from the version of the scene."""
    untouched = frozenset(facts.details.words()) - changes.keys()
    return Filled(
        tuple(facts.details.words()),
        lambda now: replace(now, **changes),
        untouched,
        MadeFrom(facts.version, facts.details.words()),
    )


def _half(which: str, way: Way, code: Any) -> Any:
    return lambda facts: (getattr(facts, which), way, code(facts), DEVICE)


def _app(facts: Facts, of: str = "secret") -> str:
    return facts.code_soon(getattr(facts, of))


ABOUT_ME = "/staff/customers/1/holds"


def _keep_about(work: Work, owner_id: Any, about_id: CustomerId) -> None:
    """Keep what a colleague typed about a customer, as `platform/web/drafts.py` does."""
    if sign_in.lock_owner(work, STAFF, owner_id) and account.find_locked_id(work, about_id):
        drafts.keep_draft(work, owner_id, ABOUT_ME, {"why": ["Half"]}, about_id=about_id)


def _lock_me(work: Work, person_id: Any) -> object:
    return sign_in.lock_owner(work, CUSTOMER, person_id)


VERBS: dict[str, Verb] = {
    # account
    "register": by("visitor", account.register, (newcomer("new@example.com"),)),
    "register_mine": by("visitor", account.register, (newcomer(NOW),)),
    "confirm": by("visitor", account.confirm, lambda f: (f.registering[0], NEW_PASSWORD)),
    "confirm_other": by("visitor", account.confirm, lambda f: (f.registering[1], NEW_PASSWORD)),
    "register_service": by("me", registrations.register_service, lambda f: (f.my_id, WIFI)),
    # profile
    "profile": by(
        "me",
        profile.change_profile,
        lambda f: _changed(f, given_name="Robin", telephone="020 7946 0099"),
    ),
    "profile_other": by("me", profile.save_form, lambda f: (f.my_id, _filled(f, mobile=""))),
    "choose_display": by("me", choose_display, lambda f: (f.my_id, "large-text..")),
    # preferences
    "choose_on": by("me", preferences.save_choices, lambda f: (f.my_id, MORE, 1)),
    "choose_off": by(
        "me",
        preferences.save_form,
        lambda f: (f.my_id, LESS, MadeFrom(1, SAID), ChoiceSource.WEBSITE),
    ),
    "choose_by_link": by(
        "visitor", preferences.save_choices, lambda f: (f.my_id, LESS, 1, ChoiceSource.LINK)
    ),
    "all_off": by("me", preferences.turn_all_off, lambda f: (f.my_id,)),
    "refuse": by("visitor", preferences.refuse, lambda f: (f.my_id, MORE)),
    "browser_signal": by("me", preferences.heed_signal, lambda f: (f.my_id,)),
    "ask_choices_link": by("visitor", preferences.ask_for_link, (NOW,)),
    "unsubscribe": by("visitor", unsubscribe, lambda f: ("offers", f.traces[0]), everything=False),
    "unsubscribe_all": by(
        "visitor", unsubscribe, lambda f: ("offers", f.traces[0]), everything=True
    ),
    # callers
    "set_choices": by(
        "sam",
        assisted_choices.set_choices,
        lambda f: (read(get_customer, f.my_id), MORE, MadeFrom(1, {}), ON_TELEPHONE),
    ),
    "name_manager": by(
        "sam", assisted_choices.name_manager, lambda f: (f.my_id, "Lee", MadeFrom(f.version))
    ),
    # listings
    "list_numbers": by(
        "me", listings.save_entries, lambda f: (f.my_id, {LANDLINE: BOTH_LISTINGS}, 1)
    ),
    "list_nothing": by(
        "me", listings.save_form, lambda f: (f.my_id, frozenset(), MadeFrom(1, LISTED))
    ),
    "enrol": by(
        "me", listings.enrol, lambda f: (f.my_id, PreferenceService.TELEPHONE, date(2026, 11, 1))
    ),
    "withdraw": by("me", listings.withdraw, lambda f: (f.my_id, PreferenceService.TELEPHONE)),
    # surveys
    "answer_survey": by(
        "me", surveys.save_answers, lambda f: (f.my_id, f.survey, {0: ("Two",)}, ANSWERED)
    ),
    "answer_more": by(
        "me", surveys.save_answers, lambda f: (f.my_id, f.survey, {1: ("Daily",)}, ANSWERED)
    ),
    "clear_answer": by(
        "me", surveys.save_answers, lambda f: (f.my_id, f.survey, {0: ()}, ANSWERED)
    ),
    "delete_answer": by("me", surveys.delete_answer, lambda f: (f.my_id, f.answer)),
    "delete_answers": by("me", surveys.delete_answers, lambda f: (f.my_id,)),
    # mailbox
    "ask_change": by("me", mailbox.ask_for_change, lambda f: (f.visit, "third@example.com")),
    "cancel_change": by("me", mailbox.cancel_change, lambda f: (f.visit,)),
    "confirm_change": by("visitor", mailbox.confirm_change, lambda f: (f.confirm, None)),
    "prove_change": by("visitor", mailbox.prove_by_link, lambda f: (f.confirm, PASSWORD)),
    "undo_change": by("visitor", mailbox.undo_change, lambda f: (f.undo,)),
    # security
    "password": by("me", security.change_password, lambda f: (f.visit, NEW_PASSWORD)),
    "password_other": by(
        "me", security.change_password, lambda f: (f.other_visit, f"{NEW_PASSWORD} too")
    ),
    "question": by("me", security.change_question, lambda f: (f.visit, "Which one?", "that one")),
    "confirm_app": by(
        "me", security.confirm_authenticator, lambda f: (f.visit, _app(f, "pending_secret"))
    ),
    "remove_app": by("me", security.remove_authenticator, lambda f: (f.visit,)),
    "add_passkey": by("me", security.add_passkey, lambda f: (f.visit, f.new_passkey, "Another")),
    "remove_passkey": by("me", security.remove_passkey, lambda f: (f.visit, f.passkey)),
    "new_codes": by("me", security.replace_codes, lambda f: (f.visit,)),
    "end_one": by("me", security.end_one, lambda f: (f.visit, f.other_visit.session_id)),
    "end_others": by("me", security.end_everywhere, lambda f: (f.visit,), here=False),
    "end_everywhere": by("me", security.end_everywhere, lambda f: (f.visit,), here=True),
    "forget_browser": by("me", security.forget_browser, lambda f: (f.visit, f.browser)),
    "report_sign_in": by("me", security.report_sign_in, lambda f: (f.visit, f.sign_in)),
    # factors
    "begin_app": by("me", security.begin_authenticator, lambda f: (f.visit,)),
    "begin_passkey": by("me", security.begin_passkey, lambda f: (f.visit,)),
    "ask_passkey": by("visitor", factors.ask_for_passkey, lambda f: (f.half.session_id,)),
    # entrance
    "check_password": by("visitor", sign_in.check_password, (CUSTOMERS, NOW, PASSWORD)),
    "wrong_password": by("visitor", sign_in.check_password, (CUSTOMERS, NOW, "not it at all")),
    "check_answer": by("visitor", sign_in.check_answer, lambda f: (f.half, ANSWER, DEVICE)),
    "check_answer_other": by(
        "visitor", sign_in.check_answer, lambda f: (f.other_half, ANSWER, DEVICE)
    ),
    "check_app": by("visitor", sign_in.check_code, _half("half", Way.AUTHENTICATOR, _app)),
    "check_app_other": by(
        "visitor", sign_in.check_code, _half("other_half", Way.AUTHENTICATOR, _app)
    ),
    "check_code": by(
        "visitor", sign_in.check_code, _half("half", Way.RECOVERY_CODE, lambda f: f.codes[0])
    ),
    "check_code_other": by(
        "visitor",
        sign_in.check_code,
        _half("other_half", Way.RECOVERY_CODE, lambda f: f.codes[0]),
    ),
    "check_passkey": by(
        "visitor",
        sign_in.check_passkey,
        lambda f: (CUSTOMERS, SignedChallenge(f.asked[0], f.signed[0]), DEVICE),
    ),
    "check_passkey_other": by(
        "visitor",
        sign_in.check_passkey,
        lambda f: (CUSTOMERS, SignedChallenge(f.asked[1], f.signed[1]), DEVICE),
    ),
    "send_code": by("visitor", sign_in.send_code, lambda f: (f.half,)),
    "prove_again": by("me", sign_in.prove_again, lambda f: (f.visit, PASSWORD)),
    "prove_by_passkey": by("me", sign_in.prove_by_passkey, lambda f: (f.visit, f.signed_proof)),
    "sign_out": by("me", sign_in.sign_out, lambda f: (f.visit,)),
    "recognise": by(
        "visitor", browsers.recognise, lambda f: (f.remembered,), may_be_second_tab=False
    ),
    "recognise_tab": by(
        "visitor", browsers.recognise, lambda f: (f.remembered,), may_be_second_tab=True
    ),
    "recognise_copy": by(
        "visitor",
        browsers.recognise,
        lambda f: (f"{f.remembered.partition('.')[0]}.copied",),
        may_be_second_tab=False,
    ),
    # sessions
    "remember": by("me", browsers.remember, lambda f: (f.my_id, f.remembered, DEVICE)),
    "remember_new": by("me", browsers.remember, lambda f: (f.my_id, None, DEVICE)),
    "forget_this": by("visitor", sessions.forget_browser, lambda f: (f.remembered,)),
    "mark_seen": by("me", sessions.mark_seen, lambda f: (f.visit,)),
    # drafts
    "keep_draft": locked(
        by("me", drafts.keep_draft, lambda f: (f.me.id, "/contact", {"message": ["half"]})),
        _lock_me,
    ),
    "keep_draft_again": locked(
        by("me", drafts.keep_draft, lambda f: (f.me.id, "/profile", {"given_name": ["Rob"]})),
        _lock_me,
    ),
    "keep_draft_about_me": by("sam", _keep_about, lambda f: (f.sam.id, f.my_id)),
    "forget_draft_about_me": by("sam", drafts.forget_draft, lambda f: (f.sam.id, ABOUT_ME)),
    "keep_visitors_draft": by(
        "visitor",
        drafts.keep_visitors_draft,
        lambda f: (f.typed, "/register", {"given_name": ["Bay"]}),
    ),
    "forget_visitors_draft": by("visitor", drafts.forget_visitors_draft, lambda f: (f.typed,)),
    "forget_draft": by("me", drafts.forget_draft, lambda f: (f.me.id, "/profile")),
    # recovery
    "ask_reset": by("visitor", recovery.ask_for_link, (NOW,)),
    "reset": by("visitor", recovery.reset_password, lambda f: (f.reset, CHOSEN)),
    "let_back_in": by(
        "sam", assisted_recovery.let_back_in, lambda f: (f.lost, 4, "They knew it again", f.version)
    ),
    "begin_anew": by("visitor", recovery.begin_anew, lambda f: (f.anew, CHOSEN_ANEW)),
    # cancellation
    "cancel_one": by(
        "me", registrations.cancel_registration, lambda f: (f.my_id, f.registrations[0])
    ),
    "cancel_other": by(
        "me", registrations.cancel_registration, lambda f: (f.my_id, f.registrations[1])
    ),
    "leave_now": by("me", cancellation.leave, lambda f: (f.my_id, When.NOW)),
    "leave_later": by("me", cancellation.leave, lambda f: (f.my_id, When.LATER)),
    "note_download": by("me", note_download, lambda f: (f.my_id,)),
    # sharing, screening
    "share": by("system", sharing.share, (Terms("brightwave", "BW-2026/1"), *ONE_LIST)),
    "suppress": by("system", screening.suppress, (Channel.EMAIL, [NOW])),
    "lift_suppression": by("system", screening.lift, (Channel.EMAIL, [NOW])),
    **CASES,
    **DESK,
}
