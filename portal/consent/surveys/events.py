"""Audit events of the surveys room; those of customers never say what was answered."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from portal.governance.audit.events import AuditEvent


@dataclass(frozen=True, slots=True)
class AnswersGiven(AuditEvent):
    """A customer answered so many questions, or changed answers."""

    name: ClassVar[str] = "surveys:answers:given"
    number: int


@dataclass(frozen=True, slots=True)
class AnswersDeleted(AuditEvent):
    """A customer deleted so many answers of theirs."""

    name: ClassVar[str] = "surveys:answers:deleted"
    number: int


@dataclass(frozen=True, slots=True)
class SurveyPublished(AuditEvent):
    """A colleague published a version of a survey; `number` is the new one."""

    name: ClassVar[str] = "surveys:version:published"
    survey_id: UUID
    number: int


@dataclass(frozen=True, slots=True)
class SurveyClosed(AuditEvent):
    """A colleague closed a survey for good."""

    name: ClassVar[str] = "surveys:survey:closed"
    survey_id: UUID
