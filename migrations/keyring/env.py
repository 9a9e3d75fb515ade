"""How the keyring database is migrated."""

from portal.operations.schema.model_registry import KeyringBase
from portal.operations.schema.steps import run

run(KeyringBase.metadata)
