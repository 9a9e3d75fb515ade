"""How the main database is migrated."""

from portal.operations.schema.model_registry import Base
from portal.operations.schema.steps import run

run(Base.metadata)
