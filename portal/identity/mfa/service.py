"""Set up, verify and remove second factors: for customers and staff alike.

The caller counts the try first (`credentials.service.count_try`) and records the result.
"""

import json
import struct
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import delete, select, update
from webauthn import (
    base64url_to_bytes,
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import bytes_to_base64url
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from portal.identity.mfa import queries
from portal.identity.mfa.models import Authenticator, Passkey, RecoveryCode
from portal.identity.mfa.rules import (
    FORMER_LENGTH,
    LONGEST_ANSWER,
    MOST_PASSKEYS,
    RECOVERY_CODES,
    PasskeyOwner,
    find_step,
    group_code,
    new_mailed_code,
    new_recovery_code,
    new_secret,
    read_credential,
    spell_code,
)
from portal.identity.one_time_tokens.rules import TokenPurpose
from portal.identity.one_time_tokens.service import issue_code, issue_token, use_code, use_token
from portal.identity.sessions.rules import HALF_OPEN_FOR
from portal.platform.core.ids import SessionId
from portal.platform.core.rows import count_of, erasure_of, spans_of
from portal.platform.core.sealing import place
from portal.platform.core.tokens import hash_token
from portal.platform.core.work import Work
from portal.platform.settings import Settings

OWNERS = (Authenticator.owner_id, Passkey.owner_id, RecoveryCode.owner_id)

count_owned = count_of(*OWNERS)
"""Count the second steps of a person."""
forget_owner = erasure_of(*OWNERS)
"""Delete the second steps of a person; return how many rows."""
list_spans = spans_of(
    (Authenticator.owner_id, Authenticator.added_at),
    (Passkey.owner_id, Passkey.added_at),
    (RecoveryCode.owner_id, RecoveryCode.made_at),
)
"""Return what finds from when the second steps of a person are."""

FAULTS = (WebAuthnException, ValueError, TypeError, LookupError, AttributeError, struct.error)
"""What the library raises for an answer that is wrong, or is no answer at all."""
VERIFIED = UserVerificationRequirement.REQUIRED
"""A passkey alone is enough, so the device must look whose hand holds it (WebAuthn, 5.8.6)."""


def begin_authenticator(work: Work, owner_id: UUID) -> str:
    """Return the secret of a new authenticator; one in use stays valid meanwhile.

    Its owner is locked. Within ten minutes the same secret is returned, so that two tabs agree.
    """
    row = work.session.get(Authenticator, owner_id)
    pending = queries.find_pending_secret(work, owner_id)
    if pending:
        return pending
    words = queries.find_authenticator_words(work, owner_id) or {"secret": ""}
    words |= {"pending": new_secret(), "begun_at": work.now.isoformat()}
    if row is None:
        row = Authenticator(owner_id=owner_id, added_at=work.now, last_step=0)
        work.session.add(row)
    row.sealed = work.seal(owner_id, place("authenticator", owner_id), words)
    return words["pending"]


def confirm_authenticator(work: Work, owner_id: UUID, code: str) -> bool:
    """Activate a new authenticator if the code is right."""
    pending = queries.find_pending_secret(work, owner_id)
    step = find_step(pending, code, work.now) if pending else None
    if pending is None or step is None:
        return False
    row = work.session.get_one(Authenticator, owner_id)
    taken = {"secret": pending, "pending": "", "begun_at": ""}
    row.sealed = work.seal(owner_id, place("authenticator", owner_id), taken)
    row.added_at = row.confirmed_at = work.now
    row.last_step = step
    return True


def use_authenticator(work: Work, owner_id: UUID, code: str) -> bool:
    """Verify a code and use it up: no code works twice (RFC 6238, 5.2)."""
    words = queries.find_authenticator_words(work, owner_id)
    step = find_step(words["secret"], code, work.now) if words and words["secret"] else None
    if step is None:
        return False
    taken = (
        update(Authenticator)
        .where(
            Authenticator.owner_id == owner_id,
            Authenticator.confirmed_at.is_not(None),
            Authenticator.last_step < step,
        )
        .values(last_step=step, used_at=work.now)
        .returning(Authenticator.owner_id)
    )
    return work.session.scalar(taken) is not None


def remove_authenticator(work: Work, owner_id: UUID) -> None:
    """Delete an authenticator."""
    work.session.execute(delete(Authenticator).where(Authenticator.owner_id == owner_id))


def make_recovery_codes(work: Work, owner_id: UUID) -> list[str]:
    """Make ten codes in place of all earlier ones; shown once, and kept as hashes only."""
    forget_recovery_codes(work, owner_id)
    codes = [new_recovery_code() for _ in range(RECOVERY_CODES)]
    for code in codes:
        hashed = _hash_recovery_code(work, owner_id, code)
        work.session.add(RecoveryCode(owner_id=owner_id, code_hash=hashed, made_at=work.now))
    return [group_code(code) for code in codes]


def forget_recovery_codes(work: Work, owner_id: UUID) -> None:
    """Delete all recovery codes."""
    work.session.execute(delete(RecoveryCode).where(RecoveryCode.owner_id == owner_id))


def use_recovery_code(work: Work, owner_id: UUID, code: str) -> bool:
    """Verify a recovery code of this person and use it up."""
    taken = (
        update(RecoveryCode)
        .where(
            RecoveryCode.owner_id == owner_id,
            RecoveryCode.code_hash == _hash_recovery_code(work, owner_id, spell_code(code)),
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=work.now)
        .returning(RecoveryCode.id)
    )
    return work.session.scalar(taken) is not None


def issue_mailed_code(work: Work, session_id: SessionId) -> str:
    """Make a code for one half-open session: once, ten minutes, newest only (ASVS 6.5.5)."""
    code = new_mailed_code()
    issue_code(work, TokenPurpose.SIGN_IN_CODE, session_id, code, HALF_OPEN_FOR)
    return code


def use_mailed_code(work: Work, session_id: SessionId, code: str) -> bool:
    """Verify the code that was emailed for a half-open session, and use it up."""
    return use_code(work, TokenPurpose.SIGN_IN_CODE, session_id, spell_code(code))


def begin_passkey(work: Work, settings: Settings, owner: PasskeyOwner) -> str:
    """Return the WebAuthn options for making a passkey, as JSON."""
    own = select(Passkey).where(Passkey.owner_id == owner.id)
    there = [_open_passkey(work, row)["credential_id"] for row in work.session.scalars(own)]
    challenge = issue_token(work, TokenPurpose.PASSKEY_CHALLENGE, owner.id, HALF_OPEN_FOR)
    options = generate_registration_options(
        rp_id=settings.host,
        rp_name=settings.brand_name,
        user_id=owner.id.bytes,
        user_name=owner.email,
        user_display_name=owner.name,
        challenge=challenge.encode(),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=VERIFIED
        ),
        exclude_credentials=[
            PublicKeyCredentialDescriptor(id=base64url_to_bytes(one)) for one in there
        ],
    )
    return options_to_json(options)


def add_passkey(work: Work, settings: Settings, owner_id: UUID, answer: str, name: str) -> bool:
    """Save the passkey that a browser made; False when the answer does not match the challenge."""
    challenge = _take_challenge(work, answer, owner_id)
    if challenge is None or len(queries.get_factors(work, owner_id).passkeys) >= MOST_PASSKEYS:
        return False
    try:
        made = verify_registration_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=settings.host,
            expected_origin=settings.address,
            require_user_verification=True,
        )
    except FAULTS:
        return False
    known = select(Passkey.id).where(Passkey.credential_hash == _hash_id(made.credential_id))
    if work.session.scalar(known) is not None:
        return False
    row_id = uuid4()
    words = {
        "name": name,
        "credential_id": bytes_to_base64url(made.credential_id),
        "public_key": bytes_to_base64url(made.credential_public_key),
    }
    work.session.add(
        Passkey(
            id=row_id,
            owner_id=owner_id,
            credential_hash=_hash_id(made.credential_id),
            sealed=work.seal(owner_id, place("passkey", row_id), words),
            sign_count=made.sign_count,
            added_at=work.now,
        )
    )
    return True


def ask_for_passkey(work: Work, settings: Settings, subject_id: UUID) -> str:
    """Return the WebAuthn options for signing in with any of our passkeys, as JSON.

    `subject_id` is the browser or the session that asks: the answer is valid for it alone.
    """
    challenge = issue_token(work, TokenPurpose.PASSKEY_CHALLENGE, subject_id, HALF_OPEN_FOR)
    options = generate_authentication_options(
        rp_id=settings.host, challenge=challenge.encode(), user_verification=VERIFIED
    )
    return options_to_json(options)


def use_passkey(
    work: Work, settings: Settings, subject_id: UUID, answer: str, owner_id: UUID
) -> bool:
    """Tell whether a passkey of somebody, who is locked, signed the challenge of `subject_id`."""
    challenge = _take_challenge(work, answer, subject_id)
    row = _find_passkey(work, answer) if challenge else None
    if challenge is None or row is None or row.owner_id != owner_id:
        return False
    try:
        done = verify_authentication_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=settings.host,
            expected_origin=settings.address,
            credential_public_key=base64url_to_bytes(_open_passkey(work, row)["public_key"]),
            credential_current_sign_count=row.sign_count,
            require_user_verification=True,
        )
    except FAULTS:
        return False
    row.sign_count, row.used_at = done.new_sign_count, work.now
    return True


def remove_passkey(work: Work, owner_id: UUID, passkey_id: UUID) -> bool:
    """Delete a passkey; False when it is not this person's."""
    own = (Passkey.id == passkey_id) & (Passkey.owner_id == owner_id)
    return work.session.scalar(delete(Passkey).where(own).returning(Passkey.id)) is not None


def forget_factors_since(work: Work, owner_id: UUID, moment: datetime) -> None:
    """Delete factors set up since a moment, and recovery codes that are no longer needed."""
    for when in (Authenticator.added_at, Passkey.added_at, RecoveryCode.made_at):
        table = when.class_
        young = (table.owner_id == owner_id) & (when >= moment)
        work.session.execute(delete(table).where(young))
    if not queries.get_factors(work, owner_id).are_strong:
        forget_recovery_codes(work, owner_id)


def _hash_recovery_code(work: Work, owner_id: UUID, code: str) -> bytes:
    """Return the stored hash of a code: keyed, but for older, longer codes."""
    if len(code) == FORMER_LENGTH:
        return hash_token(code)
    return work.vault.lookup_hash("recovery-code", f"{owner_id}:{code}")


def _hash_id(credential_id: bytes) -> bytes:
    """Return the hash that a passkey is found by; its public id is random, so it needs no key."""
    return hash_token(bytes_to_base64url(credential_id))


def _take_challenge(work: Work, answer: str, subject_id: UUID) -> bytes | None:
    """Use up the challenge that an answer names; None when it was issued for another subject."""
    try:
        sent = json.loads(answer) if len(answer) <= LONGEST_ANSWER else {}
        client = json.loads(base64url_to_bytes(sent["response"]["clientDataJSON"]))
        challenge = base64url_to_bytes(client["challenge"])
        token = challenge.decode("ascii")
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError):
        return None
    return (
        challenge if use_token(work, TokenPurpose.PASSKEY_CHALLENGE, token) == subject_id else None
    )


def _find_passkey(work: Work, answer: str) -> Passkey | None:
    named = Passkey.credential_hash == hash_token(read_credential(answer))
    query = select(Passkey).where(named).execution_options(populate_existing=True)
    return work.session.scalars(query).first()


def _open_passkey(work: Work, row: Passkey) -> dict[str, str]:
    return work.vault.open(row.owner_id, place("passkey", row.id), row.sealed)
