"""Reading whom a recovery link belongs to."""

from dataclasses import dataclass

from portal.identity.account_recovery.rules import RequiredFactor, proof_for
from portal.identity.accounts.queries import find_customer
from portal.identity.accounts.rules import Customer
from portal.identity.credentials.queries import find_secrets
from portal.identity.mfa.queries import get_factors
from portal.identity.one_time_tokens.queries import find_token_subject
from portal.identity.one_time_tokens.rules import TokenPurpose
from portal.platform.core.ids import CustomerId
from portal.platform.core.work import Work


@dataclass(frozen=True, slots=True)
class Recovering:
    """A customer who followed a link, and the proof asked of them beside it."""

    customer: Customer
    proof: RequiredFactor
    question: str

    def __repr__(self) -> str:
        return "Recovering(…)"


def find_recovering(work: Work, purpose: TokenPurpose, token: str) -> Recovering | None:
    """Return who followed a link; None for a dead one."""
    subject = find_token_subject(work, purpose, token)
    customer = find_customer(work, CustomerId(subject)) if subject else None
    if customer is None:
        return None
    secrets = find_secrets(work, customer.id)
    proof = proof_for(get_factors(work, customer.id))
    return Recovering(customer, proof, secrets.question if secrets else "")
