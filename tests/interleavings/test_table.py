"""Whoever adds a verb that writes adds a line to the table, or says here why not."""

from pathlib import PurePosixPath

import pytest

from portal.operations.worker.worker import Worker
from tests.architecture import rules
from tests.interleavings.groups import GROUPS, THREE
from tests.interleavings.held import KILL
from tests.interleavings.scenes import SCENES
from tests.interleavings.verbs import VERBS
from tests.interleavings.writing import Function, list_missing, list_writing, read_functions

BY_THE_PURGE = "a batch of the purge, which is in the table"
OF_THE_JOB = "part of the worker’s job that tells the receiver, which is in the table"
ABOUT_NOBODY = "the company’s own words and a count: rows about nobody, locked last"
IN_A_COPY = "in a copy that was put back, before anybody is let in"
TRAIL_ALONE = "writes to the trail alone, which is only ever added to"
EXCEPTIONS = {
    "consent.list_screening.check": "shares what suppressing does, and changes nothing",
    "consent.list_screening.note_screening": TRAIL_ALONE,
    "consent.listed_people.drop_gone": IN_A_COPY,
    "consent.listed_people.hand_out": TRAIL_ALONE,
    "consent.sharing.hand_out_stopped": TRAIL_ALONE,
    "consent.webhooks.claim_next": OF_THE_JOB,
    "consent.webhooks.give_up_waiting": IN_A_COPY,
    "consent.webhooks.mark_delivered": OF_THE_JOB,
    "consent.webhooks.mark_failed": OF_THE_JOB,
    "consent.webhooks.send_again": "one of those that webhooks.send_all_again sends",
    "desk.canned_replies.add_reply": ABOUT_NOBODY,
    "desk.canned_replies.change_reply": ABOUT_NOBODY,
    "desk.canned_replies.note_used": ABOUT_NOBODY,
    "desk.canned_replies.retire_reply": ABOUT_NOBODY,
    "desk.assisted_recovery.view_numbers": TRAIL_ALONE,
    "desk.queue.download_cases": TRAIL_ALONE,
    "desk.queue.search_cases": TRAIL_ALONE,
    "desk.cases.view_case": TRAIL_ALONE,
    "desk.customer_holds.seek_customer": TRAIL_ALONE,
    "desk.customer_records.seek_customer": TRAIL_ALONE,
    "desk.disclosures.seek_subject": TRAIL_ALONE,
    "desk.disclosures.view_disclosures": TRAIL_ALONE,
    "desk.customer_holds.view_customer": TRAIL_ALONE,
    "desk.listing_requests.view_entry": TRAIL_ALONE,
    "desk.staff_admin.set_up_authenticator": "security.confirm_authenticator, by an invitation",
    "desk.staff_admin.set_up_passkey": "what security.add_passkey does, by an invitation",
    "desk.staff_admin.equip": "makes colleagues of a demonstration, before it is opened",
    "desk.undelivered_emails.send_again": "tried once more: a row of its own, locked",
    "erasure.connector_erasures.claim_next": OF_THE_JOB,
    "erasure.connector_erasures.mark_confirmed": OF_THE_JOB,
    "erasure.connector_erasures.mark_failed": OF_THE_JOB,
    "erasure.cancellation.apply_again": IN_A_COPY,
    "erasure.cancellation.note_applied": IN_A_COPY,
    "identity.credentials.forget_old_tries": BY_THE_PURGE,
    "identity.form_drafts.forget_drafts_naming": "part of erasing, and so of leave_now",
    "identity.form_drafts.forget_old": BY_THE_PURGE,
    "identity.form_drafts.forget_old_about": BY_THE_PURGE,
    "identity.form_drafts.forget_old_of_visitors": BY_THE_PURGE,
    "identity.mfa.begin_passkey": "what security.begin_passkey does, by an invitation",
    "identity.one_time_tokens.end_every_link": IN_A_COPY,
    "identity.one_time_tokens.forget_ended": BY_THE_PURGE,
    "identity.sessions.end_everything": IN_A_COPY,
    "identity.sessions.forget_ended": BY_THE_PURGE,
    "identity.sessions.forget_old_browsers": BY_THE_PURGE,
    "identity.sessions.forget_old_sign_ins": BY_THE_PURGE,
    "identity.sign_in.open_session": "what sign_in.check_passkey does, when a colleague has joined",
    "self_service.outside_data.ask_colleague": "what cases.open_case does, in words of ours",
    "self_service.outside_data.ask_colleague_for_rest": "as ask_colleague, for each system",
    "identity.sign_in.time_out": "what sign_in.sign_out does, by nobody",
}
JOBS = {verb.does.__name__ for verb in VERBS.values() if verb.does.__qualname__[:7] == "Worker."}
SWEEP = {"sweep"}
"""Of the worker's jobs, the one that is the purge with a clock."""


@pytest.fixture(scope="module")
def functions() -> dict[str, Function]:
    return read_functions(rules.read_tree(rules.ROOT))


def in_the_table() -> set[str]:
    return {f"{verb.does.__module__}.{verb.does.__name__}" for verb in VERBS.values()}


def short(names: set[str]) -> set[str]:
    return {name.removeprefix("portal.").replace(".service.", ".") for name in names}


def test_every_verb_that_writes_is_in_the_table(functions: dict[str, Function]) -> None:
    jobs = {name for name in functions if name.startswith("portal.operations.worker.worker.")}
    missing = short(list_missing(functions, in_the_table() | jobs))
    assert missing == EXCEPTIONS.keys()


def test_verbs_that_only_read_need_no_line(functions: dict[str, Function]) -> None:
    writing = short(list_writing(functions))
    assert {
        "consent.marketing.save_choices",
        "desk.cancellation_requests.confirm_cancellation",
    } <= writing
    assert (
        not {
            "desk.cancellation_requests.list_to_remind",
            "identity.sessions.has_session",
        }
        & writing
    )


CHANGES_A_ROW = "def rename(work, name):\n    row = work.session.get(Row, 1)\n    row.name = name\n"
BY_ANOTHER = "from portal.pets.rows import keep\n\ndef feed(works, name):\n    keep(name)\n"
OF_A_PAGE = "from portal.pets import service\n\ndef page():\n    service.stroke(work)\n"
LOOKS = "def look(work):\n    return work.session.get(Row, 1).name\n"
INNER = "def stroke(work):\n    work.session.add(1)\n\ndef play(work):\n    stroke(work)\n"


@pytest.mark.parametrize(
    ("files", "table", "missing"),
    [
        ({"pets/service.py": CHANGES_A_ROW}, set(), {"pets.rename"}),
        ({"pets/service.py": CHANGES_A_ROW}, {"rename"}, set()),
        (
            {"pets/service.py": BY_ANOTHER, "pets/rows.py": "def keep(x):\n    delete(x)\n"},
            set(),
            {"pets.feed"},
        ),
        ({"pets/service.py": LOOKS}, set(), set()),
        ({"pets/service.py": INNER}, {"play"}, set()),
        ({"pets/service.py": INNER, "pets/routes.py": OF_A_PAGE}, {"play"}, {"pets.stroke"}),
    ],
    ids=["missing", "there", "through another", "reads", "inside another", "inside and of a page"],
)
def test_a_new_verb_is_missed(files: dict[str, str], table: set[str], missing: set[str]) -> None:
    """The twin: what breaks the rule is found, what keeps it is not."""
    sources = [rules.Source(PurePosixPath(f"portal/{path}"), text) for path, text in files.items()]
    listed = {f"portal.pets.service.{name}" for name in table}
    assert short(list_missing(read_functions(sources), listed)) == missing


def test_every_job_of_the_worker_is_in_the_table() -> None:
    jobs = {name for name, _ in vars(Worker).items() if not name.startswith("_")}
    assert jobs - {"run", "do_all"} == JOBS | SWEEP


def test_every_verb_meets_another() -> None:
    met = {name for group in GROUPS.values() for _, *pair in group.pairs() for name in pair}
    met |= {name for _, *names in THREE for name in names}
    assert met - {KILL} == VERBS.keys()
    assert {group.scene for group in GROUPS.values()} == SCENES.keys()
