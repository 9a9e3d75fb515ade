"""Which verbs meet: groups for the whole table, and the pairs of the ordinary run."""

from dataclasses import dataclass

CHOICES = (
    "choose_on choose_off choose_by_link all_off refuse no_marketing unsubscribe unsubscribe_all "
    "browser_signal set_choices suppress lift_suppression"
)
ANSWERS = (
    "answer_survey answer_more clear_answer delete_answer delete_answers add_survey change_survey "
    "close_survey"
)
NOES = "refuse choose_by_link"
DETAILS = (
    "choose_display "
    "profile profile_other name_manager ask_change cancel_change prove_change confirm_change "
    "undo_change list_numbers list_nothing enrol withdraw"
)
SECRETS = (
    "password password_other question begin_app end_one end_others end_everywhere forget_browser "
    "report_sign_in"
)
SIGNING_IN = (
    "check_password wrong_password check_answer check_answer_other prove_again sign_out recognise "
    "recognise_tab recognise_copy remember remember_new forget_this mark_seen ask_reset "
    "ask_choices_link reset let_back_in begin_anew prove_by_link"
)
STRONG = (
    "confirm_app remove_app add_passkey begin_passkey remove_passkey new_codes ask_passkey "
    "check_app check_app_other check_code check_code_other check_passkey check_passkey_other "
    "send_code prove_by_passkey password undo_change begin_anew end_others begin_app leave_now"
)
LEAVING = "register_service cancel_one cancel_other leave_now leave_later note_download"
CASES = (
    "open_case open_visitors_case no_marketing_visitor answer ask note close_case reopen "
    "assign_to_kit "
    "assign_to_sam add_answer ask_about_look ask_to_correct decide_correction see hold_me "
    "ask_identity note_identity extend "
    "hold_me_alone open_my_record "
    "disclose agree_disclosure withdraw_disclosure note_given note_not_given hold_case "
    "answer_stranger close_stranger assign_chosen "
    "open_link renew_link ask_message_link "
    "stranger_answers"
)
CANCELLATION_REQUESTS = "send_link wish_now wish_later wish_one ask_skip refuse_skip agree_skip"
LISTED = (
    "ask_number make_code prove_number miss_code correct_entry take_out let_in close_listed "
    "take_list take_empty_list"
)
REST = (
    "share keep_draft keep_draft_again forget_draft keep_draft_about_me forget_draft_about_me "
    "keep_visitors_draft forget_visitors_draft "
    "publish stop_asking register register_mine "
    "confirm confirm_other add_colleague hold_visitors_case send_letters destroy_keys "
    "seal_audit lift_waiting "
    "purge tell_receiver tell_systems send_all_again"
)
HOME = (
    f"{CHOICES} {ANSWERS} {DETAILS} {SECRETS} {SIGNING_IN} {LEAVING} {CASES} "
    f"{CANCELLATION_REQUESTS} {REST}"
)
DESK = (
    "close_sam close_sam_to_kit close_kit_to_sam close_alex promote_sam demote_alex invite_sam "
    "invite_kit kit_joins sam_password sam_code sam_passkey sam_new_password sam_new_codes "
    "sam_removes_passkey sam_begins_app sam_ends_others sam_proves sam_signs_out sam_confirms_app "
    "sam_adds_passkey sam_proves_by_passkey assign_to_sam assign_to_kit assign_lost add_colleague "
    "save_view rename_view delete_view"
)
CLOSING = "close_sam close_sam_to_kit close_kit_to_sam"


@dataclass(frozen=True, slots=True)
class Group:
    """In a scene, each of `held` is held while each of `meanwhile` runs."""

    scene: str
    held: str
    meanwhile: str = ""

    def pairs(self) -> list[tuple[str, str, str]]:
        others = (self.meanwhile or self.held).split()
        return [(self.scene, one, other) for one in self.held.split() for other in others]


GROUPS = {
    "choices": Group(
        "home",
        f"{CHOICES} profile name_manager confirm_change undo_change publish stop_asking share "
        "leave_later",
    ),
    "answers": Group("home", f"{ANSWERS} leave_later end_others"),
    "ended": Group("ended", f"purge {ANSWERS} leave_now hold_me"),
    "details": Group("home", f"{DETAILS} password leave_later"),
    "signing_in": Group(
        "home", f"{SECRETS} {SIGNING_IN} confirm_change undo_change keep_draft_again"
    ),
    "strong": Group("strong", STRONG),
    "leaving": Group("home", "leave_now", HOME),
    "left": Group("home", HOME, "leave_now"),
    "leaving-later": Group("home", "leave_later", HOME),
    "left-later": Group("home", HOME, "leave_later"),
    "cases": Group("home", f"{CASES} assign_lost let_back_in"),
    "wishes": Group("home", f"{CANCELLATION_REQUESTS} {LEAVING}"),
    "wishes-others": Group(
        "home",
        "wish_now wish_later agree_skip wish_one",
        f"{CHOICES} profile confirm_change undo_change check_answer hold_me hold_case",
    ),
    "rest": Group("home", f"{REST} choose_on profile confirm_change"),
    "due": Group(
        "due",
        "finish",
        "finish check_answer check_password wrong_password hold_me open_case open_visitors_case "
        "ask_reset ask_choices_link keep_draft recognise unsubscribe_all add_answer send_letters "
        "undo_change choose_by_link remember_new reset begin_anew let_back_in close_case "
        "ask_to_correct",
    ),
    "due-meanwhile": Group(
        "due",
        "check_answer check_password hold_me open_visitors_case undo_change reset begin_anew "
        "add_answer let_back_in ask_reset",
        "finish",
    ),
    "closed": Group(
        "closed",
        "check_answer check_answer_other leave_now leave_later undo_change agree_skip "
        "unsubscribe_all open_own_link",
    ),
    "closed-noes": Group(
        "closed",
        f"{NOES} all_off",
        f"{NOES} all_off set_choices check_answer leave_now undo_change unsubscribe_all",
    ),
    "noes-closed": Group(
        "closed", "check_answer leave_now undo_change unsubscribe set_choices", f"{NOES} all_off"
    ),
    "due-noes": Group("due", "finish", f"{NOES} all_off set_choices"),
    "held": Group(
        "held",
        "lift_hold lift_mine leave_now leave_later purge agree_skip hold_me answer close_case",
    ),
    "decided": Group(
        "decided",
        "finish",
        "finish check_answer check_password choose_on open_case ask_reset keep_draft hold_me "
        "unsubscribe_all profile send_link send_letters leave_now leave_later ask_change "
        "undo_change reset remember_new share",
    ),
    "unmarked": Group(
        "unmarked",
        "mark_customers choose_on choose_off unsubscribe profile confirm_change leave_now "
        "leave_later",
    ),
    "lacking": Group(
        "lacking",
        "mark_customers choose_on profile confirm_change undo_change leave_now open_visitors_case",
    ),
    "listed": Group("listed", f"{LISTED} leave_now purge"),
    "listed-left": Group("listed", LISTED, "leave_now leave_later confirm_change undo_change"),
    "guessed": Group(
        "guessed", "tell confirm_change undo_change check_answer leave_now ask_reset begin_anew"
    ),
    "week": Group(
        "week", "remind wish_now wish_later send_link agree_skip leave_later let_back_in"
    ),
    "late": Group("late", "remind send_link ask_skip purge leave_now"),
    "desk": Group("desk", DESK),
    "desk-cases": Group(
        "desk", CLOSING, f"{CASES} let_back_in send_link ask_skip assign_lost agree_skip"
    ),
    "desk-closing": Group(
        "desk",
        "assign_to_kit assign_to_sam assign_lost assign_chosen let_back_in hold_case",
        CLOSING,
    ),
    "killed": Group(
        "home",
        "leave_now leave_later wish_now wish_later agree_skip confirm_change undo_change reset "
        "begin_anew profile choose_on check_password register",
        "killed",
    ),
    "killed-due": Group("due", "finish", "killed"),
}
"""The whole table, for the night."""

CHOSEN: dict[str, tuple[tuple[str, ...], ...]] = {
    "a no is never lost": (
        ("home", "profile", "all_off"),
        ("home", "confirm_change", "choose_off"),
        ("home", "refuse", "leave_now"),
    ),
    "an answer is what its giver said last, or gone": (
        ("home", "answer_survey", "delete_answers"),
        ("home", "delete_answer", "answer_survey"),
        ("home", "answer_survey", "close_survey"),
        ("home", "change_survey", "answer_more"),
        ("ended", "purge", "clear_answer"),
        ("home", "answer_more", "leave_now"),
    ),
    "an erasure ends": (
        ("home", "leave_now", "undo_change"),
        ("decided", "finish", "check_password"),
        ("due", "finish", "open_visitors_case"),
        ("due", "add_answer", "finish"),
    ),
    "nothing is left of somebody erased": (
        ("strong", "send_code", "leave_now"),
        ("due", "ask_reset", "finish"),
        ("home", "open_case", "leave_now"),
        ("home", "remember_new", "leave_now"),
        ("home", "open_visitors_case", "leave_now"),
        ("home", "register_mine", "leave_now"),
        ("guessed", "tell", "leave_now"),
    ),
    "a decision ends every session": (
        ("decided", "check_answer", "finish"),
        ("home", "leave_now", "unsubscribe_all"),
        ("home", "leave_now", "all_off"),
    ),
    "a confirmed wish is carried out": (
        ("home", "wish_now", "killed"),
        ("home", "agree_skip", "killed"),
    ),
    "a number that is taken out stays out": (
        ("listed", "take_list", "take_out"),
        ("listed", "take_out", "take_list"),
        ("listed", "take_out", "take_out"),
        ("listed", "take_out", "let_in"),
        ("listed", "correct_entry", "take_list"),
        ("listed", "prove_number", "prove_number"),
        ("listed", "take_out", "leave_now"),
        ("listed", "make_code", "close_listed"),
    ),
    "a hold holds": (
        ("home", "leave_now", "hold_me"),
        ("due", "hold_me", "finish"),
    ),
    "what is under way ends with its session": (
        ("home", "password_other", "end_others"),
        ("home", "password_other", "password"),
    ),
    "no way in survives its end": (
        ("home", "check_answer", "end_others"),
        ("home", "ask_reset", "confirm_change"),
        ("home", "wish_now", "password"),
        ("home", "reset", "question"),
        ("closed", "open_own_link", "undo_change"),
    ),
    "nobody waits for each other": (
        ("home", "undo_change", "end_one"),
        ("strong", "check_passkey", "begin_anew"),
        ("home", "no_marketing_visitor", "leave_now"),
        ("home", "recognise_tab", "forget_this"),
        ("week", "remind", "send_link"),
    ),
    "what is done is done once": (
        ("home", "leave_later", "leave_later"),
        ("home", "cancel_one", "cancel_one"),
        ("home", "open_link", "open_link"),
        ("home", "stranger_answers", "close_stranger"),
        ("home", "keep_visitors_draft", "keep_visitors_draft"),
        ("guessed", "tell", "tell"),
        ("home", "all_off", "choose_on"),
        ("desk", "close_sam", "assign_to_sam"),
        ("home", "ask_identity", "extend"),
        ("home", "extend", "extend"),
        ("home", "let_back_in", "undo_change"),
        ("lacking", "mark_customers", "confirm_change"),
        ("home", "share", "leave_now"),
        ("home", "send_letters", "leave_now"),
    ),
}
"""The pairs of the ordinary run: each found a fault once, or is the like of one that did."""

THREE = (
    ("home", "profile", "all_off", "choose_by_link"),
    ("home", "leave_now", "wrong_password", "open_visitors_case"),
    ("home", "check_answer", "leave_now", "confirm_change"),
    ("home", "wish_now", "leave_now", "check_answer"),
    ("due", "finish", "check_answer", "hold_me"),
)
"""Three at once: the second and the third run while the first is held."""
