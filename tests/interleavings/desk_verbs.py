"""The table, of the desk and of the worker: see `verbs.py`."""

from datetime import date
from uuid import UUID

from portal.consent.purposes import service as catalogue
from portal.consent.purposes.rules import Purpose, PurposeKind
from portal.consent.surveys import service as surveys
from portal.consent.surveys.rules import SurveyKind
from portal.consent.webhooks import service as webhooks
from portal.desk.customer_holds import service as legal
from portal.desk.customer_records import service as records
from portal.desk.customer_records.rules import (
    LookReason,
    RecordRequest,
    name_parts,
    record_words,
    spell_look,
)
from portal.desk.disclosures import service as disclosures
from portal.desk.disclosures.rules import DisclosureKind, NewDisclosure
from portal.desk.staff_admin import service as colleagues
from portal.governance.retention import service as retention
from portal.identity.mfa.rules import Way
from portal.identity.realms.rules import COLLEAGUES
from portal.identity.sign_in import service as sign_in
from portal.identity.sign_in.rules import SignedChallenge
from portal.identity.staff_accounts import service as staff
from portal.identity.staff_accounts.rules import NewColleague, Role
from portal.operations.data_inventory import HELD
from portal.operations.worker.worker import Worker
from portal.self_service.account_security import service as security
from tests.consent.surveys.steps import new
from tests.interleavings.people import DEVICE, NEW_PASSWORD, hold_until
from tests.interleavings.verb import Verb, by, job
from tests.world import PASSWORD

NEW_SURVEY = UUID(int=7)
NEW_COLLEAGUE = NewColleague(name="Jo New", email="jo@example.com", role=Role.AGENT)
FIBRE = Purpose("fibre-news", PurposeKind.MARKETING, "Fibre", "What you think.", "Twice a year")
NO_OFFERS = Purpose("offers", PurposeKind.MARKETING, "Offers", "Less.", "Monthly", is_offered=False)

GIVEN_ON = date(2026, 11, 23)
TO_A_COURT = NewDisclosure(
    kind=DisclosureKind.COURT,
    to="Example County Court",
    power="An order",
    what="Your name",
    document="EC-1",
    told_from=None,
)
BY_TELEPHONE = RecordRequest("profile", LookReason.CALLED)


READ_BEFORE = spell_look(
    record_words(BY_TELEPHONE.reason), Role.PRIVACY_OFFICER, "", name_parts(HELD)[BY_TELEPHONE.part]
)


DESK: dict[str, Verb] = {
    # colleagues
    "add_colleague": by("alex", staff.add_staff, (NEW_COLLEAGUE,)),
    "close_sam": by("alex", colleagues.close_account, lambda f: (f.sam.staff_id, None)),
    "close_sam_to_kit": by(
        "alex", colleagues.close_account, lambda f: (f.sam.staff_id, f.kit.staff_id)
    ),
    "close_kit_to_sam": by(
        "alex", colleagues.close_account, lambda f: (f.kit.staff_id, f.sam.staff_id)
    ),
    "close_alex": by("kit", colleagues.close_account, lambda f: (f.alex.staff_id, None)),
    "promote_sam": by(
        "alex", colleagues.change_role, lambda f: (f.sam.staff_id, Role.ADMINISTRATOR)
    ),
    "demote_alex": by("alex", colleagues.change_role, lambda f: (f.alex.staff_id, Role.AGENT)),
    "invite_sam": by("alex", colleagues.invite, lambda f: (f.sam.staff_id,)),
    "invite_kit": by("alex", colleagues.invite, lambda f: (f.kit.staff_id,)),
    "kit_joins": by("visitor", colleagues.join, lambda f: (f.joining, NEW_PASSWORD)),
    # staff
    "sam_password": by(
        "visitor", sign_in.check_password, (COLLEAGUES, "sam@example.com", PASSWORD)
    ),
    "sam_code": by(
        "visitor",
        sign_in.check_code,
        lambda f: (f.visits["sam half"], Way.AUTHENTICATOR, f.code_soon(f.sam.secret), DEVICE),
    ),
    "sam_passkey": by(
        "visitor",
        sign_in.check_passkey,
        lambda f: (COLLEAGUES, SignedChallenge(f.staff_asked, f.staff_signed), DEVICE),
    ),
    "sam_new_password": by(
        "sam", security.change_password, lambda f: (f.visits["sam"], NEW_PASSWORD)
    ),
    "sam_new_codes": by("sam", security.replace_codes, lambda f: (f.visits["sam"],)),
    "sam_removes_passkey": by(
        "sam", security.remove_passkey, lambda f: (f.visits["sam"], f.staff_passkey)
    ),
    "sam_begins_app": by("sam", security.begin_authenticator, lambda f: (f.visits["sam"],)),
    "sam_ends_others": by("sam", security.end_everywhere, lambda f: (f.visits["sam"],), here=False),
    "sam_proves": by("sam", sign_in.prove_again, lambda f: (f.visits["sam"], PASSWORD)),
    "sam_confirms_app": by(
        "sam",
        security.confirm_authenticator,
        lambda f: (f.visits["sam"], f.code_soon(f.staff_pending_secret)),
    ),
    "sam_adds_passkey": by(
        "sam", security.add_passkey, lambda f: (f.visits["sam"], f.staff_new_passkey, "Another")
    ),
    "sam_proves_by_passkey": by(
        "sam", sign_in.prove_by_passkey, lambda f: (f.visits["sam"], f.staff_signed_proof)
    ),
    "sam_signs_out": by("sam", sign_in.sign_out, lambda f: (f.visits["sam"],)),
    # legal
    "hold_me_alone": by(
        "kit", legal.hold_customer, lambda f: (f.kit.staff_id, f.my_id, hold_until(f.my_id))
    ),
    "lift_mine": by(
        "kit", legal.lift_hold_of_customer, lambda f: (f.kit.staff_id, f.my_id, f.hold)
    ),
    # records
    "open_my_record": by(
        "kit",
        records.open_record,
        lambda f: (f.kit.staff_id, f.my_id, BY_TELEPHONE, READ_BEFORE),
    ),
    # disclosures
    "disclose": by(
        "kit", disclosures.ask_to_disclose, lambda f: (f.kit.staff_id, f.my_id, TO_A_COURT)
    ),
    "agree_disclosure": by(
        "kit", disclosures.agree_to_disclose, lambda f: (f.kit.staff_id, f.my_id, f.disclosure)
    ),
    "withdraw_disclosure": by(
        "kit", disclosures.withdraw_disclosure, lambda f: (f.kit.staff_id, f.my_id, f.disclosure)
    ),
    "note_given": by(
        "kit", disclosures.note_given, lambda f: (f.kit.staff_id, f.my_id, f.agreed, GIVEN_ON)
    ),
    "note_not_given": by(
        "kit", disclosures.note_not_given, lambda f: (f.kit.staff_id, f.my_id, f.agreed)
    ),
    # catalogue
    "publish": by("alex", catalogue.add_purpose, lambda f: (f.alex.staff_id, FIBRE, "New", 1)),
    "stop_asking": by(
        "alex", catalogue.change_purpose, lambda f: (f.alex.staff_id, NO_OFFERS, "Gone", 1)
    ),
    # surveys
    "add_survey": by(
        "kit", surveys.add_survey, lambda f: (f.kit.staff_id, NEW_SURVEY, SurveyKind.SURVEY, new())
    ),
    "change_survey": by(
        "kit",
        surveys.change_survey,
        lambda f: (f.kit.staff_id, f.survey, new(purpose="To plan our shops"), 1),
    ),
    "close_survey": by("kit", surveys.close_survey, lambda f: (f.kit.staff_id, f.survey)),
    # the worker
    "finish": job(Worker.finish_cancellations),
    "tell": job(Worker.tell),
    "remind": job(Worker.remind),
    "send_letters": job(Worker.send_emails, piecemeal=True),
    "tell_receiver": job(Worker.tell_receiver, piecemeal=True),
    "tell_systems": job(Worker.tell_systems, piecemeal=True),
    "destroy_keys": job(Worker.destroy_keys, piecemeal=True),
    "seal_audit": job(Worker.seal_audit),
    "mark_customers": job(Worker.index_customers),
    "lift_waiting": job(Worker.lift, piecemeal=True),
    "purge": Verb("system", retention.purge, piecemeal=True),
    "send_all_again": by("system", webhooks.send_all_again, dead_only=False),
}
