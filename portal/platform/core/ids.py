"""Names for identifiers, so that one is never passed for another."""

from typing import NewType
from uuid import UUID

CustomerId = NewType("CustomerId", UUID)
StaffId = NewType("StaffId", UUID)
CaseId = NewType("CaseId", UUID)
RegistrationId = NewType("RegistrationId", UUID)
SessionId = NewType("SessionId", UUID)
KeyId = NewType("KeyId", UUID)
"""Whose key seals a document: a customer, a member of staff, or one passing visitor."""
