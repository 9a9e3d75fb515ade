"""Purposes of one-time tokens."""

from enum import StrEnum


class TokenPurpose(StrEnum):
    """The purpose of a one-time token; it is valid for nothing else."""

    CONFIRM_ADDRESS = "confirm-address"
    CONFIRM_CANCELLATION = "confirm-cancellation"
    RESET_PASSWORD = "reset-password"  # noqa: S105  # a name, not a secret
    LET_BACK_IN = "let-back-in"
    SIGN_IN_CODE = "sign-in-code"
    PASSKEY_CHALLENGE = "passkey-challenge"  # a name, not a secret
    CONFIRM_EMAIL = "confirm-email"
    UNDO_EMAIL = "undo-email"
    JOIN_DESK = "join-desk"
    CHOOSE = "choose"
    FOLLOW_CASE = "follow-case"
    READ_CASE = "read-case"
    VISITORS_DRAFT = "visitors-draft"
    NUMBER_CODE = "number-code"
    DIRECTORY_ENTRY = "directory-entry"


TO_CASES = frozenset({TokenPurpose.FOLLOW_CASE, TokenPurpose.READ_CASE})
"""What opens a visitor's message: the link, and the browser that has used it."""
OF_CASES = TO_CASES | {TokenPurpose.NUMBER_CODE, TokenPurpose.DIRECTORY_ENTRY}
"""All that ends with a message: also what shows the directory entry that it asks about."""
